"""`/metrics` of any process tells the sums over all, whichever of them answered, and whichever was killed since."""

from __future__ import annotations

import os
import signal
import urllib.request

import pytest

from tests.attackers import ALIVE, HOST, ask, children
from tests.cli.services import REAL_SECONDS, free_port, served, wait_for

__all__ = ["free_port"]
COUNTED = 'prescreen_request_duration_seconds_count{endpoint="health.alive",method="GET"} '
PROCESSES = "prescreen_processes "
WORKERS = 3


def printed(port: int, name: str) -> float:
    with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=REAL_SECONDS) as answer:
        text = answer.read().decode()
    return next((float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name)), 0.0)


def serving(pid: int) -> list[int]:
    """Return the processes that serve pages: the oldest one beside them sends letters."""
    return sorted(grandchild for child in children(pid) for grandchild in children(child))[1:]


@pytest.mark.usefixtures("database")
def test_no_request_is_lost_or_counted_twice_while_processes_are_killed(free_port: int) -> None:
    with served(free_port, "--workers", str(WORKERS)) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        wait_for(lambda: printed(free_port, PROCESSES) == WORKERS)

        answered = sum(ask(free_port, ALIVE).status == 200 for _ in range(60))
        assert {printed(free_port, COUNTED) for _ in range(12)} == {answered}

        for killed in serving(process.pid)[:2]:
            os.kill(killed, signal.SIGKILL)
        wait_for(lambda: printed(free_port, PROCESSES) == WORKERS)
        answered += sum(ask(free_port, ALIVE).status == 200 for _ in range(20))
        assert {printed(free_port, COUNTED) for _ in range(12)} == {answered}

        process.terminate()
        process.communicate(timeout=REAL_SECONDS)


@pytest.mark.usefixtures("database")
def test_counts_go_on_when_the_service_is_started_again(free_port: int) -> None:
    for starts in (1, 2):
        with served(free_port, "--workers", "1") as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            assert ask(free_port, ALIVE).status == 200
            assert printed(free_port, COUNTED) == starts
            process.terminate()
            process.communicate(timeout=REAL_SECONDS)
