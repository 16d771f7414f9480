"""Two services on loopback, and a client of little overhead: this project and the reference service."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

_ROOT = Path(__file__).parents[2]
_WAIT_SECONDS = 30


@contextmanager
def service(folder: Path) -> Iterator["Client"]:
    """Serve this project with one worker and a database of its own, without limits on visitors' posts."""
    settings = {"PRESCREEN_INSTANCE": str(folder), "PRESCREEN_VISITOR_RATE_LIMIT": "off"}
    subprocess.run(
        [sys.executable, "-m", "prescreen.cli", "db", "upgrade"], check=True, stdout=subprocess.DEVNULL, cwd=_ROOT,
        env={**os.environ, **settings},
    )  # fmt: skip
    port = free_port()
    command = [sys.executable, "-m", "prescreen.cli", "serve", "--port", str(port), "--workers", "1"]
    with _running(command, port, settings, folder / "service.log") as client:
        yield client


@contextmanager
def twin(folder: Path, page: bytes) -> Iterator["Client"]:
    """Serve the reference service by the same server, in one process as well."""
    (folder / "page.html").write_bytes(page)
    settings = {"TWIN_PAGE": str(folder / "page.html"), "TWIN_DATABASE": str(folder / "twin.sqlite")}
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.web.reference_service", str(port)]
    with _running(command, port, settings, folder / "twin.log") as client:
        yield client


@contextmanager
def _running(command: list[str], port: int, settings: Mapping[str, str], log: Path) -> Iterator["Client"]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=_ROOT, env={**os.environ, **settings}, stdout=output, stderr=output)
        try:
            wait_for(port)
            yield Client(port)
        finally:
            process.terminate()
            process.wait(_WAIT_SECONDS)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until something listens on a port; raise TimeoutError where nothing does in time."""
    for _ in range(_WAIT_SECONDS * 20):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


class Reply:
    """A response: the status, where it redirects, and the page."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self.status, self.head, self.body = int(head[9:12]), head, body

    @property
    def leads_to(self) -> str:
        """Return the path that it redirects to, empty where it does not redirect."""
        found = re.search(rb"\r\nlocation: ([^\r]+)", self.head, re.IGNORECASE)
        return urlsplit(found[1].decode()).path if found else ""

    def hidden(self) -> dict[str, str]:
        """Return the hidden fields of the page."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.body.decode())
        return {name: unescape(value) for name, value in found}


class Client:
    """One persistent connection with its cookies; its overhead is small against what it measures."""

    def __init__(self, port: int) -> None:
        self._port, self.cookies = port, dict[str, str]()
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str) -> Reply:
        """Request a page."""
        return self._send(f"GET {path} HTTP/1.1\r\n{self._head()}\r\n\r\n".encode())

    def post(self, path: str, data: Mapping[str, str]) -> Reply:
        """Send a form."""
        body = urlencode(data).encode()
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
        return self._send(f"POST {path} HTTP/1.1\r\n{self._head()}\r\n{form}\r\n\r\n".encode() + body)

    def _head(self) -> str:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return f"Host: 127.0.0.1:{self._port}\r\nAccept: text/html" + (f"\r\nCookie: {kept}" if kept else "")

    def _send(self, request: bytes) -> Reply:
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        while length and len(body) < int(length[1]):
            body += self._more()
        for name, value in re.findall(rb"\r\nset-cookie: ([^=]+)=([^;\r]*)", head, re.IGNORECASE):
            self.cookies[name.decode()] = value.decode()
        return Reply(head, body)

    def _more(self) -> bytes:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the service closed the connection")
        return more
