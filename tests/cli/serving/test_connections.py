"""The head of a request has a time, which no byte that comes prolongs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from prescreen.cli.serving import connections
from prescreen.cli.serving.connections import LimitedConnection

HEAD, DRIP, PATIENCE = 0.3, 0.05, 1.5
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def answer(_scope: Any, _receive: Any, send: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _open_for(begin: bytes, more: bytes) -> float | None:
    """Return how long a connection stays open on which `begin` comes at once, and `more` byte by byte for ever."""
    config = uvicorn.Config(answer, log_config=None, lifespan="off", timeout_keep_alive=60)
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    server = await loop.create_server(
        lambda: LimitedConnection(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(begin)
    begun = loop.time()
    reading = asyncio.ensure_future(reader.read())
    while not reading.done() and loop.time() < begun + PATIENCE:
        if more:
            writer.write(more)
        await asyncio.wait([reading], timeout=DRIP)
    took = loop.time() - begun if reading.done() else None
    reading.cancel()
    writer.transport.abort()
    server.close()
    return took


def _seconds_open(begin: bytes, more: bytes) -> float | None:
    # In a thread of its own: a browser of other tests may have an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_open_for(begin, more))).result()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", HEAD)


@pytest.mark.parametrize(
    ("begin", "more"),
    [(b"", b""), (REQUEST, b""), (REQUEST + b"X-More: ", b"a"), (REQUEST + b"\r\n" + REQUEST, b"X: 1\r\n")],
    ids=["nothing", "half a head", "a byte at a time", "a second head"],
)
def test_a_head_that_does_not_end_in_time_closes_its_connection(begin: bytes, more: bytes) -> None:
    took = _seconds_open(begin, more)

    assert took is not None
    assert HEAD - DRIP < took < PATIENCE


def test_who_sent_a_whole_request_may_send_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _seconds_open(REQUEST + b"\r\n", b"") is None

    monkeypatch.setattr(connections, "HEAD_SECONDS", 60)
    assert _seconds_open(REQUEST + b"X-More: ", b"a") is None, "without the limit it stays open"
