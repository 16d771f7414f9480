"""Failed letters: only those that still have their content wait again, and none that was taken back meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.participants import consents
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import State
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.tables import OutboxLetter
from prescreen.workflow.participants.submission import Purpose
from tests.people import LATER, NOW, PHONE, SHARE_A, SHARE_B, submitted

BEFORE = "0008_mentions"
LETTER = Letter("trials@example.org", "w@example.org", "Hi", "Hi\n")


@pytest.fixture
def lead_id(database: Database, keys: Keys) -> UUID:
    email = type(PHONE)(Purpose.EMAIL, None, None, "2026-11", "Write to me.", "en")
    return submitted(database, keys, consents=(SHARE_A, SHARE_B, email)).lead_id


def upgraded_with(database: Database, keys: Keys, lead_id: UUID, taken_back: str) -> tuple[str, bool]:
    """Return the state of a letter that had failed before an upgrade, and whether its content is still there."""
    with database.writing() as session:
        letter_id = outbox.add(session, keys.ring, Posting(LetterKind.ENDED, lead_id, is_test=False), LETTER, NOW)
        outbox.give_up(session, letter_id, "refused with 550")
        referral = referrals.of_lead(session, lead_id)[0]
        if taken_back == "email":
            consents.withdraw_purpose(session, lead_id, Purpose.EMAIL, LATER)
        elif taken_back == "address":
            action, lead = events.Action.CONTACT_CHANGED, events.lead(lead_id)
            events.record(session, events.Event(LATER, events.participant(lead_id), action, lead))
        elif taken_back == "state":
            ended = StoredChange(new_id(NOW), referral.id, NOW, None, State.NEW, State.DECLINED, letter_id=letter_id)
            undone = StoredChange(new_id(LATER), referral.id, LATER, None, State.DECLINED, State.NEW, undoes=ended.id)
            state_changes.add(session, ended, undone)
        session.execute(update(OutboxLetter).values(created_at=NOW + timedelta(minutes=1)))
    schema.downgrade(database.engine, BEFORE)
    schema.upgrade(database.engine)
    with database.reading() as session:
        found = outbox.find(session, letter_id)
    assert found is not None
    return found.state.value, found.content is not None


@pytest.mark.parametrize("taken_back", ["email", "address", "state"])
def test_an_upgrade_cancels_failed_letters_that_were_taken_back(
    database: Database, keys: Keys, lead_id: UUID, taken_back: str
) -> None:
    assert upgraded_with(database, keys, lead_id, taken_back) == ("cancelled", False)


def test_an_upgrade_leaves_other_failed_letters_to_be_retried(database: Database, keys: Keys, lead_id: UUID) -> None:
    assert upgraded_with(database, keys, lead_id, "nothing") == ("failed", True)


@pytest.mark.parametrize("meanwhile", ["nothing", "erased", "cancelled", "retried"])
def test_a_letter_that_changed_since_it_was_chosen_stays_as_it_is(
    database: Database, keys: Keys, lead_id: UUID, meanwhile: str
) -> None:
    with database.writing() as session:
        letter_id = outbox.add(session, keys.ring, Posting(LetterKind.ENDED, lead_id, is_test=False), LETTER, NOW)
        outbox.give_up(session, letter_id, "refused with 550")
        if meanwhile == "erased":
            session.execute(update(OutboxLetter).values(content=None))
        elif meanwhile == "cancelled":
            outbox.cancel(session, lead_id)
        elif meanwhile == "retried":
            outbox.retry(session, [letter_id], NOW)

        assert outbox.retry(session, [letter_id], LATER) == ([letter_id] if meanwhile == "nothing" else [])


def test_letters_of_some_kinds_are_cancelled_alone(database: Database, keys: Keys, lead_id: UUID) -> None:
    with database.writing() as session:
        for kind in LetterKind:
            outbox.add(session, keys.ring, Posting(kind, lead_id, is_test=False), LETTER, NOW)
        outbox.cancel(session, lead_id, LetterKind.INVITED, LetterKind.ENDED)

        found = {one.kind for one in outbox.of_lead(session, lead_id) if one.state == "cancelled"}
    assert found == {LetterKind.INVITED, LetterKind.ENDED}
