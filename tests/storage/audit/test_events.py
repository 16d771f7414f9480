"""Mentions: an event names referrals beside its subject, and each of them finds it without reading the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event as engine_events
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.audit import events, trail_queries
from prescreen.storage.audit.events import Action, Event, Mention, Subject, mentioned_in
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import AuditEvent, AuditMention
from prescreen.workflow.participants.disclosures import NAMING_REFERRALS
from tests.people import NOW

BEFORE = "0007_work_list"
ANN, BEN, CORA = (new_id(NOW + timedelta(seconds=number)) for number in range(3))
BY = events.recruiter(UUID(int=1))


def listed(action: Action, *shown: UUID, minutes: int = 0) -> Event:
    details = {events.REFERRALS: [str(one) for one in shown]}
    return Event(NOW + timedelta(minutes=minutes), BY, action, Subject("recruiter", str(BY.id)), details)


def viewed(referral_id: UUID) -> Event:
    return Event(NOW, BY, Action.REFERRAL_VIEWED, events.referral(referral_id))


def record(database: Database, *recorded: Event) -> None:
    with database.writing() as session:
        events.record(session, *recorded)


def mentions(database: Database, referral_id: UUID, actions: Iterable[Action] = NAMING_REFERRALS) -> list[Mention]:
    with database.reading() as session:
        return events.mentions(session, referral_id, actions)


def kept(database: Database) -> set[tuple[UUID, int]]:
    with database.reading() as session:
        return {
            (one, sequence)
            for one, sequence in session.execute(select(AuditMention.referral_id, AuditMention.sequence))
        }


def derived(database: Database) -> set[tuple[UUID, int]]:
    """Return the mentions that follow from the events."""
    with database.reading() as session:
        rows = session.execute(select(AuditEvent.sequence, AuditEvent.details)).all()
    return {(one, sequence) for sequence, details in rows for one in mentioned_in(details)}


def test_a_referral_finds_the_lists_that_it_stood_on(database: Database) -> None:
    record(database, listed(Action.WORKLIST_VIEWED, ANN, BEN))
    record(database, listed(Action.WORKLIST_SEARCHED, BEN, minutes=1), viewed(ANN))
    record(database, listed(Action.REMINDERS_VIEWED, ANN, CORA, minutes=2))

    first, last = NOW, NOW + timedelta(minutes=2)
    assert mentions(database, ANN) == [Mention(first, Action.WORKLIST_VIEWED), Mention(last, Action.REMINDERS_VIEWED)]
    assert mentions(database, ANN, [Action.WORKLIST_SEARCHED]) == []
    assert mentions(database, new_id(NOW)) == []


def test_what_is_mentioned_follows_from_the_events(database: Database) -> None:
    record(database, listed(Action.WORKLIST_VIEWED, ANN, BEN, ANN), viewed(ANN), listed(Action.WORKLIST_SEARCHED))

    assert kept(database) == derived(database)
    assert len(kept(database)) == 2


def test_events_that_come_together_keep_their_order(database: Database) -> None:
    together = [viewed(ANN), listed(Action.WORKLIST_VIEWED, ANN), viewed(BEN), listed(Action.WORKLIST_SEARCHED, BEN)]
    record(database, *together)

    with database.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))
    assert actions == [one.action for one in together]


def test_a_mention_is_written_with_its_event_or_not_at_all(database: Database) -> None:
    with database.writing() as session:
        events.record(session, listed(Action.WORKLIST_VIEWED, ANN))
        session.rollback()

    assert kept(database) == derived(database) == set()
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(insert(AuditMention), [{"referral_id": ANN, "sequence": 7}])


@pytest.mark.parametrize("change", ["UPDATE audit_mention SET sequence = 7", "DELETE FROM audit_mention"])
def test_mentions_refuse_change(database: Database, change: str) -> None:
    record(database, listed(Action.WORKLIST_VIEWED, ANN))

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(change))


def test_reading_mentions_reads_no_details(database: Database) -> None:
    record(database, listed(Action.WORKLIST_VIEWED, ANN, BEN))
    said: list[str] = []
    engine_events.listen(database.engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))

    mentions(database, ANN)
    with database.reading() as session:
        wanted = trail_queries.Wanted(about=trail_queries.Person(frozenset({ANN})))
        assert len(trail_queries.entries(session, wanted, None, 10)) == 1

    assert "details" not in said[0]
    assert not any("LIKE" in statement for statement in said)


def test_an_upgrade_finds_what_older_events_name(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    schema.upgrade(database.engine, BEFORE)
    old = [
        f'(\'worklist_viewed\', \'{{"referrals": ["{ANN}", "{BEN}", "{ANN}"]}}\')',
        f'(\'lead_submitted\', \'{{"consents": [], "referrals": ["{CORA}"]}}\')',
        "('worklist_searched', '{\"referrals\": [], \"hits\": 0}')",
        "('sample_made', '{\"referrals\": 7}')",
        "('lead_deleted', '{}')",
    ]
    with database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(
            "INSERT INTO audit_event (action, details, at, actor_kind, subject_kind, subject_id) "  # noqa: S608
            f"SELECT action, {_as_document(database)}, '2026-11-23 09:30:00', 'operator', 'x', 'x' "
            f"FROM (SELECT '' AS action, '' AS details WHERE false UNION ALL VALUES {', '.join(old)}) AS old"
        )

    schema.upgrade(database.engine)

    assert {one for one, _ in kept(database)} == {ANN, BEN, CORA}
    assert [one.action for one in mentions(database, ANN)] == [Action.WORKLIST_VIEWED]
    database.close()


def _as_document(database: Database) -> str:
    return "details::jsonb" if database.engine.dialect.name == "postgresql" else "details"
