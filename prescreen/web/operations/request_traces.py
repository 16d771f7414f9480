"""A span for each request, if traces are recorded: its route, method, status and number, and nothing that was sent."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request

from prescreen import tracing
from prescreen.web.operations.request_log import known_method, request_number

_SPAN = "prescreen.span"
_NO_PAGE = "no such page"
_SERVER_ERROR = 500


def prepare(app: Flask) -> None:
    """Record a span for each request. An exported file that leaves while it is made counts until its first byte."""
    if not tracing.is_on():
        return
    # Flask documents this method as replaceable; its type annotation does not allow it.
    app.wsgi_app = _traced(app.wsgi_app)  # type: ignore[method-assign, assignment]  # see above
    app.after_request(_describe)


def _traced(app: WSGIApplication) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with tracing.span("request") as opened:
            environ[_SPAN] = opened
            return app(environ, start_response)

    return answer


def _describe(response: Response) -> Response:
    """Name the span, once it is known which page it is."""
    opened = request.environ.get(_SPAN)
    if opened is not None:
        route = _NO_PAGE if request.url_rule is None else request.url_rule.rule
        opened.update_name(f"{known_method()} {route}")
        opened.set_attributes({"http.request.method": known_method(), "http.route": route})
        opened.set_attributes({"http.response.status_code": response.status_code, "request": request_number()})
        if response.status_code >= _SERVER_ERROR:
            tracing.note_failure(opened, str(response.status_code))
    return response
