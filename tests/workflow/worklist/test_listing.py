"""The work list and the search: who is shown to whom, what is recorded, and who is no longer found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from prescreen.database import Database
from prescreen.retention_periods import PERIODS
from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment, Role
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import trial_invitations
from prescreen.storage.referrals import referrals
from prescreen.storage.tables import SearchToken
from prescreen.storage.worklist import person_search
from prescreen.workflow.operations import retention
from prescreen.workflow.participants import contact_changes, data_subject_rights
from prescreen.workflow.participants.disclosures import How, disclosures
from prescreen.workflow.participants.email_confirmation import disown_address
from prescreen.workflow.participants.invitation_responses import accept_invitation
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.participants.private_links import Answer
from prescreen.workflow.participants.submission import Purpose
from prescreen.workflow.worklist import listing
from prescreen.workflow.worklist.listing import Listing, Look, scope_of
from tests.mail.letters import PEN
from tests.people import CONTACT, FUTURE, LATER, NOW, PHONE, SHARE_A, SHARE_B, recruiter, submitted
from tests.workflow.letters import token_for
from tests.workflow.rematches import FITTING, acceptance, invite_now, told

TRIAL, OTHER = "NCT00000001", "NCT00000002"
FOUND_BY = 4
"""The tokens of one person: both words of the name, alone and joined, and the address."""


def shown(database: Database, keys: Keys, account: Account) -> Listing:
    return listing.work_list(database, keys, account, Look(scope_of(account)), LATER)


def found(database: Database, keys: Keys, account: Account, typed: str) -> list[str]:
    people = listing.find_people(database, keys, account, typed, LATER).people
    return [one.referral.trial_id for one in people]


def kept(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SearchToken)) or 0


@pytest.fixture
def account(database: Database) -> Account:
    return recruiter(database, Assignment(TRIAL))


@pytest.mark.parametrize(
    ("assignment", "trials"),
    [
        (Assignment(TRIAL), [TRIAL]),
        (Assignment(OTHER, "york"), [OTHER]),
        (Assignment(OTHER, "leeds"), []),
        (Assignment("NCT00000003"), []),
    ],
)
def test_only_the_recruiters_trials_and_sites_are_listed_and_found(
    database: Database, keys: Keys, assignment: Assignment, trials: list[str]
) -> None:
    reference = submitted(database, keys).reference
    account = recruiter(database, assignment)

    assert [one.referral.trial_id for one in shown(database, keys, account).people] == trials
    for typed in (CONTACT.name, CONTACT.email, reference):
        assert found(database, keys, account, typed) == trials


def test_a_recruiter_without_trials_sees_and_finds_nobody(database: Database, keys: Keys) -> None:
    reference, account = submitted(database, keys).reference, recruiter(database)

    assert shown(database, keys, account) == Listing((), 0)
    assert found(database, keys, account, CONTACT.name) == found(database, keys, account, reference) == []


def test_a_trial_given_whole_and_by_site_is_listed_once(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    account = recruiter(database, Assignment(TRIAL), Assignment(TRIAL, "leeds"), Assignment(OTHER, "york"))

    assert scope_of(account) == (Assignment(TRIAL), Assignment(OTHER, "york"))
    assert scope_of(account, TRIAL, "hull") == (Assignment(TRIAL, "hull"),)
    assert scope_of(account, OTHER, "hull") == scope_of(account, "NCT00000003") == ()
    assert shown(database, keys, account).count == 2


def test_the_list_says_who_and_how_to_reach_them_and_records_it(
    database: Database, keys: Keys, account: Account
) -> None:
    submitted(database, keys)

    (listed,) = shown(database, keys, account).people

    assert (listed.contact, listed.channels) == (replace(CONTACT, email=""), ("phone",))
    with database.reading() as session:
        event = events.about(session, events.Subject("recruiter", str(account.id)))[-1]
    assert (event.action, event.details) == ("worklist_viewed", {"referrals": [str(listed.referral.id)]})


def test_an_analyst_is_told_of_nobody(database: Database, keys: Keys, account: Account) -> None:
    reference = submitted(database, keys).reference
    with database.writing() as session:
        recruiters.set_role(session, account.id, Role.ANALYST)
    analyst = replace(account, role=Role.ANALYST)

    (listed,) = shown(database, keys, analyst).people

    assert (listed.contact, listed.channels, listed.referral.reference) == (None, (), reference)
    assert found(database, keys, analyst, CONTACT.name) == found(database, keys, analyst, CONTACT.email) == []
    assert found(database, keys, analyst, reference) == [TRIAL]


def test_a_person_reads_that_a_search_showed_their_name(database: Database, keys: Keys, account: Account) -> None:
    lead_id = submitted(database, keys).lead_id

    found(database, keys, account, CONTACT.name)

    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, lead_id)
        assert held is not None
        assert [(one.how, one.trial_id) for one in disclosures(session, held)] == [(How.LISTED, TRIAL)]


def test_a_repeated_submission_is_found_once(database: Database, keys: Keys, account: Account) -> None:
    submitted(database, keys)
    before = kept(database)
    submitted(database, keys)

    assert found(database, keys, account, CONTACT.name) == [TRIAL]
    assert kept(database) == before == FOUND_BY


def test_a_name_without_a_word_and_a_person_without_an_address_are_kept_all_the_same(
    database: Database, keys: Keys, account: Account
) -> None:
    submitted(database, keys, contact=replace(CONTACT, name="—", email=""))

    assert kept(database) == 0
    assert shown(database, keys, account).count == 1


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jürgen Müller", ["Mueller", "Muller", "MÜLLER", "mu\u0308ller", "Juergen Muller"]),
        ("Juergen Mueller", ["Müller", "Muller", "Jürgen Mueller", "Jurgen"]),
        ("Søren Ångström", ["Soren Angstrom", "Soeren", "Aangstroem", "Søren"]),
        ("Anna Bäuerle", ["Baeuerle", "Bauerle", "Bäuerle"]),
        ("Sean O’Brien", ["O Brien", "OBrien", "O'Brien", "O\u00b4Brien", "o`brien", "Brien"]),
        ("Sean OBrien", ["O Brien", "O'Brien", "sean o’brien"]),
        ("Sean O Brien", ["O'Brien", "obrien sean"]),
        ("Anne-Marie Lee", ["annemarie", "Anne Marie", "anne-marie lee", "Marie"]),
        ("Annemarie Lee", ["Anne Marie", "Anne-Marie Lee", "annemarie"]),
        ("Anne Marie Lee", ["annemarie lee", "Anne\u2010Marie"]),
        ("Ana de la Cruz", ["delacruz", "De La Cruz", "Dela Cruz", "cruz"]),
        ("Ana Delacruz", ["de la Cruz"]),
        ("گل\u200cنسترن", ["گل\u200cنسترن", "گلنسترن"]),
        ("ශ්\u200dරී", ["ශ්\u200dරී", "ශ්රී"]),
        ("प्रिया शर्मा", ["प्रिया", "शर्मा प्रिया"]),
        ("Zoë\u00ad Quack\u200benbush", ["Quackenbush", "Zoe", "Quacken\u200bbush"]),
    ],
)
def test_a_person_is_found_however_the_name_is_written(
    database: Database, keys: Keys, account: Account, name: str, typed: list[str]
) -> None:
    submitted(database, keys, contact=replace(CONTACT, name=name))

    assert [one for one in typed if found(database, keys, account, one) != [TRIAL]] == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Sean O’Brien", ["Sean Bri", "Obri", "Briens"]),
        ("Jürgen Müller", ["Mullr", "Mull", "Jürgen Möller"]),
        ("प्रिया", ["प", "पर", "य", "प्रय"]),
    ],
)
def test_another_name_is_not_found(
    database: Database, keys: Keys, account: Account, name: str, typed: list[str]
) -> None:
    submitted(database, keys, contact=replace(CONTACT, name=name))

    assert [one for one in typed if found(database, keys, account, one)] == []


def test_a_name_of_very_many_words_is_kept_by_few_tokens(database: Database, keys: Keys, account: Account) -> None:
    words = [f"{letter}ü" for letter in "abcdefghijklmnopqrstuvwxyz" * 2]
    submitted(database, keys, contact=replace(CONTACT, name=" ".join(words)))

    assert kept(database) <= 3 * 3 * person_search.MOST_WORDS_OF_A_NAME + 1
    assert found(database, keys, account, " ".join(words[:6])) == [TRIAL]


def test_the_newest_people_are_found_first(database: Database, keys: Keys, account: Account) -> None:
    for number in range(3):
        at = NOW + timedelta(minutes=number)
        submitted(database, keys, id=str(number), submitted_at=at, contact=replace(CONTACT, name=f"Ann No{number}"))

    people = listing.find_people(database, keys, account, "ann", LATER).people

    assert [one.contact.name for one in people if one.contact] == ["Ann No2", "Ann No1", "Ann No0"]


# What is found of whom no longer.


def withdraw(database: Database, lead_id: UUID, trial_id: str | None) -> None:
    with database.writing() as session:
        chosen = [one.id for one in referrals.of_lead(session, lead_id) if one.trial_id == trial_id]
        data_subject_rights.withdraw(session, lead_id, chosen[0] if chosen else None, LATER)


def test_who_withdrew_from_a_trial_is_not_found_by_its_team(database: Database, keys: Keys, account: Account) -> None:
    receipt = submitted(database, keys)
    other = recruiter(database, Assignment(OTHER), email="other@example.org")

    withdraw(database, receipt.lead_id, TRIAL)

    for typed in (CONTACT.name, CONTACT.email):
        assert found(database, keys, account, typed) == []
        assert found(database, keys, other, typed) == [OTHER]
    assert found(database, keys, account, receipt.reference) == [TRIAL]
    (tombstone,) = shown(database, keys, account).people
    assert (tombstone.referral.state, tombstone.contact, tombstone.channels) == ("withdrawn", None, ())


def withdraw_one_by_one(session: Session, lead_id: UUID) -> None:
    for one in referrals.of_lead(session, lead_id):
        data_subject_rights.withdraw(session, lead_id, one.id, LATER)


@pytest.mark.parametrize(
    "leave",
    [
        lambda session, lead_id: data_subject_rights.delete(session, lead_id, LATER),
        lambda session, lead_id: data_subject_rights.withdraw(session, lead_id, None, LATER),
        withdraw_one_by_one,
    ],
)
def test_nothing_that_a_person_is_found_by_outlives_their_leaving(
    database: Database, keys: Keys, account: Account, leave: Callable[[Session, UUID], None]
) -> None:
    lead_id = submitted(database, keys).lead_id
    assert kept(database) == FOUND_BY

    with database.writing() as session:
        leave(session, lead_id)

    assert kept(database) == 0
    assert found(database, keys, account, CONTACT.name) == []


def test_test_leads_that_are_purged_are_found_no_more(database: Database, keys: Keys) -> None:
    submitted(database, keys, is_test=True)

    retention.purge(database, keys, PERIODS, NOW + timedelta(days=8))

    assert kept(database) == 0


def test_who_may_still_be_told_of_trials_is_found_once_they_accept_one(database: Database, keys: Keys) -> None:
    lead_id = told(database, keys, FITTING)
    invite_now(database)
    with database.writing() as session:
        (invitation,) = trial_invitations.of_lead(session, lead_id)
        accept_invitation(session, acceptance(invitation), LATER)
    account = recruiter(database, Assignment(invitation.trial_id))

    assert found(database, keys, account, CONTACT.name) == [invitation.trial_id]


def test_who_ends_that_too_is_kept_no_more(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE)).lead_id
    with database.writing() as session:
        withdraw_one_by_one(session, lead_id)
    assert kept(database) == FOUND_BY

    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.FUTURE, LATER)

    assert kept(database) == 0


def corrected(database: Database, keys: Keys, lead_id: UUID, **changes: str) -> None:
    with database.writing() as session:
        contact_changes.correct_contact(session, Desk(keys, PEN, LATER), lead_id, replace(CONTACT, **changes))


def test_a_corrected_name_is_found_and_the_one_before_is_not(database: Database, keys: Keys, account: Account) -> None:
    lead_id = submitted(database, keys, consents=(SHARE_A, SHARE_B, PHONE)).lead_id

    corrected(database, keys, lead_id, name="Mina Quackenbush", email="mina@example.org")

    assert found(database, keys, account, "mina quackenbush") == [TRIAL]
    assert found(database, keys, account, "mina@example.org") == [TRIAL]
    assert found(database, keys, account, "Wilhelmina") == found(database, keys, account, CONTACT.email) == []


def test_an_address_that_was_a_strangers_is_not_found(database: Database, keys: Keys, account: Account) -> None:
    lead_id = submitted(database, keys).lead_id
    token = token_for(database, keys, lead_id, Answer.WRONG_ADDRESS, LATER)
    with database.writing() as session:
        assert disown_address(session, keys, token, LATER)

    assert found(database, keys, account, CONTACT.email) == []
    assert found(database, keys, account, CONTACT.name) == [TRIAL]


def test_who_has_left_and_corrects_a_name_is_not_found_again(database: Database, keys: Keys, account: Account) -> None:
    lead_id = submitted(database, keys).lead_id
    withdraw(database, lead_id, None)

    corrected(database, keys, lead_id, name="Mina Quackenbush")

    assert kept(database) == 0


def test_who_moves_is_as_far_away_as_they_are_now(database: Database, keys: Keys, account: Account) -> None:
    lead_id = submitted(database, keys).lead_id
    with database.writing() as session:
        here = next(one for one in referrals.of_lead(session, lead_id) if one.trial_id == TRIAL)
        moved = replace(CONTACT, postal_code="94612")
        contact_changes.correct_contact(session, Desk(keys, PEN, LATER), lead_id, moved, {here.id: 12})

    (listed,) = shown(database, keys, account).people
    assert (listed.referral.miles, listed.referral.version) == (12, 1)
