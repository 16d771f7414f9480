"""`prescreen serve`: listens, starts the serving processes and the one that sends letters, and keeps them running."""

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import click
from flask.helpers import get_debug_flag

from prescreen import tracing
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.signed_cache import SignedCache
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import AsKnown, cores, load_to_serve
from prescreen.catalog.notices import ONLY_THE_OPERATOR_KNOWS, PRIVACY
from prescreen.cli.accounts.invite import print_first_link
from prescreen.cli.base import processes
from prescreen.cli.base.command_options import DataError
from prescreen.cli.base.context import Opened, opened
from prescreen.cli.mail import working_beside
from prescreen.cli.serving.supervision import Start, supervised
from prescreen.cli.serving.worker import STOP_SECONDS, serve_connections
from prescreen.config import Settings
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.storage.base.keys import Keys
from prescreen.workflow.editions import NothingPublishedError, folder_in_force
from prescreen.workflow.export.export_runs import LONGEST_WAIT_SECONDS
from prescreen.workflow.operations import production_checks
from prescreen.workflow.operations.production_checks import Installation, Weight
from prescreen.workflow.operations.worker_heartbeat import report

_LOOK_EVERY_SECONDS = 0.05
_LONGER_THAN_REQUESTS = 2


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; PRESCREEN_HOST if left out, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="PRESCREEN_PORT if left out, else 8000.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; PRESCREEN_WORKERS if left out, else 2.")
@click.option("--check", is_flag=True, help="Serve nothing; say what must not be so where real people come.")
def serve(host: str | None, port: int | None, workers: int | None, check: bool) -> None:
    """Serve the pages until stopped; print the address once they can be opened."""
    processes.prepare()
    if check:
        _check_production()
        return
    with opened() as tools:
        chosen, keys = tools.settings, tools.keys
        # The worker that is about to start, here or elsewhere, has as much time to report as a running one. One that
        # never comes falls silent.
        report(tools.database, datetime.now(UTC))
        _refuse_without_edition(tools)
    if tracing.is_wanted(os.environ) and not tracing.is_installed():
        click.echo(
            "no traces are sent: a collector is named, but `pip install 'prescreen[traces]'` is missing", err=True
        )
    # The database is closed again here: each process opens its own.
    with processes.without_collection():
        catalog = _faultless_criteria(chosen, keys)
    serving = replace(chosen, host=host or chosen.host, port=port or chosen.port)
    with _listener(serving.host, serving.port) as listener, processes.told_to_stop() as stopping:
        print_first_link(serving, catalog)
        pages = partial(processes.start, serve_connections, serving, listener, name="prescreen-pages")
        starts: list[Start] = [*[working_beside] * chosen.worker, *[pages] * (workers or chosen.workers)]
        seconds = serving.stop_delay + STOP_SECONDS + _LONGER_THAN_REQUESTS
        # As long as this process holds the socket, the kernel takes connections that nobody would answer.
        with supervised(*starts, tell=_tell_of_end, seconds=seconds, stopped=listener.close):
            _announce(listener, serving, stopping)
            stopping.wait()


def _refuse_without_edition(tools: Opened) -> None:
    """Raise DataError where what was published is to be served, and nothing was."""
    chosen = tools.settings
    if chosen.published_criteria and folder_in_force(tools.database, chosen.cache, datetime.now(UTC)) is None:
        raise DataError(str(NothingPublishedError()))


def _check_production() -> None:
    """Print what is wrong with this installation in production. Raise DataError where it must not be opened so."""
    with opened() as tools:
        catalog = _faultless_criteria(tools.settings, tools.keys)
        is_sample, holds_real = catalog.service.sample, production_checks.holds_real_people(tools.database)
        told = catalog.notice_parts(PRIVACY, DEFAULT_LANGUAGE)
        untold = tuple(part for part in ONLY_THE_OPERATOR_KNOWS if part not in told)
        owns = production_checks.serves_as_owner(tools.database)
        installation = Installation(tools.settings, get_debug_flag(), is_sample, holds_real, untold, owns)
    found = production_checks.findings(installation)
    for finding in found:
        click.echo(finding)
    if refused := sum(finding.weight is Weight.ERROR for finding in found):
        raise DataError(f"not fit for real people: {refused} error{'' if refused == 1 else 's'}")
    click.echo("fit for real people")


def _tell_of_end(name: str, pause: float) -> None:
    # Standard error may have no reader any more; the process is started again anyway.
    with suppress(OSError):
        click.echo(f"the process {name} ended; it is started again in {pause:g} s", err=True)


def _faultless_criteria(chosen: Settings, keys: Keys) -> Catalog:
    """Return the catalog, which is read with all cores and stored for the serving processes. Raise DataError."""
    trials, on = KnownTrials(SignedCache(chosen.cache, keys.criteria_cache)), datetime.now(UTC).date()
    try:
        catalog = load_to_serve(chosen.criteria, on, AsKnown(trials, on, cores()))
    except CatalogError as error:
        raise DataError("\n".join(str(fault) for fault in error.faults if not fault.warning)) from error
    finally:
        trials.store()
    return catalog


def _listener(host: str, port: int) -> socket.socket:
    """Return a bound socket, on which the serving processes listen. Raise DataError where that is impossible.

    The kernel closes a connection whose reader takes nothing for minutes, which connections inherit from this socket.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(LONGEST_WAIT_SECONDS * 1000))
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> DataError:
    return DataError(f"cannot listen on port {port} of {host}: {error.strerror}; choose another --port")


def _announce(listener: socket.socket, serving: Settings, stopping: threading.Event) -> None:
    """Print the address as soon as a process listens."""
    while not stopping.is_set():
        with suppress(OSError), socket.create_connection(listener.getsockname()[:2]):
            break
        time.sleep(_LOOK_EVERY_SECONDS)
    host = f"[{serving.host}]" if ":" in serving.host else serving.host
    # Standard output may be closed; then no one wants the address.
    with suppress(BrokenPipeError):
        click.echo(f"http://{host}:{serving.port}")
