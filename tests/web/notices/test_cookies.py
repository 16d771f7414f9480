"""Every cookie is defined, told in the notice, set and read in one place, and over HTTPS guarded by its name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import prescreen
from prescreen.web.base.cookies import COOKIES, CookieKind
from prescreen.web.base.request_context import EXTENSION
from prescreen.web.notices.cookie_wording import COOKIE_USES
from tests.web.staff import Staff, account
from tests.web.visitor import SETTLED, SLUG, Visitor, where

PRODUCT = Path(prescreen.__file__).parent
SETTER = "web/base/cookies.py"


TOUCHING = {"set_cookie", "delete_cookie", "cookies"}
"""The attributes of responses and requests by which a cookie is set, forgotten or read."""


def touching_cookies(root: Path) -> Iterator[str]:
    """Yield the modules that set, delete or read a cookie by themselves."""
    for path in sorted(root.rglob("*.py")):
        attributes = (one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Attribute))
        of_flask = (one for one in attributes if ast.unparse(one.value) in ("response", "request"))
        if any(one.attr in TOUCHING for one in of_flask):
            yield path.relative_to(root).as_posix()


def kind_of(name: str) -> CookieKind | None:
    """Return the kind of a cookie by its name; the longest beginning that fits."""
    plain = name.removeprefix("__Host-").removeprefix("__Secure-")
    exact = [one for one in CookieKind if plain == one.value and not COOKIES[one].has_ending]
    begun = [one for one in CookieKind if COOKIES[one].has_ending and plain.startswith(one.value)]
    return max(exact or begun, key=len, default=None)


def test_only_one_module_sets_and_reads_cookies() -> None:
    assert list(touching_cookies(PRODUCT)) == [SETTER]


@pytest.mark.parametrize("code", ["response.set_cookie('t', '1')", "response.delete_cookie('t')", "request.cookies"])
def test_a_module_that_does_it_by_itself_is_convicted(tmp_path: Path, code: str) -> None:
    (tmp_path / "sly.py").write_text(code)

    assert list(touching_cookies(tmp_path)) == ["sly.py"]


def untaken(header: str) -> str:
    """Return why a browser would not take or forget a cookie: RFC 6265bis, section 4.1.3; empty where it would."""
    [(name, morsel)] = SimpleCookie(header).items()
    if not name.startswith(("__Host-", "__Secure-")):
        return f"{name} has no prefix"
    is_of_host = name.startswith("__Host-")
    if not morsel["secure"] or morsel["domain"] or (is_of_host and morsel["path"] != "/"):
        return f"{name} does not keep what its prefix says: {header}"
    return "" if is_of_host is (morsel["path"] == "/") else f"{name} could be of this host alone"


def all_set(app: Flask) -> Iterator[str]:
    """Yield every header by which cookies are set and forgotten as somebody leaves details, comes back and leaves."""
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    visitor, got = Visitor(client), list[TestResponse]()
    opened = client.open
    client.open = lambda *args, **more: got.append(opened(*args, **more)) or got[-1]  # type: ignore[method-assign]  # to see all answers
    visitor.answers(SETTLED | {"age": "44"})
    visitor.get("?lang=es")
    visitor.post("/interest", {**visitor.interest_form(), "name": ""})
    assert where(visitor.send()) == f"/{SLUG}/thanks"
    visitor.open_my_data()
    client.post("/leave")
    staff = Staff(app, account(app.extensions[EXTENSION].database).email)
    staff.client = client
    staff.sign_in()
    staff.post("/recruiter/logout")
    return (header for answer in got for header in answer.headers.getlist("Set-Cookie"))


def test_over_https_a_browser_takes_and_forgets_every_cookie_by_its_name(serve: Callable[..., Flask]) -> None:
    headers = list(all_set(serve(https=True)))

    assert {kind for header in headers if (kind := kind_of(header.partition("=")[0])) is not None} == set(CookieKind)
    assert [told for header in headers if (told := untaken(header))] == []


def test_cookies_without_what_their_names_promise_are_convicted() -> None:
    assert untaken("prescreen-my=x; Secure; Path=/my")
    assert untaken("__Secure-prescreen-my=x; Path=/my")
    assert untaken("__Host-prescreen-my=x; Secure; Path=/my")
    assert untaken("__Secure-prescreen-language=x; Secure; Path=/")
    assert not untaken("__Secure-prescreen-my=x; Secure; Path=/my")


def test_every_kind_of_cookie_has_a_life_and_a_use() -> None:
    assert set(COOKIES) == set(COOKIE_USES) == set(CookieKind)


@pytest.mark.parametrize("walk", ["every_page", "every_staff_page"])
def test_every_cookie_that_a_page_sets_is_one_of_them_with_its_life(walk: str, request: pytest.FixtureRequest) -> None:
    pages: dict[str, TestResponse] = request.getfixturevalue(walk)
    headers = [header for page in pages.values() for header in page.headers.getlist("Set-Cookie")]
    found = [(name, morsel) for header in headers for name, morsel in SimpleCookie(header).items() if morsel.value]

    lives = {
        (kind, int(morsel["max-age"]) if morsel["max-age"] else None)
        for name, morsel in found
        if (kind := kind_of(name)) is not None
    }

    assert found
    assert [name for name, _ in found if kind_of(name) is None] == []
    assert dict(lives) == {
        kind: None if (life := COOKIES[kind].life) is None else int(life.total_seconds()) for kind, _ in lives
    }
