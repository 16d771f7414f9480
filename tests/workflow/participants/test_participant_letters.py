"""Which letters are written and which are not, on both databases."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents, person_lock
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import Referral
from prescreen.workflow.cohort.rematch import invite
from prescreen.workflow.participants import data_subject_rights, email_confirmation, participant_letters
from prescreen.workflow.participants.participant_letters import ANSWER_LASTS
from prescreen.workflow.participants.private_links import Answer, answer_token
from prescreen.workflow.participants.submission import Purpose
from tests.people import CONTACT, FUTURE, LATER, NOW, PHONE, SHARE_A, SHARE_B
from tests.workflow.letters import EMAIL, confirm, desk, person, to_a
from tests.workflow.rematches import FITTING, INVITING, PLAN, told


def kinds(database: Database, lead_id: UUID) -> list[str]:
    with database.reading() as session:
        return sorted(one.kind for one in outbox.of_lead(session, lead_id) if one.state == "pending")


def told_of_end(database: Database, keys: Keys, lead_id: UUID, state: State) -> bool:
    referral_id = to_a(database, lead_id)
    with database.writing() as session:
        person_lock.hold(session, lead_id)
        session.execute(update(Referral).where(Referral.id == referral_id).values(state=state.value))
        return participant_letters.tell_of_end(session, desk(keys), referral_id)


def test_confirming_writes_the_receipt_once_and_lets_the_address_be_looked_up_by(
    database: Database, keys: Keys
) -> None:
    lead_id = person(database, keys)
    confirm(database, keys, lead_id)

    assert kinds(database, lead_id) == ["receipt"]
    with database.reading() as session:
        index = keys.index_of_email("wilhelmina.q@EXAMPLE.org")
        assert [one.id for one in data_subject_rights.leads.with_email(session, [index], 5)] == [lead_id]


@pytest.mark.parametrize("state", sorted(participant_letters.ENDED))
def test_a_referral_that_ends_is_told_of(database: Database, keys: Keys, state: State) -> None:
    lead_id = person(database, keys)

    assert told_of_end(database, keys, lead_id, state)
    assert kinds(database, lead_id) == ["ended", "receipt"]


@pytest.mark.parametrize("state", sorted(set(State) - participant_letters.ENDED))
def test_a_referral_that_goes_on_is_not_told_of(database: Database, keys: Keys, state: State) -> None:
    lead_id = person(database, keys)

    assert not told_of_end(database, keys, lead_id, state)


def test_before_the_address_is_confirmed_no_letter_but_the_question_is_written(database: Database, keys: Keys) -> None:
    lead_id = person(database, keys, confirmed=False)

    assert not told_of_end(database, keys, lead_id, State.ENROLLED)
    with database.writing() as session:
        person_lock.hold(session, lead_id)
        assert not participant_letters.send_receipt(session, desk(keys), lead_id)
        assert not participant_letters.tell_of_invitation(session, desk(keys), lead_id, "NCT00000001")
        assert participant_letters.ask_to_confirm(session, desk(keys), lead_id)
    assert kinds(database, lead_id) == ["confirm"]


def test_who_does_not_want_email_gets_none(database: Database, keys: Keys) -> None:
    lead_id = person(database, keys)
    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.EMAIL, LATER)

    assert not told_of_end(database, keys, lead_id, State.ENROLLED)
    assert kinds(database, lead_id) == []


def test_after_a_deletion_nobody_is_told(database: Database, keys: Keys) -> None:
    lead_id = person(database, keys)
    referral_id = to_a(database, lead_id)

    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, LATER)
        assert not participant_letters.tell_of_end(session, desk(keys), referral_id)
    assert kinds(database, lead_id) == []


def test_letters_of_test_leads_are_marked(database: Database, keys: Keys) -> None:
    lead_id = person(database, keys, is_test=True)

    with database.reading() as session:
        assert [one.is_test for one in outbox.of_lead(session, lead_id)] == [True]


@pytest.mark.parametrize(
    ("given", "confirmed", "letters"),
    [((FUTURE, EMAIL), True, ["invited"]), ((FUTURE, EMAIL), False, []), ((FUTURE, PHONE), True, [])],
)
def test_who_is_invited_is_told_if_letters_may_be_written(
    database: Database, keys: Keys, given: tuple[Any, ...], confirmed: bool, letters: list[str]
) -> None:
    lead_id = told(database, keys, FITTING, consents=given)
    if confirmed:
        confirm(database, keys, lead_id)

    assert invite(database, PLAN, INVITING, desk(keys)).invited == 1
    assert invite(database, PLAN, INVITING, desk(keys)).invited == 0

    assert [kind for kind in kinds(database, lead_id) if kind == "invited"] == letters


def test_whoever_is_invited_in_a_run_gets_a_letter_of_their_own(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prescreen.workflow.cohort.rematch.INVITED_AT_ONCE", 2)
    contacts = [replace(CONTACT, email=f"person{number}@example.org") for number in range(5)]
    people = [told(database, keys, FITTING, consents=(FUTURE, EMAIL), contact=one) for one in contacts]
    for lead_id in people:
        confirm(database, keys, lead_id)

    assert invite(database, PLAN, INVITING, desk(keys)).invited == 5
    assert [kinds(database, lead_id).count("invited") for lead_id in people] == [1] * 5


def test_consents_of_the_letters_are_the_persons_own(database: Database, keys: Keys) -> None:
    lead_id = person(database, keys, consents=(SHARE_A, SHARE_B, PHONE), confirmed=False)

    with database.writing() as session:
        assert not participant_letters.ask_to_confirm(session, desk(keys), lead_id)
        assert not consents.in_force(consents.of_lead(session, lead_id), Purpose.EMAIL)


@pytest.mark.parametrize(("entered_by", "is_deleted"), [(UUID(int=9), False), (None, True)])
def test_a_letter_of_earlier_code_deletes_no_one_who_was_entered_by_phone(
    database: Database, keys: Keys, entered_by: UUID | None, is_deleted: bool
) -> None:
    lead_id = person(database, keys, confirmed=False, entered_by=entered_by)
    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, lead_id)
        assert held is not None
        token = answer_token(keys, held, Answer.NOT_ME, NOW + ANSWER_LASTS)

        assert email_confirmation.erases_all(session, keys, token, NOW) is is_deleted

    with database.writing() as session:
        assert email_confirmation.disown_address(session, keys, token, NOW)

        held = data_subject_rights.held_data(session, keys, lead_id)
    assert (held is None) is is_deleted
    assert held is None or (held.contact.name, held.contact.email) == (CONTACT.name, "")
