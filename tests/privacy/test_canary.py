"""What people say stands nowhere but where it may, and after their deletion nowhere at all.

The real service, with its worker and a mail server, in folders that hold all that it writes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.operations.key_checks import SEALED
from tests.databases import sqlite_copy, sqlite_template
from tests.faults.person import Browser
from tests.faults.service import Service, killed_at_the_end
from tests.mailserver import Mailbox, running
from tests.people import recruiter
from tests.privacy.planted import NEVER_IN_CLEAR, NOTE_ON_A_CRITERION, SAID_IN_CLEAR, Crowd
from tests.privacy.spellings import hits
from tests.web.doors import TRIAL, criteria

__all__ = ["sqlite_template"]

pytestmark = pytest.mark.slow

IN_CLEAR = {"answer.value", "packed_answers.content"}
"""Where answers stand in clear by design: they are matched by value. They are erased with the person."""
OF_NOBODY = {"criterion_note.text"}
"""Where a visitor's note on a criterion stands, which is no person's."""
SECONDS = 60.0


@dataclass
class Watched(Service):
    """The service in folders of its own, for its database, its temporary files and what it calls home."""

    criteria: Path = Path()
    box: Mailbox = field(default_factory=Mailbox)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment, in which everything is written below one folder."""
        folders = {name: str(self._folder(name.lower())) for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME")}
        mail = {
            "PRESCREEN_MAIL_URL": f"smtp://127.0.0.1:{self.box.port}?tls=off",
            "PRESCREEN_MAIL_FROM": "trials@example.org",
        }
        return {**super().environment, **folders, **mail, "PRESCREEN_CRITERIA": str(self.criteria)}

    def _folder(self, name: str) -> Path:
        folder = self.instance / name
        folder.mkdir(exist_ok=True)
        return folder

    def is_served(self) -> bool:
        """Return whether it answers."""
        try:
            return Browser(self.port).get("/readyz").status == 200
        except OSError:
            return False

    @property
    def file(self) -> Path:
        """Return its database."""
        return self.instance / "prescreen.sqlite3"

    def letters_left(self) -> int:
        """Return how many letters wait."""
        with closing(sqlite3.connect(self.file)) as driver:
            return int(driver.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()[0])

    def posts_all(self) -> None:
        """Wait until the worker has sent every letter."""
        until = time.monotonic() + SECONDS
        while self.letters_left():
            assert time.monotonic() < until, (self.instance / "log").read_text()[-2000:]
            time.sleep(0.1)


Serve = Callable[..., tuple[Watched, Crowd]]


@pytest.fixture
def serve(tmp_path: Path, sqlite_template: Path) -> Iterator[Serve]:
    """Return a function that starts the service, or a twin of it, and lets people come to it."""
    with ExitStack() as opened:

        def start(*alterations: str) -> tuple[Watched, Crowd]:
            # A short name: sockets in its temporary folder may have no long one.
            instance = Path(opened.enter_context(TemporaryDirectory(prefix="canary-")))
            url = sqlite_copy(sqlite_template, instance / "prescreen.sqlite3")
            box = opened.enter_context(running())
            service = Watched(url, instance, alterations, criteria=criteria(tmp_path / "criteria"), box=box)
            opened.enter_context(killed_at_the_end(service))
            service.start()
            _recruiter(url)
            crowd = Crowd(service.port, box)
            crowd.comes()
            service.posts_all()
            crowd.confirms()
            service.posts_all()
            return service, crowd

        yield start


def _recruiter(url: str) -> None:
    database = Database(url)
    recruiter(database, Assignment(TRIAL))
    database.close()


def test_what_people_say_stands_only_where_it_may_and_after_deletion_nowhere(serve: Serve, tmp_path: Path) -> None:
    service, crowd = serve()
    assert stray(service, NEVER_IN_CLEAR) == set()
    assert columns_with(service, (*NEVER_IN_CLEAR, *SAID_IN_CLEAR)) <= IN_CLEAR
    assert columns_with(service, [NOTE_ON_A_CRITERION]) == OF_NOBODY
    others = {place for place in stray(service, (*SAID_IN_CLEAR, NOTE_ON_A_CRITERION)) if "sqlite3" not in place}
    assert others == set()
    assert stray_bytes(backup(service, tmp_path / "before"), NEVER_IN_CLEAR) == set()
    gone = (*NEVER_IN_CLEAR, *SAID_IN_CLEAR)
    assert stray_bytes(encrypted_backup(service, tmp_path / "backup"), gone) == set()
    assert exported(service, tmp_path / "export.csv") > 0
    assert stray(service, NEVER_IN_CLEAR) == set()

    sealed = sealed_values(service)
    assert crowd.deletes() == 2
    assert service.command("purge").returncode == 0

    assert stray(service, gone) == set()
    assert stray_bytes(backup(service, tmp_path / "after"), gone) == set()
    assert restored(service, tmp_path / "backup") == 2
    assert stray(service, gone) == set()
    assert [one for one in sealed if any(one in file.read_bytes() for file in files(service))] == []


@pytest.mark.parametrize(("twin", "where"), [("telling", "log"), ("keeping", "prescreen.sqlite3")])
def test_a_service_that_logs_a_name_or_does_not_wipe_is_convicted(serve: Serve, twin: str, where: str) -> None:
    service, crowd = serve(twin)
    crowd.deletes()
    service.command("purge")

    assert any(place.startswith(where) for place in stray(service, (*NEVER_IN_CLEAR, *SAID_IN_CLEAR)))


def files(service: Watched) -> list[Path]:
    """Return every file that the service wrote: database, log of writes, log, keys, cache, temporary files."""
    return [one for one in sorted(service.instance.rglob("*")) if one.is_file()]


def stray(service: Watched, values: Sequence[str]) -> set[str]:
    """Return where these values stand in the service's files, each with its spelling."""
    return {
        f"{file.relative_to(service.instance)}: {value} ({spelling})"
        for file in files(service)
        for value, spelling in hits(values, file.read_bytes())
    }


def stray_bytes(file: Path, values: Sequence[str]) -> set[tuple[str, str]]:
    """Return which values stand in a file."""
    return hits(values, file.read_bytes())


def columns_with(service: Watched, values: Sequence[str]) -> set[str]:
    """Return the columns in which any of these values stands."""
    with closing(sqlite3.connect(service.file)) as driver:
        tables = [name for (name,) in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            f"{table}.{column}"
            for table in tables
            for _, column, *_ in driver.execute(f"PRAGMA table_info({table})").fetchall()
            if any(hits(values, _as_bytes(value)) for (value,) in driver.execute(f'SELECT "{column}" FROM {table}'))  # noqa: S608 - the database's own names
        }


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def backup(service: Watched, file: Path) -> Path:
    """Return a copy of the database that SQLite made."""
    with closing(sqlite3.connect(service.file)) as driver, closing(sqlite3.connect(file)) as copy:
        driver.backup(copy)
    return file


def encrypted_backup(service: Watched, file: Path) -> Path:
    """Return a backup that the service made."""
    assert service.command("db", "backup", str(file)).returncode == 0
    return file


def restored(service: Watched, file: Path) -> int:
    """Kill the service, restore a backup, and return how many people were deleted again."""
    service.kill()
    done = service.command("db", "restore", str(file), "--replace")
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split("deleted again: ")[1].split()[0])


def exported(service: Watched, file: Path) -> int:
    """Write all referrals with their contacts to a file outside, and return how many of the planted values it holds."""
    done = service.command("export", TRIAL, "--reason", "to look for leftovers", "--output", str(file))
    assert done.returncode == 0, done.stderr
    return len(hits(NEVER_IN_CLEAR, file.read_bytes()))


def sealed_values(service: Watched) -> list[bytes]:
    """Return all encrypted values of people: they too must be wiped, since keys may become known."""
    with closing(sqlite3.connect(service.file)) as driver:
        names = [(one.class_.__tablename__, one.key) for one in SEALED if one.class_.__tablename__ != "recruiter"]
        found = [value for table, key in names for (value,) in driver.execute(f"SELECT {key} FROM {table}")]  # noqa: S608 - our names
    return [value for value in found if value]
