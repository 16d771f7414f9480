"""The hash chain over the audit trail, against an attacker who controls the database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from prescreen.database import Database
from prescreen.storage.audit import events, hash_chain
from prescreen.storage.audit.events import Action, Actor, ActorKind, Event, Subject
from prescreen.workflow.audit.hash_chain import Flaw, Verdict, current_head, read_head, seal, verify
from tests.databases import sqlite_copy
from tests.people import LATER, NOW

OPERATOR = Actor(ActorKind.OPERATOR)
AT = datetime(2026, 11, 23, 9, 30, 0, 120000, tzinfo=UTC)
DETAILS = {"rows": 1e2, "share": 0.1, "small": 1.5e-7, "big": 12345678901234567890, "name": "Zoë", "none": None}
WRITTEN = rb'{"big":12345678901234567890,"name":"Zo\u00eb","none":null,"rows":100,"share":0.1,"small":1.5e-07}'


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Open the database that keeps whatever is written into it."""
    opened = Database(sqlite_copy(sqlite_template, tmp_path / "only.sqlite3"))
    yield opened
    opened.close()


def recorded(database: Database, count: int, **details: object) -> None:
    for number in range(count):
        event = Event(AT, OPERATOR, Action.LEAD_DELETED, Subject("lead", str(number)), details or {"number": number})
        with database.writing() as session:
            events.record(session, event)


@pytest.fixture
def sealed(database: Database) -> Database:
    """Return a trail of six events, all sealed."""
    recorded(database, 6)
    seal(database, NOW)
    return database


def check(database: Database, head: str | None = None, now: datetime = LATER) -> Verdict:
    return verify(database, read_head(head) if head else None, now)


def flaw(verdict: Verdict) -> tuple[Flaw, int | None] | None:
    return (verdict.fault.flaw, verdict.fault.sequence) if verdict.fault else None


def sequences(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT sequence FROM audit_event ORDER BY sequence")))


def tampered(database: Database, *statements: str, **values: object) -> None:
    """Do what the database refuses to everybody who does not own it."""
    if database.engine.dialect.name == "postgresql":
        guards = ("SET session_replication_role = replica",)
    else:
        made = ("audit_event_refuses_update", "audit_event_refuses_delete")
        guards = tuple(f"DROP TRIGGER {name}" for name in (*made, *(one.replace("event", "link") for one in made)))
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        for statement in (*guards, *statements):
            connection.execute(text(statement), values)
        connection.commit()
    # What was switched off for one connection must not stay so for the next to borrow it.
    database.engine.dispose()


def changed(database: Database, table: str, change: str, which: str, **values: object) -> None:
    tampered(database, f"UPDATE {table} SET {change} WHERE {which}", **values)  # noqa: S608 - no input


def third_of(database: Database) -> int:
    return sequences(database)[2]


def test_an_untouched_trail_is_whole(sealed: Database) -> None:
    verdict = check(sealed)

    assert (verdict.head.place, verdict.sealed, verdict.fault) == (6, 0, None)


def test_a_trail_without_events_is_whole(database: Database) -> None:
    assert (check(database).head, check(database).head.place) == (hash_chain.Head(), 1)


def test_a_check_seals_what_is_open_and_is_on_record_itself(database: Database) -> None:
    recorded(database, 3)

    first, second = check(database), check(database)

    assert [(one.sealed, one.head.place) for one in (first, second)] == [(3, 3), (1, 4)]
    with database.reading() as session:
        told = events.about(session, Subject("trail", "audit"))
    assert [(one.action, one.details) for one in told] == [
        (Action.TRAIL_CHECKED, {"events": place, "head": str(one.head), "flaw": None})
        for place, one in ((3, first), (4, second))
    ]


def test_sealing_again_adds_nothing(sealed: Database) -> None:
    before = current_head(sealed)

    assert (seal(sealed, LATER), current_head(sealed)) == (0, before)


def test_more_than_a_batch_is_sealed_and_checked(database: Database) -> None:
    with database.writing() as session:
        events.record(session, *(Event(AT, OPERATOR, Action.SIGNED_IN, Subject("x", str(n))) for n in range(2500)))
    told: list[int] = []

    verdict = verify(database, None, NOW, told.append)

    assert (verdict.sealed, verdict.head.place, verdict.fault, told) == (2500, 2500, None, [1000, 2000])


def test_both_databases_come_to_the_same_digests(database: Database) -> None:
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text("ALTER SEQUENCE audit_event_sequence_seq RESTART WITH 1"))
    recorded(database, 2, **DETAILS)
    seal(database, NOW + timedelta(microseconds=50))

    digest = sha256(b"prescreen audit chain 1").digest()
    for number in (b"1", b"2"):
        link = b"1:%s,26:2026-11-23 09:30:00.000050," % number
        event = b"1:%s,26:2026-11-23 09:30:00.120000,8:operator,-,12:lead_deleted,4:lead,1:%d," % (
            number,
            int(number) - 1,
        )
        digest = sha256(digest + link + event + b"%d:%s," % (len(WRITTEN), WRITTEN)).digest()
    assert current_head(database).digest == digest


