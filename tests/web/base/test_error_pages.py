"""A page of an error says what happened, and one thing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort

from prescreen.database import BusyError
from tests.web.markup import Element, read

PASSING = ("429", "500", "busy")


@pytest.fixture
def broken(serve: Callable[..., Flask]) -> Flask:
    """Return a service whose first page, and whose way out, fail as they are told to."""
    app = serve()

    def fail(**_: object) -> None:
        code = app.config["FAILS_WITH"]
        if code == "busy":
            raise BusyError(None)
        abort(int(code))

    app.testing = False
    app.view_functions["content.home"] = app.view_functions["leaving.leave"] = fail
    return app


def shown(app: Flask, code: str, *, posted: bool = False) -> Element:
    app.config["FAILS_WITH"] = code
    client = app.test_client()
    return read((client.post("/leave") if posted else client.get("/")).text).one("main")


@pytest.mark.parametrize("code", ["400", "403", "404", "413", "414", "418", *PASSING])
@pytest.mark.parametrize("posted", [False, True])
def test_it_has_a_heading_a_sentence_or_more_and_one_button(broken: Flask, code: str, posted: bool):
    page = shown(broken, code, posted=posted)
    [button] = page.all("a")

    assert page.one("h1").text
    assert page.one("p", class_="lead").text.endswith(".")
    assert button["class"] == "go"
    # A page that only answers a form cannot be opened again.
    assert button["href"] == ("" if code in PASSING and not posted else "/")


def test_it_stands_in_spanish_too(broken: Flask):
    broken.config["FAILS_WITH"] = "busy"
    page = read(broken.test_client().get("/?lang=es").text)

    assert page.one("main").one("a").text == "Intentar de nuevo"
