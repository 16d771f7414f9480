import json
import os
import shutil
import signal
import socket
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview import usage_counters
from prescreen.storage.operations import worker_heartbeat
from prescreen.storage.participants import leads, mailboxes
from prescreen.workflow.audit import hash_chain
from prescreen.workflow.operations.worker_heartbeat import SILENT_AFTER
from tests.attackers import ask, children
from tests.cli.conftest import Run
from tests.cli.services import REAL_SECONDS, free_port, served, wait_for
from tests.people import submitted

__all__ = ["free_port"]


def get(address: str) -> tuple[int, dict[str, object]]:
    with urllib.request.urlopen(address, timeout=REAL_SECONDS) as answer:  # noqa: S310  # an address of our own
        return answer.status, json.load(answer)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("database")
def test_serve_prints_its_address_answers_there_and_stops_when_told(free_port: int, how: signal.Signals) -> None:
    with served(free_port) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()

        assert address == f"http://127.0.0.1:{free_port}"
        assert get(f"{address}/healthz") == (200, {"status": "ok"})
        assert get(f"{address}/readyz")[0] == 200

        process.send_signal(how)
        more, log = process.communicate(timeout=REAL_SECONDS)
    assert (process.returncode, more) == (0, "")
    assert "health.alive" in log
    assert log.count(f"{address}/recruiter/join/") == 1
    assert "Traceback" not in log
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", free_port))


def test_what_was_counted_is_written_when_the_service_stops(free_port: int, database: Database) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}/low-back-pain", timeout=REAL_SECONDS) as page:  # noqa: S310  # as above
            assert page.status == 200

        process.terminate()
        process.communicate(timeout=REAL_SECONDS)

    with database.reading() as session:
        assert usage_counters.totals(session) == {
            usage_counters.Key(usage_counters.CounterKind.SHOWN, "diagnosed"): 1,
            usage_counters.Key(usage_counters.CounterKind.ARRIVED, "low-back-pain", "direct"): 1,
        }


def beside(pid: int) -> list[int]:
    """Return the processes that a service keeps, oldest first: the one that seals and sends, then those for pages."""
    # They are forked from a server process of their own, which is the service's child.
    return sorted(grandchild for child in children(pid) for grandchild in children(child))


def readiness(address: str) -> tuple[int, object]:
    try:
        status, body = get(f"{address}/readyz")
    except urllib.error.HTTPError as error:
        status, body = error.code, json.load(error)
    return status, body.get("part")


def test_what_seals_and_sends_is_started_again_when_it_dies(free_port: int, database: Database) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        first, _ = beside(process.pid)
        os.kill(first, signal.SIGKILL)

        wait_for(lambda: len(set(beside(process.pid)) - {first}) == 2)
        event = events.Event(datetime.now(UTC), events.OPERATOR, events.Action.SAMPLE_MADE, events.Subject("x", "x"))
        with database.writing() as session:
            events.record(session, event)
        wait_for(lambda: hash_chain.current_head(database).place > 0)
        assert readiness(address) == (200, None)

        process.terminate()
        _, log = process.communicate(timeout=REAL_SECONDS)
    assert process.returncode == 0
    assert log.count("the process prescreen-work ended; it is started again in 1 s") == 1


@pytest.mark.usefixtures("database")
def test_what_serves_pages_is_started_again_when_it_dies(free_port: int) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        _, pages = beside(process.pid)
        os.kill(pages, signal.SIGKILL)

        wait_for(lambda: ask(free_port, "/healthz").status == 200)
        process.terminate()
        _, log = process.communicate(timeout=REAL_SECONDS)
    assert address
    assert log.count("the process prescreen-pages ended; it is started again in 1 s") == 1


@pytest.mark.usefixtures("database")
def test_nothing_goes_on_when_the_service_itself_is_killed(free_port: int) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        process.stdout.readline()
        kept = beside(process.pid)
        process.kill()

        wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in kept))


