"""The power goes at any moment, on SQLite: what was written and not synced is gone, who was thanked is not."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.conftest import Make, Tell
from tests.faults.counts import COUNTS
from tests.faults.ledger import Held, held
from tests.faults.person import THANKS, Browser, Outcome, filled, send, settled
from tests.faults.service import Service
from tests.faults.written_down import Disk, Write, cuts, recording, restored

SENT = max(30, COUNTS.cuts)
_THANKED = f"location: {THANKS}\\r\\n".encode()


@dataclass(frozen=True)
class Cut:
    """A power cut: who had been thanked by then, and what the database holds with the power back."""

    thanked: list[str]
    left: Held
    is_sound: bool

    @property
    def lost(self) -> list[str]:
        """Return those who were thanked, and of whom nothing is left."""
        return [name for name in self.thanked if name not in self.left.leads]


def written_down(strace: str, service: Service, notes: Path) -> list[str]:
    """Run the service while people send, one after the other, and return their names; its calls are in a file."""
    service.before = recording(strace, notes)
    service.start()
    browser = Browser(service.port, settled(service.port))
    forms = [filled(browser) for _ in range(SENT)]
    assert {send(service.port, form) for form in forms} == {Outcome.SAVED}
    service.kill()
    return [form.name for form in forms]


def cut_again_and_again(strace: str, service: Service, folder: Path, many: int) -> Iterator[Cut]:
    """Yield what so many power cuts would leave of one run of a service."""
    database = service.database_file
    before = {database: database.read_bytes(), database.with_name(database.name + "-wal"): b""}
    names = written_down(strace, service, folder / "calls")
    chance = random.Random(many)  # noqa: S311 - the same cuts each time
    places = [chance.random() for _ in range(many)]
    for number, (thanked, files) in enumerate(cuts(folder / "calls", before, _THANKED, places, chance)):
        restored(files.items(), folder / f"cut{number}")
        yield _cut(service, folder / f"cut{number}" / database.name, names[:thanked])


def _cut(service: Service, database: Path, thanked: list[str]) -> Cut:
    left = held(replace(service, database_url=f"sqlite:///{database}", process=None))
    with closing(sqlite3.connect(database)) as looking:
        is_sound = looking.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return Cut(thanked, left, is_sound)


def test_who_was_thanked_before_a_power_cut_is_stored_once(
    strace: str, on_sqlite: Make, tmp_path: Path, tell: Tell
) -> None:
    found = list(cut_again_and_again(strace, on_sqlite(), tmp_path, COUNTS.cuts))

    assert [cut.lost for cut in found] == [[]] * COUNTS.cuts
    assert all(cut.is_sound and cut.left.faults == [] and set(cut.left.leads.values()) <= {1} for cut in found)
    assert max(len(cut.thanked) for cut in found) > SENT // 2
    thanked = sum(len(cut.thanked) for cut in found)
    tell(f"sqlite: {COUNTS.cuts} power cuts, 0 of {thanked:,} acknowledged leads lost, every database sound")


def test_a_twin_that_leaves_syncs_to_the_database_is_convicted(
    strace: str, on_sqlite: Make, tmp_path: Path, tell: Tell
) -> None:
    found = list(cut_again_and_again(strace, on_sqlite("unsynced"), tmp_path, 10))

    lost, thanked = sum(len(cut.lost) for cut in found), sum(len(cut.thanked) for cut in found)
    assert lost
    tell(f"sqlite: the twin with synchronous=NORMAL lost {lost} of {thanked} acknowledged leads in {len(found)} cuts")


@pytest.mark.parametrize(
    ("keeps", "left"), [(lambda: False, b"abcd"), (lambda: True, b"abXY"), (iter([True, False]).__next__, b"ab")]
)
def test_a_cut_leaves_what_was_synced_and_of_the_rest_what_it_keeps(keeps: Iterator[bool], left: bytes) -> None:
    disk = Disk(bytearray(b"abcd"))

    disk.waiting += [Write(2, None), Write(2, b"XY")]

    assert disk.after_cut(keeps) == left  # type: ignore[arg-type]  # each is a function
