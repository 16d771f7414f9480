"""Advisory locks: one registry of numbers, and no two subjects that wait for each other."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.audit import hash_chain
from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock, KeyedLock
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key

ROOT = Path(__file__).parents[3]
REGISTRY = ROOT / "prescreen/storage/base/advisory_locks.py"
ARRIVALS = {(date(2026, 11, 1), Key(CounterKind.ARRIVED, "back-pain", "poster")): 1}
OTHER_KEY, SAME_START = b"\x80\x00\x00\x01other", b"\x00\x00\x00\x07"


@contextmanager
def impatient(database: Database) -> Iterator[Session]:
    """Open a transaction that fails where it would wait."""
    with database.writing() as session:
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '300ms'")
        yield session


def waits(database: Database, held: Callable[[Session], object], wanted: Callable[[Session], object]) -> bool:
    """Return whether one transaction waits for another that is still open."""
    with database.writing() as holder:
        held(holder)
        try:
            with impatient(database) as session:
                wanted(session)
        except Exception as error:
            if "lock timeout" not in str(error):
                raise
            return True
        return False


def uses(text: str) -> list[str]:
    """Return the names of PostgreSQL's functions for advisory locks that stand in a module's code."""
    tree = ast.parse(text)
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return [found for word in (*words, *names) for found in re.findall(r"pg_(?:try_)?advisory\w*", word)]


@pytest.mark.postgres
def test_a_flush_of_counters_does_not_wait_for_a_sealing(postgres: Database) -> None:
    assert not waits(postgres, hash_chain.lock, lambda session: usage_counters.add(session, ARRIVALS))


@pytest.mark.postgres
def test_each_lock_keeps_out_itself_and_no_other(postgres: Database) -> None:
    for held in AdvisoryLock:
        for wanted in AdvisoryLock:
            assert waits(
                postgres,
                lambda session, lock=held: advisory_locks.hold(session, lock),
                lambda session, lock=wanted: advisory_locks.hold(session, lock),
            ) is (held is wanted)


@pytest.mark.postgres
def test_keyed_locks_are_apart_from_the_others_and_from_each_other(postgres: Database) -> None:
    def keyed(*keys: bytes) -> Callable[[Session], None]:
        return lambda session: advisory_locks.hold_keys(session, KeyedLock.SIGN_IN_ATTEMPTS, keys)

    assert waits(postgres, keyed(SAME_START), keyed(OTHER_KEY, SAME_START))
    assert not waits(postgres, keyed(SAME_START), keyed(OTHER_KEY))
    assert not any(
        waits(postgres, keyed(SAME_START), lambda session, lock=lock: advisory_locks.hold(session, lock))
        for lock in AdvisoryLock
    )


@pytest.mark.postgres
def test_two_that_lock_the_same_keys_in_different_orders_do_not_deadlock(postgres: Database) -> None:
    def lock(keys: tuple[bytes, bytes]) -> None:
        with postgres.writing() as session:
            advisory_locks.hold_keys(session, KeyedLock.SIGN_IN_ATTEMPTS, keys)

    orders = [(SAME_START, OTHER_KEY), (OTHER_KEY, SAME_START)] * 20
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lock, orders))


def test_without_advisory_locks_nothing_is_done(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.writing() as session:
        advisory_locks.hold(session, AdvisoryLock.AUDIT_SEALING)
        advisory_locks.hold_keys(session, KeyedLock.SIGN_IN_ATTEMPTS, [SAME_START])
    database.close()


def test_every_number_that_is_locked_comes_from_the_registry() -> None:
    modules = [*(ROOT / "prescreen").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")]

    assert {path for path in modules if uses(path.read_text())} == {REGISTRY}


@pytest.mark.parametrize("line", ['text("SELECT pg_advisory_xact_lock(7)")', "func.pg_try_advisory_lock(7)"])
def test_a_lock_beside_the_registry_is_convicted(line: str) -> None:
    assert uses(f"session.execute({line})")
