"""Where tests keep their files: in memory, where there is room for them. `python -m tests.services.memory` prints it.

Nearly every test has a database of its own that is safe on the disk after each commit, and nobody needs it afterwards.
What is tested about disks themselves, in tests/faults, stays on one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - the system's own, in which pytest makes a folder of its user
_NEEDED_BYTES = 4 << 30


def folder() -> Path:
    """Return the folder under which pytest makes its folders."""
    return _MEMORY if _has_room(_MEMORY) else Path(tempfile.gettempdir())


def _has_room(place: Path) -> bool:
    """Return whether files can be made in a folder, enough of them, and programs among them run."""
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize >= _NEEDED_BYTES and not found.f_flag & getattr(os, "ST_NOEXEC", 0)


if __name__ == "__main__":
    print(folder())
