"""The page of the audit trail: recorded events in words, for administrators only."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Role
from prescreen.storage.audit import events
from prescreen.storage.audit.events import Action, Actor, ActorKind, Subject
from prescreen.storage.base.keys import Keys
from prescreen.web.audit import trail_page as page
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.audit import hash_chain
from tests.people import recruiter, submitted
from tests.web.office import sign_in
from tests.web.referred import TRIAL

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.fixture
def admin(client: FlaskClient, database: Database) -> Account:
    account = recruiter(database, Assignment(TRIAL))
    with database.writing() as session:
        recruiters.set_role(session, account.id, Role.ADMINISTRATOR)
    sign_in(client)
    return account


def recorded(database: Database, action: Action, by: Actor, subject: Subject, **details: object) -> None:
    with database.writing() as session:
        events.record(session, events.Event(AT, by, action, subject, details))


def shown(client: FlaskClient, **asked: object) -> str:
    answer = client.get("/recruiter/trail", query_string=asked)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", html.unescape(answer.text)).split())


def rows(client: FlaskClient, **asked: object) -> int:
    return client.get("/recruiter/trail", query_string=asked).text.count("<time ")


def test_nobody_else_sees_it(client: FlaskClient, database: Database) -> None:
    recruiter(database, Assignment(TRIAL))
    sign_in(client)

    assert client.get("/recruiter/trail").status_code == 404
    assert "/recruiter/trail" not in client.get("/recruiter/").text


@pytest.mark.usefixtures("admin")
def test_an_administrator_finds_it_in_the_menu(client: FlaskClient) -> None:
    assert 'href="/recruiter/trail"' in client.get("/recruiter/").text


def test_it_says_who_did_what_to_whom(client: FlaskClient, admin: Account, database: Database, keys: Keys) -> None:
    sent = submitted(database, keys)
    with database.reading() as session:
        (event,) = events.about(session, Subject("lead", str(sent.lead_id)))
    by = Actor(ActorKind.RECRUITER, str(admin.id))
    recorded(database, Action.REFERRAL_VIEWED, by, Subject("referral", event.details["referrals"][0]))
    recorded(database, Action.EXPORT_ENDED, by, Subject("trial", TRIAL), rows=12, format="csv", reason="weekly call")
    recorded(database, Action.WORKLIST_VIEWED, by, Subject("recruiter", str(admin.id)), referrals=[str(uuid4())])

    page = shown(client)

    assert f"Person {sent.reference} sent their details" in page
    assert f"Rec Ruiter looked at referral {sent.reference}" in page
    assert f"Rec Ruiter exported 12 rows of trial {TRIAL} format: csv · reason: weekly call" in page
    assert "Rec Ruiter saw 1 referral in the list" in page
    assert "25 November 2026, 10:00 EST" in page


@pytest.mark.usefixtures("admin")
def test_an_action_of_a_later_version_is_told_by_its_own_name(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(database, Action.SAMPLE_MADE, Actor(ActorKind.OPERATOR), Subject("letter", "7"), leads=3)
    monkeypatch.setattr("prescreen.web.audit.trail_wording._DONE", {})

    assert "The operator sample made: letter 7 leads: 3" in shown(client)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_can_be_told_whatever_it_recorded(
    client: FlaskClient, admin: Account, database: Database, action: Action
) -> None:
    for by in (Actor(ActorKind.OPERATOR), Actor(ActorKind.RECRUITER, "unknown"), Actor(ActorKind.PARTICIPANT, "x")):
        recorded(database, action, by, Subject("recruiter", "unknown"))

    assert "{" not in shown(client, action=action.value)
    assert rows(client, action=action.value) >= 3


def test_each_filter_leaves_out_what_does_not_fit(
    client: FlaskClient, admin: Account, database: Database, keys: Keys
) -> None:
    sent = submitted(database, keys)
    other = submitted(database, keys, id="another")
    with database.reading() as session:
        (event,) = events.about(session, Subject("lead", str(sent.lead_id)))
    referral, _second = event.details["referrals"]
    by, operator = Actor(ActorKind.RECRUITER, str(admin.id)), Actor(ActorKind.OPERATOR)
    recorded(database, Action.REFERRAL_VIEWED, by, Subject("referral", referral))
    recorded(database, Action.WORKLIST_VIEWED, by, Subject("recruiter", str(admin.id)), referrals=[referral])
    recorded(database, Action.WORKLIST_VIEWED, by, Subject("recruiter", str(admin.id)), referrals=[str(uuid4())])
    recorded(database, Action.SNAPSHOT_TAKEN, operator, Subject("snapshot", "s"))

    assert rows(client) == 8  # with the account, its sign-in and two submissions
    assert (rows(client, who=str(admin.id)), rows(client, who="operator")) == (4, 2)
    assert rows(client, action="worklist_viewed") == 2
    assert (rows(client, day="2026-11-25"), rows(client, day="2026-11-22")) == (4, 0)
    assert [rows(client, about=name) for name in (sent.reference.lower(), referral, str(sent.lead_id))] == [3, 3, 3]
    assert rows(client, about=other.reference) == 1
    assert rows(client, about=sent.reference, action="referral_viewed", who=str(admin.id), day="2026-11-25") == 1


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("day", "yesterday", "Type a day such as"),
        ("day", "2026-02-30", "Type a day such as"),
        ("day", "9999-12-31", "Type a day such as"),
        ("day", "0001-01-01", "Type a day such as"),
        ("about", "LP-0000-00", "Nobody has this reference"),
        ("about", "'; DROP TABLE", "Nobody has this reference"),
        ("who", "nobody", "Choose an account"),
        ("action", "eaten", "Choose an action"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told(client: FlaskClient, field: str, value: str, words: str) -> None:
    answer = client.get("/recruiter/trail", query_string={field: value, "endpoint": "x", "_external": "1"})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.usefixtures("admin")
def test_older_events_are_a_page_further_and_the_filter_stays(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "AT_ONCE", 2)
    for number in range(5):
        recorded(database, Action.SNAPSHOT_TAKEN, Actor(ActorKind.OPERATOR), Subject("snapshot", f"s{number}"))

    seen, address = [], "/recruiter/trail?action=snapshot_taken"
    while address:
        text = html.unescape(client.get(address).text)
        seen.append(re.findall(r"snapshot (s\d)", text))
        address = (re.findall(r'href="([^"]+)">Older', text) or [""])[0]

    assert seen == [["s4", "s3"], ["s2", "s1"], ["s0"]]


@pytest.mark.usefixtures("admin")
def test_it_says_how_far_the_chain_is_and_when_it_was_checked(client: FlaskClient, database: Database) -> None:
    now = datetime.now(UTC)
    assert "0 events sealed never checked" in shown(client)

    verdict = hash_chain.verify(database, None, now)

    page = shown(client)
    assert f"{verdict.head.place} events sealed last sealed" in page
    assert ": whole" in page
    assert str(verdict.head) in page


@pytest.mark.usefixtures("admin")
def test_a_check_that_found_a_fault_raises_the_alarm(client: FlaskClient, database: Database) -> None:
    now = datetime.now(UTC)
    hash_chain.verify(database, hash_chain.read_head("99"), now + timedelta(seconds=1))

    page = shown(client)

    assert "found that the end was cut off." in page
    assert ": not whole" in page


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("before", ["9" * 30, "-1", "x"])
def test_a_place_that_no_event_can_have_is_the_beginning(client: FlaskClient, before: str) -> None:
    assert rows(client, before=before) == rows(client)
