"""Every action about a person locks the person first; an action that forgets it, or reads before, is convicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.participants import consents, leads, person_lock
from prescreen.storage.referrals import referrals
from tests.databases import database, database_url, sqlite_template
from tests.people import NOW, keys, submitted
from tests.people_first import UnlockedError, Watch, about_people, watched

__all__ = ["database", "database_url", "keys", "sqlite_template"]

Twin = Callable[[Session, UUID], None]
RING = KeyRing([EncryptionKey("k1", bytes(range(32)))])
LETTER = Letter("", "a@example.org", "", "")


@pytest.fixture
def act(database: Database, keys: Keys) -> Iterator[Callable[[Twin], None]]:
    """Return a function that runs a twin about a person who was submitted, as if this module held actions."""
    lead_id = submitted(database, keys).lead_id

    def run(twin: Twin) -> None:
        with database.writing() as session:
            twin(session, lead_id)

    with watched(Watch([__file__])):
        yield run


def locks_first(session: Session, lead_id: UUID) -> None:
    if person_lock.hold(session, lead_id) and referrals.of_lead(session, lead_id):
        consents.withdraw_all(session, lead_id, NOW)


def locks_by_referral(session: Session, lead_id: UUID) -> None:
    person_lock.hold_behind(session, [lead_id])
    consents.withdraw_all(session, lead_id, NOW)


def reads_only(session: Session, lead_id: UUID) -> None:
    assert referrals.of_lead(session, lead_id)


def writes_to_staff(session: Session, lead_id: UUID) -> None:
    assert leads.find(session, lead_id)
    outbox.add(session, RING, Posting(LetterKind.NEWS, None, is_test=False), LETTER, NOW)


def forgets(session: Session, lead_id: UUID) -> None:
    consents.withdraw_all(session, lead_id, NOW)


def reads_before(session: Session, lead_id: UUID) -> None:
    standing = referrals.of_lead(session, lead_id)
    if person_lock.hold(session, lead_id) and standing:
        consents.withdraw_all(session, lead_id, NOW)


def writes_to_the_person(session: Session, lead_id: UUID) -> None:
    outbox.add(session, RING, Posting(LetterKind.LINK, lead_id, is_test=False), LETTER, NOW)


def marks_the_referral(session: Session, lead_id: UUID) -> None:
    (first, *_) = referrals.of_lead(session, lead_id)
    referrals.set_miles(session, first.id, 7)


@pytest.mark.parametrize("twin", [locks_first, locks_by_referral, reads_only, writes_to_staff])
def test_an_action_that_locks_first_is_let_through(act: Callable[[Twin], None], twin: Twin) -> None:
    act(twin)


@pytest.mark.parametrize("twin", [forgets, reads_before, writes_to_the_person, marks_the_referral])
def test_an_action_without_the_lock_or_with_an_earlier_read_is_convicted(
    act: Callable[[Twin], None], twin: Twin
) -> None:
    with pytest.raises(UnlockedError, match="an action"):
        act(twin)


def test_every_table_that_refers_to_a_person_is_watched() -> None:
    assert about_people() >= {
        "lead",
        "consent",
        "answer",
        "search_token",
        "outbox",
        "referral",
        "log_entry",
        "reminder",
    }
    assert about_people().isdisjoint({"recruiter", "consent_wording", "criteria_evidence", "audit_event"})


@pytest.mark.parametrize("folder", ["workflow", "web", "cli"])
def test_the_actions_of_a_folder_are_watched_by_its_tests(folder: str) -> None:
    conftest = (Path(__file__).parents[1] / folder / "conftest.py").read_text()

    assert "from tests.people_first import people_first" in conftest
