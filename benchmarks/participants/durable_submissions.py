"""Submissions stored a second, durably, against a bare insert: `python -m benchmarks --only durable_submissions`."""

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

import psycopg

from benchmarks.base.report import Section, Table, Target, ranged
from benchmarks.base.timing import Range
from benchmarks.sections import Sizes
from benchmarks.web.services import free_port, wait_for
from prescreen.database import Database, upgrade
from tests.faults.ledger import held
from tests.faults.person import FORM, HOST, Browser, Filled, filled, settled
from tests.faults.service import Service, killed_at_the_end
from tests.services import postgres

CONNECTIONS = 16
BARE = {"same rows": "/same", "one row": "/row"}
"""What the bare routes insert, and their paths."""
_ROOT = Path(__file__).parents[2]
_ROUNDS, _A_ROUND = 5, 320
_QUICK_ROUNDS, _QUICK_ROUND = 2, 64
_SAVED, _BUSY = b"HTTP/1.1 303", b"HTTP/1.1 503"


def durable_submissions(sizes: Sizes) -> Section:
    """Store people through the consent form, and forms through bare routes, in turns on both databases."""
    rounds, many = (_ROUNDS, _A_ROUND) if sizes.effort.rounds > _QUICK_ROUNDS else (_QUICK_ROUNDS, _QUICK_ROUND)
    section = Section(
        "Durable submissions",
        f"{CONNECTIONS} connections send {many} forms a round, each side in its turn, {rounds} rounds; one process and "
        "16 threads each, on the same server and kind of database, every commit on the disk. *prescreen* checks the "
        "form, judges the trial anew, seals the contact, writes a letter, and stores lead, consents, answers, referral "
        "and trail. *Same rows* inserts such rows with SQLAlchemy Core, copied from one submission; *one row* inserts "
        "the form as it came.",
    )
    for engine in ("SQLite", "PostgreSQL"):
        ours, *others = _measured(engine, rounds, many)
        ratios = [Range.of(one / other for one, other in zip(ours, bare, strict=True)) for bare in others]
        speeds = [ranged(Range.of(one), " a second") for one in (ours, *others)]
        header = ["database", "prescreen", *BARE, *(f"ratio to {name}" for name in BARE)]
        section.tables.append(Table(header, [[engine, *speeds, *map(ranged, ratios)]]))
        section.targets += [
            Target(f"durable submissions on {engine}, against a bare insert of {name}", 0.6, 0.8, ratio)
            for name, ratio in zip(BARE, ratios, strict=True)
        ]
    return section


def _measured(engine: str, rounds: int, many: int) -> list[list[float]]:
    """Return the requests a second of each round, ours and those of each bare route."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        ours, bare = _urls(engine, folder, opened)
        service = opened.enter_context(killed_at_the_end(Service(ours, folder)))
        service.start()
        browser = Browser(service.port, settled(service.port))
        _speed(service.port, [_request(FORM, service.port, filled(browser))])
        bare_port = opened.enter_context(_bare(bare, ours, folder))
        sides = [(service.port, FORM), *((bare_port, path) for path in BARE.values())]
        speeds: list[list[float]] = [[] for _ in sides]
        for _ in range(rounds):
            forms = [filled(browser) for _ in range(many)]
            for found, (port, path) in zip(speeds, sides, strict=True):
                found.append(_speed(port, [_request(path, port, one) for one in forms]))
        if held(service).leads.total() != rounds * many + 1:
            raise RuntimeError("WRONG: not every submission is stored once")
    return speeds


def _urls(engine: str, folder: Path, opened: ExitStack) -> list[str]:
    """Return two databases with all tables."""
    names = ("ours", "bare")
    if engine == "SQLite":
        urls = [f"sqlite:///{folder / name}.sqlite3" for name in names]
    else:
        server = opened.enter_context(postgres.throwaway(postgres.DURABLE))
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}")
        urls = [server.replace("/postgres?", f"/{name}?") for name in names]
    for url in urls:
        database = Database(url)
        upgrade(database.engine)
        database.close()
    return urls


@contextmanager
def _bare(url: str, template: str, folder: Path) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.web.bare_insert", str(port)]
    environment = {**os.environ, "BARE_DATABASE": url, "BARE_TEMPLATE": template}
    with (folder / "bare.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _request(path: str, port: int, form: Filled) -> bytes:
    body = urlencode(form.fields).encode()
    cookies = "; ".join(f"{name}={value}" for name, value in form.cookies.items())
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _speed(port: int, requests: Sequence[bytes]) -> float:
    """Send requests on all connections, each of which waits for its answer; return how many were answered a second."""
    shares = [requests[number::CONNECTIONS] for number in range(CONNECTIONS)]
    ready = threading.Barrier(CONNECTIONS + 1)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        sending = [threads.submit(_send, port, share, ready) for share in shares]
        ready.wait()
        start = perf_counter()
        for one in sending:
            one.result()
        return len(requests) / (perf_counter() - start)


def _send(port: int, requests: Sequence[bytes], ready: threading.Barrier) -> None:
    with socket.create_connection((HOST, port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready.wait()
        for one in requests:
            connection.sendall(one)
            while not _is_saved(connection):
                # Nothing was stored, and the page says to send it again.
                connection.sendall(one)


def _is_saved(connection: socket.socket) -> bool:
    """Take an answer whole, and return whether it thanks; False where others keep the database busy."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith((_SAVED, _BUSY)):
        raise RuntimeError(f"WRONG: {head[:200]!r}")
    [length] = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    left = int(length) - len(body)
    while left > 0:
        left -= len(_more(connection))
    return head.startswith(_SAVED)


def _more(connection: socket.socket) -> bytes:
    more = connection.recv(65_536)
    if not more:
        raise ConnectionError("the service closed the connection")
    return more
