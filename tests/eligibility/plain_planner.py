"""The plain planner: asks whatever can still matter, in the order of the bank. The oracle of the quick one.

The quick planner may move the order of what matters, and nothing else.
"""

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.interview.question_selection import (
    Interview,
    flag_questions,
    is_askable,
    next_red_flag_question,
    open_questions,
)


def mattering(plan: Interview, facts: Facts) -> frozenset[str]:
    """Return the questions that can still change a determination or raise a red flag."""
    trials = (open_questions(trial, facts) for trial in plan.trials)
    return frozenset().union(*trials, *(flag_questions(flag, facts) for flag in plan.red_flags))


def next_question(plan: Interview, facts: Facts) -> str | None:
    """Return the question to ask now, or None when nothing left to ask can change anything."""
    matters = mattering(plan, facts)
    for question_id in plan.opening_questions:
        if question_id in matters and is_askable(question_id, facts):
            return question_id
    about_trials = [one.id for one in plan.bank if one.id in matters and is_askable(one.id, facts)]
    return next_red_flag_question(plan, facts) or next(iter(about_trials), None)
