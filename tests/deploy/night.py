"""A machine with people on it, at night."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import text

from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from tests.deploy.machine import Machine
from tests.faults.person import Browser, Outcome, filled, send, settled
from tests.mailserver import Mailbox

SECONDS = 60.0
PASSWORD = "four plain little words"


@dataclass
class Night:
    """A machine with people on it, and the mail server that it writes to."""

    machine: Machine
    mail: Mailbox
    people: dict[str, str] = field(default_factory=dict)
    """References by what becomes of these people."""

    @property
    def port(self) -> int:
        return self.machine.port

    def ready(self) -> bool:
        """Whether `/readyz` says that visitors may be sent here."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def sent(self, fate: str) -> None:
        """Let somebody come, who is thanked."""
        before = set(self.references())
        form = filled(Browser(self.port, settled(self.port)))
        assert send(self.port, form) is Outcome.SAVED
        [self.people[fate]] = set(self.references()) - before
        self.machine.said["NCT06688773"] = form.fields["trial"]

    def references(self) -> list[str]:
        """Return the references of all who came, deleted or not."""
        return [one for one, _ in self.rows("lead", "reference", "contact")]

    def there(self) -> set[str]:
        """Return the references of all who were not deleted."""
        return {one for one, contact in self.rows("lead", "reference", "contact") if contact}

    def rows(self, table: str, *columns: str) -> list[tuple[str, bytes | None]]:
        """Return columns of a table, read beside the service."""
        database = Database(self.settings.database_url)
        with database.reading() as session:
            found = session.execute(text(f"SELECT {', '.join(columns)} FROM {table}")).all()  # noqa: S608 - our names
        database.close()
        return [tuple(one) for one in found]

    @property
    def settings(self) -> Settings:
        """Return the settings of the service."""
        return Settings.from_environment(self.machine.settings_given())

    def newest(self) -> Path:
        """Return the newest backup."""
        return max(self.machine.backups.glob("*.backup"), key=lambda one: one.stat().st_mtime_ns)

    def add(self, email: str) -> None:
        """Add an account for the trial that people chose."""
        name, trial = email.partition("@")[0], self.machine.said["NCT06688773"]
        told = ("--name", name, "--trial", trial, "--password-stdin")
        assert self.machine.prescreen("recruiters", "add", email, *told, given=PASSWORD).code == 0

    def signs_in(self, email: str) -> bool:
        """Whether an account can sign in and see its work list."""
        browser = Browser(self.port)
        [token] = re.findall(r'name="form_token" value="([^"]+)"', browser.get("/recruiter/login").text)
        browser.post("/recruiter/login", {"form_token": token, "email": email, "password": PASSWORD})
        return browser.get("/recruiter/").status == 200


def wait(reached: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.1)


def recruiting(folder: Path) -> Path:
    """Copy the shipped criteria, as if they were somebody's own that recruit."""
    shutil.copytree(SHIPPED_CRITERIA, folder)
    catalog = folder / "catalog.yaml"
    catalog.write_text(re.sub(r"^sample: true\n", "", catalog.read_text(), flags=re.M))
    for trial in folder.glob("trials/*.yaml"):
        open_now = f"status: RECRUITING\nconfirmed: {datetime.now(UTC):%Y-%m-%d}"
        trial.write_text(re.sub(r"^status: [A-Z_]+$", open_now, trial.read_text(), flags=re.M))
    return folder
