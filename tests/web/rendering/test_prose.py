"""Markdown of authors: pictures, cards, and nothing that loads or runs."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import prescreen.web
from prescreen.catalog.criteria.catalog import Section
from prescreen.catalog.figures import FIGURE_CLASSES
from prescreen.web.rendering.prose import cited, rendered
from tests.catalog import folders
from tests.web.markup import Element, read

LEG = '<svg viewBox="0 0 9 9"><text x="1" lang="en">leg</text><text x="1" lang="es">pierna</text></svg>'


@pytest.fixture
def within(serve: Callable[..., Flask], tmp_path: Path) -> Iterator[None]:
    """Serve a folder with a drawing."""
    with serve(criteria=folders.write(tmp_path / "criteria", {"figures/leg.svg": LEG})).test_request_context("/"):
        yield


def html(text: str, language: str = "en") -> Element:
    return read(cited(rendered(Section("a", "A", text, language)), ""))


@pytest.mark.usefixtures("within")
def test_a_drawing_stands_in_the_page_with_its_words_in_the_language_of_the_article():
    figure = html('One.\n\n![A "leg" & a foot.](figure:leg)\n\nTwo.', "es").one("figure")

    assert figure["class"] == "card"
    svg = figure.one("svg", role="img")
    assert svg["aria-label"] == 'A "leg" & a foot.'
    assert [one.text for one in svg.all("text")] == ["pierna"]


@pytest.mark.parametrize("name", sorted(FIGURE_CLASSES))
def test_the_sheet_gives_each_class_of_drawings_its_looks(name: str):
    sheet = (Path(prescreen.web.__file__).parent / "static/prescreen.css").read_text()

    assert re.search(rf"\.{name}\b[^{{}}]*{{", sheet)


@pytest.mark.usefixtures("within")
def test_a_bare_text_has_its_drawings_in_the_language_of_the_page():
    assert read(rendered("![A leg.](figure:leg)")).one("svg").text == "leg"


@pytest.mark.usefixtures("within")
def test_dots_stand_beside_the_paragraph_before_them_and_a_list_stays_alone():
    beside = html("- a\n\nTwo. [1]\n\n![60 of 100.](dots:60)\n\nThree.")
    alone = html("- a\n\n![60 of 100.](dots:60)")

    assert [one.tag for one in beside.one("div", class_="grid c2").parts if isinstance(one, Element)] == ["p", "figure"]
    assert beside.one("div").one("p").text == "Two. [1]"
    assert beside.one("div").one("a")["href"] == "#references"
    assert alone.all("div") == []
    assert alone.one("svg", role="img")["aria-label"] == "60 of 100."


@pytest.mark.usefixtures("within")
def test_each_third_heading_begins_a_card_with_all_that_follows():
    page = html("Pick one.\n\n### Walk\n\n![A leg.](figure:leg)\n\n1. Go.\n\n### Rest\n\nLie down.")

    cards = page.one("div", class_="grid c2").all("div", class_="card")
    assert [one.one("h3").text for one in cards] == ["Walk", "Rest"]
    assert (cards[0].one("li").text, cards[1].one("p").text) == ("Go.", "Lie down.")
    # A card in a card would be two frames.
    assert "class" not in cards[0].one("figure")


@pytest.mark.usefixtures("within")
@pytest.mark.parametrize(
    "text", ["See ![a leg](figure:leg) here.", "![a leg](https://example.org/leg.png)", "![a leg](x:y 'z')"]
)
def test_any_other_picture_becomes_its_words_and_loads_nothing(text: str):
    page = html(text)

    assert page.all("img") == page.all("svg") == []
    assert "a leg" in page.text


@pytest.mark.usefixtures("within")
def test_html_of_an_author_is_shown_as_text():
    page = html("<svg onload=alert(1)>\n\n### <b>x</b>\n\n<script>alert(1)</script>")

    assert [one.tag for one in page.everything() if one.tag in ("svg", "script", "b")] == []
