"""A limit on the time that a whole answer takes. Timeouts of sockets only bound the wait for the next byte.

A module of its own, since it is about connections, and the client about what is said over them.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_running = threading.local()


class TimeLimit:
    """Ends the connection that its thread uses once the time is over: whoever reads from it then finds its end."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._lock, self.is_over = threading.Lock(), False

    def watch(self, used: socket.socket | None) -> None:
        """Note the connection that is used now; end it at once where the time is over."""
        with self._lock:
            self._socket = used
            if self.is_over:
                self._end()

    def pass_over(self) -> None:
        """Note that the time is over, and end the connection."""
        with self._lock:
            self.is_over = True
            self._end()

    def _end(self) -> None:
        if self._socket is not None:
            # It may have been closed meanwhile. That of TLS would try to say goodbye, which waits for an answer.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def time_limit(seconds: float) -> Iterator[TimeLimit]:
    """Limit what this thread asks over a `LimitedPools` during a `with` block to so many seconds."""
    limit = _running.limit = TimeLimit()
    timer = threading.Timer(seconds, limit.pass_over)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()
        limit.watch(None)
        _running.limit = None


def _watch(used: socket.socket | None) -> None:
    limit: TimeLimit | None = getattr(_running, "limit", None)
    if limit is not None:
        limit.watch(used)


class _Connection(HTTPConnection):
    def request(self, *given: Any, **named: Any) -> None:
        super().request(*given, **named)
        _watch(self.sock)


class _TlsConnection(HTTPSConnection):
    def request(self, *given: Any, **named: Any) -> None:
        super().request(*given, **named)
        _watch(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class LimitedPools(PoolManager):
    """Connections that end with the time limit of the thread that uses them."""

    def __init__(self, **settings: Any) -> None:
        """Take what PoolManager takes."""
        super().__init__(**settings)
        self.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
