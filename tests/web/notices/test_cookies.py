"""Every cookie is defined, told in the notice, and set in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

import prescreen
from prescreen.web.base.cookies import COOKIES, CookieKind
from prescreen.web.notices.cookie_wording import COOKIE_USES

PRODUCT = Path(prescreen.__file__).parent
SETTER = "web/base/cookies.py"


def setting_cookies(root: Path) -> Iterator[str]:
    """Yield the modules that set a cookie by themselves."""
    for path in sorted(root.rglob("*.py")):
        calls = (one.func for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call))
        if any(isinstance(one, ast.Attribute) and one.attr == "set_cookie" for one in calls):
            yield path.relative_to(root).as_posix()


def kind_of(name: str) -> CookieKind | None:
    """Return the kind of a cookie by its name; the longest beginning that fits."""
    plain = name.removeprefix("__Host-")
    exact = [one for one in CookieKind if plain == one.value and not COOKIES[one].has_ending]
    begun = [one for one in CookieKind if COOKIES[one].has_ending and plain.startswith(one.value)]
    return max(exact or begun, key=len, default=None)


def test_only_one_module_sets_cookies() -> None:
    assert list(setting_cookies(PRODUCT)) == [SETTER]


def test_a_module_that_sets_one_by_itself_is_convicted(tmp_path: Path) -> None:
    (tmp_path / "sly.py").write_text("def f(response):\n    response.set_cookie('tracker', '1')\n")

    assert list(setting_cookies(tmp_path)) == ["sly.py"]


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
