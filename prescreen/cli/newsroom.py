"""What `prescreen work` tells recruiters of. It looks every few seconds, and reads the criteria when first needed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from prescreen.catalog.faults import CatalogError
from prescreen.catalog.live import LiveCatalog
from prescreen.cli.opening import Opened
from prescreen.mail.staff import StaffPen
from prescreen.workflow.announcing import announce

LOOK_EVERY = timedelta(seconds=6)
_log = structlog.get_logger()


@dataclass
class Newsroom:
    """Puts news into the outbox. Make one per process."""

    tools: Opened
    _looked_at: datetime | None = field(default=None, init=False)
    _catalog: LiveCatalog | None = field(default=None, init=False)

    def announce(self, now: datetime) -> None:
        """Write the letters that are due, if it is time to look again; a failure is told and tried again later."""
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        try:
            announce(self.tools.database, self.tools.keys, lambda: self._pen(now), now)
        except Exception as error:
            # Whatever is wrong with the news, the letters to people must go out. The message may quote an address.
            _log.error("announcing_failed", error=type(error).__name__)

    def _pen(self, now: datetime) -> StaffPen:
        if self._catalog is None:
            self._catalog = LiveCatalog(self.tools.settings.criteria, now.date(), _tell_of_change)
        return StaffPen(self._catalog.current(now.date()), self.tools.settings.public_address())


def _tell_of_change(error: CatalogError | None) -> None:
    if error is not None:
        _log.error("criteria_refused", faults=len(error.faults))
