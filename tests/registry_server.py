"""A registry that speaks `GET /api/v2/studies/{id}` on this machine, and can fail and lie in many ways."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.catalog.sources.records import registry

PATH = "/api/v2/studies/"
ETAG = '"first"'
Record = dict[str, Any]


@dataclass
class RegistryServer:
    """What it holds by id, how it answers now, and what it was asked, when, and under which conditions."""

    records: dict[str, Record] = field(default_factory=dict)
    mode: str = "well"
    etag: str = ETAG
    base: str = ""
    asked: list[tuple[str, float, str | None]] = field(default_factory=list)


def record(trial_id: str, **status: Any) -> Record:
    """Return a record of a trial that recruits, unless the status module is given otherwise."""
    made: Record = deepcopy(registry())
    made["protocolSection"]["identificationModule"]["nctId"] = trial_id
    made["protocolSection"].setdefault("statusModule", {}).update(status)
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
        trial_id, condition = self.path.removeprefix(PATH), self.headers.get("If-None-Match")
        self.state.asked.append((trial_id, time.monotonic(), condition))
        found = self.state.records.get(trial_id)
        if self.state.mode == "busy once":
            self.state.mode = "well"
            self.say(429, headers={"Retry-After": "1"})
        elif self.state.mode in _ANSWERS:
            _ANSWERS[self.state.mode](self)
        elif found is None:
            self.say(404)
        elif self.state.mode in LIES:
            self.say(200, LIES[self.state.mode](deepcopy(found)), {"ETag": '"lie"'})
        elif condition == self.state.etag:
            self.say(304)
        else:
            self.say(200, written(found), {"ETag": self.state.etag})

    def say(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**usual, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        self.say(200, b'{"protocolSection": ', {"Content-Length": "4000"})
        self.close_connection = True

    def slow(self) -> None:
        """Send a byte now and then, as long as anybody reads, and for five seconds at most."""
        self.close_connection = True
        try:
            self.say(200, b"{", {"Content-Length": "1000"})
            for _ in range(50):
                time.sleep(0.1)
                self.wfile.write(b" ")
        except OSError:
            return


def written(data: object) -> bytes:
    """Return data as JSON."""
    return json.dumps(data).encode()


def _other(data: Record) -> bytes:
    data["protocolSection"]["identificationModule"]["nctId"] = "NCT99999999"
    return written(data)


def _dated(day: str) -> Callable[[Record], bytes]:
    def dated(data: Record) -> bytes:
        data["derivedSection"] = {"miscInfoModule": {"versionHolder": day}}
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
}
"""What is answered with 200, as JSON, and is not true."""

_ANSWERS: dict[str, Callable[[_Handler], None]] = {
    "busy": lambda one: one.say(503),
    "busy for hours": lambda one: one.say(429, headers={"Retry-After": "99999"}),
    "HTML": lambda one: one.say(200, b"<html></html>", {"Content-Type": "text/html"}),
    "elsewhere": lambda one: one.say(302, headers={"Location": "http://127.0.0.2:1/"}),
    "vanished": lambda one: one.say(404),
    "refused": lambda one: one.say(403),
    "cut": _Handler.cut,
    "slow": _Handler.slow,
}
FAILURES = (*LIES, *_ANSWERS)
"""Every way in which nothing is told that could be believed."""
