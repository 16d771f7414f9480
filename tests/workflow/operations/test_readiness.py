"""What waits in the database is found with its age, on both databases."""

from __future__ import annotations

from datetime import timedelta

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Backlog, Letter, LetterKind, Posting
from prescreen.workflow.audit.hash_chain import seal
from prescreen.workflow.operations.readiness import Lags, lags
from tests.people import LATER, NOW

LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")
MINUTE = timedelta(minutes=1)


def waiting(database: Database) -> Lags:
    with database.reading() as session:
        return lags(session, LATER)


def test_nothing_waits_in_an_empty_database(database: Database) -> None:
    assert waiting(database) == Lags(Backlog(0, 0, None), None, is_silent=False)


def test_letters_are_counted_by_state_without_those_to_test_leads(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        real, test = (Posting(LetterKind.RECEIPT, None, is_test) for is_test in (False, True))
        made = [outbox.add(session, keys.ring, real, LETTER, NOW + late * MINUTE) for late in (3, 1, 2, 0)]
        outbox.add(session, keys.ring, test, LETTER, NOW - MINUTE)
        outbox.sent(session, made[3], LATER)
        outbox.give_up(session, made[2], "refused with 550")

    assert waiting(database).letters == Backlog(2, 1, NOW + MINUTE)


def test_the_oldest_event_waits_until_it_is_sealed(database: Database) -> None:
    with database.writing() as session:
        for late in (2, 1, 3):
            at = NOW + late * MINUTE
            event = events.Event(at, events.OPERATOR, events.Action.SAMPLE_MADE, events.Subject("x", "x"))
            events.record(session, event)
    assert waiting(database).unsealed_since == NOW + MINUTE

    seal(database, LATER)
    assert waiting(database).unsealed_since is None
