"""Editions: the criteria that all processes of a service serve, whichever folder lies beside each of them.

An edition comes into force some seconds after it was published. Every process has read it by then, so that all change
at one moment; one that comes late takes a visitor who has seen the new edition no further with the old one.
"""

import shutil
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.closures import Closures
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.catalog.folder_archive import archived, unfold
from prescreen.storage import Transactions, editions
from prescreen.storage.editions import KEPT, Edition

NOTICE = timedelta(seconds=30)
"""How long after its publication an edition comes into force; reading a thousand trials takes some of it."""
LOOK_EVERY_SECONDS = 1.0
LONGEST_READING_SECONDS = 10.0
"""How long a visitor waits for a process that has not read the edition yet which another one has shown."""

Make = Callable[[Path], LiveCatalog]
"""Reads the folder of an edition. Raises CatalogError where it is at fault."""


class Served(Protocol):
    """What holds the catalog of a running service."""

    @property
    def folder(self) -> Path:
        """Return the folder that it was read from."""

    def current(self, on: date) -> Catalog:
        """Return the catalog."""

    def close_by(self, closed: Callable[[], Closures | None]) -> None:
        """Apply what the registry closes, now and every few seconds."""


class NothingPublishedError(RuntimeError):
    """Raised where editions are to be served and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "PRESCREEN_PUBLISHED_CRITERIA is on and no criteria were published; run `prescreen publish DIR`"
        )


def publish(database: Transactions, folder: Path, now: datetime, notice: timedelta = NOTICE) -> tuple[Edition, bool]:
    """Store a folder as the next edition; return that, and whether it is new. The first is in force at once."""
    content = archived(folder)
    with database.writing() as session:
        before = editions.listed(session)
        in_force_at = now + notice if before else now
        edition = editions.add(session, content, sha256(content).hexdigest(), now, in_force_at)
    return edition, not before or edition.number != before[-1].number


def folder_in_force(database: Transactions, cache: Path, now: datetime) -> Path | None:
    """Return the folder of the edition that is in force, written if need be; None where nothing was published."""
    with database.reading() as session:
        known = _in_force(editions.listed(session), now)
    return _written(database, cache, known) if known else None


def _in_force(known: list[Edition], now: datetime) -> Edition | None:
    return next((one for one in reversed(known) if one.in_force_at <= now), None)


def _written(database: Transactions, cache: Path, edition: Edition) -> Path:
    """Return the folder of an edition in the cache; it appears there as a whole."""
    folder = cache / "editions" / f"{edition.number}-{edition.digest[:16]}"
    if folder.exists():
        return folder
    with database.reading() as session:
        content = editions.content(session, edition)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(mkdtemp(dir=folder.parent))
    try:
        unfold(content, draft / folder.name)
        _move(draft / folder.name, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _remove_older(folder.parent, edition)
    return folder


def _move(draft: Path, folder: Path) -> None:
    """Rename a folder, unless another process did so meanwhile."""
    try:
        draft.rename(folder)
    except OSError:
        if not folder.exists():
            raise


def _remove_older(parent: Path, edition: Edition) -> None:
    for folder in parent.glob("*-*"):
        number = folder.name.partition("-")[0]
        if number.isdigit() and int(number) <= edition.number - KEPT:
            shutil.rmtree(folder, ignore_errors=True)


class PublishedCatalog:
    """Holds the catalogs of the edition that is in force and of the next one, as `LiveCatalog` holds that of a folder.

    An edition that this version finds at fault is told to `on_fault`, and the one before goes on.
    """

    def __init__(
        self,
        database: Transactions,
        cache: Path,
        make: Make,
        on_fault: Callable[[CatalogError | None], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Read the edition in force. Raise NothingPublishedError or CatalogError where there is none to serve."""
        self._database, self._cache, self._make = database, cache, make
        self._on_fault, self._clock = on_fault, clock
        self._lock, self._looked_at = threading.Lock(), time.monotonic()
        self._refused, self._seen = 0, 0
        first = _in_force(self._listed(), clock())
        if first is None:
            raise NothingPublishedError
        self._held = {first.number: (first, self._read(first))}

    @property
    def folder(self) -> Path:
        """Return the folder of the edition that is in force."""
        return self._current().folder

    def close_by(self, closed: Callable[[], Closures | None]) -> None:
        """Apply what the registry closes, as `LiveCatalog` does."""
        make = self._make

        def closing(folder: Path) -> LiveCatalog:
            made = make(folder)
            made.close_by(closed)
            return made

        self._make = closing
        for _, live in self._held.values():
            live.close_by(closed)

    def current(self, on: date) -> Catalog:
        """Return the catalog of the edition in force. Others are looked for every second, without delay."""
        if time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            threading.Thread(target=self._look_and_release, daemon=True).start()
        return self._current().current(on)

    def at_least(self, number: int, on: date) -> Catalog | None:
        """Return the catalog of an edition that another process has shown, or a later one; wait until it is read.

        None where that takes too long, or this version finds it at fault.
        """
        if not self._lock.acquire(timeout=LONGEST_READING_SECONDS):
            return None
        try:
            if max(self._held) < number:
                self._look()
        finally:
            self._lock.release()
        if max(self._held) < number:
            return None
        # Clocks differ by moments: what one process has shown is in force.
        self._seen = max(self._seen, number)
        return self._current().current(on)

    def _current(self) -> LiveCatalog:
        now, held = self._clock(), self._held
        in_force = [number for number, (one, _) in held.items() if one.in_force_at <= now or number <= self._seen]
        return held[max(in_force, default=min(held))][1]

    def _look_and_release(self) -> None:
        try:
            self._look()
        finally:
            self._lock.release()

    def _look(self) -> None:
        """Read what was published since, and let go of what is no longer in force."""
        self._looked_at = time.monotonic()
        known = self._listed()
        in_force = _in_force(known, self._clock())
        kept = {number: one for number, one in self._held.items() if in_force is None or number >= in_force.number}
        for edition in known:
            is_to_come = in_force is None or edition.number >= in_force.number
            if is_to_come and edition.number > max(self._held) and edition.number != self._refused:
                self._take(kept, edition)
        # Never without any: what is in force may be at fault here.
        self._held = kept or self._held

    def _take(self, kept: dict[int, tuple[Edition, LiveCatalog]], edition: Edition) -> None:
        try:
            kept[edition.number] = edition, self._read(edition)
        except CatalogError as error:
            self._refused = edition.number
            self._on_fault(error)
        else:
            self._on_fault(None)

    def _read(self, edition: Edition) -> LiveCatalog:
        made = self._make(_written(self._database, self._cache, edition))
        made.number(edition.number)
        return made

    def _listed(self) -> list[Edition]:
        with self._database.reading() as session:
            return editions.listed(session)
