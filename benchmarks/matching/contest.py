"""Contests: a contestant that agrees with the plain evaluator on everything is timed, the others are named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Generic, TypeVar

import numpy as np

from benchmarks.base.timing import Range, Times, mean_time, times_faster, turns
from benchmarks.base.workload import ON, Crowd, Values, answers
from benchmarks.rivals import Judge, Matcher
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.truth_codes import CODES

Contestant = TypeVar("Contestant", Judge, Matcher)
_CHECKED_JUDGEMENTS = 60_000
_CHECKED_PEOPLE = 500


@dataclass(frozen=True)
class Effort:
    """How much work to put into a contest."""

    rounds: int
    budget: float
    items: int


@dataclass(frozen=True)
class Contest:
    """The participants of one contest at one size, their times, and those left out with the reason."""

    size: int
    times: Times
    prepared: Mapping[str, float]
    left_out: Mapping[str, str]

    def time(self, name: str) -> Range:
        """Return the seconds for one item."""
        return mean_time(self.times, name)

    def faster(self, ours: str, theirs: str) -> Range | None:
        """Return how many times faster one is; None where one of them was not timed."""
        if ours not in self.times or theirs not in self.times:
            return None
        return times_faster(self.times, ours, theirs)


@dataclass
class _Field(Generic[Contestant]):
    """The contestants before the start: the ready ones, and the others with the reason."""

    ready: dict[str, Contestant] = field(default_factory=dict)
    prepared: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def enter(self, contestant: Contestant, prepare: Callable[[], None], wrong: Callable[[], str]) -> None:
        """Prepare and check one contestant."""
        start = perf_counter()
        try:
            prepare()
            self.prepared[contestant.name] = perf_counter() - start
            fault = wrong()
        except ImportError as error:
            fault = f"not run: {error}"
        except Exception as error:  # the edge: another project's engine must not end the others' contest
            fault = f"not run: {type(error).__name__}: {error}"
        if fault:
            self.left_out[contestant.name] = fault
        else:
            self.ready[contestant.name] = contestant


def plainly(bank: QuestionBank, trials: Sequence[Trial], values: Values) -> list[int]:
    """Return the plain evaluator's determination of every trial, as codes."""
    facts = Facts(bank, answers(values), ON)
    return [CODES.index(assess(trial, facts).determination) for trial in trials]


def one_person(
    contestants: Sequence[Judge],
    bank: QuestionBank,
    trials: Sequence[Trial],
    people: Sequence[Values],
    effort: Effort,
) -> Contest:
    """Judge each person against all trials."""
    checked = people[: max(2, _CHECKED_JUDGEMENTS // len(trials))]
    expected = [plainly(bank, trials, values) for values in checked]
    entrants: _Field[Judge] = _Field()
    for one in contestants:
        if len(trials) > one.most_trials:
            entrants.left_out[one.name] = f"not run with more than {one.most_trials:,} trials: too slow to wait for"
            continue
        entrants.enter(
            one,
            lambda one=one: one.prepare(bank, trials),
            lambda one=one: _wrong_codes(one, checked, expected),
        )
    works = {name: one.judge for name, one in entrants.ready.items()}
    times = turns(works, people[: effort.items], rounds=effort.rounds, budget=effort.budget)
    return Contest(len(trials), times, entrants.prepared, entrants.left_out)


def _wrong_codes(one: Judge, people: Sequence[Values], expected: Sequence[Sequence[int]]) -> str:
    wrong = sum(
        int(code) != right
        for values, codes in zip(people, expected, strict=True)
        for code, right in zip(one.judge(values), codes, strict=True)
    )
    return f"WRONG in {wrong:,} of {len(people) * len(expected[0]):,} determinations" if wrong else ""


def one_trial(contestants: Sequence[Matcher], crowd: Crowd, trials: Sequence[Trial], effort: Effort) -> Contest:
    """Judge all people against each trial.

    A sample of people is compared with the plain evaluator, and all people with the first contestant.
    """
    sample = [int(place) for place in np.linspace(0, crowd.size - 1, min(_CHECKED_PEOPLE, crowd.size))]
    codes = [plainly(crowd.bank, trials, crowd.person(place)) for place in sample]
    counted: dict[str, tuple[int, int]] = {}
    entrants: _Field[Matcher] = _Field()
    for one in contestants:
        if crowd.size > one.most_people:
            entrants.left_out[one.name] = f"not run with more than {one.most_people:,} people: too slow to wait for"
            continue
        entrants.enter(
            one,
            lambda one=one: one.load(crowd),
            lambda one=one: _wrong_people(one, trials, dict(zip(sample, codes, strict=True)), counted),
        )
    works = {name: one.rematch for name, one in entrants.ready.items()}
    times = turns(works, trials[: effort.items], rounds=effort.rounds, budget=effort.budget)
    return Contest(crowd.size, times, entrants.prepared, entrants.left_out)


def _wrong_people(
    one: Matcher,
    trials: Sequence[Trial],
    expected: Mapping[int, Sequence[int]],
    counted: dict[str, tuple[int, int]],
) -> str:
    for number, trial in enumerate(trials):
        fitting, undetermined = (set(map(int, places)) for places in one.rematch(trial))
        wrong = sum(
            (2 if place in fitting else int(place in undetermined)) != codes[number]
            for place, codes in expected.items()
        )
        counts = (len(fitting), len(undetermined))
        if wrong or counted.setdefault(trial.id, counts) != counts:
            return f"WRONG on {trial.id}: {wrong} of {len(expected)} people differ; counts {counts}"
    return ""
