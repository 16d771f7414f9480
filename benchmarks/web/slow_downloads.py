"""Whether visitors' pages answer while recruiters with slow lines download: `python -m benchmarks.web.slow_downloads`.

A real `prescreen serve` on loopback with an export of some megabytes, readers that take a kilobyte a second, and a
visitor who opens the start page and a question meanwhile, each with a limit of time.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles

from prescreen import database as schema
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.keys import load_keys
from tests.slow_readers import SlowReader, fill, sign_in

HOST, PAGES = "127.0.0.1", ("/low-back-pain", "/low-back-pain/screener/diagnosed")
A_SECOND = 1024
_LIMIT_SECONDS, _ROOT = 5.0, Path(__file__).parents[2]


@contextmanager
def served(folder: Path, workers: int, megabytes: float) -> Iterator[tuple[int, int]]:
    """Serve a new database with an export of so many megabytes; yield the port and the process's id."""
    variables = {"PRESCREEN_INSTANCE": str(folder), "PRESCREEN_VISITOR_RATE_LIMIT": "off"}
    settings = Settings.from_environment(variables)
    database = Database(settings.database_url)
    schema.upgrade(database.engine)
    fill(database, load_keys(settings), int(megabytes * (1 << 20)))
    database.close()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "prescreen.cli", "serve", "--port", str(port), "--workers", str(workers)]
    environment = {**os.environ, **variables}
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("the service did not start")
        yield port, process.pid
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


def visit(port: int, seconds: float) -> tuple[list[float], int]:
    """Open pages one after the other for so long; return the times in milliseconds, and how many never came."""
    times, lost, until = list[float](), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        for page in PAGES:
            start = time.perf_counter()
            try:
                with urllib.request.urlopen(f"http://{HOST}:{port}{page}", timeout=_LIMIT_SECONDS) as answer:
                    answer.read()
                times.append((time.perf_counter() - start) * 1000)
            except OSError:
                lost += 1
    return times, lost


def _read_slowly(readers: list[SlowReader], stop: threading.Event) -> None:
    while not stop.wait(1.0):
        for reader in readers:
            with suppress(OSError):
                reader.take(A_SECOND)


def _said(times: list[float], lost: int) -> str:
    if len(times) < 2:
        return f"{len(times)} pages came, {lost} did not within {_LIMIT_SECONDS:g} s"
    return (
        f"{len(times)} pages came, median {median(times):.0f} ms, 95th percentile {quantiles(times, n=20)[-1]:.0f} ms, "
        f"{lost} did not within {_LIMIT_SECONDS:g} s"
    )


def main() -> None:
    """Measure without and with slow readers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        port, _ = opened.enter_context(served(Path(folder), asked.workers, asked.megabytes))
        print("alone:", _said(*visit(port, asked.seconds / 2)), flush=True)
        who, stop = sign_in(HOST, port), threading.Event()
        readers = [opened.enter_context(SlowReader(who)) for _ in range(asked.readers)]
        statuses = Counter(str(reader.status(_LIMIT_SECONDS)) for reader in readers)
        slow = threading.Thread(target=_read_slowly, args=(readers, stop))
        slow.start()
        print(f"{asked.readers} slow readers were answered:", dict(statuses), flush=True)
        print("beside them:", _said(*visit(port, asked.seconds)), flush=True)
        stop.set()
        slow.join()


if __name__ == "__main__":
    main()
