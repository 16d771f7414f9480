"""How long an interview about the shipped trials is: questions and pages, for drawn people and for twelve known ones.

`python -m benchmarks.interview.shipped_interviews FOLDER` compares the determinations with those of an earlier folder.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.base.report import Section, Table, Target
from benchmarks.base.timing import Range
from benchmarks.base.workload import ON
from benchmarks.interview.drawn_people import drawn_people, person
from benchmarks.interview.former_answers import former_answers
from benchmarks.interview.known_people import KNOWS_LITTLE, known_people
from benchmarks.interview.one_trial import for_one
from benchmarks.interview.pages_told import LAST_FEW, told
from benchmarks.interview.walks import screens_of_walk
from benchmarks.sections import Sizes
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.planner import Marks, Planner

_CONDITION = "low-back-pain"
_COUNTRY = "United States"
_PEOPLE, _FOCUSED = 150, 15
_SECONDS_A_QUESTION, _SECONDS_A_PAGE = 6, 4
_WISHES = 1
"""The page that asks where a visitor is and what they would rather not take part in: skipped with one click."""
_HEALTHY = "F45, disc on MRI, healthy"


@dataclass(frozen=True)
class Length:
    """The questions that one person answered, the pages that they stood on, and the codes of the trials at the end."""

    questions: int
    pages: int
    codes: Sequence[int]

    @property
    def minutes(self) -> float:
        """The time it takes, by a fixed time for a question and for a page turn."""
        return (self.questions * _SECONDS_A_QUESTION + self.pages * _SECONDS_A_PAGE) / 60


def interviews(_sizes: Sizes) -> Section:
    """Interview the same people about the shipped trials by pages, until no answer can change anything."""
    planner = load_to_judge(SHIPPED_CRITERIA, ON).planner(_CONDITION)
    known, drawn = _known(), [person(planner.interview.bank, seed) for seed in range(_PEOPLE)]
    lengths = {name: _length(planner, said) for name, said in known.items()}
    here = planner.marks(_COUNTRY, lambda trial: any(site.country in (_COUNTRY, None) for site in trial.sites))
    home, crowd = _length(planner, known[_HEALTHY], here), [_length(planner, said) for said in drawn]
    alone, anyone = for_one(planner, [known[_HEALTHY]]), for_one(planner, drawn[:_FOCUSED])
    said_left = told(planner, range(_PEOPLE))
    rows = [[name, *_cells(one)] for name, one in lengths.items()]
    rows.append([f"{_PEOPLE} drawn people, mean", *_means(crowd)])
    rows.append([f"{_HEALTHY}, trials of one country", *_cells(home)])
    return Section(
        "Interviews about the shipped trials",
        f"{len(known)} known people, and {_PEOPLE} drawn from the bank's prevalences, who answer every question that "
        "applies on each page. Pages count the one that asks for wishes, which they skip.",
        tables=[Table(["person", "questions", "pages", "minutes", "may fit", "open"], rows)],
        notes=[
            f"One chosen trial, from the safety questions on: {alone.questions:.1f} questions on {alone.pages:.1f} "
            f"pages for the healthy person (at most {alone.most}), {anyone.questions:.1f} on {anyone.pages:.1f} for "
            "drawn people.",
            f"The longest interview of drawn people: {max(one.questions for one in crowd)} questions on "
            f"{max(one.pages for one in crowd)} pages.",
            f"The number of pages left is off by {said_left.error:.1f} pages, {said_left.bias:+.1f} with its sign; at "
            f"most {said_left.overrun} pages came beyond the last {LAST_FEW} that were promised.",
        ],
        targets=[
            *_targets(lengths[_HEALTHY], home, crowd),
            _target("questions to settle one chosen trial, healthy person", alone.questions, 9, 7),
            _target("share of pages that leave out the pages left, as they would rise", said_left.left_out, 0.05, 0.02),
        ],
    )


def _targets(healthy: Length, home: Length, crowd: Sequence[Length]) -> list[Target]:
    return [
        _target("questions, healthy person", healthy.questions, 38, 32),
        _target("pages, healthy person", healthy.pages, 22, 16),
        _target("questions, trials of one country", home.questions, 25, 18),
        _target("pages, trials of one country", home.pages, 14, 10),
        _target("questions, drawn people", mean(one.questions for one in crowd), 21, 17),
        _target("pages, drawn people", mean(one.pages for one in crowd), 14, 10),
        _target("minutes, healthy person", healthy.minutes, 5.3, 4),
    ]


def _known() -> Mapping[str, Mapping[str, Answer]]:
    people = known_people().items()
    return {name: _answers(said, without=KNOWS_LITTLE.get(name, frozenset())) for name, said in people}


def _answers(said: Mapping[str, Value], without: frozenset[str] = frozenset()) -> Mapping[str, Answer]:
    return {name: Answer(value, ON) for name, value in said.items() if name not in without}


def _length(planner: Planner, said: Mapping[str, Answer], among: Marks | None = None) -> Length:
    answered, pages = _walked(planner, said, among)
    facts = Facts(planner.interview.bank, Answers({name: said.get(name, _unknown()) for name in answered}), ON)
    return Length(len(answered), pages + _WISHES, planner.at(facts).codes.tolist())


def _walked(planner: Planner, said: Mapping[str, Answer], among: Marks | None) -> tuple[list[str], int]:
    """Return the questions answered and the number of pages; opening questions are asked whether they matter or not."""
    plan = planner.interview
    pages = screens_of_walk(lambda facts: planner.at(facts, among), plan.bank, said, ON, plan.opening_questions)
    return [name for page in pages for name in page.answered], len(pages)


def _unknown() -> Answer:
    return Answer(Declined.DO_NOT_KNOW, ON)


def _cells(one: Length) -> list[str]:
    counts = Counter(one.codes)
    return [str(one.questions), str(one.pages), f"{one.minutes:.1f}", str(counts[2]), str(counts[1])]


def _means(many: Sequence[Length]) -> list[str]:
    def of(number: Callable[[Length], float]) -> str:
        return f"{mean(number(one) for one in many):.1f}"

    lengths = of(lambda one: one.questions), of(lambda one: one.pages), of(lambda one: one.minutes)
    return [*lengths, of(lambda one: one.codes.count(2)), of(lambda one: one.codes.count(1))]


def _target(work: str, reached: float, least: float, aim: float) -> Target:
    return Target(work, least, aim, _one(reached), "", less_is_better=True)


def _one(figure: float) -> Range:
    return Range(figure, figure, figure)


def changed_determinations(before: Path) -> Mapping[tuple[str, str], int]:
    """Return, by trial and criterion, how many of the drawn people it permits otherwise than an earlier folder does.

    Only trials whose determination differs are looked at. A criterion that is new, or was left to the team, counts
    where it decides.
    """
    now, former = load_to_judge(SHIPPED_CRITERIA, ON), load_to_judge(before, ON)
    changed: Counter[tuple[str, str]] = Counter()
    for values in (_man_or_woman(one) for one in drawn_people(now.bank, _PEOPLE)):
        new = Facts(now.bank, Answers(_answers(values)), ON).applicable()
        said = {name: value for name, value in former_answers(values).items() if name in former.bank}
        old = Facts(former.bank, Answers(_answers(said)), ON).applicable()
        for trial in now.trials_for(_CONDITION):
            changed.update((trial.id, name) for name in _differing(former.trials[trial.id], old, trial, new))
    return changed


def _man_or_woman(said: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the answers without the pregnancy of a man, of which the former questions could not tell."""
    areas = said["health_areas"]
    if said["sex_at_birth"] != "male" or not isinstance(areas, frozenset):
        return said
    return {**said, "health_areas": (areas - {"pregnancy"}) or frozenset({"none"})}


def _differing(old_trial: Trial, old: Facts, trial: Trial, new: Facts) -> list[str]:
    before, after = assess(old_trial, old), assess(trial, new)
    if before.determination is after.determination:
        return []
    was = {finding.criterion.id: finding.permits for finding in before.findings}
    becomes = {finding.criterion.id: finding.permits for finding in after.findings}
    names = dict.fromkeys([*was, *becomes])
    return [name for name in names if was.get(name, Truth.TRUE) is not becomes.get(name, Truth.TRUE)]


if __name__ == "__main__":
    for (trial, criterion), many in sorted(changed_determinations(Path(sys.argv[1])).items()):
        print(f"{trial} {criterion}: {many} of {_PEOPLE}")
