"""How long an interview about the shipped trials is: questions and pages, for drawn people and for twelve known ones.

`python -m benchmarks.interview.shipped_interviews FOLDER` compares the determinations with those of an earlier folder.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks.base.report import Section, Table, Target
from benchmarks.base.timing import Range
from benchmarks.base.workload import ON
from benchmarks.interview.drawn_people import drawn_people
from benchmarks.interview.former_answers import former_answers
from benchmarks.interview.known_people import KNOWS_LITTLE, known_people
from benchmarks.sections import Sizes
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria.rules import Value, questions_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.screens import screens_of_walk
from prescreen.eligibility.matching.planner import Marks, Planner

_CONDITION = "low-back-pain"
_COUNTRY = "United States"
_PEOPLE = 150
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
    known, drawn = _known(), [_answers(one) for one in drawn_people(planner.interview.bank, _PEOPLE)]
    lengths = {name: _length(planner, said) for name, said in known.items()}
    here = planner.marks(_COUNTRY, lambda trial: any(site.country == _COUNTRY for site in trial.sites))
    healthy, home = lengths[_HEALTHY], _length(planner, known[_HEALTHY], here)
    crowd = [_length(planner, said) for said in drawn]
    chosen = [_for_one(planner, known[_HEALTHY], trial) for trial in planner.interview.trials]
    anyone = [_for_one(planner, said, trial) for said in drawn[:30] for trial in planner.interview.trials]
    section = Section(
        "Interviews about the shipped trials",
        f"{len(known)} known people, and {_PEOPLE} drawn from the bank's prevalences, who answer every question that "
        "applies on each page. Pages count the one that asks for wishes, which they skip.",
    )
    rows = [[name, *_cells(one)] for name, one in lengths.items()]
    rows.append([f"{_PEOPLE} drawn people, mean", *_means(crowd)])
    rows.append([f"{_HEALTHY}, trials of one country", *_cells(home)])
    section.tables.append(Table(["person", "questions", "pages", "minutes", "may fit", "open"], rows))
    section.targets += [
        _target("questions, healthy person", healthy.questions, 38, 32),
        _target("pages, healthy person", healthy.pages, 22, 16),
        _target("questions, trials of one country", home.questions, 25, 18),
        _target("pages, trials of one country", home.pages, 14, 10),
        _target("questions, drawn people", mean(one.questions for one in crowd), 21, 17),
        _target("pages, drawn people", mean(one.pages for one in crowd), 14, 10),
        _target("questions to settle one chosen trial, healthy person", mean(chosen), 9, 7),
        _target("minutes, healthy person", healthy.minutes, 5.3, 4),
    ]
    section.notes.append(
        f"One chosen trial, from the safety questions on: {mean(chosen):.1f} questions for the healthy person (at most "
        f"{max(chosen)}), {mean(anyone):.1f} for drawn people. Of {len(crowd)} drawn people the longest interview has "
        f"{max(one.questions for one in crowd)} questions on {max(one.pages for one in crowd)} pages."
    )
    return section


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
    pages = screens_of_walk(lambda facts: planner.at(facts, among), planner.interview.bank, said, ON)
    return [name for page in pages for name in page.answered], len(pages)


def _unknown() -> Answer:
    return Answer(Declined.DO_NOT_KNOW, ON)


def _for_one(planner: Planner, said: Mapping[str, Answer], trial: Trial) -> int:
    """Return how many questions settle one trial, from the safety questions on."""
    marks = np.array([one is trial for one in planner.interview.trials], bool)
    answered, _ = _walked(planner, said, marks)
    flags = {name for flag in planner.interview.red_flags for name in questions_in(flag.when)}
    return len(set(answered) - flags - set(planner.interview.opening_questions))


def _cells(one: Length) -> list[str]:
    counts = Counter(one.codes)
    return [str(one.questions), str(one.pages), f"{one.minutes:.1f}", str(counts[2]), str(counts[1])]


def _means(many: Sequence[Length]) -> list[str]:
    def of(number: Callable[[Length], float]) -> str:
        return f"{mean(number(one) for one in many):.1f}"

    fits, still_open = (of(lambda one, code=code: one.codes.count(code)) for code in (2, 1))  # type: ignore[misc]
    return [of(lambda one: one.questions), of(lambda one: one.pages), of(lambda one: one.minutes), fits, still_open]


def _target(work: str, reached: float, least: float, aim: float) -> Target:
    return Target(work, least, aim, Range(reached, reached, reached), "", less_is_better=True)


def changed_determinations(before: Path) -> Mapping[tuple[str, str], int]:
    """Return, by trial and criterion, how many of the drawn people it permits otherwise than an earlier folder does.

    Only trials whose determination differs are looked at. A criterion that is new, or was left to the team, counts
    where it decides.
    """
    now, former = load_to_judge(SHIPPED_CRITERIA, ON), load_to_judge(before, ON)
    changed: Counter[tuple[str, str]] = Counter()
    for person in drawn_people(now.bank, _PEOPLE):
        new = Facts(now.bank, Answers(_answers(person)), ON).applicable()
        said = {name: value for name, value in former_answers(person).items() if name in former.bank}
        old = Facts(former.bank, Answers(_answers(said)), ON).applicable()
        for trial in now.trials_for(_CONDITION):
            changed.update((trial.id, name) for name in _differing(former.trials[trial.id], old, trial, new))
    return changed


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
