"""Numbers that the processes of one machine count apart and read together: each maps a file of its own into memory.

A process takes the first file that no living one holds, and counts on from what it finds: sums do not fall when one
ends, and there are as many files as processes lived at once. Counting costs an addition in memory and outlives kill -9.
"""

import fcntl
import mmap
import threading
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BYTES = 8
_MOST_FILES = 1_000
_ENDING = ".counts"


@dataclass(frozen=True, slots=True)
class Found:
    """What one process counted, in which file (a number that its successor takes over), and whether it still lives."""

    file: int
    is_alive: bool
    numbers: Sequence[float]


class SharedCounts:
    """The numbers of this process. Make one per process, after any fork.

    Files of another `layout`, which numbers otherwise, are removed once no process holds them. Where the folder cannot
    be written, the numbers stay in this process: a count is not worth a service that does not start.
    """

    def __init__(self, folder: Path, layout: str, size: int) -> None:
        self._folder, self._layout, self._size = folder, layout, size
        self._lock = threading.Lock()
        self._path, self._memory = self._claimed()
        self._numbers = memoryview(self._memory).cast("d")

    @property
    def is_shared(self) -> bool:
        """Whether other processes can read the numbers."""
        return self._path is not None

    def add(self, places: Iterable[tuple[int, float]]) -> None:
        """Add to numbers at places, all at once for the threads of this process."""
        with self._lock:
            for place, by in places:
                self._numbers[place] += by

    def put(self, place: int, value: float) -> None:
        """Store a number."""
        with self._lock:
            self._numbers[place] = value

    def at(self, place: int) -> float:
        """Return a number of this process."""
        return self._numbers[place]

    def everywhere(self) -> list[Found]:
        """Return the numbers of all processes that ever counted here, in the order of files."""
        with self._lock:
            own = Found(_number(self._path), True, array("d", self._numbers))
        others = (self._read(path) for path in self._folder.glob(f"{self._layout}-*{_ENDING}") if path != self._path)
        return sorted([own, *others], key=lambda one: one.file)

    def _read(self, path: Path) -> Found:
        try:
            with path.open("rb") as file:
                numbers = array("d", file.read().ljust(self._size * _BYTES, b"\0")[: self._size * _BYTES])
                return Found(_number(path), not _is_free(file), numbers)
        except OSError:
            return Found(_number(path), False, array("d", bytes(self._size * _BYTES)))

    def _claimed(self) -> tuple[Path | None, mmap.mmap]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._clear_others()
            return self._first_free()
        except OSError:
            return None, mmap.mmap(-1, self._size * _BYTES)

    def _first_free(self) -> tuple[Path, mmap.mmap]:
        for place in range(_MOST_FILES):
            path = self._folder / f"{self._layout}-{place}{_ENDING}"
            with path.open("a+b") as file:
                if _is_free(file, hold=True):
                    return path, self._mapped(file)
        raise OSError(f"{self._folder} holds too many files that are in use")

    def _mapped(self, file: BinaryIO) -> mmap.mmap:
        """Return a file in memory. It keeps a copy of the descriptor, and so the lock, as long as it is mapped.

        Every byte is written first: on a full disk, memory mapped to a hole of a file ends the process.
        """
        path = Path(file.name)
        path.chmod(0o600)
        file.write(bytes(max(0, self._size * _BYTES - path.stat().st_size)))
        file.flush()
        return mmap.mmap(file.fileno(), self._size * _BYTES)

    def _clear_others(self) -> None:
        for path in self._folder.glob(f"*{_ENDING}"):
            if not path.name.startswith(f"{self._layout}-"):
                with suppress(OSError), path.open("rb") as file:
                    if _is_free(file, hold=True):
                        path.unlink()


def _number(path: Path | None) -> int:
    """Return the number of a file; 0 for counts that are in none."""
    return 0 if path is None else int(path.stem.rpartition("-")[2])


def _is_free(file: BinaryIO, *, hold: bool = False) -> bool:
    """Return whether no living process holds a file; with `hold`, take it then."""
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if hold else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not hold:
        fcntl.flock(file, fcntl.LOCK_UN)
    return True
