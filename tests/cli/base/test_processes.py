"""Processes end when they are told to, at whatever moment that is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
TOLD_WHILE_THE_LOCK_IS_HELD = """
import os, signal
from prescreen.cli.base.processes import told_to_stop
with told_to_stop() as stopping:
    with stopping._cond:
        os.kill(os.getpid(), signal.SIGTERM)
    print(stopping.wait(10))
"""


def test_a_signal_that_comes_while_the_event_is_locked_stops_the_process():
    command = [sys.executable, "-c", TOLD_WHILE_THE_LOCK_IS_HELD]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert (ended.stdout, ended.stderr) == ("True\n", "")
