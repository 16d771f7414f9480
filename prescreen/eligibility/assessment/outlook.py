"""When a trial's "no" ends by the passage of time alone, until when, and which other answers would end it today.

Here a trial *fits* while it is not ineligible. The days examined are those of the next five years on which a growing
number, or the time since a date, passes a limit: between two of them nothing changes.
"""

from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from prescreen.eligibility.assessment.answers import Answer, Declined, Facts
from prescreen.eligibility.assessment.counterfactuals import Change, forbidding, smallest_change, tests_met
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.rules import Test, questions_in
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


def outlook(trial: Trial, facts: Facts) -> Outlook:
    """Return when a trial fits, or else the smallest change of answers with which it would fit today.

    A trial that is not ineligible, even an undetermined one, fits from today on: the outlook tells when its window
    closes. Where time alone will open a window, no change is named. A day would reveal the limits of a criterion that
    visitors are not shown in full, so no day is named where such a criterion forbids today or until the window opens,
    or closes it.
    """
    window = _first_window(_course(trial, facts))
    return Outlook(*window) if window else Outlook(None, None, smallest_change(trial, facts))


def fits_from(trial: Trial, facts: Facts) -> date | None:
    """Return `fits_from` of a trial's outlook, without the search for a change of answers."""
    window = _first_window(_course(trial, facts))
    return window[0] if window else None


def _first_window(course: Iterable[tuple[date, tuple[Criterion, ...]]]) -> tuple[date, date | None] | None:
    opened = None
    for day, blockers in course:
        if not all(criterion.is_told for criterion in blockers):
            return None
        if blockers and opened:
            return opened, day - timedelta(days=1)
        opened = opened or (None if blockers else day)
    return (opened, None) if opened else None


def _course(trial: Trial, facts: Facts) -> Iterator[tuple[date, tuple[Criterion, ...]]]:
    """Yield today and the days ahead that can differ from the day before, with the criteria that then forbid.

    Where a criterion forbids that time does not affect, the course ends today.
    """
    moving = [criterion for criterion in trial.ruled if _moves(criterion, facts)]
    now = forbidding(trial.ruled, facts)
    yield facts.on, now
    if all(criterion in moving for criterion in now):
        for day in _turning_days(moving, facts):
            yield day, forbidding(moving, Facts(facts.bank, facts.answers, day))


def _moves(criterion: Criterion, facts: Facts) -> bool:
    reached = facts.bank.reached_from(questions_in(criterion.rule)) if criterion.rule else ()
    return any(_moving(name, facts) for name in reached)


def _moving(question_id: str, facts: Facts) -> Answer | None:
    """Return the answer to a question whose value is known and changes with the calendar; None for any other."""
    answer, question = facts.answers.get(question_id), facts.bank[question_id]
    known = answer is not None and not isinstance(answer.value, Declined)
    return answer if known and kind_of(question).is_moving(question) else None


def _turning_days(criteria: list[Criterion], facts: Facts) -> list[date]:
    ahead = range(facts.on.toordinal() + 1, _horizon(facts.on).toordinal() + 1)
    turning = {day for test in tests_met(criteria, facts.bank) for day in _crossings(test, facts, ahead)}
    return [date.fromordinal(day) for day in sorted(turning)]


def _horizon(on: date) -> date:
    """Return the day five years later; for 29 February it is 1 March, when a year is whole."""
    year = min(on.year + HORIZON_YEARS, MAXYEAR)
    return date(year, 3, 1) if (on.month, on.day) == (2, 29) and not isleap(year) else on.replace(year=year)


def _crossings(test: Test, facts: Facts, ahead: range) -> Iterator[int]:
    """Yield the days on which the value reaches or passes a limit of the test."""
    if any(_moving(name, facts) for name in facts.bank.sources_of(test.question)):
        # A value computed from growing numbers could pass a limit repeatedly. No catalog has one: only lengths of time
        # grow, and a body has none.
        yield from ahead
    answer, question = _moving(test.question, facts), facts.bank[test.question]
    if answer:
        yield from kind_of(question).turning_days(question, answer.value, answer.on, test, ahead)
