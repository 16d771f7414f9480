"""A backup of the whole database: taken at one moment while others write, and read again frame by frame.

A backup is encrypted with a key of its own, which the ring of the service seals: who has its keys can open it. What it
holds is told at its beginning; each table's rows and digest at its end, when they are known.
"""

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from prescreen.storage import Session, Transactions
from prescreen.storage.audit import events
from prescreen.storage.backup import contents
from prescreen.storage.backup.manifest import (
    Content,
    Manifest,
    Origin,
    TableOf,
    read_contents,
    read_origin,
    read_table,
    written,
    written_contents,
)
from prescreen.storage.backup.sealed_frames import BackupError as BackupError
from prescreen.storage.backup.sealed_frames import Frame, opened, sealed
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import Keys

if TYPE_CHECKING:
    from hashlib import _Hash

_ORIGIN, _TABLE, _LINES, _CONTENTS = b"O", b"T", b"L", b"C"
_FAST = 1
SUBJECT = events.Subject("database", "all")

Part = TypeVar("Part")


def backed_up(
    database: Transactions, keys: Keys, deletions: DeletionList, now: datetime
) -> Generator[bytes, None, None]:
    """Yield the bytes of a backup, which shows the database as it is when the first is taken. It is on record."""
    with database.writing() as session:
        events.record(session, events.Event(now, events.OPERATOR, events.Action.DATABASE_BACKED_UP, SUBJECT))
    deletions.begin()
    listed, digest = deletions.state()
    with database.reading() as session:
        contents.without_time_limit(session)
        made_at = now.astimezone(UTC).isoformat(timespec="seconds")
        revision, kind = contents.revision(session), contents.kind(session)
        origin = Origin(revision, made_at, kind, keys.check.hex(), listed, digest)
        yield from sealed(keys.ring, _frames(session, origin))


def _frames(session: Session, origin: Origin) -> Iterator[Frame]:
    yield Frame(_ORIGIN, written(origin))
    tallies = {}
    for table in contents.tables():
        tally = tallies[table.name] = _Tally()
        yield Frame(_TABLE, written(table))
        for lines in contents.lines_of(session, table):
            tally.add(lines)
            yield Frame(_LINES, zlib.compress(lines, _FAST))
    yield Frame(_CONTENTS, written_contents({name: tally.content for name, tally in tallies.items()}))


@dataclass(slots=True)
class _Tally:
    """Counts rows, and digests them, as they go by."""

    rows: int = 0
    digest: "_Hash" = field(default_factory=sha256)

    def add(self, lines: bytes) -> None:
        # Within a value, COPY writes a line end as two other characters.
        self.rows += lines.count(b"\n")
        self.digest.update(lines)

    @property
    def content(self) -> Content:
        return Content(self.rows, self.digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in a file that was read to its end: it is whole, and its rows are those that its manifest tells."""

    path: Path
    manifest: Manifest


def verified(path: Path, keys: Keys) -> Backup:
    """Read a backup to its end, keeping nothing, and return what it says of itself.

    Raise BackupError for a file that is none, was cut or altered, or does not open with these keys.
    """
    reading = Reading(path, keys)
    for _, lines in reading.tables():
        for _block in lines:
            pass
    return Backup(path, reading.manifest())


class Reading:
    """Goes through a backup once."""

    def __init__(self, path: Path, keys: Keys) -> None:
        self._path = path
        self._frames = opened(keys.ring, path)
        self._tallies: dict[str, _Tally] = {}
        self._told: Mapping[str, Content] | None = None
        self._table: TableOf | None = None
        first = next(self._frames)
        if first.kind != _ORIGIN:
            raise self._unreadable()
        self.origin = self._read(read_origin, first.content)

    def tables(self) -> Iterator[tuple[TableOf, Iterable[bytes]]]:
        """Yield each table with its rows as blocks of whole lines, which must be taken before the next table."""
        self._next_table(next(self._frames, None))
        while self._table is not None:
            tally = self._tallies[self._table.name] = _Tally()
            yield self._table, self._lines(tally)
        if next(self._frames, None) is not None:
            raise self._unreadable()

    def _lines(self, tally: _Tally) -> Iterator[bytes]:
        for frame in self._frames:
            if frame.kind != _LINES:
                self._next_table(frame)
                return
            lines = self._read(zlib.decompress, frame.content)
            tally.add(lines)
            yield lines
        raise self._unreadable()

    def _next_table(self, frame: Frame | None) -> None:
        self._table = None
        if frame is not None and frame.kind == _TABLE:
            self._table = self._read(read_table, frame.content)
        elif frame is not None and frame.kind == _CONTENTS:
            self._told = self._read(read_contents, frame.content)
        else:
            raise self._unreadable()

    def manifest(self) -> Manifest:
        """Return what the backup says of itself; raise BackupError where what was read is something else."""
        found = {name: tally.content for name, tally in self._tallies.items()}
        if found != self._told:
            raise BackupError(f"{self._path}: its rows are not those that it was made of; take another backup")
        return Manifest(self.origin, found)

    def _read(self, read: Callable[[bytes], Part], content: bytes) -> Part:
        try:
            return read(content)
        except (ValueError, TypeError, KeyError, zlib.error) as error:
            raise self._unreadable() from error

    def _unreadable(self) -> BackupError:
        return BackupError(f"{self._path}: it is no backup that this version reads")
