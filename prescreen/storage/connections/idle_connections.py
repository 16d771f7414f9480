"""Connections to PostgreSQL that lay idle: one that the server closed meanwhile is replaced before it is used.

To ask the server before each transaction would take as long as a statement. A server that ends says so: what arrives on
a connection at which nothing was asked is that, and needs no question to be seen. A connection that lay idle for longer
is asked about all the same, since what is between may have dropped it without a word; so is one that leads to a pooler,
which keeps it open when the server ends.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from prescreen.storage.connections import session_settings

ASKED_AFTER_SECONDS = 5.0
_SINCE = "idle since"


def replace_closed(engine: Engine) -> None:
    """Let an engine of PostgreSQL replace the connections that were closed while they were idle."""

    def rest(_driver: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_SINCE] = time.monotonic()

    def look(driver: Any, entry: ConnectionPoolEntry, _lent: object) -> None:
        now = time.monotonic()
        idle = now - entry.info.get(_SINCE, now)
        is_doubtful = idle > ASKED_AFTER_SECONDS or session_settings.is_lent(entry) or _has_word(driver)
        if is_doubtful and not _answers(engine, driver):
            raise DisconnectionError("the server closed the connection")

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", look)


def _has_word(driver: Any) -> bool:
    """Whether something arrived at a connection, or it is closed already."""
    if driver.closed:
        return True
    arrived = select.poll()
    arrived.register(driver.fileno(), select.POLLIN)
    return bool(arrived.poll(0))


def _answers(engine: Engine, driver: Any) -> bool:
    try:
        return bool(engine.dialect.do_ping(driver))
    except engine.dialect.loaded_dbapi.Error as error:
        if engine.dialect.is_disconnect(error, driver, None):
            return False
        raise
