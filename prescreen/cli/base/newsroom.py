"""What the process that sends letters also does again and again: letters that are due are put into the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from prescreen import tracing
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.context import Opened, watched_catalog
from prescreen.mail.letter_texts import LetterWriter
from prescreen.mail.staff_letters import StaffLetterWriter
from prescreen.workflow.editions import Served
from prescreen.workflow.mail.referral_alerts import announce
from prescreen.workflow.operations.worker_heartbeat import is_recent
from prescreen.workflow.referrals.call_reminders import cancel_untrue, remind_of_calls

LOOK_EVERY = timedelta(seconds=6)
_log = structlog.get_logger()


def attempt(failure: str, work: Callable[[], object]) -> None:
    """Do a piece of work that is repeated anyway; log a failure instead of raising it."""
    try:
        with tracing.span(f"work {failure.removesuffix('_failed')}"):
            work()
    except Exception as error:
        # The database may be restarting, or a letter be of an unforeseen kind: that must not hold up the others. Only
        # the class of the error is logged, since its message may quote an address.
        _log.error(failure, error=type(error).__name__)


@dataclass
class Newsroom:
    """Puts alerts to recruiters, and reminders of calls, into the outbox. Make one per process."""

    tools: Opened
    _looked_at: datetime | None = field(default=None, init=False)
    _catalog: Served | None = field(default=None, init=False)

    def announce(self, now: datetime) -> None:
        """Write what is due, at most every six seconds; a failure is logged, and tried again later.

        A reminder that waits is cancelled where it is not true any more.
        """
        if is_recent(self._looked_at, now, LOOK_EVERY):
            return
        self._looked_at = now
        database, keys = self.tools.database, self.tools.keys
        # A failure of one kind must not stop the others.
        attempt("cancelling_failed", partial(cancel_untrue, database, now))
        attempt("announcing_failed", partial(announce, database, keys, partial(self._to_staff, now), now))
        attempt("reminding_failed", partial(remind_of_calls, database, keys, partial(self._to_people, now), now))

    def _to_staff(self, now: datetime) -> StaffLetterWriter:
        return StaffLetterWriter(self._criteria(now), self.tools.settings.public_address())

    def _to_people(self, now: datetime) -> LetterWriter:
        return LetterWriter(self._criteria(now), self.tools.settings.public_address())

    def _criteria(self, now: datetime) -> Catalog:
        if self._catalog is None:
            self._catalog = watched_catalog(self.tools, now)
        return self._catalog.current(now.date())
