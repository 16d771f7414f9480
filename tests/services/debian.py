"""Packages of Debian, installed on demand: a module of its own, for what several services are got by."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLICY = Path("/usr/sbin/policy-rc.d")


def installed(package: str) -> bool:
    """Install a package without what it recommends, and without starting it; return whether that worked."""
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not shutil.which("apt-get") or not _succeeds(*become, "true"):
        return False
    print(f"Installing {package} from the distribution's packages ...", file=sys.stderr)
    _succeeds(*apt, "update")
    with _not_started():
        return _succeeds(*apt, "install", "-y", "--no-install-recommends", package)


@contextmanager
def _not_started() -> Iterator[None]:
    """Tell Debian to start no server that it installs: others may use its port. Root alone can."""
    if os.geteuid() != 0 or _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
