"""A LibreOffice for tests: the system's, else one installed on demand. Tests are never skipped for lack of it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

NAMES = ("soffice", "libreoffice")
APPLICATIONS = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)
_WRITTEN = {"csv": "csv:Text - txt - csv (StarCalc):44,34,76", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
PACKAGE = "libreoffice-calc-nogui"


class NoLibreOfficeError(RuntimeError):
    """Raised where no LibreOffice was found, and none could be installed."""


def find_or_install() -> Path:
    """Return the path of a working LibreOffice. Raise NoLibreOfficeError where there is none."""
    if path := _find() or _install_from_debian():
        return path
    raise NoLibreOfficeError(
        f"No LibreOffice: install one (apt-get install {PACKAGE}, or brew install --cask libreoffice) and try again."
    )


def converted(file: Path, to: str, folder: Path, separators: str = ",") -> Path:
    """Convert a file to another format (`csv`, `xlsx`) in a folder; return the new file.

    A CSV is split at each of the separators. Raise RuntimeError where LibreOffice writes none.
    """
    command = [str(find_or_install()), "--headless", f"-env:UserInstallation={_profile().as_uri()}"]
    # Separators, quote, UTF-8; otherwise the locale decides.
    split = "/".join(str(ord(one)) for one in separators)
    command += [f"--infilter=CSV:{split},34,76"] if file.suffix == ".csv" else []
    done = subprocess.run(
        [*command, "--convert-to", _WRITTEN.get(to, to), "--outdir", str(folder), str(file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    made = folder / f"{file.stem}.{to}"
    if not made.exists():
        raise RuntimeError(f"LibreOffice did not convert {file}: {done.stdout}{done.stderr}")
    return made


@cache
def _profile() -> Path:
    """Return the folder of settings for all calls of this process, one after the other: to make one takes seconds."""
    folder = TemporaryDirectory(prefix="prescreen-office-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _find() -> Path | None:
    paths = (*filter(None, map(shutil.which, NAMES)), *APPLICATIONS)
    return next((Path(path) for path in paths if Path(path).exists()), None)


def _install_from_debian() -> Path | None:
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not shutil.which("apt-get") or not _succeeds(*become, "true"):
        return None
    print("Installing LibreOffice from the distribution's packages ...", file=sys.stderr)
    _succeeds(*apt, "update")
    return _find() if _succeeds(*apt, "install", "-y", "--no-install-recommends", PACKAGE) else None


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
