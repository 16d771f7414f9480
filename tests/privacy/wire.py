"""Browsers on real connections, for what was written for browsers in process."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

HOST = "127.0.0.1"
SECONDS = 30.0
MOST_REDIRECTS = 5
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    """An answer, named as those of Flask's test client are."""

    status_code: int
    headers: HTTPMessage
    data: bytes

    @property
    def status(self) -> str:
        return str(self.status_code)

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")


class WireClient:
    """A browser that keeps its cookies, with the methods of Flask's test client that pages need."""

    def __init__(self, port: int) -> None:
        self.environ_base: dict[str, str] = {}
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str, *, follow_redirects: bool = False) -> Answer:
        """Open a page."""
        answer = self._send("GET", path)
        for _ in range(MOST_REDIRECTS if follow_redirects else 0):
            if answer.location is None:
                break
            path = urlsplit(urljoin(path, answer.location)).path
            answer = self._send("GET", path)
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None) -> Answer:
        """Send a form."""
        return self._send("POST", path, urlencode(data or {}, doseq=True))

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers["User-Agent"] = self.environ_base.get("HTTP_USER_AGENT", "a browser")
        with closing(HTTPConnection(HOST, self._port, timeout=SECONDS)) as connection:
            connection.request(method, path, body, headers | (_FORM if body is not None else {}))
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        for one in response.headers.get_all("Set-Cookie") or ():
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
