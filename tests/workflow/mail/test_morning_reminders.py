"""The letter of a morning to a recruiter who asked for it: what is late or due, as counts; on both databases."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Account, Assignment, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import referral_alerts
from prescreen.storage.referrals import reminders
from prescreen.storage.tables import Lead, Recruiter, Referral
from prescreen.workflow.mail.referral_alerts import announce
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome, log_call
from tests.people import CONTACT, NOW, TO_A, recruiter
from tests.workflow.mail.alerts import STAFF_PEN, at_work, letters, new_york, pen_in, sent, set_news, told

LATE_ON_25 = (replace(TO_A, reply_within=timedelta(days=2)),)
"""Sent on the 23rd at 9:30 in UTC, which is 4:30 in New York."""


@pytest.fixture
def reminded(database: Database) -> Account:
    """Add a recruiter who asked for reminders at noon of the 23rd, and for no news."""
    account = at_work(database, Assignment(TO_A.trial_id))
    set_news(database, "off", reminded_at=new_york(23, 12))
    return account


def the_referral(database: Database) -> UUID:
    with database.reading() as session:
        return session.scalars(select(Referral.id)).one()


def called(database: Database, keys: Keys, account: Account, call: Call, at: datetime = NOW) -> None:
    with database.writing() as session:
        assert log_call(session, keys, By(account, at), the_referral(database), call)


def subjects(database: Database, keys: Keys, *days: int) -> list[str]:
    return [one.subject for day in days for one in told(database, keys, new_york(day, 8))]


@pytest.mark.usefixtures("reminded")
def test_a_late_reply_is_told_of_each_morning_and_one_that_is_due_today(database: Database, keys: Keys) -> None:
    sent(database, keys, referrals=(replace(TO_A, reply_within=timedelta(days=2, hours=6)),))

    assert subjects(database, keys, 24, 25, 26, 27) == [
        "1 reply due today (NCT00000001)",
        "1 overdue (NCT00000001)",
        "1 overdue (NCT00000001)",
    ]


def test_who_is_to_be_called_back_today_is_counted_until_they_were_called(
    database: Database, keys: Keys, reminded: Account
) -> None:
    sent(database, keys, referrals=(TO_A,))
    called(database, keys, reminded, Call(CallOutcome.REACHED, call_back_at=new_york(25, 23, 59)))

    assert subjects(database, keys, 24, 25) == ["1 to call back (NCT00000001)"]

    called(database, keys, reminded, Call(CallOutcome.REACHED), new_york(25, 12))
    assert subjects(database, keys, 26) == []


def test_ones_own_reminder_is_counted_and_no_colleagues(database: Database, keys: Keys, reminded: Account) -> None:
    at_work(database, Assignment(TO_A.trial_id), email="colleague@example.org")
    set_news(database, "off", reminded_at=new_york(23, 12))
    sent(database, keys, referrals=(TO_A,))
    with database.writing() as session:
        wanted = reminders.Wanted(new_york(24, 15), "Ask for the MRI.")
        reminders.add(session, keys.ring, (the_referral(database), reminded.id), wanted, NOW)

    [letter] = told(database, keys, new_york(24, 8))

    assert (letter.recipient, letter.subject) == (reminded.email, "1 reminder of yours (NCT00000001)")


@pytest.mark.usefixtures("reminded")
def test_the_letter_leads_to_the_desk_and_the_setting_and_tells_nothing_of_anybody(
    database: Database, keys: Keys
) -> None:
    sent(database, keys, referrals=LATE_ON_25)

    [letter] = told(database, keys, new_york(26, 8))

    assert "- 1 overdue: Steroids for sciatica (NCT00000001), Leeds, General" in letter.text
    assert "https://trials.example.org/recruiter/" in letter.text
    assert (letter.unsubscribe, letter.one_click) == ("https://trials.example.org/recruiter/account", False)
    told_of = f"{letter.subject} {letter.text}"
    personal = [CONTACT.name, CONTACT.email, CONTACT.phone, CONTACT.postal_code, "LP-", str(the_referral(database))]
    assert [one for one in personal if str(one) in told_of] == []


@pytest.mark.parametrize("news", ["at_once", "daily", "off"])
def test_reminders_come_only_to_who_asked(database: Database, keys: Keys, news: str) -> None:
    at_work(database, Assignment(TO_A.trial_id))
    set_news(database, news, news_told_at=new_york(24, 0))
    account = recruiter(database, email="other@example.org")
    sent(database, keys, referrals=(TO_A,))
    called(database, keys, replace(account, assignments=(Assignment(TO_A.trial_id),)), back_on(25))

    assert subjects(database, keys, 25) == []


def back_on(day: int) -> Call:
    return Call(CallOutcome.REACHED, call_back_at=new_york(day, 10))


def test_who_wants_news_each_morning_too_gets_one_letter_with_both(
    database: Database, keys: Keys, reminded: Account
) -> None:
    set_news(database, "daily", news_told_at=new_york(23, 0))
    sent(database, keys, referrals=(TO_A,))
    called(database, keys, reminded, back_on(24))
    sent(database, keys, 2, referrals=(TO_A,), submitted_at=new_york(23, 13))

    assert subjects(database, keys, 24) == ["3 new referrals, 1 to call back (NCT00000001)"]
    assert told(database, keys, new_york(24, 9)) == []


@pytest.mark.usefixtures("reminded")
def test_news_at_once_goes_on_beside_reminders(database: Database, keys: Keys) -> None:
    set_news(database, "at_once", news_told_at=new_york(24, 6))
    sent(database, keys, referrals=LATE_ON_25)
    sent(database, keys, referrals=(TO_A,), submitted_at=new_york(26, 6))

    found = [one.subject for minute in (0, 1) for one in told(database, keys, new_york(26, 8, minute))]

    assert found == ["1 overdue (NCT00000001)", "1 new referral to NCT00000001"]


@pytest.mark.usefixtures("reminded")
def test_on_a_morning_when_nothing_is_due_no_letter_comes_that_day(database: Database, keys: Keys) -> None:
    assert told(database, keys, new_york(26, 8)) == []
    sent(database, keys, referrals=LATE_ON_25)

    assert told(database, keys, new_york(26, 9)) == []
    assert len(told(database, keys, new_york(27, 8))) == 1


@pytest.mark.usefixtures("reminded")
@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"role": Role.ADMINISTRATOR.value}, 1),
        ({"role": Role.ANALYST.value}, 0),
        ({"disabled_at": NOW}, 0),
        ({"reminded_at": None}, 0),
    ],
)
def test_only_an_open_account_that_works_referrals_is_reminded(
    database: Database, keys: Keys, change: Mapping[str, object], count: int
) -> None:
    set_news(database, "off", **change)
    sent(database, keys, referrals=LATE_ON_25)

    assert len(told(database, keys, new_york(26, 8))) == count


def withdraw(database: Database, lead_id: UUID) -> None:
    with database.writing() as session:
        data_subject_rights.withdraw(session, lead_id, None, NOW)


def delete(database: Database, lead_id: UUID) -> None:
    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, NOW)


@pytest.mark.usefixtures("reminded")
@pytest.mark.parametrize("leave", [withdraw, delete])
def test_who_left_is_not_counted(database: Database, keys: Keys, leave: Callable[[Database, UUID], None]) -> None:
    sent(database, keys, referrals=LATE_ON_25)
    with database.reading() as session:
        lead_id = session.scalars(select(Lead.id)).one()

    leave(database, lead_id)

    assert told(database, keys, new_york(26, 8)) == []


ZONES = ("America/New_York", "Asia/Kathmandu")


@pytest.mark.usefixtures("reminded")
@pytest.mark.parametrize("zone", ZONES)
def test_over_days_one_letter_comes_each_morning_after_seven_where_the_service_is(
    database: Database, keys: Keys, zone: str
) -> None:
    here, start = ZoneInfo(zone), datetime(2026, 10, 30, 0, 30, tzinfo=UTC)
    set_news(database, "off", reminded_at=start)
    sent(database, keys, referrals=LATE_ON_25, submitted_at=start - timedelta(days=3))
    looks = [start + timedelta(hours=number) for number in range(24 * 4)]

    written = [at.astimezone(here) for at in looks if told(database, keys, at, pen_in(here))]

    # The clocks of New York are set back on the first of November.
    mornings = {at.astimezone(here).date() for at in looks if 7 <= at.astimezone(here).hour < 9}
    assert [one.date() for one in written] == sorted(mornings)
    assert {one.hour for one in written} == {7}


@pytest.mark.usefixtures("reminded")
def test_a_clock_that_is_set_back_brings_no_second_letter(database: Database, keys: Keys) -> None:
    sent(database, keys, referrals=LATE_ON_25)
    assert len(told(database, keys, new_york(26, 8))) == 1

    again = [new_york(26, 7, 30), new_york(25, 8), new_york(26, 9)]

    assert [len(told(database, keys, at)) for at in again] == [0, 0, 0]


@pytest.mark.usefixtures("reminded")
def test_several_workers_at_once_write_one_letter(database: Database, keys: Keys) -> None:
    sent(database, keys, referrals=LATE_ON_25)

    with ThreadPoolExecutor(4) as workers:
        runs = [workers.submit(announce, database, keys, lambda: STAFF_PEN, new_york(26, 8)) for _ in range(8)]
        counts = [one.result() for one in runs]

    assert sorted(counts) == [0] * 7 + [1]
    assert len(letters(database)) == 1


@pytest.mark.usefixtures("reminded")
@pytest.mark.parametrize("change", [{"reminded_at": None}, {"disabled_at": NOW}, {"news": "daily"}])
def test_who_changed_the_setting_during_the_look_gets_no_letter_by_the_old_one(
    database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, change: Mapping[str, object]
) -> None:
    sent(database, keys, referrals=LATE_ON_25)
    with database.reading() as session:
        seen = referral_alerts.subscribers(session)
    with database.writing() as session:
        session.execute(update(Recruiter).values(**change))
    monkeypatch.setattr(referral_alerts, "subscribers", lambda _: seen)

    assert told(database, keys, new_york(26, 8)) == []
