"""A Chromium for the browser tests: the system's, else one installed on demand.

Tests are never skipped for lack of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Without these, it makes requests to its vendor at every start, which a closed network refuses many times over.
LAUNCH_ARGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
_PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class NoChromiumError(RuntimeError):
    """Raised where no Chromium was found, and none could be installed."""


def find_or_install() -> Path:
    """Return the path of a working Chromium. Raise NoChromiumError where there is none."""
    for attempt in (_find, _find_playwrights, _install_from_debian, _install_by_playwright):
        if path := attempt():
            return path
    raise NoChromiumError(
        "No Chromium: install one (apt-get install chromium, or brew install --cask chromium) and try again."
    )


def _find() -> Path | None:
    paths = (*filter(None, map(shutil.which, NAMES)), *APPLICATIONS)
    return next((Path(path) for path in paths if _succeeds(path, "--version")), None)


def _find_playwrights() -> Path | None:
    command = [sys.executable, "-c", _PLAYWRIGHTS_OWN]
    path = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    return Path(path) if path and _succeeds(path, "--version") else None


def _install_from_debian() -> Path | None:
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not shutil.which("apt-get") or not _succeeds(*become, "true"):
        return None
    print("Installing Chromium from the distribution's packages ...", file=sys.stderr)
    _succeeds(*apt, "update")
    return _find() if _succeeds(*apt, "install", "-y", "chromium") else None


def _install_by_playwright() -> Path | None:
    print("Installing Chromium by playwright ...", file=sys.stderr)
    return _find_playwrights() if _succeeds(sys.executable, "-m", "playwright", "install", "chromium") else None


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
