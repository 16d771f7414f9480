"""`/readyz` names each part as ok or late, and is not ready only without one that visitors need."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from flask import Flask

from prescreen.config import MailServer, Settings
from prescreen.database import BUSY_TIMEOUT_MS, OperationalError
from prescreen.storage.audit import events
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.storage.operations import worker_heartbeat
from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.workflow.operations import readiness
from prescreen.workflow.operations.readiness import LIMITS, Part
from prescreen.workflow.operations.request_numbers import STOPPING
from tests.attackers import holding_write_lock

Serve = Callable[..., Flask]
SECOND = timedelta(seconds=5)


def resources(app: Flask) -> Resources:
    found = app.extensions[EXTENSION]
    assert isinstance(found, Resources)
    return found


def letter_waits(app: Flask, ago: timedelta) -> None:
    opened = resources(app)
    letter = Letter("trials@example.org", "ann@example.org", "Hello", "Text")
    with opened.database.writing() as session:
        about = Posting(LetterKind.RECEIPT, None, is_test=False)
        outbox.add(session, opened.keys.ring, about, letter, datetime.now(UTC) - ago)


def event_waits(app: Flask, ago: timedelta) -> None:
    event = events.Event(datetime.now(UTC) - ago, events.OPERATOR, events.Action.SAMPLE_MADE, events.Subject("x", "x"))
    with resources(app).database.writing() as session:
        events.record(session, event)


def worker_reported(app: Flask, ago: timedelta) -> None:
    with resources(app).database.writing() as session:
        worker_heartbeat.note(session, datetime.now(UTC) - ago)


def criteria_refused(app: Flask, ago: timedelta) -> None:
    resources(app).readings.refused(datetime.now(UTC) - ago, 3)


class Lag(NamedTuple):
    """What makes a part late once it is older than its limit."""

    happens: Callable[[Flask, timedelta], None]
    limit: timedelta


LAGS = {
    Part.WORKER: Lag(worker_reported, readiness.SILENT_AFTER),
    Part.CATALOG: Lag(criteria_refused, readiness.CATALOG_REFUSED_FOR),
    Part.OUTBOX: Lag(letter_waits, readiness.OUTBOX_LATE_AFTER),
    Part.SEALING: Lag(event_waits, readiness.SEALING_LATE_AFTER),
}


@pytest.mark.parametrize("part", LAGS)
def test_a_part_is_late_past_its_limit_and_not_before(serve: Serve, part: Part) -> None:
    for ago, is_late in ((LAGS[part].limit - 2 * SECOND, False), (LAGS[part].limit + SECOND, True)):
        app = serve(mail_url=MailServer("127.0.0.1", 25, tls=False))
        with resources(app).database.writing() as session:
            outbox.forget_before(session, datetime.now(UTC))
        LAGS[part].happens(app, ago)
        answer = app.test_client().get("/readyz")

        assert answer.json["parts"] == dict.fromkeys(Part, "ok") | {part: "late" if is_late else "ok"}
        assert answer.status_code == (503 if is_late and LIMITS[part].needed else 200)


def test_a_full_disk_is_told_and_visitors_are_still_served(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    app = serve()
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 2**70)

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json["parts"]["disk"]) == (200, "late")


def test_criteria_that_are_mended_are_no_longer_late(serve: Serve) -> None:
    app = serve()
    criteria_refused(app, timedelta(hours=1))
    criteria_refused(app, timedelta(0))
    assert app.test_client().get("/readyz").json["parts"]["catalog"] == "late"

    resources(app).readings.accepted(datetime.now(UTC))
    assert app.test_client().get("/readyz").json["parts"]["catalog"] == "ok"


def test_a_database_that_is_away_is_named_and_nothing_else_is_told(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("select", {}, ConnectionError("host db.internal is gone"))

    app = serve()
    monkeypatch.setattr("prescreen.database.is_served", away)
    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json["part"]) == (503, "database")
    assert "internal" not in answer.text


def test_a_database_whose_file_is_broken_is_named(serve: Serve, settings: Settings) -> None:
    app = serve()
    resources(app).database.close()
    for file in settings.instance.glob("prescreen.sqlite3*"):
        file.write_bytes(b"broken" * 1000)

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.json["part"]) == (503, "database")


def test_a_process_that_was_told_to_stop_says_so(serve: Serve) -> None:
    answer = serve().test_client().get("/readyz", environ_overrides={STOPPING: True})

    assert (answer.status_code, answer.json["part"]) == (503, "process")


def test_every_part_has_a_limit() -> None:
    assert list(LIMITS) == list(Part)


def test_readiness_does_not_wait_for_whoever_writes(serve: Serve, settings: Settings) -> None:
    app = serve()
    with holding_write_lock(settings.instance / "prescreen.sqlite3"):
        began = time.monotonic()
        answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    # A writer is waited for ten seconds.
    assert time.monotonic() - began < BUSY_TIMEOUT_MS / 2000


def test_numbers_are_not_told_outside(serve: Serve) -> None:
    app = serve()
    letter_waits(app, timedelta(hours=2))

    assert set(app.test_client().get("/readyz").json) == {"status", "trials", "parts"}