def test_those_who_seal_at_once_link_every_event_once(database: Database) -> None:
    recorded(database, 40)

    with ThreadPoolExecutor(4) as sealers:
        counts = list(sealers.map(lambda _: seal(database, NOW), range(4)))

    assert sum(counts) == 40
    assert check(database).fault is None


@pytest.mark.parametrize("change", ["UPDATE audit_link SET place = 9", "DELETE FROM audit_link"])
def test_the_chain_refuses_change(sealed: Database, change: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), sealed.writing() as session:
        session.execute(text(change))


@pytest.mark.parametrize(
    "change",
    [
        "actor_kind = 'recruiter'",
        "actor_id = ''",
        "action = 'signed_in'",
        "subject_kind = 'referral'",
        "subject_id = '99'",
        "details = '{\"number\": 7}'",
        'details = \'{"number": "2"}\'',
    ],
)
def test_a_changed_event_is_named(sealed: Database, change: str) -> None:
    third = third_of(sealed)
    changed(sealed, "audit_event", change, "sequence = :third", third=third)

    verdict = check(sealed)

    assert (flaw(verdict), verdict.head.place) == ((Flaw.CHANGED, third), 2)
    assert verdict.fault is not None
    assert f"event {third} " in verdict.fault.words


def test_an_event_moved_by_a_microsecond_is_named(sealed: Database) -> None:
    third = third_of(sealed)
    moved = "2026-11-23 09:30:00.120001"
    zone = "+00" if sealed.engine.dialect.name == "postgresql" else ""
    changed(sealed, "audit_event", f"at = '{moved}{zone}'", "sequence = :third", third=third)

    assert flaw(check(sealed)) == (Flaw.CHANGED, third)


def test_an_event_written_the_other_way_round_is_still_the_same(database: Database) -> None:
    recorded(database, 1, a=1, b=[0.5, 100])
    seal(database, NOW)
    tampered(database, 'UPDATE audit_event SET details = \'{"b": [5e-1, 1e2],   "a": 1.0}\'')

    assert check(database).fault is None


@pytest.mark.parametrize("spoilt", ["{", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000])
def test_what_cannot_be_read_any_more_is_named_too(sqlite: Database, spoilt: str) -> None:
    recorded(sqlite, 6)
    seal(sqlite, NOW)
    changed(sqlite, "audit_event", "details = :spoilt", "sequence = 3", spoilt=spoilt)

    assert flaw(check(sqlite)) == (Flaw.CHANGED, 3)


def test_what_never_could_be_read_is_sealed_as_it_stands(sqlite: Database) -> None:
    recorded(sqlite, 1)
    tampered(sqlite, "UPDATE audit_event SET details = '{'")

    assert (check(sqlite).fault, check(sqlite).fault) == (None, None)


def test_a_deleted_event_is_named(sealed: Database) -> None:
    third = third_of(sealed)
    tampered(sealed, "DELETE FROM audit_event WHERE sequence = :third", third=third)

    verdict = check(sealed)

    assert (flaw(verdict), verdict.head.place) == ((Flaw.DELETED, third), 2)


def test_an_event_deleted_with_its_link_leaves_a_gap(sealed: Database) -> None:
    gone = ("DELETE FROM audit_link WHERE place = 3", "DELETE FROM audit_event WHERE sequence = :third")
    tampered(sealed, *gone, third=third_of(sealed))

    verdict = check(sealed)

    assert verdict.fault is not None
    assert (verdict.fault.flaw, verdict.fault.place) == (Flaw.LINK_MISSING, 3)


def test_two_events_that_changed_places_are_convicted(sealed: Database) -> None:
    second, third = sequences(sealed)[1:3]
    tampered(
        sealed,
        "UPDATE audit_event SET sequence = 777777 WHERE sequence = :second",
        "UPDATE audit_event SET sequence = :second WHERE sequence = :third",
        "UPDATE audit_event SET sequence = :third WHERE sequence = 777777",
        second=second,
        third=third,
    )

    assert flaw(check(sealed)) == (Flaw.CHANGED, second)


def test_two_links_that_changed_places_are_convicted(sealed: Database) -> None:
    tampered(
        sealed,
        "UPDATE audit_link SET place = 777777 WHERE place = 2",
        "UPDATE audit_link SET place = 2 WHERE place = 3",
        "UPDATE audit_link SET place = 3 WHERE place = 777777",
    )

    assert flaw(check(sealed)) == (Flaw.CHANGED, sequences(sealed)[2])


