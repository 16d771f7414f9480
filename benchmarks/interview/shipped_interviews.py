"""Interviews on the shipped trials: how long they are, what the pages say of that, and what settles one trial alone."""

from statistics import mean

from benchmarks.base.report import Section, Table, Target
from benchmarks.base.timing import Range
from benchmarks.base.workload import ON
from benchmarks.interview.one_trial import for_one
from benchmarks.interview.pages_told import LAST_FEW, told
from benchmarks.sections import Sizes
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA

_CONDITION = "low-back-pain"
_PEOPLE, _FOCUSED = 150, 15
"""How many people are interviewed, however quick the run, and how many of them for each trial alone."""


def interviews(_: Sizes) -> Section:
    """Hold interviews on the shipped trials, with people as common as the bank says."""
    planner = load_to_judge(SHIPPED_CRITERIA, ON).planner(_CONDITION)
    people, chosen = told(planner, range(_PEOPLE)), for_one(planner, range(_FOCUSED))
    rows = [
        ["pages of an interview", f"{mean(len(one.told) for one in people.walks):.1f}"],
        ["people to whom the number of pages left never rises by more than 2", f"{people.steady:.0%}"],
        ["that number is off by, pages", f"{people.error:.1f}, {people.bias:+.1f} with its sign"],
        [f"pages beyond the last {LAST_FEW} that were promised, at most", str(people.overrun)],
        ["questions for one trial alone, after those about warning signs", f"{chosen.questions:.1f}"],
        ["pages of these", f"{chosen.pages:.1f}"],
    ]
    steady, questions = (Range(one, one, one) for one in (people.steady, chosen.questions))
    return Section(
        "Interviews on the shipped trials",
        f"{_PEOPLE} people whose answers are drawn as common as the bank says answer page by page until every "
        f"trial is settled; {_FOCUSED} of them also answer for each trial alone.",
        tables=[Table(["", "figure"], rows)],
        targets=[
            Target("people to whom the pages left never rise by more than 2", 0.95, None, steady, ""),
            Target("questions that settle one chosen trial", 9, 7, questions, "", less_is_better=True),
        ],
    )
