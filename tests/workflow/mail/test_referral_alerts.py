"""Referral alerts: to whom, how often, and that they name no person; on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.mail.staff_letters import StaffLetterWriter
from prescreen.storage.accounts.recruiters import Account, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import referral_alerts
from prescreen.storage.tables import Recruiter, Referral
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.mail.referral_alerts import MOST_OFTEN, SETTLED, announce
from tests.people import CONTACT, NOW, TO_A, TO_B
from tests.workflow.mail.alerts import EMAIL, SOON, at_work, letters, new_york, sent, set_news, told


@pytest.fixture
def of_a(database: Database) -> Account:
    return at_work(database, Assignment(TO_A.trial_id))


@pytest.mark.usefixtures("of_a")
def test_a_new_referral_is_told_of_at_once(database: Database, keys: Keys) -> None:
    sent(database, keys, 2)

    [letter] = told(database, keys)

    assert (letter.recipient, letter.subject) == (EMAIL, "2 new referrals to NCT00000001")
    assert "- 2 new: Steroids for sciatica (NCT00000001), Leeds, General" in letter.text
    assert "https://trials.example.org/recruiter/" in letter.text


@pytest.mark.usefixtures("of_a")
@pytest.mark.parametrize("mode", ["at_once", "daily"])
def test_no_letter_says_who_it_is_about(database: Database, keys: Keys, mode: str) -> None:
    set_news(database, mode, created_at=NOW - timedelta(days=2))
    sent(database, keys)

    [letter] = told(database, keys, NOW + timedelta(hours=30))

    with database.reading() as session:
        references = [one for (one,) in session.query(Referral.id)]
    told_of = f"{letter.subject} {letter.text}"
    personal = [CONTACT.name, CONTACT.email, CONTACT.phone, CONTACT.postal_code, "LP-", "potentially", "44", "leg"]
    assert [one for one in (*personal, *map(str, references)) if str(one) in told_of] == []
    [stored] = letters(database).values()
    assert (stored.lead_id, stored.is_test, stored.state) == (None, False, "pending")


@pytest.mark.usefixtures("of_a")
def test_what_is_not_settled_yet_waits_and_is_not_forgotten(database: Database, keys: Keys) -> None:
    sent(database, keys)

    assert told(database, keys, NOW + SETTLED / 2) == []
    assert len(told(database, keys)) == 1
    assert told(database, keys, SOON + timedelta(seconds=5)) == []


@pytest.mark.usefixtures("of_a")
def test_many_referrals_in_short_time_make_one_letter_in_a_quarter_of_an_hour(database: Database, keys: Keys) -> None:
    sent(database, keys)
    assert len(told(database, keys)) == 1
    for minute in range(1, 15):
        at = NOW + timedelta(minutes=minute)
        sent(database, keys, submitted_at=at)
        assert told(database, keys, at + SETTLED) == []

    [letter] = told(database, keys, SOON + MOST_OFTEN)

    assert letter.subject == "14 new referrals to NCT00000001"


@pytest.mark.usefixtures("of_a")
@pytest.mark.parametrize("state", ["contacted", "withdrawn"])
def test_what_was_worked_on_already_is_no_news(database: Database, keys: Keys, state: str) -> None:
    sent(database, keys)
    with database.writing() as session:
        session.execute(update(Referral).values(state=state))

    assert told(database, keys) == []


@pytest.mark.usefixtures("of_a")
def test_test_leads_are_never_told_of(database: Database, keys: Keys) -> None:
    sent(database, keys, is_test=True)

    assert told(database, keys) == []


def test_who_entered_a_person_is_not_told_but_colleagues_are(database: Database, keys: Keys, of_a: Account) -> None:
    at_work(database, Assignment(TO_A.trial_id), email="colleague@example.org")
    sent(database, keys, entered_by=of_a.id)

    assert [one.recipient for one in told(database, keys)] == ["colleague@example.org"]


def test_only_places_of_the_recruiters_are_counted(database: Database, keys: Keys) -> None:
    at_work(database, Assignment(TO_A.trial_id, "york"), email="nothing@example.org")
    at_work(database, Assignment(TO_A.trial_id, "leeds"), email="a@example.org")
    at_work(database, Assignment(TO_A.trial_id), Assignment(TO_B.trial_id, "york"), email="both@example.org")
    at_work(database, email="no-trial@example.org")
    sent(database, keys)

    found = {one.recipient: one.subject for one in told(database, keys)}

    assert found == {"a@example.org": "1 new referral to NCT00000001", "both@example.org": "2 new referrals"}


@pytest.mark.parametrize(
    ("change", "letters_written"),
    [
        ({"role": Role.ADMINISTRATOR.value}, 1),
        ({"role": Role.ANALYST.value}, 0),
        ({"role": Role.AUTHOR.value}, 0),
        ({"disabled_at": NOW}, 0),
        ({"news": "off"}, 0),
    ],
)
@pytest.mark.usefixtures("of_a")
def test_only_who_works_referrals_and_wants_news_is_told(
    database: Database, keys: Keys, change: dict[str, object], letters_written: int
) -> None:
    with database.writing() as session:
        session.execute(update(Recruiter).values(**change))
    sent(database, keys)

    assert len(told(database, keys)) == letters_written


@pytest.mark.usefixtures("of_a")
def test_a_digest_comes_once_a_morning_where_the_service_is(database: Database, keys: Keys) -> None:
    set_news(database, "daily", created_at=new_york(23, 8))
    sent(database, keys, 3, submitted_at=new_york(23, 9))

    assert told(database, keys, new_york(23, 23)) == []
    assert told(database, keys, new_york(24, 6, 59)) == []
    [letter] = told(database, keys, new_york(24, 7, 1))
    assert letter.subject == "3 new referrals (NCT00000001)"
    assert told(database, keys, new_york(24, 7, 2)) == []
    sent(database, keys, submitted_at=new_york(24, 10))
    assert told(database, keys, new_york(24, 22)) == []
    [letter] = told(database, keys, new_york(25, 9))
    assert letter.subject == "1 new referral (NCT00000001)"


@pytest.mark.usefixtures("of_a")
def test_a_digest_counts_what_is_overdue_again_each_morning(database: Database, keys: Keys) -> None:
    set_news(database, "daily")
    sent(database, keys, referrals=(replace(TO_A, reply_within=timedelta(days=2)), TO_B))

    subjects = [one.subject for day in (24, 25, 26) for one in told(database, keys, new_york(day, 8))]

    assert subjects == [
        "1 new referral (NCT00000001)",
        "1 overdue (NCT00000001)",
        "1 overdue (NCT00000001)",
    ]


@pytest.mark.usefixtures("of_a")
def test_on_a_morning_without_anything_to_tell_no_digest_comes_that_day(database: Database, keys: Keys) -> None:
    set_news(database, "daily")
    assert told(database, keys, new_york(24, 8)) == []
    sent(database, keys, submitted_at=new_york(24, 9))

    assert told(database, keys, new_york(24, 10)) == []
    assert len(told(database, keys, new_york(25, 8))) == 1


@pytest.mark.usefixtures("of_a")
def test_two_processes_at_once_tell_once(database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(database, keys)
    before = referral_alerts.subscribers
    with database.reading() as session:
        seen = before(session)
    told(database, keys)
    monkeypatch.setattr(referral_alerts, "subscribers", lambda _: seen)

    assert told(database, keys) == []


def test_where_nobody_wants_news_no_criteria_are_read(database: Database, keys: Keys) -> None:
    def pen() -> StaffLetterWriter:
        raise AssertionError("nobody wants news")

    wanted: Callable[[], StaffLetterWriter] = pen
    assert announce(database, keys, wanted, SOON) == 0


@pytest.mark.usefixtures("of_a")
def test_what_came_long_before_the_first_look_is_no_news(database: Database, keys: Keys) -> None:
    set_news(database, "at_once", created_at=NOW - timedelta(days=90))
    sent(database, keys, submitted_at=NOW - timedelta(days=8))

    assert told(database, keys) == []
