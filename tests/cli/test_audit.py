"""`prescreen audit`, and the sealing by `serve` and `work`."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads
from prescreen.storage.referrals import referrals
from prescreen.workflow.audit.hash_chain import current_head
from tests.cli.conftest import Run
from tests.cli.services import REAL_SECONDS, free_port, served
from tests.mailserver import running
from tests.people import recruiter, submitted

__all__ = ["free_port"]


def recorded(database: Database, count: int = 1) -> None:
    operator, subject = events.Actor(events.ActorKind.OPERATOR), events.Subject("lead", "1")
    event = events.Event(datetime.now(UTC), operator, events.Action.LEAD_DELETED, subject, {"rows": 12})
    with database.writing() as session:
        events.record(session, *[event] * count)


def tampered(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
        connection.execute(text("UPDATE audit_event SET details = '{\"rows\": 11}' WHERE sequence = 2"))


def test_a_whole_trail_prints_its_count_and_head(database: Database, run: Run) -> None:
    recorded(database, 3)

    done = run("audit", "verify")

    head = str(current_head(database))
    assert (done.exit_code, done.stdout) == (0, f"3 events, all as they were sealed\nhead {head}\n")
    again = json.loads(run("audit", "verify", "--head", head, "--json").stdout)
    assert (again["whole"], again["events"], again["sealed_now"], again["fault"]) == (True, 4, 1, None)


def test_a_changed_event_is_named_in_one_line(database: Database, run: Run) -> None:
    recorded(database, 3)
    run("audit", "head")
    tampered(database)

    plain, as_json = run("audit", "verify"), run("audit", "verify", "--json")

    assert (plain.exit_code, plain.stdout, plain.stderr.count("\n")) == (1, "", 1)
    assert plain.stderr.startswith("event 2 is not what was sealed at place 2")
    found = json.loads(as_json.stdout)
    assert (as_json.exit_code, found["whole"], found["events"]) == (1, False, 1)
    assert (found["fault"]["flaw"], found["fault"]["sequence"]) == ("changed", 2)


def test_the_head_covers_all_that_is_recorded(database: Database, run: Run) -> None:
    recorded(database, 2)

    printed = run("audit", "head").stdout

    assert printed == f"{current_head(database)}\n"
    assert json.loads(run("audit", "head", "--json").stdout) == {"events": 2, "head": printed.strip()}


def test_another_head_than_the_published_one_is_a_fault(database: Database, run: Run) -> None:
    recorded(database, 2)

    refused = run("audit", "verify", "--head", "9:" + "0" * 64)

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "the end was cut off" in refused.stderr


@pytest.mark.usefixtures("database")
def test_a_head_that_is_none_is_the_calls_fault(run: Run) -> None:
    refused = run("audit", "verify", "--head", "yesterday's")

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


@pytest.mark.usefixtures("database")
def test_serve_seals_by_itself_without_a_mail_server(database: Database, free_port: int) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        process.stdout.readline()
        recorded(database)
        until = time.monotonic() + REAL_SECONDS
        while not current_head(database).place and time.monotonic() < until:
            time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=REAL_SECONDS)

    assert (process.returncode, current_head(database).place) == (0, 1)


def test_work_once_seals(database: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(database)
    with running() as mailbox:
        monkeypatch.setenv("PRESCREEN_MAIL_URL", f"smtp://127.0.0.1:{mailbox.port}")
        run("work", "--once")

    assert current_head(database).place == 1


@pytest.fixture
def rita(database: Database, keys: Keys) -> str:
    """Let an account look at one of two people yesterday; return that person's reference."""
    seen, _ = (submitted(database, keys, id=str(number)).reference for number in range(2))
    account = recruiter(database)
    with database.writing() as session:
        lead_id = leads.with_reference(session, seen)
        assert lead_id
        [referral, *_] = referrals.of_lead(session, lead_id)
        looked = (events.recruiter(account.id), events.Action.REFERRAL_VIEWED, events.referral(referral.id))
        events.record(session, events.Event(YESTERDAY, *looked))
    return seen


YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.mark.parametrize("by", [(), ("--by", "REC@EXAMPLE.ORG")])
def test_who_was_shown_is_listed_by_reference(rita: str, by: tuple[str, ...], run: Run) -> None:
    day = f"{YESTERDAY:%Y-%m-%d}"

    plain, as_json = (run("audit", "people", "--since", day, *by, *more) for more in ((), ("--json",)))

    assert (plain.exit_code, plain.stderr) == (0, "1 person\n")
    assert re.fullmatch(rf"{rita}  {day} \d\d:\d\d to {day} \d\d:\d\d UTC  1  opened\n", plain.stdout)
    assert [one["reference"] for one in json.loads(as_json.stdout)] == [rita]


@pytest.mark.usefixtures("rita")
def test_who_was_shown_at_another_time_or_to_another_is_not_listed(run: Run, database: Database) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    recruiter(database, email="other@example.org")

    assert run("audit", "people", "--since", today).stdout == ""
    assert run("audit", "people", "--since", "2026-01-01", "--by", "other@example.org").stdout == ""


def test_an_account_that_is_none_is_told(database: Database, run: Run) -> None:
    result = run("audit", "people", "--since", "2026-01-01", "--by", "nobody@example.org")

    assert (result.exit_code, database.engine.name) == (1, "sqlite")
    assert "no account has the address nobody@example.org" in result.stderr
