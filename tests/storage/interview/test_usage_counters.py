"""Counters: concurrent additions add up, and no column identifies a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import inspect

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Counts, Key, first_month, month_of, totals
from prescreen.storage.tables import CounterRow

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
ADULT = Key(CounterKind.PERMITS, "T1", "adult")
SHOWN = Key(CounterKind.SHOWN, "age")


def add(database: Database, counts: Counts) -> None:
    with database.writing() as session:
        usage_counters.add(session, counts)


def found(database: Database, *kinds: CounterKind, since: date | None = None) -> dict[Key, int]:
    with database.reading() as session:
        return totals(session, kinds or CounterKind, since)


def test_what_is_added_adds_up(database: Database) -> None:
    add(database, {(NOVEMBER, ADULT): 2, (NOVEMBER, SHOWN): 1})
    add(database, {(NOVEMBER, ADULT): 3})
    add(database, {})

    assert found(database) == {ADULT: 5, SHOWN: 1}


def test_months_are_kept_apart_and_summed_from_the_month_of_a_day_on(database: Database) -> None:
    add(database, {(OCTOBER, ADULT): 1, (NOVEMBER, ADULT): 2})

    assert found(database) == {ADULT: 3}
    assert found(database, since=date(2026, 11, 30)) == {ADULT: 2}
    with database.reading() as session:
        assert first_month(session) == OCTOBER


def test_only_the_kinds_that_are_asked_for_are_read(database: Database) -> None:
    add(database, {(NOVEMBER, ADULT): 2, (NOVEMBER, SHOWN): 1})

    assert found(database, CounterKind.SHOWN, CounterKind.ANSWERED) == {SHOWN: 1}


def test_totals_come_in_the_order_of_names_and_parts_whatever_the_database_sorts_by(database: Database) -> None:
    keys = [Key(CounterKind.PERMITS, name, part) for name in ("T1", "T2") for part in ("Z", "a", "b")]
    add(database, {(NOVEMBER, key): 1 for key in reversed(keys)})

    assert list(found(database)) == keys


def test_nothing_was_counted_in_an_empty_table(database: Database) -> None:
    with database.reading() as session:
        assert (totals(session), first_month(session)) == ({}, None)


def at_once(database: Database, adding) -> dict[Key, int]:
    """Let eight threads add to the same counters, in different orders."""
    batches = [{(NOVEMBER, key): 1 for key in order} for order in ((ADULT, SHOWN), (SHOWN, ADULT))] * 20

    def write(batch: Counts) -> None:
        with database.writing() as session:
            adding(session, batch)

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(write, batches))
    return found(database)


def test_those_who_add_at_once_add_up_and_never_wait_in_a_circle(database: Database) -> None:
    assert at_once(database, usage_counters.add) == {ADULT: 40, SHOWN: 40}


def test_an_addition_that_replaces_is_convicted(database: Database) -> None:
    def replacing(session: Session, counts: Counts) -> None:
        for (month, key), count in sorted(counts.items()):
            session.merge(CounterRow(day=month, kind=key.kind.value, name=key.name, part=key.part, count=count))

    add(database, {(NOVEMBER, ADULT): 1, (NOVEMBER, SHOWN): 1})

    assert at_once(database, replacing) != {ADULT: 41, SHOWN: 41}


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 23), date(2026, 11, 30)])
def test_no_finer_time_than_the_month_is_known(day: date) -> None:
    assert month_of(day) == NOVEMBER


def test_no_column_holds_a_person(database: Database) -> None:
    columns = {column["name"]: str(column["type"]) for column in inspect(database.engine).get_columns("counter")}

    assert columns == {"day": "DATE", "kind": "TEXT", "name": "TEXT", "part": "TEXT", "count": "BIGINT"}
    assert inspect(database.engine).get_foreign_keys("counter") == []


def sources(database: Database) -> set[str]:
    return {key.part for key in found(database, CounterKind.ARRIVED)}


def arrived(source: str) -> Key:
    return Key(CounterKind.ARRIVED, "back-pain", source)


def test_sources_beyond_the_most_that_are_told_apart_count_as_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_counters, "MOST_SOURCES", 3)
    add(database, {(NOVEMBER, arrived("b")): 1, (NOVEMBER, arrived("a")): 1})
    add(database, {(NOVEMBER, arrived(f"made-up-{number}")): 2 for number in range(4)})
    add(database, {(NOVEMBER, arrived("a")): 1, (NOVEMBER, arrived(usage_counters.DIRECT)): 5})

    assert found(database) == {
        arrived("a"): 2,
        arrived("b"): 1,
        arrived("direct"): 5,
        arrived("made-up-0"): 2,
        arrived("other"): 6,
    }


def test_a_new_month_tells_new_sources_apart(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_counters, "MOST_SOURCES", 1)
    add(database, {(OCTOBER, arrived("a")): 1, (OCTOBER, arrived("b")): 1})
    add(database, {(NOVEMBER, arrived("b")): 1, (NOVEMBER, Key(CounterKind.SENT, "T1", "c")): 1})

    assert found(database) == {
        arrived("a"): 1,
        arrived("b"): 1,
        arrived("other"): 1,
        Key(CounterKind.SENT, "T1", "other"): 1,
    }


def test_two_who_make_up_sources_at_once_get_no_more_of_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_counters, "MOST_SOURCES", 5)

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda number: add(database, {(NOVEMBER, arrived(f"s{number}")): 1}), range(40)))

    assert len(sources(database)) == 6
    assert sum(found(database).values()) == 40


def test_only_what_is_counted_under_a_name_is_read(database: Database) -> None:
    add(database, {(NOVEMBER, ADULT): 2, (NOVEMBER, Key(CounterKind.PERMITS, "T2", "adult")): 3})

    with database.reading() as session:
        assert totals(session, [CounterKind.PERMITS], names=["T2"]) == {Key(CounterKind.PERMITS, "T2", "adult"): 3}
