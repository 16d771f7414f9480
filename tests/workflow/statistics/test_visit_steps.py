"""How far visits came: nested steps in which nobody can be made out, whatever the counters hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from prescreen.database import Database
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.storage.tables import CounterRow
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark
from prescreen.workflow.statistics.visit_steps import STEPS, STOPS, VisitSteps, visit_steps
from tests.eligibility.samples import include, trial

NOVEMBER, OCTOBER, SEPTEMBER = date(2026, 11, 1), date(2026, 10, 1), date(2026, 9, 1)
ONE = replace(trial(include("adult", BooleanTest("a", True)), trial_id="T1"), conditions=("back-pain",))
BEYOND = 6
"""How far above the truth a reader tries what is kept back."""


def count(database: Database, steps: Mapping[str, tuple[int, ...]], month: date = NOVEMBER) -> None:
    """Count so many visits at each step, by source."""
    counts = {
        (month, Key(kind, "back-pain" if kind is CounterKind.BEGAN else "T1", source)): number
        for source, numbers in steps.items()
        for kind, number in zip(STEPS, numbers, strict=True)
        if number
    }
    with database.writing() as session:
        usage_counters.add(session, counts)


def found(database: Database, since: date | None = None) -> VisitSteps:
    with database.reading() as session:
        return visit_steps(session, ONE, since)


def test_steps_are_of_the_same_visits_and_come_with_where_they_stopped(database: Database) -> None:
    count(database, {"google": (100, 70, 40, 20), "direct": (50, 40, 20, 10)})

    steps = found(database)

    assert steps.shown == dict(zip(STEPS, (150, 110, 60, 30), strict=True))
    assert steps.stops == {
        "google": {**dict(zip(STOPS, (30, 30, 20, 20), strict=True)), TOTAL: 100},
        "direct": {**dict(zip(STOPS, (10, 20, 10, 10), strict=True)), TOTAL: 50},
    }


def test_visits_of_before_their_ends_were_counted_are_left_out(database: Database) -> None:
    count(database, {"google": (500, 0, 0, 0)}, SEPTEMBER)
    count(database, {"google": (100, 70, 40, 20)}, OCTOBER)
    count(database, {"google": (10, 10, 10, 10)}, NOVEMBER)

    assert (found(database).since, found(database).shown) == (OCTOBER, dict(zip(STEPS, (110, 80, 50, 30), strict=True)))
    assert found(database).earlier == (500, 0)
    assert (found(database, NOVEMBER).shown, found(database, NOVEMBER).earlier) == (dict.fromkeys(STEPS, 10), (0, 0))


def test_without_any_end_there_are_no_steps(database: Database) -> None:
    with database.writing() as session:
        usage_counters.add(session, {(NOVEMBER, Key(CounterKind.BEGAN, "back-pain", "google")): 100})

    assert found(database) == VisitSteps(None, earlier=(100, 0))


@pytest.mark.parametrize("numbers", [(9, 49, 0, 0), (60, 20, 30, 10), (60, 40, 30, 31)])
def test_counts_of_which_one_exceeds_the_one_before_are_not_shown(database: Database, numbers: tuple[int, ...]) -> None:
    count(database, {"google": numbers})

    steps = found(database)

    assert (steps.fits, steps.shown, steps.stops) == (False, None, None)


def nested(most: int) -> some.SearchStrategy[tuple[int, ...]]:
    return some.lists(some.integers(0, most), min_size=4, max_size=4).map(lambda one: tuple(sorted(one, reverse=True)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(some.dictionaries(some.sampled_from(["google", "direct"]), nested(24), min_size=1))
@example({"google": (20, 17, 17, 10)})
@example({"google": (40, 30, 20, 3)})
@example({"google": (544, 100, 9, 9), "direct": (3, 2, 1, 0)})
def test_no_small_number_of_visits_can_be_worked_out_from_the_steps(
    database: Database, drawn: dict[str, tuple[int, ...]]
) -> None:
    with database.writing() as session:
        session.execute(CounterRow.__table__.delete())
    count(database, drawn)
    steps = found(database)
    totals = [sum(column) for column in zip(*drawn.values(), strict=True)]

    if steps.shown is None:
        return
    shown = [steps.shown[kind] for kind in STEPS]
    assert all(mark is not SuppressionMark.FEW or 0 < total < FEW for mark, total in zip(shown, totals, strict=True))
    assert all(not isinstance(mark, int) or mark == total for mark, total in zip(shown, totals, strict=True))
    readings = list(fitting(shown, max(totals) + BEYOND))
    assert tuple(totals) in readings
    for left in ({one[place] - one[place + 1] for one in readings} for place in range(3)):
        assert len(left) > 1 or not 0 < left.pop() < FEW


def fitting(shown: list[Shown], most: int) -> Iterator[tuple[int, ...]]:
    """Yield all nested numbers that fit what is shown: what a reader can know of them."""

    def possible(mark: Shown) -> range:
        if mark is SuppressionMark.FEW:
            return range(1, FEW)
        return range(FEW, most + 1) if mark is SuppressionMark.HIDDEN else range(int(mark), int(mark) + 1)

    def after(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(numbers) == len(shown):
            yield numbers
            return
        for number in possible(shown[len(numbers)]):
            if not numbers or number <= numbers[-1]:
                yield from after((*numbers, number))

    yield from after(())


def test_a_reader_works_out_who_stopped_where_nothing_but_that_is_kept_back() -> None:
    readings = list(fitting([20, 17, 17, 10], 26))

    assert {earlier - later for one in readings for earlier, later in [next(pairwise(one))]} == {3}
