from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.worklist import ordering
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.referrals import referral_view
from prescreen.workflow.referrals.referral_view import ReferralView
from tests.people import CONTACT, LATER, SHARE_A, TO_A, recruiter, submitted


def view(database: Database, keys: Keys, account: Account, referral_id: UUID) -> ReferralView | None:
    return referral_view.view_referral(database, keys, account, referral_id, LATER)


def listed(database: Database, account: Account) -> list[UUID]:
    look = ordering.Stretch(ordering.Order.NEWEST, 50)
    with database.reading() as session:
        return [mark.id for mark in ordering.marks(session, account.assignments, ordering.WorkListFilters(), look)]


def test_a_view_shows_the_person_and_the_answers_that_the_trial_uses(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    account = recruiter(database, Assignment("NCT00000001"))

    seen = view(database, keys, account, listed(database, account)[0])

    assert seen is not None
    assert seen.contact == replace(CONTACT, email="")
    assert set(seen.answers) == {"age", "low_back_pain", "fever"}
    assert seen.channels == ("phone",)
    assert {one.trial_id for one in seen.consents} == {"NCT00000001", None}
    assert seen.evidence == '{"id": "NCT00000001"}'
    assert seen.referral.findings == TO_A.findings


def test_every_view_is_recorded(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    account = recruiter(database, Assignment("NCT00000001"))
    (referral_id,) = listed(database, account)

    view(database, keys, account, referral_id)

    with database.reading() as session:
        (event,) = events.about(session, events.Subject("referral", str(referral_id)))
    assert (event.action, event.actor.id, event.at) == ("referral_viewed", str(account.id), LATER)


def test_another_trials_referral_looks_like_none_and_is_recorded(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    insider = recruiter(database, Assignment("NCT00000001"))
    outsider = recruiter(database, Assignment("NCT00000002"), email="out@example.org")
    (referral_id,) = listed(database, insider)

    assert view(database, keys, outsider, referral_id) is None
    assert view(database, keys, outsider, uuid4()) is None

    with database.reading() as session:
        (event,) = events.about(session, events.Subject("referral", str(referral_id)))
    assert event.action == "referral_refused"


def test_another_site_of_the_same_trial_is_not_theirs(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    insider = recruiter(database, Assignment("NCT00000001"))
    elsewhere = recruiter(database, Assignment("NCT00000001", "york"), email="york@example.org")

    assert view(database, keys, elsewhere, listed(database, insider)[0]) is None


@pytest.mark.parametrize(
    "end", [data_subject_rights.delete, lambda s, lead, now: data_subject_rights.withdraw(s, lead, None, now)]
)
def test_a_withdrawn_referral_shows_nobody(database: Database, keys: Keys, end: object) -> None:
    receipt = submitted(database, keys)
    account = recruiter(database, Assignment("NCT00000001"))
    with database.writing() as session:
        end(session, receipt.lead_id, LATER)  # type: ignore[operator]

    seen = view(database, keys, account, listed(database, account)[0])

    assert seen is not None
    assert (seen.referral.state, seen.contact, len(seen.answers)) == ("withdrawn", None, 0)


def test_a_trial_that_uses_no_answer_shows_none(database: Database, keys: Keys) -> None:
    submitted(database, keys, consents=(SHARE_A,), referrals=(replace(TO_A, question_ids=()),))
    account = recruiter(database, Assignment("NCT00000001"))

    seen = view(database, keys, account, listed(database, account)[0])

    assert seen is not None
    assert len(seen.answers) == 0
