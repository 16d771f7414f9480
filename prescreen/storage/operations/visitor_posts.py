"""Posts counted for all processes: of one machine in a file, of several in their PostgreSQL."""

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError

from prescreen.storage import Transactions
from prescreen.storage.base.private_files import make_private_file

BUSY_SECONDS = 1.0
"""How long a process waits for others that count in the same file."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many posts a network may send in how many seconds."""

    count: int
    seconds: int


class CannotCountError(RuntimeError):
    """Raised where the count of all cannot be had now."""


class Posts(Protocol):
    """Where posts are counted. Raises CannotCountError where that is impossible now."""

    def count(self, network: bytes, allowed: Allowed, moment: float) -> float:
        """Count one post and return 0; over the limit, return the seconds to wait instead."""

    def forget(self, allowed: Allowed, moment: float) -> None:
        """Forget the networks that have posted nothing for as long as posts count."""


def posts_of(database: Transactions, folder: Path) -> Posts:
    """Return where the posts to a service are counted: in PostgreSQL, or in a file of the folder.

    Raise CannotCountError where neither can be used now.
    """
    try:
        with database.reading() as session:
            is_shared = session.get_bind().dialect.name == "postgresql"
        return TablePosts(database) if is_shared else _opened(folder / "posts.sqlite3")
    except (OSError, sqlite3.Error, OperationalError, TimeoutError) as error:
        raise CannotCountError from error


def _opened(file: Path) -> "FilePosts":
    """Open a file of posts; one that is spoilt, as after a power cut, is begun anew."""
    try:
        return FilePosts(file)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        file.unlink()
        return FilePosts(file)


# One statement, whose lock on the row makes those of one network come one after the other.
_COUNT = text("""
    INSERT INTO visitor_posts (network_key, moments)
    VALUES (:network, jsonb_build_array(CAST(extract(epoch FROM statement_timestamp()) AS double precision)))
    ON CONFLICT (network_key) DO UPDATE SET moments = (
        SELECT coalesce(jsonb_agg(m ORDER BY m), '[]')
            || CASE WHEN count(m) < :most THEN excluded.moments ELSE '[]' END
        FROM (SELECT CAST(value AS double precision) AS m FROM jsonb_array_elements(visitor_posts.moments)) AS posts
        WHERE m > CAST(excluded.moments->0 AS double precision) - :seconds
    )
    RETURNING CASE
        WHEN CAST(visitor_posts.moments->-1 AS double precision)
            = CAST(extract(epoch FROM statement_timestamp()) AS double precision) THEN 0
        ELSE CAST(visitor_posts.moments->0 AS double precision) + :seconds
            - CAST(extract(epoch FROM statement_timestamp()) AS double precision)
    END
""")
_FORGET = text("""
    DELETE FROM visitor_posts
    WHERE CAST(visitor_posts.moments->-1 AS double precision)
        <= CAST(extract(epoch FROM statement_timestamp()) AS double precision) - :seconds
""")


class TablePosts:
    """The table in which processes on one PostgreSQL count, by its clock."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def count(self, network: bytes, allowed: Allowed, _moment: float) -> float:
        """Count one post and return 0; over the limit, return the seconds to wait instead.

        Raise CannotCountError where the database cannot be used now.
        """
        given = {"network": network, "most": allowed.count, "seconds": allowed.seconds}
        try:
            with self._database.writing() as session:
                return float(session.scalar(_COUNT, given) or 0)
        except (OperationalError, TimeoutError) as error:
            raise CannotCountError from error

    def forget(self, allowed: Allowed, _moment: float) -> None:
        """Forget the networks that have posted nothing for as long as posts count.

        Raise CannotCountError where the database cannot be used now.
        """
        try:
            with self._database.writing() as session:
                session.execute(_FORGET, {"seconds": allowed.seconds})
        except (OperationalError, TimeoutError) as error:
            raise CannotCountError from error


class FilePosts:
    """A file in which the processes of one machine count. It is not durable: after a crash they begin anew."""

    def __init__(self, file: Path) -> None:
        """Open the file. Raise OSError or sqlite3.Error where that is impossible."""
        make_private_file(file)
        self._lock = threading.Lock()
        self._opened = sqlite3.connect(file, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._opened.close)
        self._opened.executescript(
            "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; BEGIN IMMEDIATE;"
            "CREATE TABLE IF NOT EXISTS post (network BLOB PRIMARY KEY, last REAL, moments TEXT) WITHOUT ROWID; COMMIT"
        )

    def count(self, network: bytes, allowed: Allowed, moment: float) -> float:
        """Count one post and return 0; over the limit, return the seconds to wait instead."""
        with self._writing() as opened:
            row = opened.execute("SELECT moments FROM post WHERE network = ?", (network,)).fetchone()
            # Others that came at the same time may have been a little later, and counted sooner.
            known = json.loads(row[0] if row else "[]")
            posts = [one for one in known if abs(moment - one) < allowed.seconds]
            if len(posts) >= allowed.count:
                return float(posts[0]) + allowed.seconds - moment
            given = (network, moment, json.dumps([*posts, moment]))
            opened.execute("INSERT OR REPLACE INTO post VALUES (?, ?, ?)", given)
            return 0.0

    def forget(self, allowed: Allowed, moment: float) -> None:
        """Forget the networks that have posted nothing for as long as posts count.

        What lies ahead is of the time before this machine was started.
        """
        with self._writing() as opened:
            opened.execute("DELETE FROM post WHERE abs(? - last) >= ?", (moment, allowed.seconds))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                self._opened.execute("BEGIN IMMEDIATE")
                with self._opened:
                    yield self._opened
        except sqlite3.Error as error:
            raise CannotCountError from error
