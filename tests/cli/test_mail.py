"""`prescreen work`, `prescreen outbox`, and the letters that `serve` sends by itself."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import update
from structlog.testing import capture_logs

from prescreen.cli import mail
from prescreen.cli.mail import LOOK_EVERY_SECONDS, Pulse
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, LetterState, Posting
from prescreen.storage.operations import worker_heartbeat
from prescreen.storage.participants import leads
from prescreen.storage.tables import OutboxLetter, Recruiter
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.mail.delivery import Attempt
from prescreen.workflow.mail.delivery_faults import Fault
from prescreen.workflow.operations.worker_heartbeat import is_silent, report
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome, log_call
from tests.cli.conftest import Run
from tests.cli.services import REAL_SECONDS, free_port, served
from tests.mailserver import Mailbox, running
from tests.people import NOW, PHONE, SHARE_A, TO_A, recruiter, submitted
from tests.workflow.letters import EMAIL, person, to_a

__all__ = ["free_port"]

LETTER = Letter("trials@example.org", "w.quackenbush@example.org", "Confirm your address", "Dear Wilhelmina\n")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with running() as mailbox:
        monkeypatch.setenv("PRESCREEN_MAIL_URL", f"smtp://127.0.0.1:{mailbox.port}")
        yield mailbox


def put(database: Database, keys: Keys, *, is_test: bool = False, letter: Letter = LETTER) -> UUID:
    with database.writing() as session:
        return outbox.add(session, keys.ring, Posting(LetterKind.CONFIRM, None, is_test), letter, datetime.now(UTC))


def test_work_once_sends_what_is_due_and_says_how_many(database: Database, keys: Keys, run: Run, box: Mailbox) -> None:
    put(database, keys)

    assert [run("work", "--once").stdout.splitlines()[-1] for _ in range(2)] == ["sent 1 letter", "sent 0 letters"]
    assert [message["To"] for message in box.messages] == [LETTER.recipient]


def test_work_tells_recruiters_of_new_referrals_without_saying_who(
    database: Database, keys: Keys, run: Run, box: Mailbox
) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    recruiter(database, Assignment("NCT00000001"))
    with database.writing() as session:
        session.execute(update(Recruiter).values(created_at=at - timedelta(days=1)))
    submitted(database, keys, submitted_at=at)

    done = run("work", "--once")

    assert done.stdout.splitlines()[-1] == "sent 1 letter"
    [message] = box.messages
    assert (message["To"], message["Subject"]) == ("rec@example.org", "1 new referral to NCT00000001")
    assert "Wilhelmina" not in str(message)
    assert run("work", "--once").stdout.splitlines()[-1] == "sent 0 letters"


def test_work_reminds_a_person_of_a_call_and_names_no_condition_in_the_subject(
    database: Database, keys: Keys, run: Run, box: Mailbox
) -> None:
    lead_id = person(database, keys, consents=(SHARE_A, PHONE, EMAIL), referrals=(TO_A,))
    account = recruiter(database, Assignment("NCT00000001"))
    call = Call(CallOutcome.REACHED, call_back_at=datetime.now(UTC) + timedelta(hours=3), reminds=True)
    with database.writing() as session:
        log_call(session, keys, By(account, datetime.now(UTC)), to_a(database, lead_id), call)
    run("work", "--once")

    with database.reading() as session:
        lead = leads.find(session, lead_id)
    assert lead is not None
    assert f"A reminder of your call ({lead.reference})" in [one["Subject"] for one in box.messages]


def test_news_that_cannot_be_written_keep_no_letter_from_going_out(  # noqa: PLR0917
    database: Database, keys: Keys, run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recruiter(database, Assignment("NCT00000001"))
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(tmp_path))
    put(database, keys)

    assert run("work", "--once").stdout.splitlines()[-1] == "sent 1 letter"
    assert len(box.messages) == 1


def test_the_sender_of_the_settings_stands_in_for_the_letters_own(
    database: Database, keys: Keys, run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, keys, letter=Letter("", LETTER.recipient, "Hi", "Hi\n"))
    monkeypatch.setenv("PRESCREEN_MAIL_FROM", "us@example.net")

    run("work", "--once")

    assert [message["From"] for message in box.messages] == ["us@example.net"]


@pytest.mark.usefixtures("database")
def test_work_without_a_mail_server_is_the_calls_fault(run: Run) -> None:
    refused = run("work", "--once")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "PRESCREEN_MAIL_URL is not set" in refused.stderr


def test_the_list_names_no_address_and_the_letter_itself_is_shown_on_demand(
    database: Database, keys: Keys, run: Run
) -> None:
    letter_id = put(database, keys, is_test=True)

    listed, shown = run("outbox", "--json"), run("outbox", "--show", str(letter_id), "--json")

    [one] = json.loads(listed.stdout)
    assert (one["id"], one["state"], one["test"]) == (str(letter_id), "pending", True)
    assert "quackenbush" not in listed.stdout + run("outbox").stdout
    assert "never sent" in run("outbox").stdout
    assert json.loads(shown.stdout)["to"] == LETTER.recipient
    assert "Dear Wilhelmina" in run("outbox", "--show", str(letter_id)).stdout


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_the_outbox_is_read_a_page_at_a_time_and_printed_whole(
    database: Database, keys: Keys, run: Run, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(mail, "_AT_ONCE", 2)
    ids = [str(put(database, keys)) for _ in range(count)]
    limits: list[int | None] = []
    everything = outbox.everything
    monkeypatch.setattr(
        mail.letters,
        "everything",
        lambda session, after, limit: limits.append(limit) or everything(session, after, limit),
    )

    listed, lines = run("outbox", "--json").stdout, run("outbox").stdout.splitlines()

    assert [one["id"] for one in json.loads(listed)] == [line.split()[0] for line in lines] == sorted(ids)
    assert listed == json.dumps(json.loads(listed), indent=2) + "\n"
    assert limits == [2] * 2 * (count // 2 + 1)


def failed(database: Database, keys: Keys, why: str = "refused with 550 5.1.1") -> UUID:
    letter_id = put(database, keys)
    with database.writing() as session:
        outbox.give_up(session, letter_id, why)
    return letter_id


def test_the_list_says_why_a_letter_waits_or_failed(database: Database, keys: Keys, run: Run) -> None:
    failed(database, keys)

    [listed], [line] = json.loads(run("outbox", "--json").stdout), run("outbox").stdout.splitlines()

    assert (listed["state"], listed["fault"]) == ("failed", "refused with 550 5.1.1")
    assert line.endswith("  refused with 550 5.1.1")


def test_a_refused_sender_is_told_and_its_letters_go_out_once_it_is_mended(
    database: Database, keys: Keys, run: Run, box: Mailbox
) -> None:
    letter_id = put(database, keys)
    box.answers["MAIL"] = "553 5.7.1 <trials@example.org> is not yours"

    tried = run("work", "--once")

    assert (tried.exit_code, tried.stdout.splitlines()[-1]) == (0, "sent 0 letters")
    assert f"letter {letter_id} is pending: the mail server refuses our sender" in tried.stderr
    assert "PRESCREEN_MAIL_FROM (553 5.7.1)" in tried.stderr
    assert "letters wait until the set-up of mail is mended" in tried.stderr
    assert "trials@" not in tried.stderr + run("outbox").stdout
    assert "pending" in run("outbox").stdout


@pytest.mark.parametrize("fault", Fault)
def test_the_log_has_an_error_where_the_operator_must_do_something(database: Database, fault: Fault) -> None:
    with capture_logs() as logged:
        Pulse(database).tell(Attempt(uuid4(), LetterState.PENDING, "why", fault))

    assert [one["log_level"] for one in logged] == ["error" if fault is Fault.SETUP else "info"]


def test_a_clock_that_is_set_back_does_not_stop_the_reports(database: Database) -> None:
    pulse = Pulse(database)
    for moment in (NOW + timedelta(days=1), NOW):
        with time_machine.travel(moment, tick=False):
            pulse.beat()

    with database.reading() as session:
        assert worker_heartbeat.last(session) == NOW


def test_a_report_dated_far_ahead_is_no_sign_of_life(database: Database) -> None:
    report(database, NOW + timedelta(days=1))

    with database.reading() as session:
        assert is_silent(session, NOW)
        assert not is_silent(session, NOW + timedelta(days=1))


@pytest.mark.parametrize(("count", "said"), [(0, "0 letters wait"), (1, "1 letter waits"), (2, "2 letters wait")])
def test_all_failed_letters_are_retried_and_sent(  # noqa: PLR0917
    database: Database, keys: Keys, run: Run, box: Mailbox, count: int, said: str
) -> None:
    for _ in range(count):
        failed(database, keys)

    retried = run("outbox", "--retry")

    assert (retried.exit_code, retried.stdout, retried.stderr) == (0, f"{said} to be sent again\n", "")
    run("work", "--once")
    assert len(box.messages) == count


def test_named_letters_alone_are_retried(database: Database, keys: Keys, run: Run, box: Mailbox) -> None:
    one, _other = failed(database, keys), failed(database, keys)

    assert json.loads(run("outbox", "--retry", one, "--json").stdout) == {"retried": 1, "left_out": 0}

    run("work", "--once")
    assert len(box.messages) == 1


def test_what_cannot_be_retried_is_told_in_one_line(database: Database, keys: Keys, run: Run) -> None:
    erased, waiting = failed(database, keys), put(database, keys)
    with database.writing() as session:
        session.execute(update(OutboxLetter).where(OutboxLetter.id == erased).values(content=None))

    tried = {one: run("outbox", "--retry", one) for one in (erased, waiting, uuid4())}

    assert [(one.exit_code, one.stdout, one.stderr.count("\n")) for one in tried.values()] == [(1, "", 1)] * 3
    assert f"letter {erased} was erased" in tried[erased].stderr
    assert f"letter {waiting} is pending" in tried[waiting].stderr
    assert "left out" in run("outbox", "--retry").stderr


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("call", [["--retry", "x"], ["7"], ["--retry", "--show", "7"]])
def test_a_call_that_names_letters_wrongly_is_refused(run: Run, call: list[str]) -> None:
    refused = run("outbox", *call)

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


@pytest.mark.usefixtures("database")
def test_a_letter_that_is_not_there_is_told_in_one_line(run: Run) -> None:
    missing, nonsense = run("outbox", "--show", str(uuid4())), run("outbox", "--show", "x")

    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert (nonsense.exit_code, nonsense.stderr.count("\n")) == (2, 1)


def test_serve_sends_letters_by_itself_and_logs_no_address(
    database: Database, keys: Keys, box: Mailbox, free_port: int
) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        process.stdout.readline()
        put(database, keys)
        until = time.monotonic() + REAL_SECONDS
        while not box.messages and time.monotonic() < until:
            time.sleep(0.05)
        process.terminate()
        more, log = process.communicate(timeout=REAL_SECONDS)

    assert [message["Subject"] for message in box.messages] == [LETTER.subject]
    assert (process.returncode, more) == (0, "")
    assert "state=sent" in log
    assert "quackenbush" not in log


def test_what_sends_the_letters_ends_with_a_service_that_was_killed(
    database: Database, keys: Keys, box: Mailbox, free_port: int
) -> None:
    command = [sys.executable, "-m", "prescreen.cli", "serve", "--port", str(free_port), "--workers", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    time.sleep(3 * LOOK_EVERY_SECONDS)
    put(database, keys)
    time.sleep(2 * LOOK_EVERY_SECONDS)

    assert box.messages == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
