"""A disk without space: a real one of a few megabytes, or a file that may not grow."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_FILLED_AT_ONCE = 4096


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of so many megabytes on a folder for a `with` block; skip the test where that is not allowed."""
    folder.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk needs root: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def no_space_on(folder: Path) -> Iterator[None]:
    """Fill a disk to its last byte for a `with` block."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(_FILLED_AT_ONCE))
    try:
        yield
    finally:
        filling.unlink()


@contextmanager
def no_larger_file(process: int, most: int) -> Iterator[None]:
    """Let a process write nothing beyond so many bytes of any file for a `with` block.

    Python ignores the signal that comes with it, so the call fails as it does on a full disk. SQLite's log, which is
    written from its beginning again after some time, soon comes to that place.
    """
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)
