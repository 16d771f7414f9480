"""A service that is told to stop says so, takes what still comes, answers what it took, and only then ends."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from prescreen.database import Database
from tests.attackers import ALIVE, HOST, ask
from tests.cli.services import REAL_SECONDS, free_port, served, wait_for

__all__ = ["free_port"]
FORM = b"email=a%40example.org"
DELAY = "5"


@pytest.fixture
def running(free_port: int, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    monkeypatch.setenv("PRESCREEN_STOP_DELAY", DELAY)
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process


def readiness(port: int) -> tuple[int, object]:
    """Return the status of `/readyz` and the part that it names; 0 where nothing listens any more."""
    connection = http.client.HTTPConnection(HOST, port, timeout=REAL_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, json.load(answer).get("part")
    except OSError:
        return 0, None
    finally:
        connection.close()


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def test_a_form_that_is_half_sent_is_answered_before_the_process_ends(
    running: subprocess.Popen[str], free_port: int
) -> None:
    head = f"POST /my/again HTTP/1.1\r\nHost: {HOST}:{free_port}\r\nContent-Length: {len(FORM)}\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + FORM
    with socket.create_connection((HOST, free_port), timeout=REAL_SECONDS) as slow:
        slow.sendall(head.encode() + form[:-5])
        assert ask(free_port, ALIVE).status == 200

        running.terminate()
        wait_for(lambda: readiness(free_port) == (503, "process"))
        assert ask(free_port, ALIVE).status == 200
        wait_for(lambda: not listens(free_port))
        assert running.poll() is None

        slow.sendall(form[-5:])
        assert slow.recv(65536).startswith(b"HTTP/1.1 200 ")

    _, log = running.communicate(timeout=REAL_SECONDS)
    assert running.returncode == 0
    assert "Traceback" not in log


def test_a_second_signal_hurries_nothing(running: subprocess.Popen[str], free_port: int) -> None:
    running.terminate()
    wait_for(lambda: readiness(free_port) == (503, "process"))
    running.terminate()

    assert readiness(free_port) == (503, "process")
    running.communicate(timeout=REAL_SECONDS)
    assert running.returncode == 0


def test_without_a_delay_it_stops_listening_at_once(
    free_port: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_STOP_DELAY", "0")
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.terminate()
        seen = set()
        wait_for(lambda: (found := readiness(free_port)) == (0, None) or seen.add(found))
        process.communicate(timeout=REAL_SECONDS)

    assert process.returncode == 0
