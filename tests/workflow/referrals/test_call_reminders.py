"""Reminders of agreed calls: when one is written, when not, and when it is cancelled; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from prescreen.database import Database
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterState, StoredLetter
from prescreen.storage.operations.invariants import violations
from prescreen.storage.participants import person_lock
from prescreen.storage.referrals import call_log as log
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import CallReminder, Lead, Referral
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.submission import Purpose
from prescreen.workflow.referrals import state_changes
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome, log_call
from prescreen.workflow.referrals.call_reminders import AHEAD, TOO_LATE, cancel_untrue, remind_of_calls
from prescreen.workflow.referrals.state_changes import Step, move
from prescreen.workflow.referrals.teamwork import Seen
from tests.mail.letters import PEN
from tests.people import CONTACT, FUTURE, NOW, PHONE, SHARE_A, TO_A, recruiter
from tests.workflow.letters import EMAIL, desk, person, to_a

CALL_AT = NOW + timedelta(days=9, hours=5)
DUE_AT = CALL_AT - AHEAD
MINUTE = timedelta(minutes=1)
AGREED = Call(CallOutcome.REACHED, call_back_at=CALL_AT, reminds=True)


@dataclass(frozen=True)
class Office:
    """A team, and a person who agreed to be called and to get e-mail."""

    database: Database
    keys: Keys
    account: Account
    lead_id: UUID
    referral_id: UUID

    def called(self, call: Call, at: datetime = NOW) -> None:
        with self.database.writing() as session:
            assert log_call(session, self.keys, By(self.account, at), self.referral_id, call)

    def look(self, now: datetime, pen: LetterWriter = PEN) -> int:
        return remind_of_calls(self.database, self.keys, lambda: pen, now)

    def letters(self) -> list[StoredLetter]:
        with self.database.reading() as session:
            return [one for one in outbox.of_lead(session, self.lead_id) if one.kind == "call_reminder"]

    def letter(self) -> Letter:
        (stored,) = self.letters()
        opened = outbox.open_letter(self.keys.ring, stored)
        assert opened is not None
        return opened


def at_work(database: Database, keys: Keys, **changes: object) -> Office:
    lead_id = person(database, keys, **{"consents": (SHARE_A, PHONE, EMAIL, FUTURE), "referrals": (TO_A,), **changes})
    account = recruiter(database, Assignment(TO_A.trial_id))
    return Office(database, keys, account, lead_id, to_a(database, lead_id))


@pytest.fixture
def office(database: Database, keys: Keys) -> Office:
    return at_work(database, keys)


def test_a_reminder_is_written_once_the_day_before_the_call(office: Office) -> None:
    office.called(AGREED)

    looks = [NOW, NOW + timedelta(days=4), DUE_AT - MINUTE, DUE_AT, DUE_AT + MINUTE, CALL_AT, CALL_AT + AHEAD]

    assert [office.look(at) for at in looks] == [0, 0, 0, 1, 0, 0, 0]
    (stored,) = office.letters()
    assert (stored.lead_id, stored.state, stored.due_at) == (office.lead_id, LetterState.PENDING, DUE_AT)


@pytest.mark.parametrize(("language", "when"), [("en", "7:30 PM"), ("es", "19:30")])
def test_a_reminder_says_when_by_the_clocks_of_the_service_and_which_they_are(
    database: Database, keys: Keys, language: str, when: str
) -> None:
    office = at_work(database, keys, contact=replace(CONTACT, language=language))
    service = replace(PEN.catalog.service, timezone=ZoneInfo("Asia/Kolkata"))
    office.called(replace(AGREED, call_back_at=datetime(2026, 12, 2, 14, 0, tzinfo=NOW.tzinfo)))

    office.look(datetime(2026, 12, 2, tzinfo=NOW.tzinfo), replace(PEN, catalog=replace(PEN.catalog, service=service)))

    text = office.letter().text
    wanted = {"en": ("Wednesday, December 2, 2026", "India"), "es": ("miércoles, 2 de diciembre de 2026", "India")}
    assert [one for one in (when, *wanted[language]) if one not in text] == []


def test_a_call_that_was_agreed_for_soon_is_reminded_of_at_once_unless_it_is_very_near(office: Office) -> None:
    office.called(replace(AGREED, call_back_at=NOW + TOO_LATE))
    assert office.look(NOW + MINUTE) == 0

    office.called(replace(AGREED, call_back_at=NOW + TOO_LATE + timedelta(minutes=5)), NOW + MINUTE)
    assert office.look(NOW + 2 * MINUTE) == 1


def test_a_person_who_did_not_want_it_is_not_reminded(office: Office) -> None:
    office.called(replace(AGREED, reminds=False))

    assert office.look(DUE_AT) == 0


@pytest.mark.parametrize("consents", [(SHARE_A, PHONE), (SHARE_A, EMAIL)])
def test_without_consent_to_email_or_to_calls_there_is_no_reminder(
    database: Database, keys: Keys, consents: tuple[object, ...]
) -> None:
    confirmed = EMAIL in consents
    office = at_work(database, keys, consents=consents, confirmed=confirmed)
    office.called(AGREED)

    assert office.look(DUE_AT) == 0
    assert office.letters() == []


def test_before_the_address_is_confirmed_there_is_no_reminder(database: Database, keys: Keys) -> None:
    office = at_work(database, keys, confirmed=False)
    office.called(AGREED)

    assert office.look(DUE_AT) == 0


def test_a_reminder_to_a_test_lead_is_kept_and_never_sent(database: Database, keys: Keys) -> None:
    office = at_work(database, keys, is_test=True)
    office.called(AGREED)

    office.look(DUE_AT)

    assert [one.is_test for one in office.letters()] == [True]


def stops_email(office: Office) -> None:
    with office.database.writing() as session:
        data_subject_rights.withdraw_consent(session, office.lead_id, Purpose.EMAIL, DUE_AT)


def stops_calls(office: Office) -> None:
    with office.database.writing() as session:
        data_subject_rights.withdraw_consent(session, office.lead_id, Purpose.PHONE, DUE_AT)


def withdraws(office: Office) -> None:
    with office.database.writing() as session:
        data_subject_rights.withdraw(session, office.lead_id, office.referral_id, DUE_AT)


def deletes(office: Office) -> None:
    with office.database.writing() as session:
        data_subject_rights.delete(session, office.lead_id, DUE_AT)


def is_called_before(office: Office) -> None:
    office.called(Call(CallOutcome.REACHED), DUE_AT)


def puts_the_call_off(office: Office) -> None:
    office.called(replace(AGREED, call_back_at=CALL_AT + timedelta(days=30)), DUE_AT)


def declines(office: Office) -> None:
    with office.database.writing() as session:
        version = session.scalars(select(Referral.version)).one()
        at = replace(desk(office.keys), now=DUE_AT)
        result = move(session, at, office.account, Seen(office.referral_id, version), Step(State.UNREACHABLE))
        assert result.outcome is state_changes.ChangeOutcome.DONE


ENDS = [stops_email, stops_calls, withdraws, deletes, is_called_before, puts_the_call_off, declines]


@pytest.mark.parametrize("end", ENDS)
def test_a_call_that_is_not_to_be_any_more_is_not_reminded_of(office: Office, end: Callable[[Office], None]) -> None:
    office.called(AGREED)
    end(office)

    assert office.look(DUE_AT + MINUTE) == 0
    assert office.letters() == []


@pytest.mark.parametrize("end", ENDS)
def test_a_reminder_that_still_waits_is_cancelled_with_the_call(office: Office, end: Callable[[Office], None]) -> None:
    office.called(AGREED)
    office.look(DUE_AT)
    end(office)

    cancel_untrue(office.database, DUE_AT + MINUTE)

    assert [(one.state, one.content) for one in office.letters()] == [(LetterState.CANCELLED, None)]
    with office.database.reading() as session:
        assert violations(session) == []


def test_a_reminder_that_waits_until_the_call_is_over_is_cancelled_and_one_that_was_sent_stays(office: Office) -> None:
    office.called(AGREED)
    office.look(DUE_AT)
    assert cancel_untrue(office.database, CALL_AT - MINUTE) == 0
    assert cancel_untrue(office.database, CALL_AT) == 1
    assert cancel_untrue(office.database, CALL_AT) == 0

    office.called(replace(AGREED, call_back_at=CALL_AT + AHEAD), CALL_AT)
    office.look(CALL_AT + MINUTE)
    with office.database.writing() as session:
        outbox.sent(session, office.letters()[-1].id, CALL_AT + MINUTE)

    assert cancel_untrue(office.database, CALL_AT + 2 * AHEAD) == 0
    assert [one.state for one in office.letters()] == [LetterState.CANCELLED, LetterState.SENT]


def test_nothing_is_left_of_reminders_of_who_withdrew(office: Office) -> None:
    office.called(AGREED)
    office.look(DUE_AT)

    withdraws(office)

    with office.database.reading() as session:
        assert session.scalars(select(CallReminder)).all() == []


def test_several_workers_at_once_write_one_reminder(office: Office) -> None:
    office.called(AGREED)

    with ThreadPoolExecutor(4) as workers:
        counts = list(workers.map(lambda _: office.look(DUE_AT), range(8)))

    assert sorted(counts) == [0] * 7 + [1]
    assert len(office.letters()) == 1


def test_one_whose_details_cannot_be_opened_does_not_keep_others_from_their_reminder(
    database: Database, keys: Keys
) -> None:
    office = at_work(database, keys)
    broken = person(
        database, keys, id="2", consents=(SHARE_A, PHONE, EMAIL), referrals=(TO_A,),
        contact=replace(CONTACT, email="other@example.org"),
    )  # fmt: skip
    replace(office, referral_id=to_a(database, broken)).called(replace(AGREED, call_back_at=CALL_AT - MINUTE))
    office.called(AGREED)
    with database.writing() as session:
        person_lock.hold(session, broken)
        session.execute(update(Lead).where(Lead.id == broken).values(contact=b"k1:" + bytes(40)))

    with pytest.raises(SealBrokenError):
        office.look(DUE_AT)

    assert len(office.letters()) == 1


def test_the_log_says_of_which_call_the_person_is_reminded(office: Office) -> None:
    office.called(replace(AGREED, reminds=False))
    office.called(AGREED, NOW + MINUTE)

    with office.database.reading() as session:
        found = log.of_referral(session, office.keys.ring, office.referral_id)

    assert [one.call.reminds for one in found] == [True, False]


def test_where_no_call_is_due_no_criteria_are_read(office: Office) -> None:
    def pen() -> LetterWriter:
        raise AssertionError("no call is due")

    office.called(AGREED)

    assert remind_of_calls(office.database, office.keys, pen, NOW) == 0
