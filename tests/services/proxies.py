"""Proxies for tests of their configurations: the system's nginx and Caddy, else those of the distribution.

Only `python -m tests.services proxies` installs them: tests that need one that is missing are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("nginx", "caddy")
# In the order of packages: the first is smaller.
_PACKAGES = {"nginx": "nginx-light", "caddy": "caddy"}
_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"
# A package of a server starts it, on ports that others may use. Exit status 101 tells Debian not to.
_POLICY = Path("/usr/sbin/policy-rc.d")


class NoProxyError(RuntimeError):
    """Raised where a proxy was not found and could not be installed."""


def find(name: str) -> Path | None:
    """Return the path of a proxy; None where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PLACES}")
    return Path(found) if found else None


def find_or_install(name: str) -> Path:
    """Return the path of a proxy. Raise NoProxyError where there is none."""
    path = find(name) or _install_from_debian(name)
    if path is None:
        raise NoProxyError(f"No {name}: install one (apt-get install {_PACKAGES[name]}) and try again.")
    return path


def _install_from_debian(name: str) -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print(f"Installing {name} from the distribution's packages ...", file=sys.stderr)
    was_there = _POLICY.exists()
    if not was_there:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        done = _succeeds(*apt, "update") and _succeeds(
            *apt, "install", "-y", "--no-install-recommends", _PACKAGES[name]
        )
    finally:
        if not was_there:
            _POLICY.unlink()
    return find(name) if done else None


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
