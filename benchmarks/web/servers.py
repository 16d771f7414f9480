"""What a page costs behind our server and behind granian, in one run: `python -m benchmarks.web.servers`.

The same app with one process and the same number of threads, eight persistent connections, turns about. Processor time
of the whole service a page says more than pages a second on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.web.services import Client, free_port, wait_for
from tests.attackers import ALIVE, ARTICLE, processor_seconds

_ROOT = Path(__file__).parents[2]
_CONNECTIONS, _THREADS = 8, 16
STYLES = "/static/prescreen.css"
_OURS = [sys.executable, "-m", "prescreen.cli", "serve", "--workers", "1", "--port"]
_GRANIAN = [
    sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--http", "1", "--no-ws", "--workers", "1",
    "--blocking-threads", str(_THREADS), "--log-level", "error", "prescreen.app:create_app", "--port",
]  # fmt: skip
SERVERS = {"ours": _OURS, "granian": _GRANIAN}


@contextmanager
def served(command: list[str], folder: Path) -> Iterator[tuple[int, int]]:
    """Serve the app with a database of its own; yield port and process id."""
    settings = {**os.environ, "PRESCREEN_INSTANCE": str(folder), "PRESCREEN_VISITOR_RATE_LIMIT": "off"}
    upgrade = [sys.executable, "-m", "prescreen.cli", "db", "upgrade"]
    subprocess.run(upgrade, check=True, stdout=subprocess.DEVNULL, env=settings, cwd=_ROOT)
    port = free_port()
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([*command, str(port)], cwd=_ROOT, env=settings, stdout=nowhere, stderr=nowhere) as process:
        wait_for(port)
        try:
            yield port, process.pid
        finally:
            process.terminate()


def hammer(port: int, page: str, pages: int) -> float:
    """Open so many pages over several connections; return the seconds."""

    def open_some() -> None:
        client = Client(port)
        for _ in range(pages // _CONNECTIONS):
            if client.get(page).status != 200:
                raise RuntimeError(f"{page} did not answer 200")

    threads = [threading.Thread(target=open_some) for _ in range(_CONNECTIONS)]
    start = perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return perf_counter() - start


def main() -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=800)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        running = {
            name: opened.enter_context(served(command, Path(folder) / name)) for name, command in SERVERS.items()
        }
        for page in (ALIVE, ARTICLE, STYLES):
            costs, rates = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
            for turn in range(asked.rounds + 1):
                for name, (port, pid) in running.items():
                    before = processor_seconds(pid)
                    seconds = hammer(port, page, asked.pages)
                    # The first turn warms up.
                    if turn:
                        costs[name].append((processor_seconds(pid) - before) / asked.pages * 1000)
                        rates[name].append(asked.pages / seconds)
            cost, rate = ({name: median(some) for name, some in found.items()} for found in (costs, rates))
            print(
                f"{page}: ours {cost['ours']:.2f} ms and {rate['ours']:.0f}/s, granian {cost['granian']:.2f} ms and "
                f"{rate['granian']:.0f}/s; processor time {cost['ours'] / cost['granian']:.2f}x",
                flush=True,
            )


if __name__ == "__main__":
    main()
