"""The article with the screener beside it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from prescreen.catalog.criteria.article_reader import PICTURE
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from tests.catalog import folders
from tests.web.markup import Element, read
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


def test_the_first_question_stands_before_the_article_and_help_before_both(visitor: Visitor):
    order = [
        one.tag if one.tag == "article" else one["href"] if one.tag == "a" else one.tag for one in main_of(visitor)
    ]

    assert order.index(f"/{SLUG}/urgent") < order.index("form") < order.index("article")
    assert order[: order.index("form")] == [f"/{SLUG}/urgent"]


def main_of(visitor: Visitor) -> list[Element]:
    """Return the links, forms and articles of the page, in the order of the source."""
    return [one for one in visitor.page().one("main").everything() if one.tag in ("a", "form", "article")]


def test_the_way_to_help_says_the_sign_of_an_emergency_itself(visitor: Visitor, shipped_criteria: LiveCatalog):
    sign = shipped_criteria.current(NOON.date()).conditions[SLUG].urgent_sign
    assert sign is not None

    spanish = read(visitor.client.get(f"/{SLUG}?lang=es").text).one("a", href=f"/{SLUG}/urgent")

    assert visitor.client.get(f"/{SLUG}/urgent").status_code == 200
    assert spanish.text == f"{sign.in_language('es')} Busque ayuda ya"


def test_a_condition_without_a_sign_of_its_own_names_the_signs(serve: Callable[..., Flask], tmp_path: Path):
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", {})).test_client(), "back-pain")

    assert visitor.page().one("a", href="/back-pain/urgent").text == "Signs that need help at once"


def test_without_trials_nothing_is_asked(serve: Callable[..., Flask], tmp_path: Path):
    other = {"conditions/neck-pain.yaml": "name: Neck pain\nopening_questions: [leg_pain]\n"}
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", other)).test_client(), "neck-pain")

    screener = visitor.page().one("section", id="screener")

    assert screener.one("h2").text == "No trial is listed here now"
    assert screener.all("form") == []


def test_one_trial_is_counted_as_one(serve: Callable[..., Flask], tmp_path: Path):
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", {})).test_client(), "back-pain")

    assert "1 trial " in visitor.page().one("section", id="screener").text


def test_an_emergency_takes_the_place_of_the_questions(visitor: Visitor):
    visitor.answer("cauda_equina_signs", "bladder")

    screener = visitor.page().one("section", id="screener")

    assert [one["href"] for one in screener.all("a")] == [f"/{SLUG}/urgent"]
    assert screener.one("h2").text == "One of your answers may be an emergency"


def test_lost_answers_are_told_and_the_first_question_is_asked_again(visitor: Visitor):
    screener = visitor.page("?lost=1").one("section", id="screener")

    assert "Your earlier answers are gone" in screener.one("p", role="alert").text
    assert screener.one("form", action=f"/{SLUG}/screener/diagnosed")


def test_for_another_person_the_question_is_about_them(visitor: Visitor):
    visitor.post("/answering-for", {"who": "another"})

    assert "the person you are answering for" in visitor.page().one("section", id="screener").text


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_picture_of_the_article_is_drawn_in_its_language(
    visitor: Visitor, shipped_criteria: LiveCatalog, language: str
):
    catalog = shipped_criteria.current(NOON.date())
    article = catalog.article("sciatica", language)
    assert article is not None
    told = [found["shows"] for section in article.sections for found in PICTURE.finditer(section.body)]

    drawn = read(visitor.client.get(f"/{SLUG}?lang={language}").text).one("article").all("svg", role="img")

    assert [one["aria-label"] for one in drawn] == told
    assert len({found for one in article.sections for found in PICTURE.findall(one.body)}) == len(told) > 10
    words = [one.text for one in drawn[0].all("text")]
    assert words
    assert words == re.findall(r">([^<]+)</text>", catalog.figures["spine"].content.in_language(language))


def test_every_drawing_of_the_folder_is_shown_by_the_article(shipped_criteria: LiveCatalog):
    catalog = shipped_criteria.current(NOON.date())
    for article in catalog.articles.values():
        shown = {found["address"] for one in article.sections for found in PICTURE.finditer(one.body)}
        assert {f"figure:{name}" for name in catalog.figures} <= shown


def test_a_question_shows_the_drawing_of_the_section_that_it_names(visitor: Visitor):
    visitor.answer("pain_site", "leg_only")

    labels = [one["aria-label"] for one in visitor.page("/screener/leg_reach").all("svg", role="img")]

    assert [one for one in labels if one.startswith("A leg seen from the side")] != []


def test_the_sources_are_folded_and_the_target_of_citations_is_within_the_fold(visitor: Visitor):
    article = visitor.page().one("article")
    [fold] = [one for one in article.all("details") if one.all("section", id="references")]

    assert "open" not in fold
    assert re.fullmatch(r"27 sources, last reviewed on .* 2026", fold.one("summary").text)
    assert {one["href"] for one in article.one("section", id="causes").all("a")} == {"#references"}


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
