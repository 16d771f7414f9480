"""The list of deletions: what people took back, kept apart from the database, so that no restored backup undoes it.

It is a file that only grows. An entry is written, and is on disk, before the person is erased: a crash in between
leaves somebody on the list whom a restore then erases, as they had asked. An entry is a keyed hash of a random id: of
the person who was deleted, or of a consent that was withdrawn; without the key it tells nothing but that there was one.
When the secret key is replaced, all are written again under the new one, and then a mark that says so: what stands
before it needs the earlier key no more.
"""

import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from prescreen.storage.base.private_files import sync_folder

IN_SESSION = "deletion list"
"""The name under which a session holds the list that its deletions are written to."""

_ENTRY = re.compile(rb"([0-9a-f]{16}) ([0-9a-f]{64})")
_TORN = re.compile(rb"[0-9a-f]{0,16}|[0-9a-f]{16} [0-9a-f]{0,63}")
_OWNER_ALONE = 0o600
_ALL = b"all"
"""What the mark names; no id is as short."""


class DeletionListError(ValueError):
    """Raised for a list of deletions that is missing, damaged or another one; the message is one line."""


@dataclass(frozen=True, slots=True)
class DeletionList:
    """A list of deletions: its file, and the keys of its hashes: the present one, and then those before it."""

    file: Path
    keys: tuple[bytes, ...] = field(repr=False)

    def add(self, *ids: UUID) -> None:
        """Write people who are deleted, or consents that are withdrawn; return when they are on disk.

        Raise OSError where they cannot be.
        """
        self._write(*(_entry(self.keys[0], one.bytes) for one in ids))

    def add_again(self, ids: Iterable[UUID]) -> None:
        """Write all that was deleted or withdrawn under the present key, and that it is all. Idempotent."""
        self._write(*(_entry(self.keys[0], one.bytes) for one in ids), _entry(self.keys[0], _ALL))

    def _write(self, *entries: bytes) -> None:
        is_new = not self.file.exists()
        # The line end comes first: behind an entry that a crash cut short, a new line begins.
        _append(self.file, b"".join(b"\n" + entry for entry in entries))
        if is_new:
            sync_folder(self.file.parent)

    def begin(self) -> None:
        """Make the file, empty, unless it is there: later, its absence then means that it was lost."""
        if not self.file.exists():
            _append(self.file, b"")
            sync_folder(self.file.parent)

    def state(self) -> tuple[int, str]:
        """Return the size of the list in bytes, and their SHA-256; a list that is not there is empty."""
        content = self.file.read_bytes() if self.file.exists() else b""
        return len(content), sha256(content).hexdigest()

    def names(self, files: Iterable[Path]) -> "Deleted":
        """Return what is on this list or on those of other machines, in these files.

        Raise DeletionListError where one is missing, damaged, or written with another secret key.
        """
        entries = [entry for file in (self.file, *files) for entry in self._read(file)]
        return Deleted(frozenset(entries), self.keys)

    def _read(self, file: Path) -> list[bytes]:
        if not file.exists():
            raise DeletionListError(
                f"{file}: the list of deletions is missing, and people deleted since the backup would come back; "
                "put it there, or name it in PRESCREEN_DELETIONS"
            )
        lines = file.read_bytes().split(b"\n")
        marks = [_entry(key, _ALL) for key in self.keys]
        said_again = max((number for number, line in enumerate(lines, start=1) if line in marks), default=0)
        found = [self._hash_in(file, number, line, number < said_again) for number, line in enumerate(lines, start=1)]
        return [entry for entry in found if entry]

    def _hash_in(self, file: Path, number: int, line: bytes, is_said_again: bool) -> bytes:
        """Return the hash in a line; nothing for a line that a crash cut short, after which nobody was erased."""
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            if _TORN.fullmatch(line):
                return b""
            raise DeletionListError(f"{file}:{number}: it is no entry of a list of deletions; put back a whole one")
        if entry[1] in map(_tag, self.keys):
            return entry[2]
        if is_said_again:
            return b""
        raise DeletionListError(
            f"{file}:{number}: it was written with another secret key, so that it names nobody; put that key back, "
            "into PRESCREEN_SECRET_KEY_BEFORE where it was replaced"
        )


@dataclass(frozen=True, slots=True)
class Deleted:
    """Who was deleted, and which consents were withdrawn."""

    hashes: frozenset[bytes]
    keys: tuple[bytes, ...] = field(repr=False)

    def __contains__(self, one: object) -> bool:
        return isinstance(one, UUID) and any(_hash(key, one.bytes) in self.hashes for key in self.keys)

    def __len__(self) -> int:
        return len(self.hashes)


def begins_with(file: Path, size: int, digest: str) -> bool:
    """Return whether the first bytes of a file, so many of them, have this SHA-256."""
    if not file.exists():
        return False
    with file.open("rb") as opened:
        content = opened.read(size)
    return len(content) == size and sha256(content).hexdigest() == digest


def note(session: Session, *ids: UUID) -> None:
    """Write what this transaction deletes or withdraws to the list of the session's database, if it has one."""
    deletions: DeletionList | None = session.info.get(IN_SESSION)
    if ids and deletions is not None:
        deletions.add(*ids)


def note_again(session: Session, ids: Iterable[UUID]) -> None:
    """Write all that was deleted or withdrawn to the list of the session's database under the present key."""
    deletions: DeletionList | None = session.info.get(IN_SESSION)
    if deletions is not None:
        deletions.add_again(ids)


def _entry(key: bytes, named: bytes) -> bytes:
    return b"%s %s" % (_tag(key), _hash(key, named))


def _tag(key: bytes) -> bytes:
    return hmac.digest(key, b"tag", "sha256")[:8].hex().encode()


def _hash(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, named, "sha256").hex().encode()


def _append(file: Path, entry: bytes) -> None:
    # Where keys and database are elsewhere, nothing else may have made the instance folder.
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ALONE)
    try:
        if os.write(descriptor, entry) < len(entry):
            raise OSError(f"{file} takes no more")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
