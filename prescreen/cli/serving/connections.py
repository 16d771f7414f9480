"""Limits on connections: the head of a request has a size and a time, and a connection speaks HTTP/1.1 alone.

The server has no such limits of its own; it takes the class of its connections as a setting.
"""

import asyncio
from asyncio import TimerHandle
from http import HTTPStatus

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from prescreen.response_headers import ALWAYS
from prescreen.workflow.operations import request_numbers

MOST_HEAD_BYTES = 32 * 1024
MOST_HEADERS = 100
HEAD_SECONDS = 15.0
"""How long the head of a request may take to arrive, and a connection may be open before it sends anything."""
IDLE_SECONDS = 15
"""How long a connection stays open after a response."""

_TOO_LARGE, _UNREADABLE = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HTTPStatus.BAD_REQUEST
_log = structlog.get_logger()


class HeadTooLargeError(Exception):
    """Raised inside the parser for a head with too many bytes or headers."""

    def __init__(self) -> None:
        super().__init__(f"a head has at most {MOST_HEAD_BYTES} bytes and {MOST_HEADERS} headers")


class LimitedConnection(HttpToolsProtocol):
    """A connection that is closed when the head of a request is too large, or takes too long."""

    _timer: TimerHandle | None = None
    _received = _counted = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its base declares it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what was received; refuse a head that has grown too large before it ends."""
        if self._timer is None and self._is_between_requests():
            self._wait()
        self._received += len(data)
        super().data_received(data)
        if self._timer is not None and self._received > MOST_HEAD_BYTES:
            self._refuse(_TOO_LARGE)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; raise HeadTooLargeError, inside the parser, where the head has too many."""
        self._count(name, value)
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            raise HeadTooLargeError

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is whole."""
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed, or is too large."""
        is_large = self._counted > MOST_HEAD_BYTES or len(self.headers or ()) > MOST_HEADERS
        self._refuse(_TOO_LARGE if is_large else _UNREADABLE)

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _count(self, *parts: bytes) -> None:
        self._counted += sum(map(len, parts))
        if self._counted > MOST_HEAD_BYTES:
            raise HeadTooLargeError

    def _wait(self) -> None:
        self._received = self._counted = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self._end)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._counted = 0

    def _end(self) -> None:
        self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer what never became a request, under a number of its own, and close the connection."""
        if self.transport.is_closing():
            return
        number = request_numbers.new()
        _log.info("refused", status=int(status), request=number)
        lines = (
            f"HTTP/1.1 {int(status)} {status.phrase}",
            f"{request_numbers.HEADER.lower()}: {number}",
            "connection: close",
            "content-length: 0",
            "cache-control: no-store",
            *(f"{name.lower()}: {value}" for name, value in ALWAYS.items()),
        )
        self.transport.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        self.transport.close()
