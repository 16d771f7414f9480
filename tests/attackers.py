"""What a stranger can do to a service from a few connections, on loopback and bounded."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

HOST = "127.0.0.1"
_SECONDS = 30.0
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_SETTINGS, _HEADERS = 4, 1
_END_HEADERS = 4
_KIB = 1024
ARTICLE, URGENT_ADVICE, ALIVE = "/low-back-pain", "/low-back-pain/urgent", "/healthz"


class Attacker:
    """Connections of one client, closed together."""

    def __init__(self, port: int) -> None:
        self.port, self.sockets = port, list[socket.socket]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.sockets:
            one.close()

    def send(self, data: bytes) -> socket.socket:
        """Open a connection and send bytes on it."""
        opened = socket.create_connection((HOST, self.port), timeout=_SECONDS)
        self.sockets.append(opened)
        opened.sendall(data)
        return opened

    def unfinished_post(self, path: str = "/my/again") -> socket.socket:
        """Send a post of which most of the body never comes."""
        return self.send(
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=a".encode()
        )

    def unfinished_head(self) -> socket.socket:
        """Send the beginning of a request's head."""
        return self.send(f"GET / HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nX-More: ".encode())

    def unread_pages(self, path: str = ARTICLE, count: int = 10) -> socket.socket:
        """Ask for a page many times on one connection, and take nothing of the answers."""
        opened = self.send(b"")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        opened.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n\r\n".encode() * count)
        return opened

    def drip(self) -> None:
        """Send one more byte on every connection, so that none of them is idle."""
        for one in self.sockets:
            # The service may have had enough of it.
            with suppress(OSError):
                one.sendall(b"a")

    def http2_streams(self, count: int = 50) -> socket.socket:
        """Send posts over clear HTTP/2 that never end."""
        frames = [_frame(_SETTINGS, 0, 0, b"")]
        block = _POST + _literal(4, b"/my/again") + _literal(1, b"localhost")
        block += _literal(28, b"1000") + _literal(31, b"application/x-www-form-urlencoded")
        frames += [_frame(_HEADERS, _END_HEADERS, 2 * number + 1, block) for number in range(count)]
        return self.send(_PREFACE + b"".join(frames))


# Method POST and scheme http are in the table of RFC 7541, appendix A; so are the names of the other headers.
_POST = b"\x83\x86"


def _literal(name: int, value: bytes) -> bytes:
    """Return a header with an indexed name and a plain value: RFC 7541, section 6.2.2."""
    index = bytes([name]) if name < 15 else bytes([15, name - 15])
    return index + bytes([len(value)]) + value


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


@dataclass(frozen=True, slots=True)
class Answer:
    """How a page answered: its status, None where it did not answer in time, and after how many seconds."""

    status: int | None
    seconds: float


def ask(port: int, path: str, headers: dict[str, str] | None = None, seconds: float = 5.0) -> Answer:
    """Open a page on a connection of its own."""
    start = time.perf_counter()
    connection = HTTPConnection(HOST, port, timeout=seconds)
    status = None
    with suppress(OSError):
        connection.request("GET", path, headers=headers or {})
        status = connection.getresponse().status
    connection.close()
    return Answer(status, time.perf_counter() - start)


def post(port: int, path: str, form: bytes, seconds: float = 30.0) -> Answer:
    """Send a form whole."""
    start = time.perf_counter()
    connection = HTTPConnection(HOST, port, timeout=seconds)
    status = None
    with suppress(OSError):
        connection.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        status = connection.getresponse().status
    connection.close()
    return Answer(status, time.perf_counter() - start)


def children(pid: int) -> list[int]:
    """Return the processes that any thread of a process started."""
    tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
    return [int(child) for task in tasks if task.exists() for child in task.read_text().split()]


def family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for child in children(pid):
        yield from family(child)


def resident_kib(pid: int) -> int:
    """Return the memory of a process and its descendants in KiB."""
    pages = (int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid))
    return sum(pages) * 4


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have used, in user and system mode."""
    return sum(_seconds_of(one) for one in family(pid))


def _seconds_of(pid: int) -> float:
    # In nanoseconds, a thread each; /proc/PID/stat counts in hundredths of a second.
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


@contextmanager
def holding_write_lock(path: Path) -> Iterator[None]:
    """Hold SQLite's one write lock for the duration of a `with` block, as a long command does."""
    import sqlite3

    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
