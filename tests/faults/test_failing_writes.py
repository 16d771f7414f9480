"""Each write and each sync of one submission fails in its turn, on SQLite: saved and thanked, or refused and no row."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.faults.conftest import Make, Tell
from tests.faults.counts import COUNTS
from tests.faults.failing_calls import Fault, failing
from tests.faults.ledger import Ledger, all_saved, faultless, held
from tests.faults.person import Browser, Filled, Outcome, filled, send, settled
from tests.faults.service import Service

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate")
"""What SQLite changes its files with. Their indexes lie in memory that is shared, and no call can fail there."""
_CHECKPOINT_PAGES = 1_000
"""SQLite moves the log into the database after a commit that leaves so many pages in the log."""
_OF_CHECKPOINT = (
    Fault("pwrite64", 1, "error=EIO"),
    Fault("pwrite64", 9, "error=ENOSPC"),
    Fault("fdatasync", 1, "error=EIO"),
)


@dataclass
class Failing:
    """A service whose calls fail while somebody sends, and what these people were told."""

    strace: str
    service: Service
    folder: Path
    ledger: Ledger = field(default_factory=Ledger)
    refused: list[Filled] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service.start()
        self.browser = Browser(self.service.port, settled(self.service.port))

    @property
    def database(self) -> Path:
        """Return the database's file."""
        return Path(self.service.database_url.removeprefix("sqlite:///"))

    @property
    def log(self) -> Path:
        """Return the file of SQLite's log."""
        return self.database.with_name(self.database.name + "-wal")

    def sent_under(self, fault: Fault, *files: Path) -> Outcome | None:
        """Let somebody new send while a call fails; return what they are told, or None where no call came to it."""
        form = filled(self.browser)
        [pages] = self.service.pages()
        with failing(self.strace, pages, fault, files, self.folder / "calls") as injection:
            outcome = self.ledger.note(form, send(self.service.port, form))
        if outcome is not Outcome.SAVED:
            self.refused.append(form)
        return outcome if injection.fired else None


@pytest.fixture
def fail(strace: str, on_sqlite: Make, tmp_path: Path, request: pytest.FixtureRequest) -> Failing:
    """Run a service, or the twin that the test names, whose calls can be made to fail."""
    return Failing(strace, on_sqlite(*getattr(request, "param", ())), tmp_path)


def every_point(errors: tuple[str, ...]) -> Iterator[tuple[str, Iterator[Fault]]]:
    """Yield, for each call, its faults, first turn first; the errors take turns."""
    for call in CALLS:
        for first in range(COUNTS.errors_at_each_point):
            yield call, (Fault(call, turn, errors[(turn + first) % len(errors)]) for turn in count(1))


def fail_everywhere(fail: Failing) -> Counter[tuple[str, Outcome]]:
    """Let each call of a submission fail in its turn; return how often people were told what."""
    told: Counter[tuple[str, Outcome]] = Counter()
    for call, faults in every_point(("error=EIO", "error=ENOSPC")):
        for fault in faults:
            outcome = fail.sent_under(fault, fail.database, fail.log)
            if outcome is None:
                break
            told[call, outcome] += 1
    return told


def test_a_submission_of_which_any_write_or_sync_fails_is_saved_and_thanked_or_refused(
    fail: Failing, tell: Tell
) -> None:
    told = fail_everywhere(fail)

    assert told["pwrite64", Outcome.REFUSED] > 20
    assert told["fdatasync", Outcome.REFUSED] > 0
    faultless(fail.ledger, fail.service)
    points, refused = told.total(), sum(told[one, Outcome.REFUSED] for one in CALLS)
    tell(
        f"sqlite: {points} writes and syncs of a submission failed in turn: {refused} refused without a row, "
        f"{points - refused} thanked with one"
    )


def test_who_was_refused_by_a_failing_disk_can_send_again(fail: Failing) -> None:
    for turn in (1, 2, 5):
        assert fail.sent_under(Fault("pwrite64", turn, "error=ENOSPC"), fail.database, fail.log) is Outcome.REFUSED
    assert fail.sent_under(Fault("fdatasync", 1, "error=EIO"), fail.database, fail.log) is Outcome.REFUSED
    # Nobody wrote since: what was not synced may come to light now. The error page does not say that it will not.
    fail.service.kill()
    fail.service.start()

    again = [fail.ledger.note(form, send(fail.service.port, form)) for form in fail.refused]

    assert all_saved(again)
    assert faultless(fail.ledger, fail.service).leads.total() == len(again) == 4


@pytest.mark.parametrize("fault", _OF_CHECKPOINT, ids=lambda one: f"{one.call}-{one.turn}")
def test_a_commit_whose_log_cannot_be_moved_into_the_database_is_saved(fail: Failing, fault: Fault) -> None:
    lengthen_log(fail.database)

    assert fail.sent_under(fault, fail.database) is Outcome.SAVED
    fail.service.kill()
    fail.service.start()

    faultless(fail.ledger, fail.service)


def lengthen_log(database: Path) -> None:
    """Bring the log to a length at which the next commit moves it."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("CREATE TABLE filling (pages BLOB)")
        other.execute("INSERT INTO filling VALUES (zeroblob(?))", [_CHECKPOINT_PAGES * 4096])
        # The service's own connections keep the log from being moved when this one closes.
        other.commit()


@pytest.mark.parametrize("fail", [("swallowing",)], indirect=True)
def test_a_twin_that_thanks_although_the_commit_failed_is_convicted(fail: Failing, tell: Tell) -> None:
    outcome = fail.sent_under(Fault("fdatasync", 1, "error=EIO"), fail.database, fail.log)

    assert outcome is Outcome.SAVED
    assert len(fail.ledger.lost(held(fail.service))) == 1
    tell("sqlite: the twin that swallows a failed commit thanked somebody of whom nothing is stored")
