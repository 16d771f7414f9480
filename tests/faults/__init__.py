"""Faults on purpose: processes that die, disks that fail, answers that get lost, clocks that jump.

Each suite runs the real service and, in the same run, a twin that is broken on purpose, which it must convict.
"""
