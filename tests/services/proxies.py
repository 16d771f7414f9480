"""Proxies for tests of their configurations: the system's nginx and Caddy, else those of the distribution.

Only `python -m tests.services proxies` installs them: tests that need one that is missing are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.services.debian import installed

NAMES = ("nginx", "caddy")
# In the order of packages: the first is smaller.
_PACKAGES = {"nginx": "nginx-light", "caddy": "caddy"}
_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"


class NoProxyError(RuntimeError):
    """Raised where a proxy was not found and could not be installed."""


def find(name: str) -> Path | None:
    """Return the path of a proxy; None where it is not installed."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PLACES}")
    return Path(found) if found else None


def find_or_install(name: str) -> Path:
    """Return the path of a proxy. Raise NoProxyError where there is none."""
    path = find(name) or (find(name) if installed(_PACKAGES[name]) else None)
    if path is None:
        raise NoProxyError(f"No {name}: install one (apt-get install {_PACKAGES[name]}) and try again.")
    return path
