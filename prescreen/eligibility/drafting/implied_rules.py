"""Whether one rule says all that another says, and whether two can hold together: decided over every possible answer.

A module of its own, since drafts and checks ask the same of pairs of rules. What is answered "yes" is sure. Where rules
share questions with very many answers, "no" may be said of what could not be tried out.
"""

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.rules import All, Not, Rule


def implies(first: Rule, second: Rule, blank: Facts) -> bool:
    """Whether the second rule holds for everybody for whom the first does; `blank` are facts without an answer."""
    return first == second or prospect(All((first, Not(second))), blank).to_true is None


def exclude_each_other(blank: Facts, *rules: Rule) -> bool:
    """Whether nobody's answers satisfy all these rules."""
    return prospect(All(rules), blank).to_true is None
