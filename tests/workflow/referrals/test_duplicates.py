from dataclasses import replace
from uuid import UUID

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents, leads
from prescreen.storage.referrals import referrals
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.referrals import referral_view
from prescreen.workflow.referrals.referral_view import ReferralView
from tests.people import CONTACT, LATER, SHARE_A, SHARE_B, TO_A, TO_B, recruiter, submitted

BOTH = (Assignment("NCT00000001"), Assignment("NCT00000002"))


def person(
    database: Database, keys: Keys, number: int, *, trial: str = "A", confirmed: bool = True, email: str = CONTACT.email
) -> UUID:
    """Let somebody with an e-mail address come to trial A or B; give the lead's id."""
    share, to = (SHARE_A, TO_A) if trial == "A" else (SHARE_B, TO_B)
    contact = replace(CONTACT, email=email)
    lead_id = submitted(database, keys, id=str(number), contact=contact, consents=(share,), referrals=(to,)).lead_id
    if confirmed:
        with database.writing() as session:
            leads.confirm_email(session, lead_id, keys.index_of_email(email))
    return lead_id


def seen(database: Database, keys: Keys, account: Account, lead_id: UUID) -> ReferralView:
    with database.reading() as session:
        referral = next(one for one in referrals.of_lead(session, lead_id) if referral_view.may_see(account, one))
    view = referral_view.view_referral(database, keys, account, referral.id, LATER)
    assert view is not None
    return view


def others(database: Database, keys: Keys, account: Account, lead_id: UUID) -> list[tuple[UUID, str]]:
    view = seen(database, keys, account, lead_id)
    return sorted((one.lead_id, one.trial_id) for one in view.same_email)


def test_other_referrals_with_the_same_confirmed_address_are_named_and_recorded(database: Database, keys: Keys) -> None:
    first, second = person(database, keys, 1), person(database, keys, 2, trial="B", email=CONTACT.email.upper())
    person(database, keys, 3, email="somebody.else@example.org")
    account = recruiter(database, *BOTH)

    view = seen(database, keys, account, first)

    assert [(one.lead_id, one.trial_id) for one in view.same_email] == [(second, "NCT00000002")]
    with database.reading() as session:
        (event,) = events.about(session, events.Subject("referral", str(view.referral.id)))
    assert event.details == {"same_email": [str(view.same_email[0].id)]}


def test_one_person_in_two_trials_is_named_even_before_the_address_is_confirmed(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    assert len(others(database, keys, recruiter(database, *BOTH), lead_id)) == 1


def test_an_address_that_nobody_confirmed_tells_nothing(database: Database, keys: Keys) -> None:
    first = person(database, keys, 1)
    unconfirmed = person(database, keys, 2, confirmed=False)
    account = recruiter(database, *BOTH)

    assert others(database, keys, account, first) == []
    assert others(database, keys, account, unconfirmed) == []


def test_a_trial_or_site_that_is_not_theirs_is_never_told_of(database: Database, keys: Keys) -> None:
    first = person(database, keys, 1)
    person(database, keys, 2, trial="B")
    one_trial = recruiter(database, Assignment("NCT00000001"))
    other_site = recruiter(
        database, Assignment("NCT00000001"), Assignment("NCT00000002", "leeds"), email="leeds@example.org"
    )

    assert others(database, keys, one_trial, first) == []
    assert others(database, keys, other_site, first) == []


def test_who_took_back_the_consent_to_share_is_never_told_of(database: Database, keys: Keys) -> None:
    first, second, third = (person(database, keys, 1), *(person(database, keys, n, trial="B") for n in (2, 3)))
    account = recruiter(database, *BOTH)
    with database.writing() as session:
        data_subject_rights.withdraw(session, second, None, LATER)
        consents.withdraw_share(session, third, "NCT00000002", "york", LATER)

    assert others(database, keys, account, first) == []


def test_somebody_deleted_is_never_told_of(database: Database, keys: Keys) -> None:
    first, second = person(database, keys, 1), person(database, keys, 2)
    with database.writing() as session:
        data_subject_rights.delete(session, second, LATER)

    assert others(database, keys, recruiter(database, *BOTH), first) == []