@pytest.mark.parametrize("change", ["digest = :other", "sealed_at = '2026-11-23 09:30:00.000001'"])
def test_a_changed_link_is_convicted(sealed: Database, change: str) -> None:
    changed(sealed, "audit_link", change, "place = 6", other=b"\0" * 32)

    assert flaw(check(sealed)) == (Flaw.CHANGED, sequences(sealed)[5])


def test_an_event_slipped_in_among_older_ones_is_convicted_and_never_sealed(sealed: Database) -> None:
    number = sequences(sealed)[0] - 1
    tampered(
        sealed,
        "INSERT INTO audit_event (sequence, at, actor_kind, action, subject_kind, subject_id, details) "
        "SELECT :number, at, actor_kind, action, subject_kind, '99', details FROM audit_event WHERE sequence = :next",
        number=number,
        next=number + 1,
    )
    later = LATER + hash_chain.LONGEST_TRANSACTION

    verdicts = [check(sealed, now=later), check(sealed, now=later)]

    assert [flaw(verdict) for verdict in verdicts] == [(Flaw.INSERTED, number)] * 2
    assert [verdict.sealed for verdict in verdicts] == [0, 1]


def cut(database: Database) -> str:
    """Cut the last two events off with their links; give the head as it was before."""
    head, last = current_head(database), sequences(database)[4]
    gone = ("DELETE FROM audit_link WHERE place > 4", "DELETE FROM audit_event WHERE sequence >= :last")
    tampered(database, *gone, last=last)
    return str(head)


@pytest.mark.parametrize(("part", "flaw"), [(slice(None), Flaw.CUT), (slice(2, None), Flaw.ANOTHER)])
def test_a_cut_end_shows_against_the_published_head(sealed: Database, part: slice, flaw: Flaw) -> None:
    head = cut(sealed)

    verdict = check(sealed, head[part])

    assert verdict.fault is not None
    assert verdict.fault.flaw is flaw


def test_a_cut_end_shows_against_a_published_count(sealed: Database) -> None:
    cut(sealed)

    verdict = check(sealed, "6")

    assert verdict.fault is not None
    assert (verdict.fault.flaw, verdict.fault.place) == (Flaw.CUT, 5)


def test_a_chain_that_grew_anew_after_a_cut_shows_against_the_published_head(sealed: Database) -> None:
    head = cut(sealed)
    recorded(sealed, 5)

    assert check(sealed).fault is None
    verdict = check(sealed, head)
    assert verdict.fault is not None
    assert (verdict.fault.flaw, verdict.fault.place) == (Flaw.ANOTHER, 6)


def test_links_cut_off_and_sealed_anew_show_against_the_published_head(sealed: Database) -> None:
    head = str(current_head(sealed))
    tampered(sealed, "DELETE FROM audit_link")

    assert seal(sealed, LATER) == 6
    assert check(sealed).fault is None
    assert check(sealed, head).fault is not None


def test_every_head_that_was_ever_published_is_part_of_a_whole_chain(sealed: Database) -> None:
    early = str(current_head(sealed))
    recorded(sealed, 5)

    heads = (early, early.partition(":")[2], "6", "0", str(hash_chain.Head()))

    assert [check(sealed, head).fault for head in heads] == [None] * 5


@pytest.mark.parametrize("head", ["", "x", "12:", "12:abc", "-3", "1" * 19, "1:" + "g" * 64])
def test_what_is_no_head_is_refused(head: str) -> None:
    with pytest.raises(ValueError, match="is no head"):
        read_head(head)


@pytest.mark.postgres
def test_an_event_committed_after_a_later_one_is_linked_when_it_is_seen(postgres: Database) -> None:
    with postgres.writing() as slow:
        events.record(slow, Event(AT, OPERATOR, Action.SIGNED_IN, Subject("x", "slow")))
        slow.flush()
        recorded(postgres, 2)
        assert seal(postgres, NOW) == 2
    assert seal(postgres, NOW) == 1

    with postgres.reading() as session:
        order = [link.sequence for link in hash_chain.links(session, None, 10)]
    assert order == [order[2] + 1, order[2] + 2, order[2]]
    assert check(postgres, now=NOW + 2 * hash_chain.LONGEST_TRANSACTION).fault is None


@pytest.mark.postgres
def test_an_event_that_was_not_there_for_too_long_is_no_late_one(postgres: Database) -> None:
    with postgres.writing() as slow:
        events.record(slow, Event(AT, OPERATOR, Action.SIGNED_IN, Subject("x", "slow")))
        slow.flush()
        recorded(postgres, 2)
        seal(postgres, NOW)

    assert seal(postgres, NOW + hash_chain.LONGEST_TRANSACTION) == 0
