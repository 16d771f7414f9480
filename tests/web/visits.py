"""The visit in a visitor's cookie, read and put into another browser."""

from flask import Flask, make_response

from prescreen.web.interview.answer_cookie import Visit, read_visit, write_visit
from tests.web.visitor import SLUG, Visitor


def visit_of(visitor: Visitor, app: Flask) -> Visit:
    """Return the visit that a visitor's cookie holds."""
    with app.test_request_context(headers={"Cookie": f"prescreen-{SLUG}={visitor.cookie()}"}):
        return read_visit(SLUG)


def with_visit(app: Flask, visit: Visit) -> Visitor:
    """Return a visitor whose cookie holds a visit."""
    other = Visitor(app.test_client())
    with app.test_request_context():
        response = make_response()
        write_visit(response, SLUG, visit)
    cookie = response.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    other.client.set_cookie(f"prescreen-{SLUG}", cookie, path=f"/{SLUG}")
    return other
