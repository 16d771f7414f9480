"""When a trial's "no" ends by the passage of time alone, until when, and which other answers would end it today.

Here a trial *fits* while it is not ineligible. The days examined are those of the next five years on which a growing
number, or the time since a date, passes a limit: between two of them nothing changes.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.counterfactuals import Change, smallest_change, tests_met
from prescreen.eligibility.assessment.determination import forbids
from prescreen.eligibility.criteria.dates import PartialDate, whole_years, years_after
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.rules import Test, tests_in
from prescreen.eligibility.criteria.trials import Criterion, Trial

HORIZON_YEARS = 5


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a trial fits, or what would have to change for it to fit.

    `fits_from` is the first day on which the trial fits, with all answers as given; None where there is none within
    the horizon. `fits_until` is the last day of that window; None while it stays open.
    """

    fits_from: date | None
    fits_until: date | None
    changes: tuple[Change, ...] = ()


def outlook(trial: Trial, facts: Facts, blockers: Sequence[Criterion] | None = None) -> Outlook:
    """Return when a trial fits, or else the smallest change of answers with which it would fit today.

    A trial that is not ineligible, even an undetermined one, fits from today on: the outlook tells when its window
    closes. Where time alone will open a window, no change is named. A day would reveal the limits of a criterion that
    visitors are not shown in full, so no day is named where such a criterion forbids today or until the window opens,
    or closes it. `blockers` are the criteria that forbid today, in the author's order, where they are known already.
    """
    now = _forbidding(trial, facts) if blockers is None else blockers
    window = _first_window(_course(trial, facts, now))
    return Outlook(*window) if window else Outlook(None, None, smallest_change(trial, facts, now))


def fits_from(trial: Trial, facts: Facts, blockers: Sequence[Criterion] | None = None) -> date | None:
    """Return `fits_from` of a trial's outlook, without the search for a change of answers."""
    window = _first_window(_course(trial, facts, _forbidding(trial, facts) if blockers is None else blockers))
    return window[0] if window else None


def _forbidding(trial: Trial, facts: Facts) -> list[Criterion]:
    return [criterion for criterion in trial.ruled if forbids(criterion, facts)]


def _first_window(course: Iterable[tuple[date, Sequence[Criterion]]]) -> tuple[date, date | None] | None:
    opened = None
    for day, blockers in course:
        if not all(criterion.is_told for criterion in blockers):
            return None
        if blockers and opened:
            return opened, day - timedelta(days=1)
        opened = opened or (None if blockers else day)
    return (opened, None) if opened else None


def _course(trial: Trial, facts: Facts, now: Sequence[Criterion]) -> Iterator[tuple[date, Sequence[Criterion]]]:
    """Yield today and the days ahead that can differ from the day before, with the criteria that then forbid.

    Where a criterion forbids that time does not affect, the course ends today.
    """
    yield facts.on, now
    if all(_moves(criterion, facts) for criterion in now):
        moving, ids = [one for one in trial.ruled if _moves(one, facts)], {one.id for one in now}
        yield from _days_ahead(moving, facts, {place for place, one in enumerate(moving) if one.id in ids})


def _days_ahead(
    moving: Sequence[Criterion], facts: Facts, forbidding: set[int]
) -> Iterator[tuple[date, Sequence[Criterion]]]:
    """Yield each day on which some criterion can turn. Only those that can turn on it are judged anew."""
    ahead = range(facts.on.toordinal() + 1, _horizon(facts.on).toordinal() + 1)
    turning: dict[int, list[int]] = {}
    for place, criterion in enumerate(moving):
        for day in _turning_days(criterion, facts, ahead):
            turning.setdefault(day, []).append(place)
    for day in sorted(turning):
        then = facts.later(date.fromordinal(day))
        for place in turning[day]:
            (forbidding.add if forbids(moving[place], then) else forbidding.discard)(place)
        yield then.on, [moving[place] for place in forbidding]


def _moves(criterion: Criterion, facts: Facts) -> bool:
    return criterion.rule is not None and any(test.question in facts.moving for test in tests_in(criterion.rule))


def _turning_days(criterion: Criterion, facts: Facts, ahead: range) -> set[int]:
    """Return the days ahead on which the truth of a criterion can change, as ordinals."""
    rules = (criterion.rule,) if criterion.rule else ()
    return {day for test in tests_met(rules, facts.bank) for day in _crossings(test, facts, ahead)}


def _horizon(on: date) -> date:
    """Return the day five years later; for 29 February it is 1 March, when a year is whole."""
    year = min(on.year + HORIZON_YEARS, MAXYEAR)
    return date(year, 3, 1) if (on.month, on.day) == (2, 29) and not isleap(year) else on.replace(year=year)


def _crossings(test: Test, facts: Facts, ahead: range) -> Iterator[int]:
    """Yield the days on which the value reaches or passes a limit of the test."""
    question = facts.bank[test.question]
    if question.computed:
        yield from _crossings_of_computed(test, facts, ahead)
    elif facts.moves(question.id):
        answer = facts.answers.given[question.id]
        yield from kind_of(question).turning_days(question, answer.value, answer.on, test, ahead)


def _crossings_of_computed(test: Test, facts: Facts, ahead: range) -> Iterable[int]:
    """Return the days on which a computed value can change: an age on birthdays.

    A body mass index of growing numbers could pass a limit repeatedly, on any day. No catalog has one: only lengths of
    time grow, and a body has none.
    """
    sources = facts.bank.sources_of(test.question)
    born = [facts.answers.given[name].value for name in sources if facts.moves(name)]
    if born and isinstance(born[0], PartialDate):
        return [day for end in (born[0].first, born[0].last) for day in _birthdays(end, facts.on) if day in ahead]
    return ahead if born else ()


def _birthdays(born: date, on: date) -> list[int]:
    age = whole_years(born, on)
    return [years_after(born, age + more) for more in range(1, HORIZON_YEARS + 2)]
