"""Races about a person: two actions at once, and no invariant may break: `python -m benchmarks.participants.races`.

Each round has a new person and two threads. In every other round one of them is paused after some statement, until the
other one has ended or waits for a lock: so a single round convicts an action that reads before it locks.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import event

from benchmarks.participants.rivalling_actions import ACTIONS, ENDS_ALL, MAIN, UNCONFIRMED, Person, person
from prescreen import database as schema
from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import violations
from prescreen.storage.referrals import referrals
from tests.people import recruiter
from tests.services import postgres

KEYS = Keys.derived("a secret for benchmarks, and for nothing else", KeyRing([EncryptionKey("k1", bytes(range(32)))]))
MOST_STATEMENTS = 24
"""After how many statements a transaction is paused at most."""
_WAITS_AT_MOST, _SQLITE_WAITS, _LOOKS_EVERY = 2.0, 0.005, 0.001
_WAITING = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
)

_STANDS = "a referral stands, though the person ended everything"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Schedule:
    """Which of two threads (0 or 1) is paused, and after which of its statements; None: neither."""

    paused: int
    after: int


@dataclass
class Tally:
    """What came of the races: rounds by pair, and faults by pair and kind."""

    rounds: Counter[Pair] = field(default_factory=Counter)
    faults: Counter[tuple[Pair, str]] = field(default_factory=Counter)

    def faults_of(self, pair: Pair) -> dict[str, int]:
        """Return how often each fault was found in a pair."""
        return {fault: times for (one, fault), times in self.faults.items() if one == pair}


def pairs(names: Sequence[str]) -> list[Pair]:
    """Return every pair of these actions, each with itself included."""
    return list(combinations_with_replacement(names, 2))


def schedules(rounds: int) -> Iterator[Schedule | None]:
    """Yield one schedule for each round: every other one without a pause, else each thread after each statement."""
    for number in range(rounds):
        after, paused = divmod(number // 2, 2)
        yield Schedule(paused, 1 + after % MOST_STATEMENTS) if number % 2 else None


class Arena:
    """Two threads, and a database in which the statements of one can be paused."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.account: Account = recruiter(database)
        self._threads = ThreadPoolExecutor(2)
        self._mine = threading.local()
        self._monitor = _monitor(database)
        event.listen(database.engine, "after_cursor_execute", self._executed)

    def close(self) -> None:
        """Stop the threads and the watch over waiting transactions."""
        event.remove(self.database.engine, "after_cursor_execute", self._executed)
        self._threads.shutdown()
        if self._monitor is not None:
            self._monitor.close()

    def race(self, pair: Pair, schedule: Schedule | None) -> list[str]:
        """Run two actions about a new person at once; return what went wrong."""
        one = person(self.database, KEYS, self.account, confirmed=not UNCONFIRMED.intersection(pair))
        start, ended = threading.Barrier(2), [threading.Event(), threading.Event()]

        def run(number: int) -> str | None:
            self._mine.left = schedule.after if schedule and schedule.paused == number else 0
            self._mine.other = ended[1 - number]
            start.wait()
            if schedule and schedule.paused != number:
                time.sleep(_LOOKS_EVERY)
            elif schedule is None:
                time.sleep(random.random() * 0.004)
            try:
                return _fault(ACTIONS[pair[number]], one)
            finally:
                ended[number].set()

        raised = [fault for fault in self._threads.map(run, (0, 1)) if fault]
        with self.database.reading() as session:
            standing = [found for found in referrals.of_lead(session, one.lead_id) if found.withdrawn_at is None]
            broken = [found.invariant for found in violations(session, one.lead_id)]
        return raised + broken + ([_STANDS] if standing and ENDS_ALL.intersection(pair) else [])

    def _executed(self, *_: Any) -> None:
        left = getattr(self._mine, "left", 0)
        self._mine.left = left - 1
        if left == 1:
            self._pause(self._mine.other)

    def _pause(self, other: threading.Event) -> None:
        if self._monitor is None:
            other.wait(_SQLITE_WAITS)
            return
        until = time.monotonic() + _WAITS_AT_MOST
        while time.monotonic() < until and not other.wait(_LOOKS_EVERY):
            if self._monitor.execute(_WAITING).fetchone() == (True,):
                return


def _fault(action: Callable[[Person], None], one: Person) -> str | None:
    try:
        action(one)
    except Exception as error:  # the edge: whatever an action raises is what the race is about
        return f"raised {type(error).__name__}: {str(error).splitlines()[0]}"
    return None


def _monitor(database: Database) -> psycopg.Connection[Any] | None:
    if database.engine.dialect.name != "postgresql":
        return None
    url = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


@contextmanager
def arena(database: Database) -> Iterator[Arena]:
    """Open an arena on a database with all tables, for a `with` block."""
    opened = Arena(database)
    try:
        yield opened
    finally:
        opened.close()


def run(opened: Arena, which: Sequence[Pair], plan: Sequence[Schedule | None]) -> Tally:
    """Race every pair as often as the plan says."""
    tally = Tally()
    for pair in which:
        run_pair(opened, pair, plan, tally)
    return tally


def run_pair(opened: Arena, pair: Pair, plan: Sequence[Schedule | None], tally: Tally) -> None:
    """Race one pair as often as the plan says, and add up what came of it."""
    for schedule in plan:
        tally.rounds[pair] += 1
        tally.faults.update((pair, fault) for fault in opened.race(pair, schedule))


@contextmanager
def new_database(engine: str) -> Iterator[Database]:
    """Make a database on one engine, for a `with` block."""
    if engine == "sqlite":
        with TemporaryDirectory(prefix="prescreen-") as folder:
            yield from _migrated(f"sqlite:///{Path(folder) / 'races.sqlite3'}")
        return
    with postgres.throwaway() as server:
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE races")
        yield from _migrated(server.replace("/postgres?", "/races?"))


def _migrated(url: str) -> Iterator[Database]:
    database = Database(url)
    schema.upgrade(database.engine)
    yield database
    database.close()


def main() -> int:
    """Race and print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.participants.races", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="rounds a pair")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), action="append", help="only this one")
    parser.add_argument("--all", action="store_true", help="every action, not only those that end or begin something")
    parser.add_argument("--pair", nargs=2, choices=tuple(ACTIONS), action="append", help="only these two actions")
    given = parser.parse_args()
    which = [tuple(one) for one in given.pair or ()] or pairs(tuple(ACTIONS) if given.all else MAIN)
    plan = list(schedules(given.rounds))
    return max(_report(engine, which, plan) for engine in given.engine or ("postgresql", "sqlite"))


def _report(engine: str, which: Sequence[Any], plan: Sequence[Schedule | None]) -> int:
    began = time.monotonic()
    tally = Tally()
    with new_database(engine) as database, arena(database) as opened:
        for pair in which:
            run_pair(opened, pair, plan, tally)
            found = ", ".join(f"{times} x {fault}" for fault, times in tally.faults_of(pair).items())
            print(f"{engine}: {' x '.join(pair)}: {tally.rounds[pair]} rounds, {found or 'no fault'}", flush=True)
    deadlocks = sum(times for (_, fault), times in tally.faults.items() if "eadlock" in fault or "is locked" in fault)
    print(
        f"{engine}: {len(tally.rounds)} pairs, {tally.rounds.total()} rounds, {tally.faults.total()} faults, of which "
        f"{deadlocks} deadlocks, in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return int(bool(tally.faults))


if __name__ == "__main__":
    raise SystemExit(main())
