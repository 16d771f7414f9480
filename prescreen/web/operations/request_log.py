"""One line in the log for each request, and the number by which it is found there again.

The line names the endpoint, never the URL, which may hold a token. The number is sent back with every answer.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bound_contextvars

from prescreen.web.measures import count_request
from prescreen.workflow.operations import request_numbers

_GIVEN = f"HTTP_{request_numbers.HEADER.upper().replace('-', '_')}"
_log = structlog.get_logger()


def prepare(app: Flask) -> None:
    """Log and count each request by its endpoint, and let pages of errors show its number."""
    app.jinja_env.globals["request_number"] = request_number

    @app.before_request
    def start() -> None:
        g.started_at = time.monotonic()

    @app.after_request
    def finish(response: Response) -> Response:
        started = g.get("started_at")
        seconds = 0.0 if started is None else time.monotonic() - started
        milliseconds = None if started is None else round(seconds * 1000, 1)
        _log.info("request", page=request.endpoint, method=known_method(), status=response.status_code, ms=milliseconds)
        count_request(request.endpoint, request.method, response.status_code, seconds)
        return response


def known_method() -> str:
    """Return the method, which is any word that a client sends, as one of a few."""
    return request.method if request.method in _METHODS else "other"


_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


def request_number() -> str:
    """Return the number of this request; empty where the app was called without `numbered`."""
    return cast(str, request.environ.get(request_numbers.IN_ENVIRON, ""))


def numbered(app: WSGIApplication, *, believing: bool) -> WSGIApplication:
    """Return a WSGI application that numbers each request of another, in its log and in a header of its answer.

    A well-formed number that a proxy gave is kept where the service trusts one (`believing`): else any client could
    choose it.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get(_GIVEN, "") if believing else ""
        number = given if request_numbers.is_well_formed(given) else request_numbers.new()
        environ[request_numbers.IN_ENVIRON] = number

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, (request_numbers.HEADER, number)], *error)

        with bound_contextvars(request=number):
            return app(environ, start)

    return answer
