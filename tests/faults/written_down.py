"""What a service writes to its files and syncs, written down by strace, and what a power cut would leave of it.

A cut drops what was written since the last sync of its file, or keeps a random part of it: disks write in any order. A
file system that does so would need a driver and the right to mount; the kernel's own list of calls needs neither, and
one run of the service serves for any number of cuts. Names of files count as synced as soon as they are there.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "pwrite64,fdatasync,fsync,ftruncate,unlink,sendto"
SECTOR = 512
_LINE = re.compile(r'^(?P<pid>\d+) +(?P<call>\w+)\((?:\d+<(?P<path>[^>]*)>|"(?P<name>[^"]*)")(?P<rest>.*)$')
_WRITTEN = re.compile(r', (?P<data>"(?:[^"\\]|\\.)*"), \d+, (?P<offset>\d+)')
_RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<call>fdatasync|fsync) resumed>.*= 0$")
_UNFINISHED = "<unfinished ...>"


def recording(strace: str, notes: Path) -> tuple[str, ...]:
    """Return the program under which a service's calls are written to a file."""
    return (strace, "-f", "-qq", "--seccomp-bpf", "-y", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(notes))


@dataclass(frozen=True)
class Write:
    """Bytes written at an offset; None as data: the file was cut off there."""

    offset: int
    data: bytes | None


@dataclass
class Disk:
    """One file: what is surely on the disk, and what was written since the last sync, in order."""

    synced: bytearray
    waiting: list[Write] = field(default_factory=list)

    def sync(self, many: int) -> None:
        """Bring the first so many waiting writes to the disk."""
        for one in self.waiting[:many]:
            _apply(self.synced, one)
        del self.waiting[:many]

    def after_cut(self, keeps: Callable[[], bool]) -> bytes:
        """Return what is left after a power cut; `keeps` says of each waiting sector whether it came to the disk."""
        left = bytearray(self.synced)
        for write in self.waiting:
            for part in _sectors(write):
                if keeps():
                    _apply(left, part)
        return bytes(left)


@dataclass
class Disks:
    """The files of a database, and how many people were thanked."""

    files: dict[str, Disk]
    thanked: int = 0
    _syncing: dict[str, tuple[str, int]] = field(default_factory=dict)

    def play(self, line: str, thanks: bytes) -> None:
        """Take one line of what was written down."""
        if resumed := _RESUMED.match(line):
            path, many = self._syncing.pop(resumed["pid"], ("", 0))
            if path:
                self.files[path].sync(many)
            return
        call = _LINE.match(line)
        if call is None:
            return
        if call["call"] == "sendto":
            self.thanked += thanks in call["rest"].encode()
        elif (path := call["path"] or call["name"] or "") in self.files:
            self._change(path, call)

    def _change(self, path: str, call: re.Match[str]) -> None:
        disk = self.files[path]
        if call["call"] == "unlink":
            self.files[path] = Disk(bytearray())
        elif call["call"] == "pwrite64":
            disk.waiting.append(_write(call["rest"]))
        elif call["call"] == "ftruncate":
            disk.waiting.append(Write(int(call["rest"].split(")")[0].strip(", ").split()[0]), None))
        elif call["rest"].endswith(_UNFINISHED):
            # Only what was written before a sync began is on the disk when it ends.
            self._syncing[call["pid"]] = (path, len(disk.waiting))
        elif call["rest"].endswith("= 0"):
            disk.sync(len(disk.waiting))


def _write(rest: str) -> Write:
    found = _WRITTEN.match(rest)
    assert found is not None, rest[:200]
    data: bytes = ast.literal_eval("b" + found["data"])
    return Write(int(found["offset"]), data)


def _apply(content: bytearray, write: Write) -> None:
    if write.data is None:
        del content[write.offset :]
        content.extend(bytes(write.offset - len(content)))
        return
    content.extend(bytes(max(0, write.offset - len(content))))
    content[write.offset : write.offset + len(write.data)] = write.data


def _sectors(write: Write) -> Iterator[Write]:
    """Yield the parts of a write that a disk writes whole, or not at all."""
    if write.data is None:
        yield write
        return
    start, end = write.offset, write.offset + len(write.data)
    for first in range(start - start % SECTOR, end, SECTOR):
        low, high = max(first, start), min(first + SECTOR, end)
        yield Write(low, write.data[low - start : high - start])


def cuts(
    notes: Path, before: dict[Path, bytes], thanks: bytes, places: Sequence[float], chance: random.Random
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Cut the power at places between 0 (the first thanks) and 1 (the end); yield how many were thanked, and the files.

    At every other place all that waits is dropped, at the others a random part of it.
    """
    lines = notes.read_text(errors="replace").splitlines()
    first = next(number for number, line in enumerate(lines) if "sendto(" in line and thanks.decode() in line)
    at = sorted(first + 1 + int(place * (len(lines) - first - 1)) for place in places)
    disks = Disks({str(path): Disk(bytearray(content)) for path, content in before.items()})
    played = 0
    for number, place in enumerate(at):
        for line in lines[played:place]:
            disks.play(line, thanks)
        played = place
        keeps = (lambda: False) if number % 2 else (lambda: chance.random() < 0.5)
        yield disks.thanked, {path: disk.after_cut(keeps) for path, disk in disks.files.items()}


def restored(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Write what a cut left into an empty folder."""
    folder.mkdir()
    for path, content in files:
        if content:
            (folder / Path(path).name).write_bytes(content)
