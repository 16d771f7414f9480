"""Many trials at once, by bitmaps: the plain evaluator's determinations, and the next question, at the speed of arrays.

A `Planner` is made once per catalog; its `Standing` is one person's answers judged against all trials.
"""
