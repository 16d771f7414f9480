"""Entering a person on the phone: whose it is, what is on record, and how it is told, on both databases."""

from dataclasses import replace

import pytest

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants.consents import GivenBy
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.data_download import everything_held
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.participants.submission import Receipt
from prescreen.workflow.referrals.phone_intake import NotTheirPlaceError, enter, entered, referral_entered
from tests.mail.letters import PEN
from tests.people import LATER, NOW, PHONE, SHARE_A, SHARE_B, SUBMISSION, TO_A, recruiter
from tests.workflow.letters import EMAIL

BY_PHONE = replace(SUBMISSION, consents=(SHARE_A, PHONE, EMAIL), referrals=(TO_A,))


@pytest.fixture
def caller(database: Database) -> Account:
    return recruiter(database, Assignment(TO_A.trial_id, TO_A.site_id))


def put(database: Database, keys: Keys, who: Account, **changes: object) -> Receipt:
    with database.writing() as session:
        return enter(session, Desk(keys, PEN, NOW), who, replace(BY_PHONE, **changes))  # type: ignore[arg-type]


def test_every_consent_is_marked_as_read_out_and_the_recruiter_kept(
    database: Database, keys: Keys, caller: Account
) -> None:
    receipt = put(database, keys, caller)

    with database.reading() as session:
        given, lead = consents.of_lead(session, receipt.lead_id), leads.find(session, receipt.lead_id)
        [event] = events.about(session, events.Subject("lead", str(receipt.lead_id)))
    assert {one.given_by for one in given} == {GivenBy.READ_OUT}
    assert lead is not None
    assert lead.entered_by == caller.id
    assert (event.action, event.actor.kind, event.actor.id) == ("lead_entered", "recruiter", str(caller.id))


def test_the_same_again_stores_nothing_and_asks_once(database: Database, keys: Keys, caller: Account) -> None:
    first, second = (put(database, keys, caller) for _ in range(2))

    with database.reading() as session:
        kinds = [one.kind for one in outbox.of_lead(session, first.lead_id)]
    assert (second.lead_id, second.replayed) == (first.lead_id, True)
    assert kinds == ["confirm"]


def test_for_a_place_that_is_not_theirs_nothing_is_stored(database: Database, keys: Keys, caller: Account) -> None:
    other = replace(TO_A, site_id="york")

    with pytest.raises(NotTheirPlaceError):
        put(database, keys, caller, referrals=(other,), consents=(replace(SHARE_A, site_id="york"), SHARE_B))

    with database.reading() as session:
        assert outbox.everything(session) == []


def test_the_end_of_the_call_is_told_to_who_held_it_until_the_person_is_deleted(
    database: Database, keys: Keys, caller: Account
) -> None:
    receipt = put(database, keys, caller)
    colleague = recruiter(database, Assignment(TO_A.trial_id), email="colleague@example.org")
    with database.reading() as session:
        referral_id = referral_entered(session, receipt)
        assert entered(session, colleague, referral_id) is None
        told = entered(session, caller, referral_id)
    assert told is not None
    assert (told.reference, told.to_confirm, told.site_name) == (receipt.reference, True, "Leeds, General")
    assert "Wilhelmina" not in repr(told)

    with database.writing() as session:
        data_subject_rights.delete(session, receipt.lead_id, LATER)
    with database.reading() as session:
        assert entered(session, caller, referral_id) is None


def test_what_is_downloaded_says_that_the_team_entered_it(database: Database, keys: Keys, caller: Account) -> None:
    receipt = put(database, keys, caller)

    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, receipt.lead_id)
    assert held is not None
    data = everything_held(database, held, LATER)

    assert {one["given_by"] for one in data["consents"]} == {"read_out"}
    assert ("recruiter", "lead_entered") in {(one["by"], one["what"]) for one in data["history"]}
