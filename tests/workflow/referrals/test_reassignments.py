"""Offering a referral that was left unanswered to another site of the trial, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Site
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import consents
from prescreen.storage.referrals import reassignments, referrals
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.storage.tables import ReferralChange
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.contact_changes import allow_another_site
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.participants.submission import Purpose
from prescreen.workflow.referrals.reassignments import ReassignmentOutcome, Taken, Wish, offers_to, take_over
from tests.mail.letters import PEN
from tests.people import NOW, PHONE, SHARE_A, TO_A, recruiter, submitted
from tests.workflow.letters import EMAIL, confirm

TRIAL = TO_A.trial_id
ANOTHER = replace(PHONE, purpose=Purpose.ANOTHER_SITE, wording="Ask another site.", version="2026-11")
PROMISED = replace(TO_A, reply_within=timedelta(days=5), may_be_offered=True)
LEEDS, YORK, HULL = (
    Site(id=name.lower(), name=f"{name}, General", reply_within=days)
    for name, days in (("Leeds", 5), ("York", 3), ("Hull", 2))
)
OPEN = {TRIAL: (LEEDS, YORK, HULL)}
EARLY, LATE = NOW + timedelta(days=9, hours=23), NOW + timedelta(days=10)


def desk(keys: Keys, at: datetime = LATE) -> Desk:
    return Desk(keys, PEN, at)


@pytest.fixture
def york(database: Database) -> Account:
    return recruiter(database, Assignment(TRIAL, "york"), email="york@example.org")


def waiting(database: Database, keys: Keys, **changes: object) -> UUID:
    """Refer somebody to Leeds who agreed that another site may be asked, and give the lead."""
    sent = {"consents": (SHARE_A, ANOTHER, EMAIL), "referrals": (PROMISED,), **changes}
    return submitted(database, keys, **sent).lead_id


def referrals_of(database: Database, lead_id: UUID) -> list[StoredReferral]:
    with database.reading() as session:
        return referrals.of_lead(session, lead_id)


def offered(database: Database, keys: Keys, account: Account, at: datetime = LATE) -> list[tuple[str, list[str]]]:
    with database.reading() as session:
        found = offers_to(session, account, OPEN, desk(keys, at))
    return [(one.referral.site_id, [site.id for site in one.sites]) for one in found]


def take(
    database: Database,
    keys: Keys,
    account: Account,
    referral_id: UUID,
    *,
    site: Site | None = YORK,
    at: datetime = LATE,
) -> Taken:
    with database.writing() as session:
        return take_over(session, account, Wish(referral_id, TRIAL, site), desk(keys, at))


def test_a_referral_is_offered_when_twice_the_promised_time_has_passed(
    database: Database, keys: Keys, york: Account
) -> None:
    waiting(database, keys)

    assert offered(database, keys, york, EARLY) == []
    assert offered(database, keys, york, LATE) == [("leeds", ["york"])]


def test_it_is_offered_to_all_sites_that_were_not_asked_and_to_nobody_of_another_trial(
    database: Database, keys: Keys
) -> None:
    waiting(database, keys)
    everywhere = recruiter(database, Assignment(TRIAL), email="all@example.org")
    leeds = recruiter(database, Assignment(TRIAL, "leeds"), email="leeds@example.org")
    elsewhere = recruiter(database, Assignment("NCT00000002"), email="b@example.org")

    assert offered(database, keys, everywhere) == [("leeds", ["york", "hull"])]
    assert offered(database, keys, leeds) == []
    assert offered(database, keys, elsewhere) == []


def test_nothing_is_offered_without_the_persons_leave_or_without_a_promise(
    database: Database, keys: Keys, york: Account
) -> None:
    waiting(database, keys, id="a", referrals=(replace(PROMISED, may_be_offered=False),))
    waiting(database, keys, id="b", referrals=(replace(PROMISED, reply_within=None),))

    assert offered(database, keys, york) == []


def test_taking_over_makes_a_referral_that_is_judged_as_the_old_one_and_ends_that(
    database: Database, keys: Keys, york: Account
) -> None:
    lead_id = waiting(database, keys)
    [before] = referrals_of(database, lead_id)

    taken = take(database, keys, york, before.id)

    old, new = referrals_of(database, lead_id)
    assert (taken.outcome, taken.referral_id) == (ReassignmentOutcome.TAKEN, new.id)
    assert (old.state, old.taken_over_by, old.offered_from) == (State.TAKEN_OVER, new.id, None)
    assert (old.version, old.state_changed_at, old.withdrawn_at) == (before.version + 1, LATE, None)
    assert (new.state, new.site_id, new.site_name) == (State.NEW, "york", "York, General")
    assert (new.due_at, new.offered_from) == (LATE + timedelta(days=3), LATE + timedelta(days=6))
    judged = ("determination", "findings", "still_to_check", "question_ids", "fingerprint", "reference", "trial_id")
    assert {name: getattr(new, name) for name in judged} == {name: getattr(before, name) for name in judged}


def test_the_new_site_may_see_the_person_on_the_ground_of_what_was_agreed(
    database: Database, keys: Keys, york: Account
) -> None:
    lead_id = waiting(database, keys)
    take(database, keys, york, referrals_of(database, lead_id)[0].id)

    with database.reading() as session:
        given = consents.of_lead(session, lead_id)
    ground = next(one for one in given if one.purpose is Purpose.ANOTHER_SITE)
    share = given[-1]
    assert (share.purpose, share.trial_id, share.site_id) == (Purpose.SHARE, TRIAL, "york")
    assert (share.wording_sha256, share.version, share.given_at) == (ground.wording_sha256, ground.version, LATE)


def test_both_referrals_tell_who_took_over_and_the_change_is_kept(
    database: Database, keys: Keys, york: Account
) -> None:
    lead_id = waiting(database, keys)
    take(database, keys, york, referrals_of(database, lead_id)[0].id)
    old, new = referrals_of(database, lead_id)

    with database.reading() as session:
        of_old, of_new = (audit.about(session, audit.Subject("referral", str(one.id))) for one in (old, new))
        [change] = session.query(ReferralChange)
    assert [(one.action, one.actor.id, one.details) for one in (*of_old, *of_new)] == [
        ("referral_taken_over", str(york.id), {"by": str(new.id)}),
        ("referral_received", str(york.id), {"instead_of": str(old.id)}),
    ]
    assert (change.referral_id, change.from_state, change.to_state) == (old.id, "new", "taken_over")


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_person_is_told_by_mail_where_the_address_is_confirmed(
    database: Database, keys: Keys, york: Account, *, confirmed: bool
) -> None:
    lead_id = waiting(database, keys)
    if confirmed:
        confirm(database, keys, lead_id)
    take(database, keys, york, referrals_of(database, lead_id)[0].id)

    with database.reading() as session:
        found = [one for one in outbox.of_lead(session, lead_id) if one.kind == "taken_over"]
        texts = [letter.text for one in found if (letter := outbox.open_letter(keys.ring, one))]
    assert len(texts) == confirmed
    assert all("York, General" in text and "Leeds, General" in text for text in texts)


def test_of_several_who_take_at_once_exactly_one_does(database: Database, keys: Keys) -> None:
    lead_id = waiting(database, keys)
    referral_id = referrals_of(database, lead_id)[0].id
    sites = [YORK, HULL, replace(YORK, id="bath"), replace(YORK, id="ely")]
    staff = [recruiter(database, Assignment(TRIAL, site.id), email=f"{site.id}@example.org") for site in sites]

    with ThreadPoolExecutor(4) as threads:
        took = list(threads.map(lambda who, site: take(database, keys, who, referral_id, site=site), staff, sites))

    assert sorted(one.outcome for one in took) == ["gone", "gone", "gone", "taken"]
    assert len(referrals_of(database, lead_id)) == 2


@pytest.mark.parametrize("why", ["too early", "answered", "withdrawn", "taken back", "deleted", "was there before"])
def test_what_is_not_on_offer_cannot_be_taken_over(database: Database, keys: Keys, york: Account, why: str) -> None:
    to_york = replace(TO_A, site_id="york")
    both = (PROMISED, to_york) if why == "was there before" else (PROMISED,)
    agreed = (SHARE_A, replace(SHARE_A, site_id="york"), ANOTHER)
    lead_id = waiting(database, keys, referrals=both, consents=agreed)
    before = referrals_of(database, lead_id)[0]
    with database.writing() as session:
        match why:
            case "answered":
                session.connection().exec_driver_sql("UPDATE referral SET state = 'contacted'")
            case "withdrawn":
                data_subject_rights.withdraw(session, lead_id, before.id, NOW)
            case "taken back":
                data_subject_rights.withdraw_consent(session, lead_id, Purpose.ANOTHER_SITE, NOW)
            case "deleted":
                data_subject_rights.delete(session, lead_id, NOW)

    taken = take(database, keys, york, before.id, at=EARLY if why == "too early" else LATE)

    assert taken == Taken(ReassignmentOutcome.GONE)
    assert len(referrals_of(database, lead_id)) == len(both)
    assert offered(database, keys, york, EARLY if why == "too early" else LATE) == []


def test_who_withdraws_from_the_trial_is_withdrawn_from_the_site_that_took_over_too(
    database: Database, keys: Keys, york: Account
) -> None:
    lead_id = waiting(database, keys)
    (seen,) = referrals_of(database, lead_id)
    take(database, keys, york, seen.id)

    with database.writing() as session:
        assert data_subject_rights.withdraw(session, lead_id, seen.id, LATE)

    assert [one.state for one in referrals_of(database, lead_id)] == [State.WITHDRAWN] * 2


def test_what_is_not_theirs_is_refused_and_it_is_on_record(database: Database, keys: Keys, york: Account) -> None:
    lead_id = waiting(database, keys)
    referral_id, guessed = referrals_of(database, lead_id)[0].id, UUID(int=7)

    outcomes = [
        take(database, keys, york, referral_id, site=HULL),
        take(database, keys, york, referral_id, site=None),
        take(database, keys, york, guessed),
    ]

    assert outcomes == [Taken(ReassignmentOutcome.REFUSED)] * 3
    with database.reading() as session:
        seen = [audit.about(session, audit.Subject("referral", str(one))) for one in (referral_id, guessed)]
    assert [[event.action for event in events] for events in seen] == [["referral_refused"] * 2, ["referral_refused"]]


def test_taking_it_back_stops_the_offers_and_allowing_it_later_starts_them(
    database: Database, keys: Keys, york: Account
) -> None:
    lead_id = waiting(database, keys)
    with database.writing() as session:
        data_subject_rights.withdraw_consent(session, lead_id, Purpose.ANOTHER_SITE, NOW)
    assert offered(database, keys, york) == []

    with database.writing() as session:
        assert allow_another_site(session, lead_id, ANOTHER, NOW)
        assert not allow_another_site(session, lead_id, ANOTHER, NOW)

    assert referrals_of(database, lead_id)[0].offered_from == LATE
    assert offered(database, keys, york) == [("leeds", ["york"])]


def test_only_that_purpose_lets_another_site_be_asked(database: Database, keys: Keys) -> None:
    lead_id = waiting(database, keys)

    with database.writing() as session, pytest.raises(ValueError, match="does not allow"):
        allow_another_site(session, lead_id, PHONE, NOW)


def test_a_new_site_that_does_not_answer_either_is_passed_by_in_its_turn(database: Database, keys: Keys) -> None:
    lead_id = waiting(database, keys)
    everywhere = recruiter(database, Assignment(TRIAL), email="all@example.org")
    take(database, keys, everywhere, referrals_of(database, lead_id)[0].id)

    assert offered(database, keys, everywhere, LATE + timedelta(days=6)) == [("york", ["hull"])]


def test_an_offer_says_nothing_of_who_the_person_is(database: Database, keys: Keys) -> None:
    waiting(database, keys)

    with database.reading() as session:
        [one] = reassignments.waiting(session, [TRIAL], LATE, 10)

    assert "Wilhelmina" not in repr(one)
    assert not {"contact", "email", "answers", "findings"} & set(one.__dataclass_fields__)
