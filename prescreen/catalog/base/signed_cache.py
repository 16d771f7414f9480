"""A file that keeps what trials' files came to, so that another process, or the next start, need not read them.

What it holds is pickled, and unpickling can run any code. So it is believed only as a whole, where it bears a signature
by a key of this installation, in a folder that no one else can write; else it counts as empty.
"""

import fcntl
import hashlib
import hmac
import logging
import os
import pickle
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path

import prescreen.catalog
import prescreen.eligibility

_NAME, _LOCK = "trials.cache", "lock"
_FORMAT = b"prescreen trials 1\n"
_HEAD = len(_FORMAT) + 32
_LENGTH_BYTES = 8
_READERS = ("marshmallow", "PyYAML")
_OURS_ALONE = 0o700
_LEFT_AFTER_SECONDS = 3600

Entries = Mapping[bytes, bytes | memoryview]


@dataclass(frozen=True, slots=True)
class SignedCache:
    """The file of an installation: the folder that holds it, and the key that signs it."""

    folder: Path
    key: bytes = field(repr=False)

    def load(self) -> Entries:
        """Return the entries; none where the file is missing, spoilt, foreign, or made by another version."""
        try:
            content = _content_of_ours(self.folder / _NAME)
        except FileNotFoundError:
            return {}
        except OSError as error:
            _warn("cannot be read", error)
            return {}
        signature, signed = content[len(_FORMAT) : _HEAD], memoryview(content)[_HEAD:]
        if not content.startswith(_FORMAT) or not hmac.compare_digest(signature, self._sign(signed)):
            return {}
        return _entries(signed)

    def store(self, entries: Entries) -> None:
        """Replace the file as a whole; where that fails, it is logged, and the next start reads the files again."""
        signed = _bytes(entries)
        draft = self.folder / f"{_NAME}.{os.getpid()}"
        try:
            self.folder.mkdir(mode=_OURS_ALONE, parents=True, exist_ok=True)
            _remove_left(self.folder)
            _write_ours(draft, _FORMAT + self._sign(signed) + signed)
            draft.replace(self.folder / _NAME)
        except OSError as error:
            _warn("cannot be written", error)
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process holds this lock; a process that ends lets go.

        Where the folder or its file system allows no lock, as some in a network do, do not wait.
        """
        try:
            self.folder.mkdir(mode=_OURS_ALONE, parents=True, exist_ok=True)
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:
            # What is stored cannot be kept here either, which the log tells.
            yield
            return
        try:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _sign(self, signed: bytes | memoryview) -> bytes:
        signature = hmac.new(self.key, engine_version(), "sha256")
        signature.update(signed)
        return signature.digest()


def _bytes(entries: Entries) -> bytes:
    """Return the keys with the lengths of the values, after the length of that, and the values one after the other."""
    index = pickle.dumps([(key, len(value)) for key, value in entries.items()])
    return b"".join([len(index).to_bytes(_LENGTH_BYTES), index, *entries.values()])


def _entries(signed: memoryview) -> Entries:
    """Return the entries as views: a copy of each would leave holes in the memory of a process for good."""
    values = _LENGTH_BYTES + int.from_bytes(signed[:_LENGTH_BYTES])
    index = pickle.loads(signed[_LENGTH_BYTES:values])  # noqa: S301 - signed by this installation
    ends = list(accumulate((length for _, length in index), initial=values))
    return {key: signed[start:end] for (key, _), (start, end) in zip(index, pairwise(ends), strict=True)}


def _content_of_ours(file: Path) -> bytes:
    """Return the content of a file that only we can have written; raise OSError for any other."""
    _refuse_of_others(file.parent.stat())
    with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        _refuse_of_others(os.fstat(opened.fileno()))
        return opened.read()


def _refuse_of_others(status: os.stat_result) -> None:
    if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(None, "others own it, or can write it")


def _write_ours(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


def _remove_left(folder: Path) -> None:
    """Remove what processes left that ended while they wrote."""
    for file in folder.glob(f"{_NAME}.*"):
        if time.time() - file.stat().st_mtime > _LEFT_AFTER_SECONDS:
            file.unlink(missing_ok=True)


def _warn(what: str, error: OSError) -> None:
    logging.getLogger(__name__).warning("the cache of the criteria %s: %s", what, error.strerror)


@cache
def engine_version() -> bytes:
    """Return a digest of all code that decides what a file comes to."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _READERS:
        digest.update(f"{name} {version(name)}\n".encode())
    for package in (prescreen.catalog, prescreen.eligibility):
        for file in sorted(Path(package.__file__ or "").parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.digest()
