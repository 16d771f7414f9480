"""The kernel closes a connection whose reader takes nothing, and leaves one alone that is merely quiet."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from prescreen.cli.base.stalled_readers import limit_listeners

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this limit")
LIMIT_SECONDS, REAL_SECONDS = 1.0, 60
MORE_THAN_BUFFERS_HOLD = b"x" * (64 << 20)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        yield opened


def connected(listener: socket.socket) -> tuple[socket.socket, socket.socket]:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(listener.getsockname())
    sender, _ = listener.accept()
    sender.settimeout(REAL_SECONDS)
    return reader, sender


def test_a_reader_who_takes_nothing_is_cut_off(listener: socket.socket) -> None:
    assert limit_listeners(listener.getsockname()[1], LIMIT_SECONDS) == 1
    reader, sender = connected(listener)

    with reader, sender, pytest.raises(OSError, match="timed out") as cut:
        sender.sendall(MORE_THAN_BUFFERS_HOLD)

    # The kernel's word, not the patience of this test.
    assert cut.value.errno is not None


def test_a_connection_on_which_nothing_is_sent_stays(listener: socket.socket) -> None:
    limit_listeners(listener.getsockname()[1], LIMIT_SECONDS)
    reader, sender = connected(listener)

    with reader, sender:
        reader.settimeout(3 * LIMIT_SECONDS)
        with pytest.raises(TimeoutError):
            reader.recv(1)
        sender.sendall(b"x")
        assert reader.recv(1) == b"x"


def test_other_ports_and_connections_are_left_alone(listener: socket.socket) -> None:
    reader, sender = connected(listener)

    with reader, sender:
        assert limit_listeners(1, LIMIT_SECONDS) == 0
        assert limit_listeners(listener.getsockname()[1], LIMIT_SECONDS) == 1
        assert sender.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
    assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == LIMIT_SECONDS * 1000
