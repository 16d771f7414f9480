"""A registry that speaks `GET /api/v2/studies/{id}` on this machine, and can fail and lie in many ways."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.catalog.sources.records import registry, usdm

PATH = "/api/v2/studies/"
ETAG = '"first"'
BOMB = b"".join([gzip.compress(bytes(10**7))] * 100)
Record = dict[str, Any]


@dataclass
class RegistryServer:
    """What it holds by id, how it answers now, and what it was asked, when, and under which conditions.

    With `last_modified` it tells days in place of tags. `sent` counts the bytes of bodies that it could send.
    """

    records: dict[str, Record] = field(default_factory=dict)
    mode: str = "well"
    etag: str = ETAG
    last_modified: str = ""
    base: str = ""
    elsewhere: str = "http://127.0.0.2:1/"
    asked: list[tuple[str, float, str | None]] = field(default_factory=list)
    sent: int = 0
    agents: set[str] = field(default_factory=set)
    retry_after: str = "1"


def record(trial_id: str, **status: Any) -> Record:
    """Return a record of a trial that recruits, unless the status module is given otherwise."""
    made: Record = deepcopy(registry())
    made["protocolSection"]["identificationModule"]["nctId"] = trial_id
    made["protocolSection"]["statusModule"].update(status)
    return made


@contextmanager
def serving(*records: Record) -> Iterator[RegistryServer]:
    """Serve records during a `with` block, each request in a thread of its own."""
    state = RegistryServer({one["protocolSection"]["identificationModule"]["nctId"]: one for one in records})
    made = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), made)
    server.daemon_threads = True
    state.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: RegistryServer

    def log_message(self, *_: object) -> None:
        """Write nothing: a test reads what was asked."""

    def do_GET(self) -> None:
        trial_id = self.path.removeprefix(PATH)
        asks_if = "If-Modified-Since" if self.state.last_modified else "If-None-Match"
        condition = self.headers.get(asks_if)
        self.state.asked.append((trial_id, time.monotonic(), condition))
        self.state.agents.add(self.headers["User-Agent"])
        found = self.state.records.get(trial_id)
        if self.state.mode == "busy once":
            self.state.mode = "well"
            self.say(429, headers={"Retry-After": self.state.retry_after})
        elif self.state.mode in _ANSWERS:
            _ANSWERS[self.state.mode](self)
        elif found is None:
            self.say(404)
        elif self.state.mode in LIES:
            self.say(200, LIES[self.state.mode](deepcopy(found)), {"ETag": '"lie"'})
        elif condition == (self.state.last_modified or self.state.etag):
            self.say(304)
        elif self.state.last_modified:
            self.say(200, written(found), {"Last-Modified": self.state.last_modified})
        else:
            self.say(200, written(found), {"ETag": self.state.etag})

    def say(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**usual, **(headers or {})}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        self.say(200, b'{"protocolSection": ', {"Content-Length": "4000"})
        self.close_connection = True

    def slow(self, length: str = "1000") -> None:
        """Send a byte of the body now and then, as long as anybody reads, and for five seconds at most."""
        self.close_connection = True
        self.say(200, b"{", {"Content-Length": length})
        self.drip(b" " * 50)

    def slow_headers(self) -> None:
        """Send the headers byte for byte in the same way."""
        self.close_connection = True
        self.drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Long: " + b"x" * 500)

    def drip(self, content: bytes) -> None:
        for place in range(min(len(content), 50)):
            try:
                self.wfile.write(content[place : place + 1])
            except OSError:
                return
            time.sleep(0.1)

    def endless(self) -> None:
        """Send five gigabytes, as far as anybody reads them."""
        self.close_connection = True
        self.say(200, b"", {"Content-Length": str(5 * 10**9)})
        with suppress(OSError):
            while self.state.sent < 5 * 10**9:
                self.state.sent += self.wfile.write(b" " * 65_536)

    def bomb(self) -> None:
        """Send a gigabyte of zeros, compressed to a megabyte."""
        self.say(200, BOMB, {"Content-Encoding": "gzip"})

    def redirect(self, to: str) -> None:
        self.say(302, headers={"Location": to})


def written(data: object) -> bytes:
    """Return data as JSON."""
    return json.dumps(data).encode()


def _other(data: Record) -> bytes:
    data["protocolSection"]["identificationModule"]["nctId"] = "NCT99999999"
    return written(data)


def _dated(day: str) -> Callable[[Record], bytes]:
    def dated(data: Record) -> bytes:
        data["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": day}
        return written(data)

    return dated


def _status(value: object) -> Callable[[Record], bytes]:
    def changed(data: Record) -> bytes:
        data["protocolSection"]["statusModule"]["overallStatus"] = value
        return written(data)

    return changed


LIES: dict[str, Callable[[Record], bytes]] = {
    "another id": _other,
    "an older version": _dated("2001-01-01"),
    "a day ahead": _dated("9999-01-01"),
    "a status that is a number": _status(7),
    "no status": _status(None),
    "an error with 200": lambda _: b'{"error": "none"}',
    "JSON that is cut": lambda data: written(data)[:200],
    "a list": lambda _: b"[]",
    "a day that is none": _dated("2024-13-45"),
    "HTML as JSON": lambda _: b"<!DOCTYPE html><title>Sign in</title>",
    "another kind of source": lambda _: written(usdm()),
}
"""What is answered with 200, as JSON, and is not true."""

_ANSWERS: dict[str, Callable[[_Handler], None]] = {
    "busy": lambda one: one.say(503),
    "busy for hours": lambda one: one.say(429, headers={"Retry-After": "99999"}),
    "HTML": lambda one: one.say(200, b"<html></html>", {"Content-Type": "text/html"}),
    "elsewhere": lambda one: one.redirect(one.state.elsewhere + one.path),
    "in a circle": lambda one: one.redirect(one.path),
    "to a file": lambda one: one.redirect("file:///etc/hostname"),
    "vanished": lambda one: one.say(404),
    "refused": lambda one: one.say(403),
    "cut": _Handler.cut,
    "slow": _Handler.slow,
    "slow without a length": lambda one: one.slow(""),
    "slow headers": _Handler.slow_headers,
    "five gigabytes": _Handler.endless,
    "a bomb": _Handler.bomb,
}
FAILURES = (*LIES, *_ANSWERS)
"""Every way in which nothing is told that could be believed."""
