"""The operator's look on every page: name, mark and colors; and what other sites show of a page."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from prescreen.catalog.look.look import OUR_MARK
from prescreen.catalog.look.tokens import TOKENS
from tests.catalog import folders
from tests.web.markup import Element, read
from tests.web.visitor import Visitor

OWN = """
look:
  short_name: Backs
  mark: {box: 10, path: "M1 1h8v8z", spark: "M1 1h2v2z"}
  colors:
    act: {light: "#1d4ed8", dark: "#93c5fd"}
    pine: {light: "#12235c", dark: "#0b1638"}
"""
SHEET = """\
:root { --act: #1d4ed8; --pine: #12235c }
@media (prefers-color-scheme: dark) { :root { --act: #93c5fd; --pine: #0b1638 } }
"""
PAGES_TO_SHARE = ("/low-back-pain", "/low-back-pain/trials/NCT03386149")
PAGES_NOT_TO_SHARE = (
    "/low-back-pain/results",
    "/low-back-pain/urgent",
    "/low-back-pain/screener/age",
    "/my/x",
    "/none",
)


@pytest.fixture
def own(serve: Callable[..., Flask], tmp_path: Path) -> Flask:
    """Return a service with a look of its own."""
    files = {folders.CATALOG: folders.FILES[folders.CATALOG] + OWN}
    return serve(criteria=folders.write(tmp_path / "criteria", files))


def head_of(app: Flask, path: str, **headers: str) -> Element:
    return read(app.test_client().get(path, headers=headers, follow_redirects=True).text).one("head")


def told(head: Element) -> dict[str, str]:
    return {one["property"]: one["content"] for one in head.all("meta") if "property" in one}


def linked(head: Element, rel: str) -> list[str]:
    return [one["href"] for one in head.all("link") if one["rel"] == rel]


def test_a_look_of_ones_own_is_a_second_style_sheet_after_ours(own: Flask):
    ours, theirs = linked(head_of(own, "/back-pain"), "stylesheet")

    assert "prescreen.css" in ours
    assert own.test_client().get(theirs).text == SHEET


def test_without_one_there_is_no_second_style_sheet(app: Flask):
    assert len(linked(head_of(app, "/low-back-pain"), "stylesheet")) == 1
    assert app.test_client().get("/look.css").text == ""


@pytest.mark.parametrize("path", ["/back-pain", "/back-pain/results", "/recruiter/login", "/none"])
def test_every_page_has_mark_colors_and_short_name(own: Flask, path: str):
    page = read(own.test_client().get(path).text)
    brand = page.one("a", **{"class": "brand"})

    assert [one["d"] for one in brand.all("path")] == ["M1 1h8v8z", "M1 1h2v2z"]
    assert [one["content"] for one in page.all("meta", name="theme-color")] == ["#12235c", "#0b1638"]
    assert len(linked(page.one("head"), "stylesheet")) == 2
    assert brand.text == ("Desk" if "recruiter" in path else "Backs")


def test_the_title_keeps_the_whole_name(own: Flask):
    assert head_of(own, "/back-pain").one("title").text == "Back pain – Back pain trials"


def test_the_icon_is_the_mark_in_the_colors_of_the_head(app: Flask, own: Flask):
    texts = [one.test_client().get(*linked(head_of(one, path), "icon")).text for one, path in served(app, own)]

    assert [(TOKENS["pine"].light in one, OUR_MARK.path in one) for one in texts] == [(True, True), (False, False)]
    assert [("#12235c" in one, "M1 1h8v8z" in one) for one in texts] == [(False, False), (True, True)]


def served(app: Flask, own: Flask) -> list[tuple[Flask, str]]:
    return [(app, "/low-back-pain"), (own, "/back-pain")]


def test_the_files_of_another_look_have_other_addresses(app: Flask, own: Flask):
    icons = [linked(head_of(one, path), "icon")[0] for one, path in served(app, own)]
    pictures = [told(head_of(one, path))["og:image"] for one, path in served(app, own)]

    assert len(set(icons)) == len(set(pictures)) == 2
    assert icons[0] == linked(head_of(app, "/"), "icon")[0]


@pytest.mark.parametrize(
    ("path", "kind"), [("/look.css", "text/css"), ("/icon.svg", "image/svg+xml"), ("/picture.png", "image/png")]
)
def test_the_files_may_be_kept_and_are_not_sent_twice(own: Flask, path: str, kind: str):
    first = own.test_client().get(path)
    again = own.test_client().get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.mimetype, again.status_code, again.data) == (200, kind, 304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "public, max-age=3600"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("path", PAGES_TO_SHARE)
def test_a_page_that_others_link_to_says_what_they_may_show(app: Flask, path: str):
    head = head_of(app, path)
    tags = told(head)

    assert tags["og:title"] == head.one("title").text.removesuffix(" – Back Pain Trials")
    assert tags["og:description"] == head.one("meta", name="description")["content"]
    assert (tags["og:type"], tags["og:locale"], tags["og:site_name"]) == ("website", "en_US", "Back Pain Trials")
    assert tags["og:image"].startswith("http://localhost/picture.png?")
    assert app.test_client().get(tags["og:image"]).data.startswith(b"\x89PNG")


def test_in_spanish_it_says_so(app: Flask):
    tags = told(head_of(app, "/low-back-pain", **{"Accept-Language": "es-MX"}))

    assert tags["og:locale"] == "es_ES"
    assert tags["og:title"].startswith("Dolor en la parte baja")


@pytest.mark.parametrize("path", PAGES_NOT_TO_SHARE)
def test_no_other_page_says_anything_to_other_sites(app: Flask, path: str):
    assert told(head_of(app, path)) == {}


def test_what_a_visitor_answered_changes_nothing_that_other_sites_show(app: Flask):
    visitor = Visitor(app.test_client())
    before = told(visitor.page().one("head"))
    visitor.answers({"diagnosed": "yes"})

    assert told(visitor.page().one("head")) == before


def test_the_picture_has_the_public_address_where_there_is_one(serve: Callable[..., Flask]):
    public = serve(public_url="https://trials.example.org/back")
    image = told(head_of(public, "/low-back-pain", Host="evil.example"))["og:image"]

    assert image.startswith("https://trials.example.org/back/picture.png?")


def test_a_name_with_signs_of_markup_stays_a_name(serve: Callable[..., Flask], tmp_path: Path):
    files = folders.altered(folders.CONDITION, "name: Back pain", "name: '\"><b>Back & pain'")
    head = head_of(serve(criteria=folders.write(tmp_path / "criteria", files)), "/back-pain")

    assert unescape(told(head)["og:title"]) == '"><b>Back & pain'
    assert head.all("b") == []
