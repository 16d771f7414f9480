"""Packages of Debian, installed on demand: a module of its own, for what several services are got by."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def installed(package: str) -> bool:
    """Install a package without what it recommends; return whether that worked."""
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not shutil.which("apt-get") or not _succeeds(*become, "true"):
        return False
    print(f"Installing {package} from the distribution's packages ...", file=sys.stderr)
    _succeeds(*apt, "update")
    return _succeeds(*apt, "install", "-y", "--no-install-recommends", package)


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
