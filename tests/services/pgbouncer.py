"""A PgBouncer for tests, which lends sessions to transactions: the system's, else one installed on demand."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from tests.services.debian import installed
from tests.services.postgres import identity

PORT = 6432
SESSIONS = 4
"""So few sessions that each is lent to many."""
_CONFIGURATION = """\
[databases]
* = host={server}
[pgbouncer]
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 500
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
logfile = {folder}/log
pidfile = {folder}/pid
"""
_START_SECONDS = 10.0


class NoPgBouncerError(RuntimeError):
    """Raised where no PgBouncer was found, and none could be installed."""


def find_or_install() -> Path:
    """Return the path of a PgBouncer. Raise NoPgBouncerError where there is none."""
    path = _find() or (_find() if installed("pgbouncer") else None)
    if path is None:
        raise NoPgBouncerError("No PgBouncer: install one (apt-get install pgbouncer) and try again.")
    return path


def _find() -> Path | None:
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else None


@contextmanager
def pooled(url: str, sessions: int = SESSIONS) -> Iterator[str]:
    """Run one in front of the server of a database for a `with` block; yield the database's URL through it."""
    direct = make_url(url)
    with TemporaryDirectory(prefix="prescreen-", dir="/tmp") as folder:
        _write(Path(folder), str(direct.query["host"]), sessions)
        command = [str(find_or_install()), "--quiet", f"{folder}/pgbouncer.ini"]
        process = subprocess.Popen(command, **identity(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(Path(folder))
            through = direct.set(query={"host": folder, "port": str(PORT)})
            yield through.render_as_string(hide_password=False)
        finally:
            process.kill()
            process.wait()


def _write(folder: Path, server: str, sessions: int) -> None:
    (folder / "users").write_text('"prescreen" ""\n')
    filled = _CONFIGURATION.format(server=server, folder=folder, port=PORT, sessions=sessions)
    (folder / "pgbouncer.ini").write_text(filled)
    who = identity()
    if who:
        for path in (folder, folder / "users", folder / "pgbouncer.ini"):
            os.chown(path, who["user"], who["group"])


def _wait_for(folder: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
            tried.connect(f"{folder}/.s.PGSQL.{PORT}")
            return
        time.sleep(0.01)
    log = folder / "log"
    raise NoPgBouncerError(f"PgBouncer did not start: {log.read_text()[-500:] if log.exists() else ''}")
