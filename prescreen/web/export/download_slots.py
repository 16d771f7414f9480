"""Limits on downloads: how many a process sends at once, and how long it waits for a reader.

A download that waits for its reader needs no thread (`cli/serving/whole_requests.py`), but some 10 MB of memory: a page
of rows.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from prescreen.workflow.export.export_runs import LONGEST_WAIT_SECONDS, Chunk

MOST_AT_ONCE = 10
RETRY_AFTER_SECONDS = 30
PIECE_BYTES = 64 * 1024


class TooSlowError(RuntimeError):
    """Raised for a reader that took too long."""

    def __init__(self) -> None:
        super().__init__(f"the reader took nothing for {LONGEST_WAIT_SECONDS:g} seconds")


class Slot:
    """The place of one download. It is released once: when the download ends, or else by garbage collection."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = weakref.finalize(self, give_back)
        self._give_back.atexit = False

    def release(self) -> None:
        """Release the place; idempotent."""
        self._give_back()


class DownloadSlots:
    """The places for downloads in this process."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> Slot | None:
        """Return a place; None, without waiting, where all are taken."""
        return Slot(self._free.release) if self._free.acquire(blocking=False) else None


def held(slot: Slot, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and release the place when they end or the reader is gone."""
    try:
        yield from pieces
    finally:
        slot.release()


def not_too_slow(chunks: Iterable[Chunk], clock: Callable[[], float] = time.monotonic) -> Iterator[Chunk]:
    """Yield chunks in small pieces; raise TooSlowError after a piece that was not taken in time."""
    for chunk in chunks:
        for piece in _pieces(chunk):
            given = clock()
            yield piece
            if clock() - given > LONGEST_WAIT_SECONDS:
                raise TooSlowError


def _pieces(chunk: Chunk) -> Iterator[Chunk]:
    """Yield the pieces of a chunk; only the last counts its referrals."""
    last = max(len(chunk.data) - 1, 0) // PIECE_BYTES * PIECE_BYTES
    for start in range(0, last, PIECE_BYTES):
        yield Chunk(chunk.data[start : start + PIECE_BYTES])
    yield replace(chunk, data=chunk.data[last:])
