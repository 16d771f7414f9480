"""The schema is migrated while people send and somebody holds a table: nobody is turned away, nobody waits long."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from prescreen import migrating
from tests.faults.altered import MIGRATIONS_FOLDER
from tests.faults.conftest import Make, Tell
from tests.faults.ledger import Ledger, faultless
from tests.faults.person import Browser, Outcome, filled, send, settled
from tests.faults.service import ROOT, Service

pytestmark = [pytest.mark.postgres, pytest.mark.alone]

MOST_SECONDS = 2.0
READER_SECONDS = 5.0
"""How long somebody holds the table of leads: longer than anybody may wait."""
_WITHIN_SECONDS = 90.0
_SENDERS = 4
_HEAD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{name}", "{before}"
branch_labels = depends_on = None


def downgrade() -> None: ...


def upgrade() -> None:
"""
STEPS = {
    "9996_column": '    op.add_column("lead", sa.Column("made_up", sa.Text(), nullable=True))\n',
    "9997_constraint": (
        "    op.execute(\"ALTER TABLE lead ADD CONSTRAINT made_up CHECK (made_up <> '') NOT VALID\")\n"
    ),
    "9998_validated": '    op.execute("ALTER TABLE lead VALIDATE CONSTRAINT made_up")\n',
    "9999_index": """\
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_lead_made_up")
        op.execute("CREATE INDEX CONCURRENTLY ix_lead_made_up ON lead (made_up)")
""",
}


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """Return a folder with the migrations of this version, and made-up ones after them."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = max(migrating.known_revisions())
    for name, body in STEPS.items():
        (folder / "versions" / f"{name}.py").write_text(_HEAD.format(name=name, before=before) + body)
        before = name
    return folder


@dataclass
class Senders:
    """People who open the form and send it, again and again; how each request was answered, and in what time."""

    service: Service
    ledger: Ledger = field(default_factory=Ledger)
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them send for a `with` block."""
        cookies = settled(self.service.port)
        threads = [threading.Thread(target=self._go_on, args=(cookies,)) for _ in range(_SENDERS)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self._stopping.set()
            for one in threads:
                one.join()

    def _go_on(self, cookies: dict[str, str]) -> None:
        while not self._stopping.is_set():
            with self._timed("the form"):
                form = filled(Browser(self.service.port, cookies))
            with self._timed("sending it"):
                outcome = self.ledger.note(form, send(self.service.port, form))
                assert outcome is Outcome.SAVED, outcome.value

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except (OSError, AssertionError) as error:
            self.failed.append(f"{what}: {error}")
        self.seconds.append(time.monotonic() - began)


@contextmanager
def reader_of_leads(service: Service) -> Iterator[None]:
    """Hold the table of leads until a step has waited some seconds for it, as a report does that somebody forgot."""
    url = service.database_url.replace("+psycopg", "")
    # What others do is told once in a transaction, so another connection asks for it.
    with psycopg.connect(url) as held, psycopg.connect(url, autocommit=True) as asking:
        held.execute("SELECT count(*) FROM lead")
        ending = threading.Thread(target=_let_go, args=(held, asking))
        ending.start()
        yield
        ending.join()


_Connection = psycopg.Connection[tuple[object, ...]]


def _let_go(held: _Connection, asking: _Connection) -> None:
    until = time.monotonic() + _WITHIN_SECONDS
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE lead%'"
    while asking.execute(waiting).fetchone() == (0,) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(READER_SECONDS)
    held.rollback()


def upgraded(service: Service, migrations: Path, *alterations: str) -> subprocess.CompletedProcess[str]:
    """Run `prescreen db upgrade` with the made-up steps."""
    command = [sys.executable, "-m", "tests.faults.altered", "db", "upgrade"]
    altered = {"ALTERED": " ".join(("steps", *alterations)), MIGRATIONS_FOLDER: str(migrations)}
    return subprocess.run(
        command, cwd=ROOT, env=service.environment | altered, check=False, capture_output=True, text=True,
        timeout=_WITHIN_SECONDS,
    )  # fmt: skip


def migrated_at_work(service: Service, migrations: Path, *alterations: str) -> tuple[Senders, float]:
    """Migrate a service at work, with a reader in the way; return what people met, and after how many seconds."""
    service.start()
    senders = Senders(service)
    with senders.at_work(), reader_of_leads(service):
        began = time.monotonic()
        done = upgraded(service, migrations, *alterations)
        took = time.monotonic() - began
    assert done.stdout == f"the database is now at {max(STEPS)}\n", done.stderr
    return senders, took


def test_nobody_is_turned_away_and_nobody_waits_long_while_the_schema_is_migrated(
    on_postgresql: Make, migrations: Path, tell: Tell
) -> None:
    service = on_postgresql(workers=2)

    senders, took = migrated_at_work(service, migrations)

    assert senders.failed == []
    assert max(senders.seconds) < MOST_SECONDS
    assert took > READER_SECONDS / 2
    faultless(senders.ledger, service)
    # It goes on with the schema of the next version.
    assert service.is_served()
    tell(
        f"live migration: {len(STEPS)} steps in {took:.1f} s behind a reader of {READER_SECONDS:g} s, 0 of "
        f"{len(senders.seconds):,} requests failed, longest {max(senders.seconds):.2f} s"
    )


def test_a_twin_that_waits_for_its_locks_is_convicted(on_postgresql: Make, migrations: Path, tell: Tell) -> None:
    senders, _ = migrated_at_work(on_postgresql(workers=2), migrations, "stubborn")

    assert max(senders.seconds) > MOST_SECONDS
    tell(f"live migration: behind the twin that waits for its locks people waited {max(senders.seconds):.1f} s")
