"""How many downloads a process sends at once, and for how long it waits for a reader.

A download holds one of the process's threads for as long as its reader reads. Most threads must stay with the pages of
visitors, urgent advice among them, however slow the lines of those who download are.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from prescreen.workflow.export.export_runs import LONGEST_WAIT_SECONDS, Chunk

MOST_AT_ONCE = 2
RETRY_AFTER_SECONDS = 30
PIECE_BYTES = 64 * 1024


class TooSlowError(RuntimeError):
    """A reader who took too long."""

    def __init__(self) -> None:
        super().__init__(f"the reader took nothing for {LONGEST_WAIT_SECONDS:g} seconds")


class Slot:
    """The place of one download. It is given back once: when it ends, or else when nothing refers to it any more."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back = weakref.finalize(self, give_back)
        self._give_back.atexit = False

    def release(self) -> None:
        """Release the place; idempotent."""
        self._give_back()


class DownloadSlots:
    """The places that downloads have in this process."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> Slot | None:
        """Return a place; None where all are taken. It does not wait."""
        return Slot(self._free.release) if self._free.acquire(blocking=False) else None


def held(slot: Slot, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and give the place back when they end or are not wanted any more."""
    try:
        yield from pieces
    finally:
        slot.release()


def not_too_slow(chunks: Iterable[Chunk], clock: Callable[[], float] = time.monotonic) -> Iterator[Chunk]:
    """Yield chunks in small pieces; raise TooSlowError after one that was not taken for long."""
    for chunk in chunks:
        for piece in _pieces(chunk):
            given = clock()
            yield piece
            if clock() - given > LONGEST_WAIT_SECONDS:
                raise TooSlowError


def _pieces(chunk: Chunk) -> Iterator[Chunk]:
    """Cut a chunk; only its last piece ends referrals."""
    last = max(len(chunk.data) - 1, 0) // PIECE_BYTES * PIECE_BYTES
    for start in range(0, last, PIECE_BYTES):
        yield Chunk(chunk.data[start : start + PIECE_BYTES])
    yield replace(chunk, data=chunk.data[last:])
