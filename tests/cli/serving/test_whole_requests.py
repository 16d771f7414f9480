"""A request gets a thread once it is whole; a response that is long is made as its reader takes it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from prescreen.cli.serving.whole_requests import Limits, Message, WholeRequests

Made = TypeVar("Made")

LIMITS = Limits(body_bytes=100, body_seconds=0.2, page_threads=1, waiting=1)
PIECE = b"x" * (300 * 1024)


def run(work: Coroutine[Any, Any, Made]) -> Made:
    """Run in an event loop of its own, in a thread of its own: a browser of other tests may have one in this thread."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


class Client:
    """A client of the app: what it sends, and what it got. It is gone once `left` is set."""

    def __init__(self, *parts: bytes, finished: bool = True, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.parts, self.finished, self.headers = list(parts), finished, list(headers)
        self.got, self.left = list[Message](), asyncio.Event()

    async def receive(self) -> Message:
        if self.parts:
            part = self.parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.finished}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.got.append(message)

    async def ask(self, served: WholeRequests, method: str = "POST") -> None:
        scope = {
            "type": "http", "method": method, "raw_path": b"/a%20b", "query_string": b"q=1", "http_version": "1.1",
            "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9), "headers": self.headers,
        }  # fmt: skip
        await served(scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.got[1:])


def asked(app: Callable[..., Iterable[bytes]], client: Client, limits: Limits = LIMITS) -> Client:
    run(client.ask(WholeRequests(app, limits)))
    return client


def echo(environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode(), b"|", environ["CONTENT_LENGTH"].encode(), b"|", environ["wsgi.input"].read()]


def test_the_app_sees_a_body_whole_that_came_in_parts() -> None:
    client = asked(echo, Client(b"one ", b"two"))

    assert (client.status, client.body) == (200, b"/a b|7|one two")


def test_repeated_headers_are_joined_and_names_with_underscores_are_dropped() -> None:
    seen = dict[str, Any]()

    def look(environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        seen.update(environ)
        return echo(environ, start)

    headers = [
        (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y"), (b"x_forwarded_for", b"1.1.1.1")
    ]  # fmt: skip
    asked(look, Client(b"", headers=headers))

    assert (seen["HTTP_COOKIE"], seen["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")
    assert "HTTP_X_FORWARDED_FOR" not in seen


@pytest.mark.parametrize("declared", [True, False])
def test_of_a_body_that_is_too_long_the_app_sees_the_length_and_the_connection_is_closed(declared: bool) -> None:
    headers = [(b"content-length", b"1000")] if declared else []
    client = asked(echo, Client(b"x" * 80, b"x" * 80, b"x" * 840, headers=headers))

    assert int(client.body.split(b"|")[1]) > LIMITS.body_bytes
    assert (b"connection", b"close") in client.got[0]["headers"]


def test_a_body_that_does_not_end_in_time_is_refused_without_a_thread() -> None:
    def never(*_: object) -> list[bytes]:
        raise AssertionError("the app was called")

    client = asked(never, Client(b"beginning", finished=False))

    assert client.status == 408


def test_a_client_that_leaves_before_its_request_is_whole_gets_no_thread_and_no_response() -> None:
    client = Client(b"beginning", finished=False)
    client.left.set()

    assert asked(echo, client).got == []


def test_when_too_many_whole_requests_wait_the_next_is_told_to_come_back() -> None:
    going_on = threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        going_on.wait(10)
        return echo(environ, start)

    async def three_at_once() -> list[int]:
        served, clients = WholeRequests(slow, LIMITS), [Client(b"") for _ in range(3)]
        tasks = [asyncio.ensure_future(client.ask(served)) for client in clients]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        going_on.set()
        await asyncio.gather(*tasks)
        return [client.status for client in clients]

    assert run(three_at_once()) == [200, 200, 503]


def test_a_failure_is_answered_and_logged_without_its_message() -> None:
    def broken(*_: object) -> list[bytes]:
        raise RuntimeError("pain score 7")

    with capture_logs() as logs:
        client = asked(broken, Client(b""))

    assert client.status == 500
    assert [(one["event"], one["error"]) for one in logs] == [("failed", "RuntimeError")]
    assert "pain" not in str(logs)


class Export:
    """A long response, which counts the pieces that were made, and remembers that it was closed."""

    def __init__(self, pieces: int, fails: bool = False) -> None:
        self.pieces, self.fails, self.made, self.closed = pieces, fails, 0, False

    def __call__(self, _: dict[str, Any], start: Callable[..., object]) -> Iterator[bytes]:
        start("200 OK", [])
        return self._made()

    def _made(self) -> Iterator[bytes]:
        try:
            for _ in range(self.pieces):
                self.made += 1
                yield PIECE
            if self.fails:
                raise RuntimeError("no more rows")
        finally:
            self.closed = True


def test_a_long_response_is_sent_in_pieces_to_its_end() -> None:
    export = Export(5)
    client = asked(export, Client(b""))

    assert (client.body, client.got[-1]["more_body"], export.closed) == (PIECE * 5, False, True)


def test_a_reader_that_takes_nothing_holds_no_thread_and_no_piece_is_made_for_it() -> None:
    export = Export(5)

    async def stalled() -> int:
        served, client, taking = WholeRequests(export, LIMITS), Client(b""), asyncio.Event()
        send = client.send

        async def wait(message: Message) -> None:
            await send(message)
            if len(client.got) == 3:
                await taking.wait()

        client.send = wait  # type: ignore[method-assign]
        reading = asyncio.ensure_future(client.ask(served))
        other = Client(b"")
        while len(client.got) < 3:
            await asyncio.sleep(0.01)
        await other.ask(WholeRequests(echo, LIMITS))
        made = export.made
        client.left.set()
        await asyncio.sleep(0)
        taking.set()
        await reading
        return made

    assert run(stalled()) == 2
    assert (export.made, export.closed) == (2, True)


def test_a_long_response_that_fails_stays_incomplete_and_is_closed() -> None:
    export = Export(2, fails=True)
    client = asked(export, Client(b""))

    assert (client.body, client.got[-1]["more_body"], export.closed) == (PIECE * 2, True, True)


def test_a_long_response_is_closed_when_the_server_stops() -> None:
    export = Export(1_000_000)

    async def stopped() -> None:
        client = Client(b"")
        task = asyncio.ensure_future(client.ask(WholeRequests(export, LIMITS)))
        while len(client.got) < 4:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    run(stopped())
    assert export.closed
