"""Errors as pages that say what to do. None shows a stack, a path or what was typed."""

from http import HTTPStatus

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

_PAGES = frozenset({400, 403, 404, 413, 429})


def register(app: Flask) -> None:
    """Answer every HTTP error with a page of ours."""
    app.register_error_handler(HTTPException, _page)


def _page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, InternalServerError) or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        name = "errors/500.html"
    else:
        name = f"errors/{code}.html" if code in _PAGES else "errors/other.html"
    page = render_template(name, code=code)
    headers = [
        (key, value) for key, value in error.get_headers() if key.lower() not in ("content-type", "content-length")
    ]
    return page, code, headers
