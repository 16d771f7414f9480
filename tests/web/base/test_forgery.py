"""No form that another site sends is taken, at any address that takes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import structlog
from flask import Flask

from prescreen.config import RateLimit
from prescreen.web.base import security
from tests.web.every_post import pages_not_called, posted, posts

FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)


def faults(app: Flask) -> list[str]:
    """Send a form from elsewhere to every address, and return where it is taken, or sets a cookie."""
    found = []
    with pages_not_called(app) as reached:
        for rule in posts(app):
            for headers in FOREIGN:
                answer = posted(app, rule, headers=headers)
                if reached or answer.status_code != 403 or answer.headers.getlist("Set-Cookie"):
                    found.append(f"{rule.endpoint} {headers}: {answer.status_code}")
                reached.clear()
    return found


def test_a_form_from_elsewhere_reaches_no_page(app: Flask) -> None:
    assert len(posts(app)) > 50
    assert faults(app) == []


def test_a_form_from_elsewhere_and_too_many_posts_are_logged_by_their_page_alone(serve: Callable[..., Flask]) -> None:
    client = serve(visitor_rate_limit=RateLimit(1, 60)).test_client()

    with structlog.testing.capture_logs() as logs:
        client.post("/my/again", data={"email": "wilhelmina@example.org"}, headers=FOREIGN[0])
        for _ in range(2):
            client.post("/my/again", data={"email": "wilhelmina@example.org"})

    told = [(one["event"], one["page"]) for one in logs if one["log_level"] == "warning"]
    assert told == [("form_from_elsewhere", "addresses.send_again"), ("too_many_posts", "addresses.send_again")]
    assert "wilhelmina" not in str(logs)


def test_a_service_that_looks_at_no_origin_is_convicted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [one for one in app.before_request_funcs[None] if one is not security._refuse_posts_from_elsewhere]
    monkeypatch.setattr(app, "before_request_funcs", {**app.before_request_funcs, None: before})

    assert len(faults(app)) > 50
