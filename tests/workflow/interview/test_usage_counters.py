"""Usage counters: in memory first, written in batches, and never at the cost of a request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, NoReturn

import pytest

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import assess
from prescreen.eligibility.criteria.rules import BooleanTest
from prescreen.eligibility.interview.priors import Seen
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.workflow.interview import usage_counters as counting
from prescreen.workflow.interview.usage_counters import Counters, answered, ended, shown
from tests.eligibility.samples import bank, boolean, exclude, facts, include, trial
from tests.people import NOW

TODAY = NOW.date()
SHOWN = shown("age")
ADULT, NOT_ADULT = Key(CounterKind.PERMITS, "T1", "adult"), Key(CounterKind.DOES_NOT_PERMIT, "T1", "adult")
MOST_SECONDS = 10.0

Making = Callable[..., Counters]


class Away:
    """A database that cannot be reached."""

    def reading(self) -> NoReturn:
        raise ConnectionError("gone")

    writing = reading


@pytest.fixture
def told() -> list[Exception]:
    return []


@pytest.fixture
def make(database: Database, told: list[Exception]) -> Iterator[Making]:
    """Return what makes counters on the database, or another; they are closed afterwards."""
    made: list[Counters] = []

    def make(on: Any = database) -> Counters:
        made.append(Counters(on, told.append))
        return made[-1]

    yield make
    for one in made:
        one.close()


def written(database: Database) -> dict[Key, int]:
    with database.reading() as session:
        return usage_counters.totals(session)


def wait_for(database: Database, counts: dict[Key, int]) -> None:
    """Wait until these counts were written; a thread writes them."""
    for _ in range(int(MOST_SECONDS / 0.01)):
        if written(database) == counts:
            return
        threading.Event().wait(0.01)
    assert written(database) == counts


def test_counts_wait_in_memory_until_they_are_flushed(make: Making, database: Database) -> None:
    counters = make()
    counters.add(TODAY, [SHOWN, ADULT])
    counters.add(TODAY, [SHOWN])
    before = written(database)

    counters.flush()
    counters.flush()

    assert (before, written(database)) == ({}, {SHOWN: 2, ADULT: 1})


def test_a_full_batch_is_written_by_a_thread(make: Making, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_WAITING", 3)
    counters = make()

    for _ in range(3):
        counters.add(TODAY, [SHOWN])

    wait_for(database, {SHOWN: 3})


def test_a_batch_is_written_after_a_time_however_small_it_is(
    make: Making, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FLUSH_SECONDS", 0.01)

    make().add(TODAY, [SHOWN])

    wait_for(database, {SHOWN: 1})


def test_closing_writes_what_waits_and_can_be_done_twice(make: Making, database: Database) -> None:
    before = set(threading.enumerate())
    counters = make()
    counters.add(TODAY, [SHOWN])

    counters.close()
    counters.close()

    assert written(database) == {SHOWN: 1}
    assert set(threading.enumerate()) <= before


def test_a_large_batch_is_written_in_short_transactions(
    make: Making, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_AT_ONCE", 2)
    counters = make()
    keys = [shown(f"q{place}") for place in range(5)]

    counters.add(TODAY, keys)
    counters.flush()

    assert written(database) == dict.fromkeys(keys, 1)


def test_two_processes_that_flush_at_once_add_up(make: Making, database: Database) -> None:
    def count(counters: Counters) -> None:
        for _ in range(25):
            counters.add(TODAY, [SHOWN, ADULT])
            counters.flush()

    threads = [threading.Thread(target=count, args=(make(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert written(database) == {SHOWN: 50, ADULT: 50}


def test_many_who_count_in_one_process_while_it_flushes_lose_nothing(make: Making, database: Database) -> None:
    counters = make()
    threads = [threading.Thread(target=lambda: [counters.add(TODAY, [SHOWN]) for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        counters.flush()
    for thread in threads:
        thread.join()
    counters.flush()

    assert written(database) == {SHOWN: 800}


def test_a_database_that_is_away_costs_counts_and_is_told_of_once(make: Making, told: list[Exception]) -> None:
    counters = make(Away())

    for _ in range(3):
        counters.add(TODAY, [SHOWN])
        counters.flush()
        assert counters.observed(TODAY) is None

    assert [str(error) for error in told] == ["gone"]


def test_a_database_that_comes_back_is_written_to_again_and_its_next_failure_told_of(
    make: Making, database: Database, told: list[Exception]
) -> None:
    class Sometimes:
        is_away = True

        @contextmanager
        def writing(self) -> Iterator[Any]:
            if self.is_away:
                raise ConnectionError("gone")
            with database.writing() as session:
                yield session

    sometimes = Sometimes()
    counters = make(sometimes)
    for sometimes.is_away in (True, False, True):
        counters.add(TODAY, [SHOWN])
        counters.flush()

    assert (written(database), len(told)) == ({SHOWN: 1}, 2)


def test_a_declined_answer_counts_as_declined_whichever_way_it_was_declined() -> None:
    assert [answered("age", value).kind for value in (False, *Declined)] == ["answered", "declined", "declined"]


TRIALS = (
    trial(include("a", BooleanTest("a", True)), exclude("b", BooleanTest("b", True)), include("mri", None)),
    trial(include("a", BooleanTest("a", False)), include("c", BooleanTest("c", True)), trial_id="T2"),
    trial(include("a", BooleanTest("a", False)), exclude("b", BooleanTest("b", False)), trial_id="T3"),
)


def test_the_end_of_a_prescreening_counts_each_finding_and_what_alone_shuts_out() -> None:
    person = facts(bank(*map(boolean, "abc")), a=True, b=False)

    counted = list(ended(assess(one, person) for one in TRIALS))

    assert counted == [
        Key(CounterKind.PERMITS, "T1", "a"),
        Key(CounterKind.PERMITS, "T1", "b"),
        Key(CounterKind.DOES_NOT_PERMIT, "T2", "a"),
        Key(CounterKind.UNKNOWN, "T2", "c"),
        Key(CounterKind.SOLE_BLOCKER, "T2", "a"),
        Key(CounterKind.DOES_NOT_PERMIT, "T3", "a"),
        Key(CounterKind.DOES_NOT_PERMIT, "T3", "b"),
    ]


def test_what_was_observed_is_how_often_a_criterion_permitted_and_did_not(make: Making) -> None:
    counters = make()
    counters.add(
        TODAY, [ADULT, SHOWN, Key(CounterKind.UNKNOWN, "T1", "adult"), Key(CounterKind.DOES_NOT_PERMIT, "T2", "pain")]
    )
    counters.add(TODAY, [ADULT, NOT_ADULT])
    counters.flush()

    assert counters.observed(TODAY) == {("T1", "adult"): Seen(2, 1), ("T2", "pain"): Seen(0, 1)}


@pytest.mark.parametrize(("later", "seen"), [(timedelta(days=364), True), (timedelta(days=366 + 31), False)])
def test_what_is_older_than_a_year_is_not_observed_any_more(make: Making, later: timedelta, seen: bool) -> None:
    counters = make()
    counters.add(date(2026, 11, 23), [ADULT])
    counters.flush()

    assert bool(counters.observed(date(2026, 11, 23) + later)) is seen
