"""The disk has no space left: nobody is thanked in vain, nothing is harmed, and with space all goes on by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.conftest import Make, Tell
from tests.faults.counts import COUNTS
from tests.faults.full_disk import no_larger_file, no_space_on, small_disk
from tests.faults.ledger import Ledger, all_saved, faultless, held
from tests.faults.person import Browser, Outcome, filled, send, settled
from tests.faults.service import Service

MEGABYTES = 16
_MOST_SENT, _REFUSED_IN_A_ROW = 60, 5
_MOST_BYTES = 400_000


@dataclass
class Filling:
    """A service, the people who send, and what takes the space away for a `with` block."""

    service: Service
    without_space: Callable[[], AbstractContextManager[None]]
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self.service.start()
        self.browser = Browser(self.service.port, settled(self.service.port))

    @property
    def database(self) -> Path:
        """Return the database's file."""
        return Path(self.service.database_url.removeprefix("sqlite:///"))

    def send_until_full(self) -> int:
        """Let people send, each until they are thanked, without space and then with it; return how often not."""
        refused = []
        with self.without_space():
            for _ in range(_MOST_SENT):
                form = filled(self.browser)
                if self.ledger.note(form, send(self.service.port, form)) is Outcome.REFUSED:
                    refused.append(form)
                if len(refused) == _REFUSED_IN_A_ROW:
                    break
            # While the disk is full, all that was acknowledged can be read.
            faultless(self.ledger, self.service)
        assert all_saved(self.ledger.note(form, send(self.service.port, form)) for form in refused)
        return len(refused)


@pytest.fixture(params=["disk", "file"])
def full(request: pytest.FixtureRequest, tmp_path: Path, on_sqlite: Make) -> Iterator[Filling]:
    """Run a service on a small disk, and one whose files may not grow."""
    twin: tuple[str, ...] = request.node.callspec.params.get("twin", ())
    if request.param == "file":
        service = on_sqlite(*twin)
        yield Filling(service, lambda: no_larger_file(service.pages()[0], _MOST_BYTES))
        return
    with small_disk(tmp_path / "disk", MEGABYTES) as folder:
        service = on_sqlite(*twin, folder=folder)
        yield Filling(service, lambda: no_space_on(folder))
        service.kill()


def test_without_space_people_are_refused_and_with_it_all_goes_on(full: Filling, tell: Tell) -> None:
    refused = [full.send_until_full() for _ in range(COUNTS.disk_rounds)]

    assert refused == [_REFUSED_IN_A_ROW] * COUNTS.disk_rounds
    faultless(full.ledger, full.service)
    with closing(sqlite3.connect(full.database)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    tell(
        f"sqlite, {COUNTS.disk_rounds} times without space: {sum(refused)} refused and saved later, "
        f"0 of {len(full.ledger.acknowledged)} acknowledged leads lost, no restart"
    )


@pytest.mark.parametrize("twin", [("swallowing",)])
def test_a_twin_that_thanks_without_space_is_convicted(full: Filling, twin: tuple[str, ...], tell: Tell) -> None:
    with full.without_space():
        forms = [filled(full.browser) for _ in range(_MOST_SENT)]
        told = [full.ledger.note(form, send(full.service.port, form)) for form in forms]

    assert all_saved(told)
    lost = full.ledger.lost(held(full.service))
    assert lost
    tell(f"sqlite, without space: the twin that is {twin[0]} thanked {len(lost)} people of whom nothing is stored")
