from uuid import UUID, uuid4

import pytest

from prescreen.database import Database
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.submission import Purpose
from tests.people import ANSWERS, FUTURE, LATER, NOW, PHONE, SHARE_A, SHARE_B, submitted


def held(database: Database, keys: Keys, lead_id: UUID) -> HeldData:
    with database.reading() as session:
        found = data_subject_rights.held_data(session, keys, lead_id)
    assert found is not None
    return found


def referral_to(database: Database, keys: Keys, lead_id: UUID, trial_id: str) -> StoredReferral:
    (found,) = [one for one in held(database, keys, lead_id).referrals if one.trial_id == trial_id]
    return found


def withdraw(database: Database, lead_id: UUID, referral_id: UUID | None) -> bool:
    with database.writing() as session:
        return data_subject_rights.withdraw(session, lead_id, referral_id, LATER)


def test_withdrawing_one_trial_erases_the_answers_that_only_it_used(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    assert withdraw(database, lead_id, referral_to(database, keys, lead_id, "NCT00000001").id)

    assert set(held(database, keys, lead_id).answers) == {"age", "medicines"}


def test_withdrawing_leaves_a_tombstone_without_what_was_judged(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    withdraw(database, lead_id, referral_to(database, keys, lead_id, "NCT00000001").id)

    ended = referral_to(database, keys, lead_id, "NCT00000001")
    assert (ended.state, ended.withdrawn_at, ended.determination, ended.findings) == ("withdrawn", LATER, None, ())
    assert ended.version == 2
    assert referral_to(database, keys, lead_id, "NCT00000002").state == "new"


def test_withdrawing_one_trial_ends_its_consent_alone(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    withdraw(database, lead_id, referral_to(database, keys, lead_id, "NCT00000001").id)

    ended = {(one.purpose, one.trial_id) for one in held(database, keys, lead_id).consents if one.withdrawn_at}
    assert ended == {("share", "NCT00000001")}


def test_answers_stay_while_later_trials_may_be_told(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE)).lead_id

    for one in held(database, keys, lead_id).referrals:
        withdraw(database, lead_id, one.id)

    assert held(database, keys, lead_id).answers == ANSWERS


def test_ending_consent_to_later_trials_erases_what_no_referral_uses(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE)).lead_id

    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.FUTURE, LATER)

    assert set(held(database, keys, lead_id).answers) == {"age", "low_back_pain", "fever", "medicines"}


def test_withdrawing_from_everything_ends_every_consent_and_erases_all_answers(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE, PHONE)).lead_id

    withdraw(database, lead_id, None)

    left = held(database, keys, lead_id)
    assert len(left.answers) == 0
    assert {one.state for one in left.referrals} == {"withdrawn"}
    assert {one.withdrawn_at for one in left.consents} == {LATER}


def test_withdrawing_twice_changes_nothing_more(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id
    withdraw(database, lead_id, None)
    before = held(database, keys, lead_id)

    assert not withdraw(database, lead_id, None)

    assert held(database, keys, lead_id) == before


def test_nobody_withdraws_another_persons_referral(database: Database, keys: Keys) -> None:
    mine = submitted(database, keys).lead_id
    theirs = submitted(database, keys, id="submission-2").lead_id

    assert not withdraw(database, mine, referral_to(database, keys, theirs, "NCT00000001").id)

    assert referral_to(database, keys, theirs, "NCT00000001").state == "new"


def test_consent_to_share_ends_only_with_its_referral(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    with database.writing() as session, pytest.raises(ValueError, match="call withdraw"):
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.SHARE, LATER)


def test_deleting_leaves_only_tombstones(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE)).lead_id

    with database.writing() as session:
        assert data_subject_rights.delete(session, lead_id, LATER)

    with database.reading() as session:
        assert data_subject_rights.held_data(session, keys, lead_id) is None
        tombstone = leads.find(session, lead_id)
    assert tombstone is not None
    assert (tombstone.contact, tombstone.email_index, tombstone.language) == (None, None, None)
    assert (tombstone.created_at, tombstone.deleted_at) == (NOW, LATER)


def test_deleting_is_recorded_once(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    with database.writing() as session:
        done = [
            data_subject_rights.delete(session, lead_id, LATER),
            data_subject_rights.delete(session, lead_id, LATER),
        ]

    with database.reading() as session:
        events = audit.about(session, audit.Subject("lead", str(lead_id)))
    assert done == [True, False]
    assert [event.action for event in events] == ["lead_submitted", "lead_deleted"]


def test_nobody_is_held_under_an_unknown_id(database: Database, keys: Keys) -> None:
    with database.writing() as session:
        assert not data_subject_rights.delete(session, uuid4(), LATER)
        assert data_subject_rights.held_data(session, keys, uuid4()) is None
