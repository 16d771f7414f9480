"""A read replica of PostgreSQL: it is read only once it holds all that was committed when the reading began.

So who has just changed something sees it here too, and nobody is shown who withdrew a moment before. A replica that is
late, away or none at all is left alone for some seconds; whoever asked reads from the primary meanwhile.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

CATCH_UP_SECONDS = 3.0
"""How long a reading waits until the replica holds what was committed before."""
LEFT_ALONE_SECONDS = 10.0
"""How long a replica that could not be used is not asked again."""

READING = {"reading": True, "postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
"""How a transaction reads: one snapshot, as on SQLite; else who withdraws meanwhile would be shown by halves."""

_LOOK_AGAIN_SECONDS = 0.02
_WRITTEN = text("SELECT pg_current_wal_lsn()::text")
_REPLAYED = text("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn) END")

LATE = "it holds less than the primary; see pg_stat_replication there"
AWAY = "it cannot be reached"
NO_REPLICA = "it replays nothing: it is a server of its own"


def soon_given_up(url: URL) -> URL:
    """Return the address of a replica that is given up within seconds where nothing answers, unless it says otherwise.

    Networks may take what is sent to a server that is gone, for minutes.
    """
    limits = {"connect_timeout": f"{CATCH_UP_SECONDS:.0f}", "tcp_user_timeout": f"{CATCH_UP_SECONDS * 1000:.0f}"}
    return url.update_query_dict({**limits, **url.query})


class ReadReplica:
    """A replica, and the primary that it follows. `tell` is called with the reason whenever it is left alone."""

    def __init__(self, replica: Engine, primary: Engine, tell: Callable[[str], None]) -> None:
        self.engine, self._primary, self._tell = replica, primary, tell
        self._changing = threading.Lock()
        self._ask_at = 0.0

    @contextmanager
    def reading(self) -> Iterator[Session | None]:
        """Open a read-only transaction on the replica; yield None where it cannot be used now."""
        connection = self._caught_up()
        if connection is None:
            yield None
            return
        with connection, Session(connection, expire_on_commit=False) as session, session.begin():
            yield session

    def _caught_up(self) -> Connection | None:
        """Return a connection to the replica, which holds all that is committed by now; None where that fails."""
        if time.monotonic() < self._ask_at:
            return None
        written = self._written()
        try:
            connection = self.engine.connect()
        except OperationalError:
            self._leave_alone(AWAY)
            return None
        with ExitStack() as kept:
            kept.enter_context(connection)
            if why := _missing(connection.execution_options(**READING), written):
                self._leave_alone(why)
                return None
            # The caller closes it.
            kept.pop_all()
        return connection

    def _written(self) -> str:
        """Return how far the primary's log goes. Raise OperationalError where the primary cannot be reached."""
        with self._primary.connect() as connection:
            return str(connection.scalar(_WRITTEN))

    def _leave_alone(self, why: str) -> None:
        with self._changing:
            is_news = time.monotonic() >= self._ask_at
            self._ask_at = time.monotonic() + LEFT_ALONE_SECONDS
        if is_news:
            self._tell(why)


def _missing(connection: Connection, written: str) -> str | None:
    """Return why a replica cannot be read, after waiting for what was written; None where it can."""
    until = time.monotonic() + CATCH_UP_SECONDS
    try:
        while not (replayed := connection.scalar(_REPLAYED, {"written": written})):
            # Each look is a transaction of its own: one that stays open would hold up what is replayed.
            connection.rollback()
            if replayed is None or time.monotonic() > until:
                return NO_REPLICA if replayed is None else LATE
            time.sleep(_LOOK_AGAIN_SECONDS)
        connection.rollback()
    except OperationalError:
        return AWAY
    return None
