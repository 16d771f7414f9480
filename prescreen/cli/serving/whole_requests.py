"""The app behind the server: a request gets a thread once it has arrived whole, and keeps it while it is worked on.

So a client that is slow to send, or to read, costs memory and no thread: pages go on however many of them there are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, MutableMapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from wsgiref.types import WSGIApplication

import structlog

from prescreen.cli.base.async_log import frames_of
from prescreen.cli.serving.wsgi_bridge import Header, Response, Scope, environ_of, respond
from prescreen.response_headers import Headers
from prescreen.workflow.operations import request_numbers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Made = TypeVar("Made")

_CLOSE: Header = (b"connection", b"close")
_OF_A_REFUSAL: tuple[Header, ...] = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    _CLOSE,
)
# What a client is told by the server itself: the app, which knows the visitor's language, was not asked or failed.
_TOO_SLOW = "What was sent took too long to arrive. Nothing was stored: go back and send it again."
_TOO_MUCH = "Too much is asked for at the moment. Nothing was stored: try again in a minute."
_FAILED = "Something went wrong on our side. Go back and try again in a minute."
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many threads there are, how many whole requests may wait for one, and what a request's body may take."""

    body_bytes: int
    body_seconds: float = 30.0
    page_threads: int = 16
    download_threads: int = 2
    waiting: int = 500


class RefusedError(Exception):
    """Raised for a request that gets no thread, or no response from the app: the client gets status and words."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)


class GoneError(Exception):
    """Raised for a client that left before its request was whole."""


class WholeRequests:
    """An ASGI application that serves a WSGI application from a bounded number of threads.

    Downloads, which are made piece by piece while the client reads, have threads of their own. The app is told of each
    request whether the process was asked to stop (`stopping`).

    `headers` are those of responses for which the app is not asked.
    """

    stopping = False

    def __init__(self, app: WSGIApplication, limits: Limits, headers: Headers = ()) -> None:
        self._app, self._limits = app, limits
        self._own_headers = [*_encoded(headers), *_OF_A_REFUSAL]
        self._pages = ThreadPoolExecutor(limits.page_threads, "page")
        self._downloads = ThreadPoolExecutor(limits.download_threads, "download")
        self._unanswered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; no response is sent to a client that is gone."""
        environ: dict[str, Any] = {request_numbers.STOPPING: self.stopping}
        try:
            is_whole = await self._receive(environ, scope, receive)
            response = await self._response(environ)
        except GoneError:
            return
        except RefusedError as refused:
            await _refuse(send, refused, environ, self._own_headers)
            return
        await _start(send, response.status, [*response.headers, *([] if is_whole else [_CLOSE])])
        await _body(send, response.first, more=response.rest is not None)
        if response.rest is not None:
            await self._stream(response.rest, receive, send, environ)

    async def _receive(self, environ: dict[str, Any], scope: Scope, receive: Receive) -> bool:
        """Fill the WSGI environment of a request; return whether its body was read to the end.

        Of a body that is too long the app is told the length alone, and answers in the visitor's language.
        """
        declared = dict(scope["headers"]).get(b"content-length", b"0").decode("latin-1")
        if declared.isdecimal() and int(declared[:20]) > self._limits.body_bytes:
            environ.update(environ_of(scope, b""), CONTENT_LENGTH=declared)
            return False
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                body, is_whole = await _read(receive, self._limits.body_bytes)
        except TimeoutError:
            raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, _TOO_SLOW) from None
        environ.update(environ_of(scope, body))
        return is_whole

    async def _response(self, environ: dict[str, Any]) -> Response:
        """Return the response of the app. Raise RefusedError where too many requests wait, or the app failed."""
        if self._unanswered >= self._limits.waiting + self._limits.page_threads:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, _TOO_MUCH)
        self._unanswered += 1
        try:
            return await _in_thread(self._pages, lambda: respond(self._app, environ), environ)
        finally:
            self._unanswered -= 1

    async def _stream(
        self, pieces: Generator[bytes, None, None], receive: Receive, send: Send, environ: dict[str, Any]
    ) -> None:
        """Send the pieces, each made once the one before was taken, until they end, fail, or the client is gone.

        After a failure the response stays incomplete, and the server closes the connection.
        """
        gone = asyncio.ensure_future(receive())
        try:
            while not gone.done():
                piece = await _in_thread(self._downloads, lambda: next(pieces, None), environ)
                await _body(send, piece or b"", more=piece is not None)
                if piece is None:
                    return
        except RefusedError:
            return
        finally:
            gone.cancel()
            await _in_thread(self._downloads, pieces.close, environ)


async def _read(receive: Receive, most: int) -> tuple[bytes, bool]:
    """Return a body, or a beginning of it that is longer than `most`, and whether it is all."""
    body, more = bytearray(), True
    while more and len(body) <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
    return bytes(body), not more


def _number(environ: dict[str, Any]) -> str:
    """Return the number that the app gave a request, or a new one where the app was not asked."""
    return str(environ.setdefault(request_numbers.IN_ENVIRON, request_numbers.new()))


async def _in_thread(threads: Executor, work: Callable[[], Made], environ: dict[str, Any]) -> Made:
    """Return the result of a call in a thread. Raise RefusedError where it failed, which is logged without its message.

    Even when it is cancelled, it waits for the end of the call: a generator cannot be closed while it runs.
    """
    future = asyncio.get_running_loop().run_in_executor(threads, work)
    try:
        await asyncio.wait([future])
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise
    error = future.exception()
    if error is not None:
        frames = frames_of(error.__traceback__)
        _log.error("failed", error=type(error).__name__, frames=frames, request=_number(environ))
        raise RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, _FAILED)
    return future.result()


def _encoded(headers: Iterable[tuple[str, str]]) -> list[Header]:
    return [(name.lower().encode(), value.encode()) for name, value in headers]


async def _refuse(send: Send, refused: RefusedError, environ: dict[str, Any], headers: Iterable[Header]) -> None:
    """Answer a request that the app did not answer, and log that it was so."""
    number = _number(environ)
    if refused.status is not HTTPStatus.INTERNAL_SERVER_ERROR:
        # A failure was logged where it arose.
        _log.info("refused", status=int(refused.status), request=number)
    told = (request_numbers.HEADER.lower().encode(), number.encode())
    await _start(send, refused.status, [*headers, told])
    await _body(send, f"{refused.words}\n".encode())


async def _start(send: Send, status: int, headers: Iterable[Header]) -> None:
    await send({"type": "http.response.start", "status": int(status), "headers": list(headers)})


async def _body(send: Send, piece: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": more})
