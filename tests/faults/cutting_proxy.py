"""A proxy that passes a request on, waits for the answer, and cuts the connection before its person reads any of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.faults.person import HOST, SECONDS

_AT_ONCE = 65_536


@contextmanager
def cutting(service_port: int) -> Iterator[int]:
    """Listen within a `with` block; yield the port. Each connection carries one request, and loses its answer."""
    with socket.create_server((HOST, 0)) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, service_port), daemon=True)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            # Closing alone leaves a thread that waits for a connection.
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join(SECONDS)


def _accept(listener: socket.socket, service_port: int) -> None:
    while True:
        try:
            person, _ = listener.accept()
        except OSError:
            return
        with person, socket.create_connection((HOST, service_port), SECONDS) as service:
            person.settimeout(SECONDS)
            service.sendall(_request(person))
            service.recv(1)


def _request(person: socket.socket) -> bytes:
    """Return a request, head and body."""
    received = bytearray()
    while b"\r\n\r\n" not in received:
        received += person.recv(_AT_ONCE)
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    [length] = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(length):
        body += person.recv(_AT_ONCE)
    return head + b"\r\n\r\n" + body
