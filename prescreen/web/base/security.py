"""Protection of every page: headers, the refusal of posts from other sites, and a rate limit on posts."""

import hmac
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, Response, abort, request
from werkzeug.exceptions import TooManyRequests

from prescreen.response_headers import Headers
from prescreen.storage.base.keys import Keys
from prescreen.workflow.visitor_limit import VisitorLimit

MOST_BODY_BYTES = 64 * 1024
MOST_FORM_PARTS = 1000
"""The most fields of a form: an invitation to some hundred places has as many."""
MOST_ADDRESS_CHARACTERS = 4096
"""The longest path with a query: every filter of the work list at once needs a quarter of it."""

_log = structlog.get_logger()
_HOST_BITS = 64
_FIELDS = "application/x-www-form-urlencoded"
_NO_ADDRESS = "no address"
_WITH_PORT = re.compile(r"(?:(?P<v4>[0-9.]+)|\[(?P<v6>[^\[\]]+)\])(?::[0-9]{1,5})?", re.ASCII)


def protect(app: Flask) -> None:
    """Refuse posts that come from another site and what is too large, and let nothing be stored outside."""
    app.config.update(MAX_CONTENT_LENGTH=MOST_BODY_BYTES, MAX_FORM_PARTS=MOST_FORM_PARTS)
    app.before_request(_refuse_long_addresses)
    app.before_request(_refuse_large_bodies)
    app.before_request(_refuse_posts_from_elsewhere)
    app.before_request(_refuse_many_fields)
    app.after_request(_forbid_stores)


def _forbid_stores(response: Response) -> Response:
    # Pages may quote answers; no shared or local store may keep them. Static files set their own.
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def with_host(app: WSGIApplication) -> WSGIApplication:
    """Return the application behind an answer of 400 to requests whose Host can be no name: no page could be made."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if _is_name(environ.get("HTTP_HOST") or environ["SERVER_NAME"]):
            return app(environ, start)
        start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"The request names no host.\n"]

    return answer


def _is_name(host: str) -> bool:
    try:
        host.partition(":")[0].encode("idna").decode("idna")
    except UnicodeError:
        return False
    return True


def with_headers(app: WSGIApplication, added: Headers) -> WSGIApplication:
    """Return a WSGI application that adds headers to every response of another, errors included."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *added], *error)

        return app(environ, start)

    return answer


def _refuse_long_addresses() -> None:
    if len(request.path) + len(request.query_string) > MOST_ADDRESS_CHARACTERS:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)


def _refuse_large_bodies() -> None:
    if (request.content_length or 0) > MOST_BODY_BYTES:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _refuse_many_fields() -> None:
    # The framework counts only the parts of forms that are sent as several documents.
    if request.mimetype == _FIELDS and request.get_data().count(b"&") >= MOST_FORM_PARTS:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _refuse_posts_from_elsewhere() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    fetched_from, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if fetched_from is not None:
        foreign = fetched_from not in ("same-origin", "none")
    else:
        foreign = origin is not None and not _is_ours(origin)
    if foreign:
        _log.warning("form_from_elsewhere", page=request.endpoint)
        abort(HTTPStatus.FORBIDDEN)


def _is_ours(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def network_of(address: str) -> str:
    """Return the key for counting requests from an IP address: the address itself or, for IPv6, its /64 network.

    Every household and phone has at least one such network, and can use any address in it. Some proxies forward a port
    with the address: it is left out. Everything that is no address has one key, so that inventing them gains nothing.
    """
    found = _WITH_PORT.fullmatch(address.strip())
    try:
        parsed = ip_address((found["v4"] or found["v6"]) if found else address.strip())
    except ValueError:
        return _NO_ADDRESS
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed) >> _HOST_BITS << _HOST_BITS, _HOST_BITS)))


def client_network() -> str:
    """Return the network of this request, for counting attempts and posts."""
    return network_of(request.remote_addr or "")


def limit_posts(app: Flask, limit: VisitorLimit) -> None:
    """Answer 429 to networks that post too often."""

    @app.before_request
    def count() -> None:
        if request.method == "POST":
            wait = limit.wait(client_network())
            if wait:
                _log.warning("too_many_posts", page=request.endpoint)
                raise TooManyRequests(retry_after=wait)


def signed(key: bytes, *parts: str) -> str:
    """Return a signature over the parts, which proves that this service made a form."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256").hex()


def is_signed(signature: str, keys: Keys, *parts: str) -> bool:
    """Return whether a signature is the one over these parts, by the present keys or by earlier ones."""
    expected = [signed(one.flask, *parts).encode() for one in keys.generations]
    return any(hmac.compare_digest(signature.encode(), one) for one in expected)
