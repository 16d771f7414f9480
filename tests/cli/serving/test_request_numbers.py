"""What the server itself answers has a number too, which stands in the log."""

from __future__ import annotations

import re
import socket

import pytest

from prescreen.cli.serving.connections import MOST_HEAD_BYTES
from tests.attackers import HOST
from tests.cli.services import REAL_SECONDS, free_port, served

__all__ = ["free_port"]
NUMBER = re.compile(r"^x-request-id: (\d{4}-\d{4}-\d{4})\r$", re.MULTILINE | re.IGNORECASE)
UNREAD = {
    400: b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    431: b"GET / HTTP/1.1\r\nA: " + b"a" * (MOST_HEAD_BYTES + 1),
    413: b"POST /my/again HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
    404: b"GET /no/such HTTP/1.1\r\nHost: a\r\nX-Request-ID: chosen-by-a-client\r\nConnection: close\r\n\r\n",
}


def answer_to(port: int, sent: bytes) -> str:
    with socket.create_connection((HOST, port), timeout=REAL_SECONDS) as connection:
        connection.sendall(sent)
        received = b""
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                break
            received += piece
    return received.partition(b"\r\n\r\n")[0].decode() + "\r\n"


@pytest.mark.usefixtures("database")
def test_what_never_became_a_request_is_found_in_the_log_by_its_number(free_port: int) -> None:
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        heads = {status: answer_to(free_port, sent) for status, sent in UNREAD.items()}
        process.terminate()
        _, log = process.communicate(timeout=REAL_SECONDS)

    for status, head in heads.items():
        assert head.startswith(f"HTTP/1.1 {status} ")
        [number] = NUMBER.findall(head)
        assert [f"status={status}" in line for line in log.splitlines() if f"request={number}" in line] == [True]
    assert "chosen-by-a-client" not in log
