"""Responses to invitations: a referral exists only after acceptance."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import trial_invitations
from prescreen.storage.participants.consents import GivenBy
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.invitation_responses import (
    InvitationClosedError,
    accept_invitation,
    decline_invitation,
)
from prescreen.workflow.participants.submission import ConsentMissingError, Purpose
from tests.people import FUTURE, LATER, PHONE, SHARE_A, TO_A
from tests.workflow.rematches import FITTING, TRIAL, acceptance, invite_now, told


@pytest.fixture
def waiting(database: Database, keys: Keys) -> StoredInvitation:
    lead_id = told(database, keys, FITTING)
    invite_now(database)
    with database.reading() as session:
        (invitation,) = trial_invitations.of_lead(session, lead_id)
    return invitation


def test_accepting_makes_the_referral_with_its_consent(
    database: Database, keys: Keys, waiting: StoredInvitation
) -> None:
    with database.writing() as session:
        referral_id = accept_invitation(session, acceptance(waiting), LATER)

    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, waiting.lead_id)
    assert held is not None
    assert [(one.id, one.trial_id, one.state) for one in held.referrals] == [(referral_id, TRIAL.id, State.NEW)]
    assert (Purpose.SHARE, TRIAL.id, "leeds") in [(one.purpose, one.trial_id, one.site_id) for one in held.consents]
    assert [(one.accepted, one.answered_at) for one in held.invitations] == [(True, LATER)]


def test_whoever_agreed_for_a_person_accepts_for_them_too(database: Database, keys: Keys) -> None:
    agreed = tuple(replace(one, given_by=GivenBy.GUARDIAN) for one in (FUTURE, PHONE))
    lead_id = told(database, keys, FITTING, consents=agreed)
    invite_now(database)
    with database.writing() as session:
        (invitation,) = trial_invitations.of_lead(session, lead_id)
        accept_invitation(session, acceptance(invitation), LATER)

    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, lead_id)
    assert held is not None
    assert {one.given_by for one in held.consents} == {GivenBy.GUARDIAN}


def test_declining_makes_no_referral_and_no_second_invitation(database: Database, waiting: StoredInvitation) -> None:
    with database.writing() as session:
        decline_invitation(session, waiting.lead_id, waiting.id, LATER)

    assert invite_now(database).invited == 0
    with database.reading() as session:
        assert [one.accepted for one in trial_invitations.of_lead(session, waiting.lead_id)] == [False]
        assert referrals.of_lead(session, waiting.lead_id) == []


def test_an_invitation_is_answered_once(database: Database, waiting: StoredInvitation) -> None:
    with database.writing() as session:
        accept_invitation(session, acceptance(waiting), LATER)

    with pytest.raises(InvitationClosedError), database.writing() as session:
        accept_invitation(session, acceptance(waiting), LATER)
    with pytest.raises(InvitationClosedError), database.writing() as session:
        decline_invitation(session, waiting.lead_id, waiting.id, LATER)


def test_an_invitation_is_answered_by_its_person_alone(database: Database, waiting: StoredInvitation) -> None:
    with pytest.raises(InvitationClosedError), database.writing() as session:
        accept_invitation(session, acceptance(waiting, lead_id=UUID(int=1)), LATER)
    with pytest.raises(InvitationClosedError), database.writing() as session:
        accept_invitation(session, acceptance(waiting, referral=TO_A), LATER)


@pytest.mark.parametrize("consents", [(), (SHARE_A,), (PHONE,)])
def test_nobody_is_referred_without_a_consent_that_names_trial_and_site(
    database: Database, waiting: StoredInvitation, consents: tuple[object, ...]
) -> None:
    with pytest.raises(ConsentMissingError), database.writing() as session:
        accept_invitation(session, acceptance(waiting, consents=consents), LATER)
    with database.reading() as session:
        assert referrals.of_lead(session, waiting.lead_id) == []


@pytest.mark.parametrize("agreed", [True, False])
def test_another_site_is_asked_only_where_that_is_agreed_to_when_the_referral_is_made(
    database: Database, keys: Keys, agreed: bool
) -> None:
    another = replace(FUTURE, purpose=Purpose.ANOTHER_SITE, wording="Ask another site.")
    lead_id = told(database, keys, FITTING, consents=(FUTURE, another))
    invite_now(database)
    promised = replace(TO_A, trial_id=TRIAL.id, reply_within=timedelta(days=5), may_be_offered=not agreed)
    with database.writing() as session:
        if not agreed:
            data_subject_rights.withdraw_consent(session, lead_id, Purpose.ANOTHER_SITE, LATER)
        (invitation,) = trial_invitations.of_lead(session, lead_id)
        referral_id = accept_invitation(session, acceptance(invitation, referral=promised), LATER)

    with database.reading() as session:
        found = referrals.find(session, referral_id)
    assert found is not None
    assert found.offered_from == (LATER + timedelta(days=10) if agreed else None)
