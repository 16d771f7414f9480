"""Translation between the server's ASGI and the app's WSGI, for requests that were taken in whole."""

import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication

Scope = Mapping[str, Any]
Header = tuple[bytes, bytes]

MOST_BYTES_AT_ONCE = 256 * 1024
"""A response of at most so many bytes is made by one call and sent as one piece; the rest of a longer one follows."""
_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


@dataclass(frozen=True, slots=True)
class Response:
    """A response: status, headers, its first bytes, and the pieces that follow, None where there are none."""

    status: int
    headers: list[Header]
    first: bytes
    rest: Generator[bytes, None, None] | None = None


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the WSGI environment of a request. Source: PEP 3333, and the ASGI specification of HTTP scopes.

    A header with an underscore in its name is left out: WSGI could not tell it from the one with a hyphen, which a
    proxy in front sets. So is the coding of a transfer that has ended.
    """
    server, client = scope.get("server") or ("", None), scope.get("client") or ("", None)
    return {
        **_headers(scope["headers"]),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _headers(received: Iterable[Header]) -> dict[str, str]:
    """Return the headers under their names in WSGI; a repeated one is joined, as RFC 9110, section 5.3, says."""
    found: dict[str, list[str]] = {}
    for name, value in received:
        if b"_" not in name and name != b"transfer-encoding":
            found.setdefault(name.decode("latin-1").upper().replace("-", "_"), []).append(value.decode("latin-1"))
    return {
        name if name in _WITHOUT_PREFIX else f"HTTP_{name}": ("; " if name == "COOKIE" else ",").join(values)
        for name, values in found.items()
    }


def respond(app: WSGIApplication, environ: dict[str, Any]) -> Response:
    """Call the app, and return its response with the first bytes of its body made."""
    head: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        head[:] = [(status, headers)]
        return written.append

    body = app(environ, cast(StartResponse, start))
    first, rest = _begun(body, written)
    status, headers = head[0]
    return Response(int(status.split(" ", 1)[0]), [_encoded(*one) for one in headers], first, rest)


def _encoded(name: str, value: str) -> Header:
    return name.lower().encode("latin-1"), value.encode("latin-1")


def _begun(body: Iterable[bytes], written: list[bytes]) -> tuple[bytes, Generator[bytes, None, None] | None]:
    """Return the first bytes of a body, and what follows; a body that ended or failed is closed."""
    pieces, size = _closed_at_the_end(body), 0
    for piece in pieces:
        written.append(piece)
        size += len(piece)
        if size > MOST_BYTES_AT_ONCE:
            return b"".join(written), pieces
    return b"".join(written), None


def _closed_at_the_end(body: Iterable[bytes]) -> Generator[bytes, None, None]:
    with _closing(body):
        yield from body


def _closing(body: Iterable[bytes]) -> AbstractContextManager[object]:
    return closing(cast(Any, body)) if hasattr(body, "close") else nullcontext()
