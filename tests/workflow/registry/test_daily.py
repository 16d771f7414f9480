"""Each trial is asked for once a day, by one of several workers, over a crash and over clocks that are wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from prescreen.database import Database
from prescreen.storage import registry
from prescreen.workflow.registry.answers import Failure, Fetched, RegistryError, Seen
from prescreen.workflow.registry.client import RegistryClient
from prescreen.workflow.registry.watching import ASKED_AGAIN_AFTER, ASKED_EVERY, LEASE, Watched, check_next
from tests.registry_server import RegistryServer, record, written
from tests.workflow.watches import NOW, QUICK

IDS = tuple(f"NCT0000000{number}" for number in range(1, 5))


class Asked(Counter[str]):
    """A registry that answers at once, and counts for what it was asked."""

    fails: Failure | None = None

    def __call__(self, trial_id: str, seen: Seen) -> Fetched:
        self[trial_id] += 1
        if self.fails:
            raise RegistryError(self.fails, "it fails")
        return Fetched(written(record(trial_id)), Seen('"one"'))


@pytest.fixture
def worker(database: Database, watched: Watched) -> Callable[[Asked, datetime], None]:
    """Return what a worker does at a time: it asks for all that is due."""

    def of(trial_id: str) -> Watched:
        return replace(watched, trial=replace(watched.trial, id=trial_id))

    def work(source: Asked, now: datetime) -> None:
        while check_next(database, source, of, IDS, now):
            pass

    return work


Worker = Callable[[Asked, datetime], None]


def test_workers_whose_clocks_differ_ask_for_each_trial_once_a_day(worker: Worker) -> None:
    source = Asked()
    for hour in range(1, 3 * 24):
        for skew in (timedelta(), timedelta(minutes=5), timedelta(minutes=-5)):
            worker(source, NOW + timedelta(hours=hour) + skew)

    assert source == dict.fromkeys(IDS, 3)


def test_two_workers_ask_for_each_trial_once(database: Database, server: RegistryServer, watched: Watched) -> None:
    ids = [f"NCT0000000{number}" for number in range(1, 9)]
    server.records.update({one: record(one) for one in ids})

    def work() -> None:
        client = RegistryClient(server.base, "prescreen", QUICK)
        while check_next(
            database, client, lambda one: replace(watched, trial=replace(watched.trial, id=one)), ids, NOW
        ):
            pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert sorted(trial_id for trial_id, _, _ in server.asked) == ids


def test_what_a_worker_that_crashed_was_asking_for_is_asked_for_by_another(database: Database, worker: Worker) -> None:
    source = Asked()
    with database.writing() as session:
        assert registry.claim(session, IDS[0], NOW, NOW + LEASE)

    worker(source, NOW + timedelta(minutes=1))
    assert source == dict.fromkeys(IDS[1:], 1)

    worker(source, NOW + LEASE)
    assert source == dict.fromkeys(IDS, 1)


@pytest.mark.parametrize(
    ("back", "times"), [(timedelta(hours=1), 1), (timedelta(hours=23), 1), (timedelta(days=30), 2)]
)
def test_a_clock_that_is_set_back_neither_stops_the_watch_nor_repeats_it(
    back: timedelta, times: int, worker: Worker
) -> None:
    source = Asked()
    worker(source, NOW)

    for minutes in range(0, 60, 10):
        worker(source, NOW - back + timedelta(minutes=minutes))
    assert source == dict.fromkeys(IDS, times)

    worker(source, NOW - back + 2 * ASKED_EVERY)
    assert source == dict.fromkeys(IDS, times + 1)


def test_after_a_failure_a_trial_is_asked_for_a_few_times_a_day(worker: Worker) -> None:
    source = Asked()
    source.fails = Failure.NO_RECORD

    for hour in range(24):
        worker(source, NOW + timedelta(hours=hour))

    assert source == dict.fromkeys(IDS, ASKED_EVERY // ASKED_AGAIN_AFTER)
