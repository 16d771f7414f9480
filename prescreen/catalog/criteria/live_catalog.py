"""The catalog of a running service: watched for changes, reloaded in a thread, and replaced as a whole."""

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.eligibility.interview.priors import Observed

LOOK_EVERY_SECONDS = 2.0
OBSERVE_EVERY_SECONDS = 3600.0

Signature = frozenset[tuple[str, int, int]]
Observe = Callable[[date], Observed | None]
"""Returns the statistics of earlier people up to a day, or None where they cannot be read now."""


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
        observe: Observe = lambda _: None,
    ) -> None:
        self._folder, self._on_change, self._observe = folder, on_change, observe
        self._seen = _signature(folder)
        self._catalog = self._observing(load_to_serve(folder, on), on)
        self._looked_at = time.monotonic()
        self._lock = threading.Lock()

    def current(self, on: date) -> Catalog:
        """Return the catalog.

        A change is looked for at most every two seconds and loaded without delaying the request.
        """
        if time.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS and self._lock.acquire(blocking=False):
            self._looked_at = time.monotonic()
            threading.Thread(target=self._look, args=(on,), daemon=True).start()
        return self._catalog

    def _look(self, on: date) -> None:
        try:
            signature = _signature(self._folder)
            if signature != self._seen:
                self._seen = signature
                self._swap(on)
            elif time.monotonic() - self._observed_at >= OBSERVE_EVERY_SECONDS:
                self._catalog = self._observing(self._catalog, on)
        finally:
            self._lock.release()

    def _swap(self, on: date) -> None:
        try:
            self._catalog = self._observing(load_to_serve(self._folder, on), on)
        except CatalogError as error:
            self._on_change(error)
        else:
            self._on_change(None)

    def _observing(self, catalog: Catalog, on: date) -> Catalog:
        self._observed_at = time.monotonic()
        observed = self._observe(on)
        return catalog if observed is None or observed == catalog.observed else catalog.observing(observed)


def _signature(folder: Path) -> Signature:
    found = set()
    for file in folder.rglob("*"):
        try:
            status = file.stat()
        except FileNotFoundError:
            continue
        found.add((str(file), status.st_mtime_ns, status.st_size))
    return frozenset(found)
