"""The service as an operator runs it: a process of its own, on a free port, with an instance folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.people import PASSWORD

RECRUITER = "recruiter@example.org"
STOP_SECONDS = 20


@dataclass(frozen=True)
class Service:
    """A running service."""

    address: str
    instance: Path

    def run(self, *command: str, given: str = "") -> str:
        """Run one of its commands and return the output."""
        done = subprocess.run(
            [sys.executable, "-m", "prescreen.cli", *command],
            env=_environment(self.instance),
            check=False,
            input=given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add_recruiter(self, *trial_ids: str) -> None:
        """Add the recruiter for these trials."""
        trials = [part for trial_id in trial_ids for part in ("--trial", trial_id)]
        self.run("recruiters", "add", RECRUITER, "--name", "Rec Ruiter", *trials, "--password-stdin", given=PASSWORD)


@contextmanager
def running(instance: Path) -> Iterator[Service]:
    """Run the service within a `with` block."""
    service = Service(f"http://127.0.0.1:{_free_port()}", instance)
    service.run("db", "upgrade")
    with (instance / "log").open("w") as log:
        command = [sys.executable, "-m", "prescreen.cli", "serve", "--port", service.address.rsplit(":")[-1]]
        process = subprocess.Popen(
            command, env=_environment(instance), stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1
        )
        try:
            _wait_for_address(process, service, instance / "log")
            yield service
        finally:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)


def _wait_for_address(process: subprocess.Popen[str], service: Service, log: Path) -> None:
    for line in process.stdout or ():
        if service.address in line:
            return
    raise RuntimeError(f"the service did not start: {log.read_text()[-2000:]}")


def _environment(instance: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PRESCREEN_INSTANCE": str(instance), "PRESCREEN_VISITOR_RATE_LIMIT": "off"}


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