def test_a_worker_that_fell_silent_makes_the_service_not_ready_until_it_reports(
    free_port: int, database: Database
) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        worker, _ = beside(process.pid)
        os.kill(worker, signal.SIGSTOP)
        assert readiness(address) == (200, None)

        # As if two minutes had passed.
        with database.writing() as session:
            worker_heartbeat.note(session, datetime.now(UTC) - SILENT_AFTER)
        assert readiness(address) == (503, "worker")
        assert get(f"{address}/healthz")[0] == 200

        os.kill(worker, signal.SIGCONT)
        wait_for(lambda: readiness(address) == (200, None))
        process.terminate()
        process.communicate(timeout=REAL_SECONDS)


@pytest.mark.usefixtures("database")
def test_a_service_whose_output_nobody_reads_goes_on(free_port: int) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        process.stdout.close()

        # A pipe holds 64 KiB, and each request logs about a hundred bytes.
        assert {get(f"{address}/healthz")[0] for _ in range(1500)} == {200}

        process.stderr.close()
        assert get(f"{address}/healthz")[0] == 200
        process.terminate()
        assert process.wait(timeout=REAL_SECONDS) == 0


@pytest.mark.usefixtures("database")
def test_a_port_in_use_is_refused_in_one_line(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = run("serve", "--port", str(port))

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert (
        refused.stderr == f"cannot listen on port {port} of 127.0.0.1: Address already in use; choose another --port\n"
    )


@pytest.mark.usefixtures("database")
def test_a_criteria_folder_with_faults_is_not_served(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "criteria"
    shutil.copytree(SHIPPED_CRITERIA, folder)
    for trial in ("NCT03386149", "NCT06053242"):
        (folder / "trials" / f"{trial}.yaml").write_text("id: [\n")
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))

    refused = run("serve")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert {line.split(":")[0] for line in refused.stderr.splitlines()} >= {
        str(folder / "trials" / "NCT03386149.yaml"),
        str(folder / "trials" / "NCT06053242.yaml"),
    }


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("SECRET_KEY", "short"), ("DATABASE_URL", "mysql://x/y")]
)
def test_a_faulty_setting_is_the_calls_fault(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PRESCREEN_{name}", value)

    refused = run("serve")

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith(f"PRESCREEN_{name}: ")


def test_a_database_that_does_not_answer_is_told_in_one_line(
    run: Run, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_DATABASE_URL", f"postgresql://u:hunter2@127.0.0.1:{free_port}/x")

    refused = run("db", "upgrade")

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("the database cannot be used: ")
    assert "hunter2" not in refused.stderr


@pytest.mark.postgres
@pytest.mark.parametrize("command", [("serve",), ("work", "--once"), ("db", "upgrade")])
def test_a_database_that_could_lose_what_is_saved_is_refused_in_one_line(
    run: Run, instance: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PRESCREEN_DATABASE_URL", postgres_url)

    refused = run(*command)

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith("PostgreSQL runs with fsync=off, full_page_writes=off: a consent could be lost")
    assert list(instance.iterdir()) == []


def test_upgrading_makes_the_tables_once(run: Run, instance: Path) -> None:
    first, again = run("db", "upgrade"), run("db", "upgrade")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.startswith("the database is now at 0")
    assert again.stdout.startswith("the database was up to date (0")
    assert (instance / "prescreen.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE alembic_version SET version_num =", "INSERT INTO alembic_version SELECT"]
)
def test_a_database_of_another_version_is_told_in_one_line(run: Run, instance: Path, statement: str) -> None:
    run("db", "upgrade")
    with closing(sqlite3.connect(instance / "prescreen.sqlite3")) as driver, driver:
        driver.execute(f"{statement} '9999_future'")

    refused = run("db", "upgrade")

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "9999_future, which this version does not know" in refused.stderr


def test_purging_deletes_test_leads_older_than_seven_days_and_no_others(
    database: Database, keys: Keys, run: Run
) -> None:
    now = datetime.now(UTC)
    old, fresh, real = (
        submitted(database, keys, id=str(days), is_test=is_test, submitted_at=now - timedelta(days=days))
        for days, is_test in ((8, True), (6, True), (9, False))
    )

    assert "test: deleted 1 older than 7 days\n" in run("purge").stdout

    with database.reading() as session:
        kept = [leads.find(session, one.lead_id) for one in (old, fresh, real)]
        event = events.about(session, events.Subject("lead", str(old.lead_id)))[-1]
    assert [one is not None and one.deleted_at is None for one in kept] == [False, True, True]
    assert (event.action, event.actor) == ("lead_deleted", events.Actor(events.ActorKind.OPERATOR))


def test_purging_forgets_what_is_too_old_to_count_of_an_address(database: Database, run: Run) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        mailboxes.note_disowned(session, b"long ago", now - timedelta(days=181))
        mailboxes.note_disowned(session, b"lately", now - timedelta(days=179))

    run("purge")

    with database.reading() as session:
        kept = [mailboxes.find(session, key) is not None for key in (b"long ago", b"lately")]
    assert kept == [False, True]


def test_purging_again_finds_nothing(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys, is_test=True, submitted_at=datetime.now(UTC) - timedelta(days=8))

    assert [run("purge").stdout.split()[2] for _ in range(2)] == ["1", "0"]


@pytest.mark.usefixtures("database")
def test_a_sample_on_plain_http_is_refused_for_real_people_before_it_listens(run: Run) -> None:
    result = run("serve", "--check")

    assert result.exit_code == 1
    assert "error: PRESCREEN_HTTPS: it is off" in result.output
    assert "sample: true" in result.output
    assert result.output.splitlines()[-1] == "not fit for real people: 2 errors"


def test_an_installation_for_real_people_is_told_fit(
    database: Database, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = {"HTTPS": "on", "CRITERIA": str(folder), "TRUSTED_PROXIES": "1", "PUBLIC_URL": "https://trials.example.org"}
    for name, value in fit.items():
        monkeypatch.setenv(f"PRESCREEN_{name}", value)

    result = run("serve", "--check")

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "fit for real people")
    assert "warning: PRESCREEN_MAIL_URL" in result.output


@pytest.mark.usefixtures("database")
def test_a_debugger_and_a_readable_key_are_refused_too(
    run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert "error: FLASK_DEBUG" in run("serve", "--check").output
    (instance / "secret.key").chmod(0o644)

    result = run("serve", "--check")

    assert result.exit_code == 2
    assert "secret.key" in result.output


def test_every_purge_leaves_a_signed_count_and_an_altered_one_is_told(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys, is_test=True, submitted_at=datetime.now(UTC) - timedelta(days=8))
    run("purge")

    told = run("purge", "--proofs")

    assert (told.exit_code, "test 1" in told.stdout) == (0, True)
    assert told.stdout.endswith("signature holds\n")
    forged = events.Event(
        datetime.now(UTC), events.OPERATOR, events.Action.DATA_PURGED, events.Subject("retention", "purge")
    )
    with database.writing() as session:
        events.record(session, replace(forged, details={"test": 5, "signature": "00"}))
    refused = run("purge", "--proofs")
    assert (refused.exit_code, "SIGNATURE DOES NOT HOLD" in refused.stdout) == (1, True)


def test_periods_are_a_setting(database: Database, keys: Keys, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(database, keys, is_test=True, submitted_at=datetime.now(UTC) - timedelta(days=8))
    monkeypatch.setenv("PRESCREEN_RETENTION", "test=30,ended=never")

    told = run("purge").stdout

    assert "test: deleted 0 older than 30 days" in told
    assert "ended" not in told
    monkeypatch.setenv("PRESCREEN_RETENTION", "old=30")
    refused = run("purge")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
