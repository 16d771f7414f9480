"""The registry asked once a day for each trial, beside the letters, which it can neither stop nor hold up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.registry.registry_comparison import is_compared
from prescreen.catalog.registry.trial_texts import trial_text
from prescreen.cli.base.context import Opened, watched_catalog
from prescreen.workflow.editions import Served
from prescreen.workflow.registry import sources
from prescreen.workflow.registry.answers import Registry
from prescreen.workflow.registry.watching import Checked, Watched, check_next

BETWEEN_TRIALS = timedelta(seconds=2)
"""The day's requests are spread: a thousand trials take half an hour, and come due a day later in the same order."""
WHERE_NOTHING_IS_DUE = timedelta(seconds=30)
WHERE_IT_IS_DOWN = timedelta(minutes=10)
_log = structlog.get_logger()


@dataclass
class RegistryWatch:
    """Asks the operator's registry for what is due. Make one per process, for one thread."""

    tools: Opened
    place: str | Path
    _catalog: Served | None = field(default=None, init=False)
    _source: Registry | None = field(default=None, init=False)

    def look(self, now: datetime) -> timedelta:
        """Ask for the trial that is due, if one is, and return how long to wait then; failures are logged."""
        try:
            found = self._checked(now)
        except Exception as error:
            # The database may be restarting, or the criteria be at fault: what is due then is still due.
            _log.error("registry_failed", error=type(error).__name__)
            return WHERE_IT_IS_DOWN
        if found is None:
            return WHERE_NOTHING_IS_DUE
        _log.info(
            "registry", trial=found.stored.trial_id, status=found.stored.status, failure=found.stored.last_failure
        )
        return max(WHERE_IT_IS_DOWN, found.asks_for) if found.is_down else BETWEEN_TRIALS

    def _checked(self, now: datetime) -> Checked | None:
        catalog, folder = self._today(now), self._watched(now).folder
        if self._source is None:
            address = self.tools.settings.public_address()
            self._source = sources.opened(self.place, catalog.service, address)
        published = [one.id for one in catalog.trials.values() if is_compared(one)]

        def watched(trial_id: str) -> Watched:
            return Watched(catalog.trials[trial_id], trial_text(folder, trial_id))

        return check_next(self.tools.database, self._source, watched, published, now)

    def _today(self, now: datetime) -> Catalog:
        return self._watched(now).current(now.date())

    def _watched(self, now: datetime) -> Served:
        if self._catalog is None:
            self._catalog = watched_catalog(self.tools, now)
        return self._catalog


@contextmanager
def watching_beside(tools: Opened) -> Iterator[None]:
    """Watch the registry in a thread of its own during a `with` block, where the operator named one.

    The process does not wait for an answer that is still to come when the block ends.
    """
    place = tools.settings.registry
    if place is None:
        yield
        return
    stopping = threading.Event()
    watch = RegistryWatch(tools, place)
    threading.Thread(target=_until, args=(watch, stopping), name="registry", daemon=True).start()
    try:
        yield
    finally:
        stopping.set()


def _until(watch: RegistryWatch, stopping: threading.Event) -> None:
    while not stopping.is_set():
        wait = watch.look(datetime.now(UTC))
        stopping.wait(wait.total_seconds())


def look_once(tools: Opened) -> int:
    """Ask for every trial that is due, where the operator named a registry; return how many were asked for.

    Where the registry is down, the others are left for later.
    """
    place, count = tools.settings.registry, 0
    if place is None:
        return count
    watch = RegistryWatch(tools, place)
    while watch.look(datetime.now(UTC)) == BETWEEN_TRIALS:
        count += 1
    return count
