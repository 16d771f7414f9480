"""The article with the screener beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from tests.catalog import folders
from tests.web.markup import read
from tests.web.visitor import NOON, SETTLED, SLUG, Visitor


def test_the_article_has_every_section_under_its_anchor(visitor: Visitor, shipped_criteria: LiveCatalog):
    article = shipped_criteria.current(NOON.date()).article("sciatica", "en")
    assert article is not None

    shown = [(one["id"], one.one("h2").text) for one in visitor.page().one("article").all("section")]

    assert shown == [(section.anchor, section.heading) for section in article.sections]


@pytest.mark.parametrize(
    "topic",
    ["Causes", "Symptoms", "doctor", "emergency", "home", "Exercises", "Physical therapy", "Medicines", "Injections"],
)
def test_the_article_covers_what_a_patient_looks_for(visitor: Visitor, topic: str):
    headings = [one.text for one in visitor.page().one("article").all("h2")]

    assert any(topic.lower() in heading.lower() for heading in headings), headings


def test_every_question_that_names_a_section_shows_it(visitor: Visitor, shipped_criteria: LiveCatalog):
    bank = shipped_criteria.current(NOON.date()).bank
    reading = [one for one in bank if one.read and not one.ask_if]

    without = [one.id for one in reading if not visitor.page(f"/screener/{one.id}").all("aside")]

    assert reading
    assert without == []


def test_after_the_opening_questions_the_article_offers_to_go_on(visitor: Visitor):
    visitor.has_answered(SETTLED)

    screener = visitor.page().one("section", id="screener")

    assert "You have answered 5 questions." in screener.text
    assert [one["href"] for one in screener.all("a")] == [f"/{SLUG}/screener/review", f"/{SLUG}/results"]


def test_the_address_may_end_in_a_slash(visitor: Visitor):
    assert visitor.client.get(f"/{SLUG}/").status_code == 200


def test_two_conditions_are_offered_on_the_first_page(serve: Callable[..., Flask], tmp_path: Path):
    other = {"conditions/neck-pain.yaml": "name: Neck pain\n"}
    client = serve(criteria=folders.write(tmp_path / "criteria", other)).test_client()

    links = [one["href"] for one in read(client.get("/").text).one("main").all("a")]

    assert links == ["/back-pain", "/neck-pain"]


def test_answers_about_one_condition_are_not_sent_to_another(serve: Callable[..., Flask], tmp_path: Path):
    other = {"conditions/neck-pain.yaml": "name: Neck pain\nopening_questions: [leg_pain]\n"}
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", other)).test_client(), "back-pain")
    visitor.answers({"leg_pain": "yes"})

    neck = Visitor(visitor.client, "neck-pain")

    assert [one["value"] for one in neck.page("/screener/leg_pain").all("input") if "checked" in one] == []


def test_html_in_an_article_is_shown_as_text(serve: Callable[..., Flask], tmp_path: Path):
    evil = folders.altered(
        folders.ARTICLE, "Pain runs down the leg.", "<script>alert(1)</script> [x](javascript:alert(1))"
    )
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", evil)).test_client(), "back-pain")

    article = visitor.page().one("article")

    assert article.all("script") == []
    assert [one["href"] for one in article.all("a")] == ["#signs"]


@pytest.mark.parametrize("name", ["prescreen.css", "icon.svg"])
def test_static_files_may_be_kept_and_are_not_guessed_at(visitor: Visitor, name: str):
    page = visitor.page()
    address = next(one["href"] for one in page.all("link") if name in one["href"])

    with visitor.client.get(address) as response:
        assert response.status_code == 200
        assert "max-age=" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
