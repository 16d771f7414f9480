"""System calls of a running process that fail on purpose, each in its turn, by strace.

A shared library that is loaded before the C library would do so too; it would need a compiler, and see nothing of calls
that SQLite makes past it. The kernel sees all of them, and strace says which it failed.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ATTACH_SECONDS = 20.0
_LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Fault:
    """The `turn`-th call of this name (1 is the first) in each thread, and what becomes of it: `error=EIO`, ..."""

    call: str
    turn: int
    ends: str


@dataclass
class Injection:
    """A fault that waits; `fired` once it happened."""

    notes: Path

    @property
    def fired(self) -> bool:
        """Return whether a call was made to fail."""
        return "INJECTED" in self.notes.read_text(errors="replace")


@contextmanager
def failing(strace: str, process: int, fault: Fault, files: Sequence[Path], notes: Path) -> Iterator[Injection]:
    """Make one call of a process on one of these files fail within a `with` block."""
    # Absolute: the path of a file that is not there yet would match nothing, and every call would succeed.
    paths = [part for file in files for part in ("-P", str(file.absolute()))]
    injected = f"inject={fault.call}:{fault.ends}:when={fault.turn}"
    notes.write_text("")
    command = [strace, "-f", "-qq", "-o", str(notes), *paths, "-e", f"trace={fault.call}", "-e", injected]
    with subprocess.Popen([*command, "-p", str(process)], stderr=subprocess.DEVNULL) as tracer:
        try:
            _wait_until_traced(process, tracer)
            yield Injection(notes)
        finally:
            # It lets go of the process, and writes down the rest.
            tracer.terminate()
            tracer.wait(_ATTACH_SECONDS)


def _wait_until_traced(process: int, tracer: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _ATTACH_SECONDS
    while not _is_traced(process, tracer.pid):
        assert time.monotonic() < until, "strace did not attach itself"
        assert tracer.poll() is None, "strace ended"
        time.sleep(_LOOK_SECONDS)


def _is_traced(process: int, tracer: int) -> bool:
    """Return whether each thread of a process has this tracer."""
    wanted = f"TracerPid:\t{tracer}\n"
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(FileNotFoundError):
            if wanted not in (thread / "status").read_text():
                return False
    return True
