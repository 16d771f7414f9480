"""`prescreen serve`, `prescreen db` and `prescreen purge`."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from prescreen import database as databases
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.cli.accounts.invite import print_first_link
from prescreen.cli.base.async_log import write_aside
from prescreen.cli.base.command_options import DataError, settings
from prescreen.cli.base.context import open_database, opened
from prescreen.cli.base.stalled_readers import close_stalled
from prescreen.cli.base.supervision import Supervisor
from prescreen.cli.mail import working_beside
from prescreen.config import Settings
from prescreen.workflow.export.export_runs import LONGEST_WAIT_SECONDS
from prescreen.workflow.operations.retention import TEST_LEADS_KEPT, purge_letters, purge_mailboxes, purge_test_leads
from prescreen.workflow.operations.worker_heartbeat import report

_THREADS = 16
"""The number of requests that a process serves at once. A thread costs little, and some wait for slow readers."""
_STOP_SECONDS = 10
_LOOK_EVERY_SECONDS = 0.05


class _NotOfThreads(logging.Filter):
    """Drops the server's advice that there are many threads: their number was measured (decision 26)."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Configuration allows spawning up to")


_STANDARD_ERROR = {
    "formatter": "generic",
    "class": "logging.StreamHandler",
    "stream": "ext://sys.stderr",
    "filters": ["threads"],
}
# Standard output is for the address alone.
_TO_STANDARD_ERROR = {
    "filters": {"threads": {"()": _NotOfThreads}},
    "handlers": {"console": _STANDARD_ERROR, "access": _STANDARD_ERROR},
}


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; PRESCREEN_HOST if left out, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="PRESCREEN_PORT if left out, else 8000.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; PRESCREEN_WORKERS if left out, else 2.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages until stopped; print the address once they can be opened."""
    with opened() as tools:
        chosen = tools.settings
        # The worker that is about to start has as much time to report as a running one.
        report(tools.database, datetime.now(UTC))
    # The database is closed again here: each worker opens its own.
    catalog = _faultless_criteria(chosen)
    name, at_port = host or chosen.host, port or chosen.port
    server = _server(_listenable(name, at_port), at_port, workers or chosen.workers)
    address = f"http://{f'[{name}]' if ':' in name else name}:{at_port}"
    server.on_startup(lambda: threading.Thread(target=_announce, args=(name, at_port, address), daemon=True).start())
    serving = replace(chosen, host=name, port=at_port)
    print_first_link(serving, catalog)
    with _working():
        server.serve(target_loader=partial(_load, serving))


@contextmanager
def _working() -> Iterator[None]:
    """Seal the audit trail, and send letters where there is a mail server, for the duration of a `with` block."""
    supervisor = Supervisor(working_beside, _tell_of_end)
    try:
        yield
    finally:
        supervisor.stop(_STOP_SECONDS)


def _tell_of_end(pause: float) -> None:
    # Standard error may have no reader any more; the process is started again anyway.
    with suppress(OSError):
        click.echo(f"what sends letters and seals the audit trail ended; it is started again in {pause:g} s", err=True)


def _faultless_criteria(chosen: Settings) -> Catalog:
    try:
        return load_to_serve(chosen.criteria, datetime.now(UTC).date())
    except CatalogError as error:
        raise DataError("\n".join(str(fault) for fault in error.faults if not fault.warning)) from error


def _listenable(host: str, port: int) -> str:
    """Return the IP address of a host; raise DataError where it is impossible to listen there.

    The server itself would not fail: it would share the port with another instance.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise DataError(f"cannot listen on port {port} of {host}: {error.strerror}; choose another --port") from error
    return str(address[0])


def _server(address: str, port: int, workers: int) -> AbstractServer[Any]:
    return Granian(
        "prescreen.app:create_app",
        interface=Interfaces.WSGI,
        address=address,
        port=port,
        workers=workers,
        blocking_threads=_THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig=_TO_STANDARD_ERROR,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
    )


def _load(serving: Settings, target: str) -> Any:
    """Return the app for a new worker. A worker that gets the signal to stop meanwhile stops at once."""
    # It inherits its parent's handlers, which would ignore the signal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write_aside()
    close_stalled(serving.port, LONGEST_WAIT_SECONDS)
    module, _, factory = target.partition(":")
    return getattr(import_module(module), factory)(serving)


def _announce(host: str, port: int, address: str) -> None:
    """Print the address as soon as a worker listens."""
    while True:
        try:
            socket.create_connection((host, port)).close()
        except OSError:
            time.sleep(_LOOK_EVERY_SECONDS)
        else:
            break
    # Standard output may be closed; then no one wants the address.
    with suppress(BrokenPipeError):
        click.echo(address)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them up to this version."""
    with open_database(settings()) as database:
        before = databases.current(database.engine)
        databases.upgrade(database.engine)
        after = databases.current(database.engine)
    click.echo(f"the database was up to date ({after})" if before == after else f"the database is now at {after}")


@click.command()
def purge() -> None:
    """Delete test leads older than seven days, ended letters older than 35, and what is remembered of addresses."""
    with opened() as tools:
        count = purge_test_leads(tools.database, datetime.now(UTC))
        purge_letters(tools.database, datetime.now(UTC))
        purge_mailboxes(tools.database, datetime.now(UTC))
    days = TEST_LEADS_KEPT.days
    click.echo(f"deleted {count} test lead{'' if count == 1 else 's'} older than {days} days")
