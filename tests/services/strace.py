"""A strace for tests, which makes system calls fail and writes them down: the system's, else one installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.services.debian import installed


class NoStraceError(RuntimeError):
    """Raised where no strace was found, none could be installed, or it may not look at processes."""


def find_or_install() -> Path:
    """Return the path of a working strace. Raise NoStraceError where there is none."""
    path = _find() or (_find() if installed("strace") else None)
    if path is None:
        raise NoStraceError("No strace: install one (apt-get install strace, on Linux) and try again.")
    if not _succeeds(str(path), "-o", os.devnull, "true"):
        raise NoStraceError(f"{path} may not look at processes here: allow ptrace (in a container, SYS_PTRACE).")
    return path


def _find() -> Path | None:
    found = shutil.which("strace")
    return Path(found) if found else None


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
