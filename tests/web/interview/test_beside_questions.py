"""What stands beside and around the questions of a page: a section to read, the last answers, why they are asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.web.base.formatting import quoted
from prescreen.web.base.question_fields import field_with
from tests.catalog import folders
from tests.web.markup import Element, read
from tests.web.seven_fit import SEVEN_FIT
from tests.web.visitor import NOON, SETTLED, SLUG, Visitor, reviewed, where

PROMISE = "Your answers stay in this browser. We store nothing unless you choose to send it at the end."


def beside(page: Element) -> Element:
    return page.one("main").one("aside")


def said_there(page: Element) -> list[tuple[str, str]]:
    return [
        (one.text, words.one("b").text)
        for one, words in zip(*(beside(page).all(tag) for tag in ("dt", "dd")), strict=True)
    ]


def test_the_beginning_of_the_section_to_read_stands_there_with_its_drawing_and_the_way_to_the_rest(visitor: Visitor):
    page, article = visitor.page("/screener/pain_site?from=review"), visitor.page()
    whole = article.one("section", id="symptoms")

    assert beside(page).all("h2")[0].text == whole.one("h2").text
    assert len(beside(page).all("svg")) == 1
    assert beside(page).all("p")[0].text == whole.all("p")[0].text
    assert f"/{SLUG}#symptoms" in [one["href"] for one in beside(page).all("a")]


@pytest.mark.parametrize("name", ["cancer_history", "medicines", "procedures"])
def test_of_a_long_section_only_the_beginning_is_told(visitor: Visitor, name: str):
    page = visitor.page(f"/screener/{name}?from=review")
    more = next(one for one in beside(page).all("a") if one.text.startswith("Read more"))
    whole = visitor.page().one("section", id=more["href"].partition("#")[2])

    assert whole.all("p")[0].text in beside(page).text
    assert whole.everything()[-1].text not in beside(page).text
    assert len(beside(page).text) < 700 < len(whole.text)


def test_without_a_section_the_last_answers_stand_there_the_latest_first(visitor: Visitor):
    visitor.answers({**SETTLED, "age": "44"})
    page = visitor.page("/screener/circumstances")

    assert said_there(page) == [
        ("How old are you?", "44 years"),
        ("Do any of these warning signs fit you?", "None of these"),
        ("Have you taken any medication for this pain?", "Yes"),
    ]
    assert [one["href"] for one in beside(page).one("dl").all("a")] == [
        f"/{SLUG}/screener/{name}" for name in ("age", "warning_signs", "taken_medication")
    ]


def test_a_sensitive_answer_does_not_stand_beside_another_question(visitor: Visitor, shipped_criteria: LiveCatalog):
    bank = shipped_criteria.current(NOON.date()).bank
    visitor.answers(SETTLED)

    asks = {str(bank[name].ask) for name in SETTLED if bank[name].sensitive}
    assert asks
    assert asks.isdisjoint(one for one, _words in said_there(visitor.page("/screener/circumstances")))


def test_before_the_first_answer_the_page_says_what_becomes_of_them(visitor: Visitor):
    before = visitor.page("/screener/circumstances")
    visitor.answers(SETTLED)

    assert PROMISE in beside(before).text
    assert PROMISE not in visitor.page("/screener/circumstances").text


def test_what_a_visitor_said_stands_beside_the_questions_of_no_other(app: Flask):
    for age in ("44", "51"):
        visitor = Visitor(app.test_client())
        visitor.answers({**SETTLED, "age": age})
        assert ("How old are you?", f"{age} years") in said_there(visitor.page("/screener/circumstances"))


def test_a_question_alone_says_in_its_hint_why_it_is_asked(visitor: Visitor):
    visitor.answers({**SETTLED, "pain_site": "equal"})
    page = visitor.page("/screener/back_pain_score?from=review")

    assert page.one("fieldset")["aria-describedby"] == "answer-hint"
    assert (
        "Why we ask: Trials set a range of pain so that a change can be seen." in page.one("p", id="answer-hint").text
    )


def test_questions_with_one_reason_tell_it_once_on_their_page(visitor: Visitor):
    visitor.answers({**SETTLED, "pain_site": "equal", "leg_reach": "calf"})
    page = visitor.page("/screener/back_pain_score")

    assert {"back_pain_score", "leg_pain_score"} <= {one["value"] for one in page.all("input", name="asked")}
    assert page.text.count("Trials set a range of pain so that a change can be seen.") == 1


def test_height_and_weight_tell_their_one_reason_once(visitor: Visitor):
    for name, sent in SEVEN_FIT.items():
        if name not in {"age", "weight_kg", "health_areas", "circumstances"}:
            visitor.post(f"/screener/{name}", sent)
    page = visitor.page("/screener/height_cm")

    assert {"height_cm", "weight_kg"} <= {one["value"] for one in page.all("input", name="asked")}
    assert page.text.count("body mass index") == 1


def test_the_review_says_in_words_that_nothing_fits(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "12"})
    following = visitor.page("/screener/review").all("section")[0]

    assert "None of these trials fits you now." in following.text
    assert "0 of" not in following.text
    assert not following.all("span", class_="comb")


def test_only_options_that_are_short_in_every_language_stand_side_by_side(app: Flask, shipped_criteria: LiveCatalog):
    bank = shipped_criteria.current(NOON.date()).bank
    with app.test_request_context():
        short = {one.id for one in bank if one.type in ("boolean", "choice") and field_with(one, None).are_short}

    assert {one.id for one in bank if one.type == "boolean"} < short | {"diagnosed"}
    # "Left" is short in English alone.
    assert short.isdisjoint({"pain_site", "leg_side"})


def test_the_review_shows_answers_of_a_page_together_also_where_they_were_asked_for_apart(visitor: Visitor):
    visitor.answers({**SETTLED, "age": "44", "circumstances": "none", "height_cm": "170"})
    page = visitor.page("/screener/review")
    groups = [one for one in page.one("main").all("section", class_="card gap0") if one.all("h2")]

    about = next(one for one in groups if one.one("h2").text == "About you")
    assert list(reviewed(about)) == ["How old are you?", "How tall are you?"]
    assert len({one.one("h2").text for one in groups}) == len(groups)
    assert len(reviewed(page)) == len(SETTLED) + 3


def test_an_option_is_quoted_without_a_sentence_of_its_own_in_the_middle_of_others(visitor: Visitor):
    visitor.answers({**SETTLED, "treatments_tried": ["nsaid", "paracetamol"]})

    said = reviewed(visitor.page("/screener/review"))["Which of these have you tried for this pain?"]
    assert said == (
        "Anti-inflammatory pills, such as ibuprofen or naproxen (count those that a doctor gave, too); "
        "Acetaminophen (paracetamol)"
    )


def test_every_option_of_the_bank_can_be_quoted_in_one_sentence(shipped_criteria: LiveCatalog):
    labels = [
        words
        for one in shipped_criteria.current(NOON.date()).bank
        for o in one.options
        for words in o.label.by_language.values()
    ]

    assert len(labels) > 300
    changed = [one for one in labels if quoted(one) != one]
    assert len(changed) > 10
    assert {one for one in changed if ". " in quoted(one).partition(" (")[0]} == set()


def test_the_comb_has_a_tooth_for_each_trial_within_the_wishes(visitor: Visitor):
    visitor.answers(SETTLED)
    visitor.post("/wishes", {"near": "Seoul", "within": "50"})
    page = visitor.page("/screener/age")

    assert "5 of 23 trials are within your wishes." in beside(page).text
    assert len(page.one("span", class_="comb").all("i")) == 5


def test_in_focus_no_comb_is_shown_and_changes_keep_to_the_trial(serve: Callable[..., Flask], tmp_path: Path):
    patient = Visitor(serve(criteria=folders.write(tmp_path / "criteria", {})).test_client(), "back-pain")
    patient.answers({"leg_pain": "yes", "numb": "no"})
    page = read(patient.client.get(where(patient.get("/trials/T1/questions"))).text)

    assert {one["href"].rpartition("?")[2] for one in beside(page).one("dl").all("a")} == {"only=T1"}
    assert page.all("span", class_="comb") == []
    assert "These questions are for one trial only" in page.text
