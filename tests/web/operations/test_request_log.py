"""A request has a number: in every answer, in every line that was logged for it, and on pages of errors."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import structlog
from flask import Flask
from structlog.contextvars import merge_contextvars
from structlog.testing import LogCapture

from tests.web.markup import read

Serve = Callable[..., Flask]
NUMBER = re.compile(r"\d{4}-\d{4}-\d{4}")
GIVEN = "7f3a91c2-from-the-proxy"


@pytest.fixture
def lines() -> LogCapture:
    """Collect what is logged, with what is bound to a request."""
    capture, before = LogCapture(), structlog.get_config()
    structlog.configure(processors=[merge_contextvars, capture])
    try:
        yield capture
    finally:
        structlog.configure(**before)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/", 302),
        ("/low-back-pain", 200),
        ("/static/prescreen.css", 200),
        ("/no-such", 404),
        ("/?" + "x" * 5000, 414),
        ("/metrics", 200),
        ("/.well-known/change-password", 302),
    ],
)
def test_every_answer_has_a_number_of_its_own(serve: Serve, path: str, status: int) -> None:
    client = serve().test_client()
    # Closed, since a static file is open as long as it is sent.
    answers = [client.get(path, buffered=True) for _ in range(2)]

    numbers = [answer.headers.getlist("X-Request-ID") for answer in answers]
    assert [answer.status_code for answer in answers] == [status, status]
    assert all(len(found) == 1 and NUMBER.fullmatch(found[0]) for found in numbers)
    assert numbers[0] != numbers[1]


def test_the_page_of_an_error_shows_the_number_and_other_pages_do_not(serve: Serve) -> None:
    client = serve().test_client()
    for address, words in (("/no-such", "this number: "), ("/no-such?lang=es", "este número: ")):
        answer = client.get(address)
        assert f"{words}{answer.headers['X-Request-ID']}" in read(answer.text).one("main").text

    answer = client.get("/low-back-pain")
    assert answer.headers["X-Request-ID"] not in answer.text


def test_what_fails_is_logged_with_the_number_that_the_person_was_told(serve: Serve, lines: LogCapture) -> None:
    app = serve()
    app.testing, app.view_functions["health.alive"] = False, broken

    answer = app.test_client().get("/healthz")

    told = [(one["event"], one["page"], one["request"]) for one in lines.entries]
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert number in answer.text
    assert told == [("failed", "health.alive", number), ("request", "health.alive", number)]
    assert "pain" not in str(lines.entries)


def broken() -> str:
    raise RuntimeError("pain score 7")


def test_a_number_ends_with_its_request(serve: Serve, lines: LogCapture) -> None:
    client = serve().test_client()
    client.get("/healthz")
    structlog.get_logger().info("between")

    assert "request" not in lines.entries[-1]


@pytest.mark.parametrize(("proxies", "kept"), [(1, True), (0, False)])
def test_a_number_is_taken_from_a_trusted_proxy_alone(serve: Serve, proxies: int, kept: bool) -> None:
    answer = serve(trusted_proxies=proxies).test_client().get("/healthz", headers={"X-Request-ID": GIVEN})

    assert (answer.headers["X-Request-ID"] == GIVEN) is kept


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "two words here", "ann@example.org", "<script>alert", "é" * 9, ""]
)
def test_a_number_that_is_not_well_formed_is_replaced(serve: Serve, given: str) -> None:
    answer = (
        serve(trusted_proxies=1)
        .test_client()
        .get("/healthz", headers={"X-Request-ID": given.encode().decode("latin-1")})
    )

    assert NUMBER.fullmatch(answer.headers["X-Request-ID"])


def test_a_method_that_nobody_knows_is_not_logged_by_its_name(serve: Serve, lines: LogCapture) -> None:
    serve().test_client().open("/", method="ANNSMITH")

    assert [one["method"] for one in lines.entries] == ["other"]
