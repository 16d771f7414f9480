"""Speed and number of questions of this project compared with others, in one run: `python -m benchmarks`.

All data is made from a seed, the criteria are written in the project's own types, and a contestant that disagrees with
the plain evaluator is named and not timed.
"""
