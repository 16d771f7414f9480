"""The service as an operator runs it, which tests kill and start again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from tests.attackers import children, family
from tests.faults.person import HOST, Browser
from tests.web.visitor import SLUG

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
_KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH", "LD_LIBRARY_PATH")


@dataclass
class Service:
    """`prescreen serve` on one database, or what a twin makes of it; `before` are programs that it runs under."""

    database_url: str
    instance: Path
    alterations: Sequence[str] = ()
    workers: int = 1
    before: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of its processes."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return kept | {
            "PRESCREEN_INSTANCE": str(self.instance),
            "PRESCREEN_DATABASE_URL": self.database_url,
            "PRESCREEN_VISITOR_RATE_LIMIT": "off",
            "ALTERED": " ".join(self.alterations),
            **self.settings,
        }

    def start(self) -> float:
        """Start it, and return after how many seconds a page was answered."""
        module = "tests.faults.altered" if self.alterations else "prescreen.cli"
        command = [*self.before, sys.executable, "-m", module, "serve", "--port", str(self.port)]
        began = time.monotonic()
        with (self.instance / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", str(self.workers)], cwd=ROOT, env=self.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_until_served()
        return time.monotonic() - began

    def wait_until_served(self, seconds: float = START_SECONDS) -> float:
        """Wait until a page is answered; return after how many seconds it was."""
        began = time.monotonic()
        while not self.is_served():
            goes_on = self._running.poll() is None and time.monotonic() - began < seconds
            assert goes_on, (self.instance / "log").read_text()[-3000:]
            time.sleep(0.02)
        return time.monotonic() - began

    def is_served(self) -> bool:
        """Return whether a page that reads the database is answered."""
        browser = Browser(self.port)
        try:
            return browser.get("/readyz").status == 200 and browser.get(f"/{SLUG}").status == 200
        except (OSError, HTTPException):
            return False

    def pages(self) -> list[int]:
        """Return the processes that serve pages; the one that sends letters was started before them."""
        servers = [one for one in family(self._pid) if _is_fork_server(one)]
        return sorted(children(servers[0]))[1:] if servers else []

    def kill(self) -> None:
        """Kill all its processes at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
            self._running.wait()
            # The others are no children of this process: they are gone when their group is.
            while True:
                os.killpg(self._pid, 0)
                time.sleep(0.005)

    def command(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of its commands, with a text on standard input."""
        command = [sys.executable, "-m", "prescreen.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=False, input=given, capture_output=True, text=True
        )

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, "it was not started"
        return self.process

    @property
    def _pid(self) -> int:
        return self._running.pid


@contextmanager
def killed_at_the_end(service: Service) -> Iterator[Service]:
    """Yield a service, and kill it at the end of the `with` block."""
    try:
        yield service
    finally:
        if service.process is not None:
            service.kill()


def _is_fork_server(pid: int) -> bool:
    """Return whether a process is the fork server itself, whose forks have its command line."""
    with suppress(FileNotFoundError):
        mine = Path(f"/proc/{pid}/cmdline").read_bytes()
        parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        return b"forkserver import main" in mine and Path(f"/proc/{parent}/cmdline").read_bytes() != mine
    return False


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])
