"""How fast this project judges and how little it asks, against others, in one run: `python -m benchmarks`.

Everything is made from a seed, the criteria are written in the project's own types, and whoever disagrees with the
plain evaluator is named and not timed.
"""
