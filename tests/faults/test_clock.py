"""The clock jumps: sessions end when they should, forms say so kindly, and what is done every few seconds goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prescreen.database import Database
from prescreen.storage.operations import worker_heartbeat
from tests.faults.altered import CLOCK_FILE
from tests.faults.conftest import Make, Tell
from tests.faults.ledger import Ledger, faultless
from tests.faults.person import FORM, Browser, Outcome, Reply, filled, send, settled
from tests.faults.service import Service
from tests.people import PASSWORD

DAY = timedelta(days=1)
EMAIL = "recruiter@example.org"
_SECONDS = 40.0
_LOOK_SECONDS = 0.1


@dataclass
class Jumping:
    """A service whose clock is set by a file."""

    service: Service
    file: Path
    moved: timedelta = timedelta(0)

    def jump(self, by: timedelta) -> None:
        """Move the clock of every process, and wait until they have seen it."""
        self.moved += by
        self.file.write_text(str(self.moved.total_seconds()))
        time.sleep(1.0)

    @property
    def now(self) -> datetime:
        """Return the service's present time."""
        return datetime.now(UTC) + self.moved

    def reported(self) -> datetime:
        """Return when the process that does the daily work last said that it lives."""
        database = Database(self.service.database_url)
        with database.reading() as session:
            at = worker_heartbeat.last(session)
        database.close()
        assert at is not None
        return at

    def wait_for_report(self, seconds: float = _SECONDS) -> bool:
        """Return whether that process reports by the present clock within so many seconds."""
        return wait(lambda: abs(self.now - self.reported()) < timedelta(seconds=30), seconds)

    def somebody_sends(self) -> Outcome:
        """Let somebody answer, fill in the form and send it."""
        browser = Browser(self.service.port, settled(self.service.port))
        form = filled(browser)
        return send(self.service.port, form)


def wait(reached: Callable[[], bool], seconds: float) -> bool:
    """Return whether something is reached in time."""
    until = time.monotonic() + seconds
    while not (done := reached()) and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return done


def jumping(make: Make, file: Path, *alterations: str) -> Jumping:
    """Start a service whose clock can be set."""
    service = make("clock", *alterations)
    service.settings = {CLOCK_FILE: str(file)}
    file.write_text("0")
    service.start()
    return Jumping(service, file)


@pytest.fixture
def jump(on_sqlite: Make, tmp_path: Path) -> Jumping:
    return jumping(on_sqlite, tmp_path / "clock")


def sign_in(port: int) -> Browser:
    """Sign the recruiter in, and return the browser."""
    browser = Browser(port)
    page = browser.get("/recruiter/login")
    [token] = re.findall(r'name="form_token" value="([^"]+)"', page.text)
    reply = browser.post("/recruiter/login", {"form_token": token, "email": EMAIL, "password": PASSWORD})
    assert reply.status == 303, reply.text[:2000]
    return browser


def is_signed_in(reply: Reply) -> bool:
    """Return whether a page of staff was shown; it may only lead to the sign-in otherwise."""
    assert (reply.status, reply.leads_to) in ((200, ""), (303, "/recruiter/login")), reply
    return reply.status == 200


def test_a_clock_that_jumps_ahead_ends_what_has_its_time_and_nothing_else(jump: Jumping, tell: Tell) -> None:
    port, ledger = jump.service.port, Ledger()
    jump.service.command(
        "recruiters", "add", EMAIL, "--name", "Rec", "--trial", "NCT06688773", "--password-stdin", given=PASSWORD
    )
    staff, person = sign_in(port), Browser(port, settled(port))
    form, kept = filled(person), filled(person)
    assert ledger.note(kept, send(port, kept)) is Outcome.SAVED
    assert is_signed_in(staff.get("/recruiter/"))

    jump.jump(DAY)

    assert not is_signed_in(staff.get("/recruiter/"))
    late = Browser(port, form.cookies).post(FORM, form.fields)
    assert late.status in (303, 409, 410), late.status
    assert form.name not in faultless(ledger, jump.service).leads
    assert is_signed_in(sign_in(port).get("/recruiter/"))
    assert jump.somebody_sends() is Outcome.SAVED
    assert jump.wait_for_report()
    assert Browser(port).get("/readyz").status == 200
    tell("the clock a day ahead: sessions and forms ended, others begin, the daily work goes on")


def test_a_clock_that_is_set_back_stops_nothing(jump: Jumping, tell: Tell) -> None:
    port = jump.service.port
    jump.jump(DAY)
    assert jump.wait_for_report()
    assert jump.somebody_sends() is Outcome.SAVED

    jump.jump(-DAY)

    assert jump.somebody_sends() is Outcome.SAVED
    assert jump.wait_for_report()
    assert wait(lambda: Browser(port).get("/readyz").status == 200, _SECONDS)
    verified = jump.service.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr + verified.stdout
    faultless(Ledger(), jump.service)
    tell("the clock set back by a day: people are saved, the daily work goes on, the trail verifies")


def test_a_twin_that_waits_until_the_clock_has_caught_up_is_convicted(
    on_sqlite: Make, tmp_path: Path, tell: Tell
) -> None:
    jump = jumping(on_sqlite, tmp_path / "clock", "waiting")
    jump.jump(DAY)
    assert jump.wait_for_report()

    jump.jump(-DAY)

    assert not jump.wait_for_report(seconds=8.0)
    tell("the twin that waits for the clock to catch up stopped its daily work")
