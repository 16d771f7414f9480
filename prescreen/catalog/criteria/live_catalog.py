"""The catalog of a running service: watched for changes, reloaded in a thread, and replaced as a whole."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.closures import Closures
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.folder_reader import is_left_behind
from prescreen.catalog.criteria.loading import AsKnown, load_to_serve
from prescreen.eligibility.interview.priors import Observed

LOOK_EVERY_SECONDS = 0.1
SETTLED_SECONDS, MOST_LOOKS = 0.03, 30
OBSERVE_EVERY_SECONDS = 3600.0
CLOSED_EVERY_SECONDS = 3.0

Signature = frozenset[tuple[str, int, int, int, int]]
Observe = Callable[[date], Observed | None]
"""Returns the statistics of earlier people up to a day, or None where they cannot be read now."""

Closed = Callable[[], Closures | None]
"""Returns what the registry closes, or None where that cannot be read now."""


def not_observing(_: date) -> None:
    """Return no statistics: without them questions come in the order that the criteria alone give."""


def _closing_nothing() -> None:
    """Return that no registry is asked: what the criteria say holds."""


class LiveCatalog:
    """Holds the last valid catalog of a folder. A folder with faults is reported once and otherwise ignored.

    `on_change` is called with None after a reload, and with the error where the new content is at fault. The result of
    `observe` is applied to each new catalog, and again every hour, without delaying requests.
    """

    def __init__(
        self,
        folder: Path,
        on: date,
        on_change: Callable[[CatalogError | None], None],
        observe: Observe = not_observing,
        trials: KnownTrials | None = None,
    ) -> None:
        self._edition = 0
        self._folder, self._on_change, self._observe = folder, on_change, observe
        self._closed: Closed = _closing_nothing
        self._trials = KnownTrials() if trials is None else trials
        self._seen = _signature(folder)
        self._catalog = self._closing(self._load(on), {})
        self._trials.store()
        self._looked_at = time.monotonic()
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path:
        """Return the folder."""
        return self._folder

    def number(self, edition: int) -> None:
        """Mark the catalog, and each that follows it, with the number under which the folder was published."""
        self._edition = edition
        self._catalog = replace(self._catalog, edition=edition)

    def close_by(self, closed: Closed) -> None:
        """Apply what the registry closes, now and every three seconds, without delaying requests."""
        self._closed = closed
        self._catalog = self._closing(self._catalog, self._catalog.closures)

    def current(self, on: date) -> Catalog:
        """Return the catalog.

        A change is looked for at most ten times a second and loaded without delaying the request.
        """
        if time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            self._looked_at = time.monotonic()
            threading.Thread(target=self._look, args=(on,), daemon=True).start()
        return self._catalog

    def _look(self, on: date) -> None:
        try:
            if _signature(self._folder) != self._seen:
                self._seen = _settled(self._folder)
                self._swap(on)
            elif time.monotonic() - self._observed_at >= OBSERVE_EVERY_SECONDS:
                self._catalog = self._observing(self._catalog, on)
            elif time.monotonic() - self._closed_at >= CLOSED_EVERY_SECONDS:
                self._catalog = self._closing(self._catalog, self._catalog.closures)
        finally:
            self._lock.release()

    def _swap(self, on: date) -> None:
        try:
            self._catalog = self._closing(self._load(on), self._catalog.closures)
        except CatalogError as error:
            self._on_change(error)
        else:
            self._on_change(None)
            self._trials.store()

    def _load(self, on: date) -> Catalog:
        """Return the folder's catalog with its planners, for which the first visitors would otherwise wait."""
        read = load_to_serve(self._folder, on, AsKnown(self._trials, on))
        catalog = self._observing(replace(read, edition=self._edition), on)
        for condition in catalog.conditions:
            catalog.planner(condition)
        return catalog

    def _observing(self, catalog: Catalog, on: date) -> Catalog:
        self._observed_at = time.monotonic()
        observed = self._observe(on)
        return catalog if observed is None or observed == catalog.observed else catalog.observing(observed)

    def _closing(self, catalog: Catalog, known: Closures) -> Catalog:
        """Return the catalog with what the registry closes; with what was known before where that cannot be read."""
        self._closed_at = time.monotonic()
        closed = self._closed()
        return catalog.closing(known if closed is None else closed)


def _settled(folder: Path) -> Signature:
    """Return the signature of a folder once no file changes any more: who copies files into it needs a moment."""
    before, looks = _signature(folder), 0
    while True:
        time.sleep(SETTLED_SECONDS)
        after, looks = _signature(folder), looks + 1
        if after == before or looks >= MOST_LOOKS:
            return after
        before = after


def _signature(folder: Path) -> Signature:
    """Return what tells one content of a folder from another: of the files that are read, in it and its subfolders."""
    outer = _entries(str(folder))
    inner = [entry for one in outer if _is_folder(one) for entry in _entries(one.path)]
    return frozenset(known for entry in (*outer, *inner) if not _is_folder(entry) and (known := _known(entry)))


def _entries(folder: str) -> Sequence["os.DirEntry[str]"]:
    """Return what a folder holds, but for files that are not read; nothing where it cannot be looked into."""
    try:
        return [entry for entry in os.scandir(folder) if not is_left_behind(entry.name)]
    except OSError:
        return ()


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _known(entry: "os.DirEntry[str]") -> tuple[str, int, int, int, int] | None:
    """Return the path, times, size and number of a file, or of a link that leads to none; None where it vanished.

    A copy may have the time and size of what it replaces, and a file may be given its earlier time: not the time at
    which the system noted a change.
    """
    for follow in (True, False):
        with suppress(OSError):
            status = entry.stat(follow_symlinks=follow)
            return entry.path, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
    return None
