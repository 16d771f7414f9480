import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import call_checklist, call_log, referrals
from prescreen.storage.referrals.referrals import Page, StoredReferral
from prescreen.storage.tables import Base, LogEntry, ReferralTick
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.assignment_and_tags import Labels, label
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome, log_call, tick
from prescreen.workflow.referrals.teamwork import Seen
from tests.mail.letters import PEN
from tests.people import LATER, NOW, TO_A, recruiter, submitted

NOTE = "Her brother Alonzo picks up; ask for Willa."


@pytest.fixture
def account(database: Database) -> Account:
    return recruiter(database, Assignment("NCT00000001"))


@pytest.fixture
def referral(database: Database, keys: Keys, account: Account) -> StoredReferral:
    submitted(database, keys)
    with database.reading() as session:
        (found,) = referrals.of_trial(session, TO_A.trial_id, None, page=Page(10))
    return found


def by(account: Account, minutes: int = 0) -> By:
    return By(account, LATER + timedelta(minutes=minutes))


def ticked(database: Database, referral_id: UUID) -> dict[str, tuple[bool, str]]:
    with database.reading() as session:
        return {one.item: (one.ticked, one.by) for one in call_checklist.of_referral(session, referral_id)}


def found(database: Database, referral_id: UUID) -> StoredReferral:
    with database.reading() as session:
        kept = referrals.find(session, referral_id)
    assert kept is not None
    return kept


def recorded(database: Database, referral_id: UUID) -> list[events.Event]:
    with database.reading() as session:
        return events.about(session, events.Subject("referral", str(referral_id)))


