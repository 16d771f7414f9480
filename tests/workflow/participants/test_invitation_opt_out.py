"""Invitations that a person ends by the link in a letter's header, on both databases."""

from datetime import timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents, leads
from prescreen.workflow.cohort.rematch import invite
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.invitation_responses import can_opt_out, opt_out, opt_out_token
from prescreen.workflow.participants.submission import Purpose
from tests.people import FUTURE, LATER
from tests.workflow.letters import EMAIL, confirm, desk
from tests.workflow.rematches import FITTING, INVITING, PLAN, told


@pytest.fixture
def lead_id(database: Database, keys: Keys) -> UUID:
    found = told(database, keys, FITTING, consents=(FUTURE, EMAIL))
    confirm(database, keys, found)
    return found


def token_of(database: Database, keys: Keys, lead_id: UUID) -> str:
    """Return the token in the header of the invitation to a person's address, which gets one for all their leads."""
    invite(database, PLAN, INVITING, desk(keys))
    with database.reading() as session:
        lead = leads.find(session, lead_id)
        assert lead is not None
        assert lead.email_index is not None
        same = leads.with_email(session, [lead.email_index], 10)
        found = [letter for one in same for letter in outbox.of_lead(session, one.id) if letter.kind == "invited"]
        letter = outbox.open_letter(keys.ring, found[0])
    assert letter is not None
    return letter.unsubscribe.rpartition("/")[2]


def in_force(database: Database, lead_id: UUID) -> set[Purpose]:
    with database.reading() as session:
        return {one.purpose for one in consents.of_lead(session, lead_id) if one.withdrawn_at is None}


def ended(database: Database, keys: Keys, token: str) -> bool:
    with database.writing() as session:
        return opt_out(session, keys, token, LATER)


def events_of(database: Database, lead_id: UUID) -> list[str]:
    with database.reading() as session:
        action = events.Action.CONSENT_WITHDRAWN
        return [one.actor.kind.value for one in events.about(session, events.lead(lead_id), action)]


def test_the_link_ends_invitations_and_nothing_else(database: Database, keys: Keys, lead_id: UUID) -> None:
    token = token_of(database, keys, lead_id)

    assert ended(database, keys, token)

    assert in_force(database, lead_id) == {Purpose.EMAIL}
    assert events_of(database, lead_id) == ["participant"]
    assert invite(database, PLAN, INVITING, desk(keys)).invited == 0


def test_an_invitation_that_still_waits_is_not_sent(database: Database, keys: Keys, lead_id: UUID) -> None:
    ended(database, keys, token_of(database, keys, lead_id))

    with database.reading() as session:
        found = {one.kind.value: (one.state.value, one.content) for one in outbox.of_lead(session, lead_id)}
    assert found["invited"] == ("cancelled", None)
    assert found["receipt"][0] == "pending"


def test_pressing_twice_is_recorded_once(database: Database, keys: Keys, lead_id: UUID) -> None:
    token = token_of(database, keys, lead_id)

    assert [ended(database, keys, token), ended(database, keys, token)] == [True, True]
    assert len(events_of(database, lead_id)) == 1


def test_all_that_was_left_with_one_address_is_invited_no_more(database: Database, keys: Keys, lead_id: UUID) -> None:
    another = told(database, keys, FITTING, consents=(FUTURE, EMAIL))
    confirm(database, keys, another)
    unconfirmed = told(database, keys, FITTING, consents=(FUTURE, EMAIL))

    ended(database, keys, token_of(database, keys, lead_id))

    assert [Purpose.FUTURE in in_force(database, one) for one in (lead_id, another, unconfirmed)] == [
        False,
        False,
        True,
    ]


def test_opening_the_link_changes_nothing(database: Database, keys: Keys, lead_id: UUID) -> None:
    token = token_of(database, keys, lead_id)

    with database.reading() as session:
        assert can_opt_out(session, keys, token)
    assert in_force(database, lead_id) == {Purpose.FUTURE, Purpose.EMAIL}


def test_a_link_of_a_changed_address_or_a_deleted_person_ends_nothing(
    database: Database, keys: Keys, lead_id: UUID
) -> None:
    token = token_of(database, keys, lead_id)
    with database.writing() as session:
        leads.confirm_email(session, lead_id, keys.index_of_email("another@example.org"))
    assert not ended(database, keys, token)
    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, LATER + timedelta(hours=1))

    assert not ended(database, keys, token)


def test_a_forged_link_ends_nothing(database: Database, keys: Keys, lead_id: UUID) -> None:
    token = token_of(database, keys, lead_id)
    another = told(database, keys, FITTING, consents=(FUTURE, EMAIL))
    index = keys.index_of_email("stranger@example.org")
    swapped = opt_out_token(keys, another, index)[:20] + token[20:]
    forged = [token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), token + "A", "", "é", swapped]
    forged += [
        opt_out_token(keys, lead_id, index),
        opt_out_token(keys, UUID(int=7), index),
        token.replace("-", "+") + "=",
    ]

    assert [one for one in forged if ended(database, keys, one)] == []
    assert Purpose.FUTURE in in_force(database, lead_id)
