"""What is too large, of too many parts or sent too often reaches no page, at any address that takes a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.config import RateLimit
from prescreen.web.base import security
from prescreen.web.base.security import MOST_BODY_BYTES, MOST_FORM_PARTS
from tests.web.every_post import pages_not_called, posted, posts

FIELDS, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
_PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'


def as_fields(count: int) -> dict[str, Any]:
    return {"data": b"&".join([b"a="] * count), "content_type": FIELDS}


def as_parts(count: int) -> dict[str, Any]:
    return {"data": _PART * count + b"--x--\r\n", "content_type": PARTS}


def of_length(count: int) -> dict[str, Any]:
    return {"data": b"a" * count, "content_type": "text/plain"}


def refused(app: Flask, sent: Callable[[], dict[str, Any]]) -> dict[str, TestResponse]:
    """Send the same to every address; return the answers of those that refuse it before a page is called."""
    answers = {}
    with pages_not_called(app) as reached:
        for rule in posts(app):
            answer = posted(app, rule, **sent())
            if not reached:
                answers[rule.rule] = answer
            reached.clear()
    return answers


def too_large(answers: dict[str, TestResponse]) -> list[str]:
    """Return where something was refused as too large; other pages are refused to whom they are not for."""
    return [path for path, answer in answers.items() if answer.status_code == 413]


@pytest.mark.parametrize(
    ("make", "most"),
    [(of_length, MOST_BODY_BYTES), (as_fields, MOST_FORM_PARTS)],
    ids=["length", "fields"],
)
def test_no_page_sees_a_form_over_a_limit_and_every_page_one_below(
    app: Flask, make: Callable[[int], dict[str, Any]], most: int
) -> None:
    over = refused(app, lambda: make(most + 1))

    assert len(over) == len(posts(app)) > 50
    assert len(too_large(over)) == len(over)
    assert too_large(refused(app, lambda: make(most))) == []


def test_a_form_of_too_many_parts_is_refused_where_it_is_read(app: Flask) -> None:
    app.testing = False
    answers = {rule.rule: posted(app, rule, **as_parts(MOST_FORM_PARTS + 1)) for rule in posts(app)}

    read = {rule: answer.status_code for rule, answer in answers.items() if answer.status_code not in (303, 404)}
    assert len(read) > 5
    assert set(read.values()) <= {413, 409, 410}
    assert 413 in read.values()


def test_who_posted_too_often_reaches_no_page_from_any_address_of_the_network(serve: Callable[..., Flask]) -> None:
    for first, others in (("192.0.2.7", ["192.0.2.7"]), ("2001:db8::1", ["2001:db8::2", "2001:db8::ffff:0:1"])):
        app = serve(visitor_rate_limit=RateLimit(1, 60))
        posted(app, posts(app)[0], environ_base={"REMOTE_ADDR": first})
        for other in others:
            answers = refused(app, lambda where=other: {"environ_base": {"REMOTE_ADDR": where}})

            assert len(answers) == len(posts(app))
            assert {answer.status_code for answer in answers.values()} == {429}
            assert all(0 < int(answer.headers["Retry-After"]) <= 61 for answer in answers.values())


def test_a_service_that_counts_no_fields_is_convicted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [one for one in app.before_request_funcs[None] if one is not security._refuse_many_fields]
    monkeypatch.setattr(app, "before_request_funcs", {**app.before_request_funcs, None: before})

    assert too_large(refused(app, lambda: as_fields(MOST_FORM_PARTS + 1))) == []