def rows(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return len(session.scalars(select(table)).all())


def test_a_tick_says_who_and_when_and_the_newest_holds(
    database: Database, account: Account, referral: StoredReferral
) -> None:
    with database.writing() as session:
        tick(session, by(account), referral.id, {"mri": True, "question:age": True})
    with database.writing() as session:
        tick(session, by(account, 5), referral.id, {"mri": False})

    assert ticked(database, referral.id) == {"mri": (False, "Rec Ruiter"), "question:age": (True, "Rec Ruiter")}
    with database.reading() as session:
        kept = call_checklist.of_referral(session, referral.id)
    assert [(one.item, one.at) for one in kept if one.item == "mri"] == [
        ("mri", LATER),
        ("mri", LATER + timedelta(minutes=5)),
    ]


def test_two_people_who_tick_at_once_undo_nothing_of_each_others(
    database: Database, account: Account, referral: StoredReferral
) -> None:
    other = recruiter(database, Assignment("NCT00000001"), email="other@example.org")

    with database.writing() as session:
        tick(session, by(account), referral.id, {"mri": True})
    with database.writing() as session:
        tick(session, by(other, 1), referral.id, {"adult": True})

    assert {item: ticked for item, (ticked, _) in ticked(database, referral.id).items()} == {"mri": True, "adult": True}


def test_what_is_ticked_already_keeps_who_did_it_first(
    database: Database, account: Account, referral: StoredReferral
) -> None:
    other = recruiter(database, Assignment("NCT00000001"), email="other@example.org")
    for who, minutes in ((account, 0), (other, 1)):
        with database.writing() as session:
            tick(session, by(who, minutes), referral.id, {"mri": True, "adult": False})

    with database.reading() as session:
        (kept,) = call_checklist.of_referral(session, referral.id)
    assert (kept.item, kept.at) == ("mri", LATER)


def test_what_is_no_item_of_the_referral_is_left_out(
    database: Database, account: Account, referral: StoredReferral
) -> None:
    with database.writing() as session:
        tick(session, by(account), referral.id, {"nonsense": True, "question:medicines": True})

    assert ticked(database, referral.id) == {}
    assert recorded(database, referral.id) == []


def test_ticks_are_recorded_by_their_ids_alone(database: Database, account: Account, referral: StoredReferral) -> None:
    with database.writing() as session:
        tick(session, by(account), referral.id, {"mri": True})

    (event,) = recorded(database, referral.id)
    with database.reading() as session:
        (kept,) = call_checklist.of_referral(session, referral.id)
    assert (event.action, event.actor.id, event.at) == ("script_ticked", str(account.id), LATER)
    assert event.details == {"ticks": [str(kept.id)]}


def test_calls_are_listed_with_who_when_and_outcome_newest_first(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    back = LATER + timedelta(days=2)
    with database.writing() as session:
        log_call(session, keys, by(account), referral.id, Call(CallOutcome.NO_ANSWER))
        log_call(session, keys, by(account, 5), referral.id, Call(CallOutcome.CALL_BACK, NOTE, back))

    with database.reading() as session:
        last, first = call_log.of_referral(session, keys.ring, referral.id)
    assert (last.by, last.at) == ("Rec Ruiter", LATER + timedelta(minutes=5))
    assert last.call == Call(CallOutcome.CALL_BACK, NOTE, back)
    assert first.call == Call(CallOutcome.NO_ANSWER)


def test_what_was_noted_of_a_call_is_sealed_and_on_no_record(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    with database.writing() as session:
        log_call(session, keys, by(account), referral.id, Call(CallOutcome.REACHED, NOTE))

    with database.reading() as session:
        entry = session.scalars(select(LogEntry)).one()
        assert entry.content is not None
        assert b"Alonzo" not in entry.content
    (event,) = recorded(database, referral.id)
    assert (event.action, event.details) == ("call_logged", {"call": str(entry.id)})


def test_the_first_call_that_reaches_a_new_person_is_their_first_contact_and_changes_no_state(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    for minutes, outcome in enumerate([CallOutcome.NO_ANSWER, CallOutcome.REACHED, CallOutcome.REACHED]):
        with database.writing() as session:
            log_call(session, keys, by(account, minutes), referral.id, Call(outcome))

    kept = found(database, referral.id)
    assert kept.contacted_at == LATER + timedelta(minutes=1)
    assert (kept.state, kept.version) == ("new", referral.version)


def test_what_is_not_theirs_or_not_there_is_refused_and_recorded(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    outsider = recruiter(database, Assignment("NCT00000002"), email="out@example.org")
    for referral_id in (referral.id, uuid4()):
        with database.writing() as session:
            assert tick(session, by(outsider), referral_id, {"mri": True}) is None
            assert log_call(session, keys, by(outsider), referral_id, Call(CallOutcome.REACHED)) is None

    assert (rows(database, ReferralTick), rows(database, LogEntry)) == (0, 0)
    assert found(database, referral.id) == referral
    assert [event.action for event in recorded(database, referral.id)] == ["referral_refused"] * 2


def worked_on(database: Database, keys: Keys, account: Account, referral: StoredReferral) -> None:
    with database.writing() as session:
        tick(session, by(account), referral.id, {"mri": True})
        log_call(session, keys, by(account), referral.id, Call(CallOutcome.REACHED, NOTE))
        seen, needed = Seen(referral.id, referral.version), Labels(None, (), interpreter=True)
        label(session, Desk(keys, PEN, LATER), account, seen, needed)


@pytest.mark.parametrize("whole", [True, False])
def test_who_leaves_takes_ticks_calls_and_interpreter_along_and_the_trail_keeps_that_they_were(
    database: Database, keys: Keys, account: Account, referral: StoredReferral, whole: bool
) -> None:
    worked_on(database, keys, account, referral)

    with database.writing() as session:
        if whole:
            data_subject_rights.delete(session, referral.lead_id, LATER)
        else:
            data_subject_rights.withdraw(session, referral.lead_id, referral.id, LATER)

    assert (rows(database, ReferralTick), rows(database, LogEntry)) == (0, 0)
    assert found(database, referral.id).interpreter is None
    assert [event.action for event in recorded(database, referral.id)] == [
        "script_ticked",
        "call_logged",
        "interpreter_changed",
        "referral_withdrawn",
    ]


def test_withdrawing_from_one_trial_leaves_what_was_logged_about_another(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    worked_on(database, keys, account, referral)
    with database.reading() as session:
        other = next(one for one in referrals.of_lead(session, referral.lead_id) if one.id != referral.id)

    with database.writing() as session:
        data_subject_rights.withdraw(session, referral.lead_id, other.id, LATER)

    assert (rows(database, ReferralTick), rows(database, LogEntry)) == (1, 1)


def test_nothing_is_written_about_a_person_who_has_withdrawn(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    with database.writing() as session:
        data_subject_rights.withdraw(session, referral.lead_id, referral.id, NOW)

    worked_on(database, keys, account, referral)

    assert (rows(database, ReferralTick), rows(database, LogEntry)) == (0, 0)
    assert found(database, referral.id).interpreter is None
    assert found(database, referral.id).contacted_at is None


def test_nothing_is_left_of_a_call_that_is_logged_while_the_person_withdraws(
    database: Database, keys: Keys, account: Account, referral: StoredReferral
) -> None:
    withdrawn, tried = threading.Event(), threading.Event()

    def log_meanwhile() -> None:
        withdrawn.wait(10)
        tried.set()
        with database.writing() as session:
            log_call(session, keys, by(account), referral.id, Call(CallOutcome.REACHED, NOTE))

    thread = threading.Thread(target=log_meanwhile)
    thread.start()
    with database.writing() as session:
        data_subject_rights.withdraw(session, referral.lead_id, referral.id, LATER)
        withdrawn.set()
        assert tried.wait(10)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)

    assert rows(database, LogEntry) == 0
