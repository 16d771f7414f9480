"""Pages that are sent, or looked at, after the answers around them changed: in another tab, by Back, on the review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.catalog import folders
from tests.catalog.paged_folder import MOSTLY_CHILDREN, PAGED, PERSON
from tests.web.markup import Element, read
from tests.web.visitor import DO_NOT_KNOW, SETTLED, Visitor, way_back, where

WAITING = "/low-back-pain/screener/"


@pytest.fixture
def settled(visitor: Visitor) -> Visitor:
    """Return a visitor who has answered the questions about warning signs, and one more."""
    visitor.answers({**SETTLED, "circumstances": "none"})
    return visitor


@pytest.fixture
def rarely(serve: Callable[..., Flask], tmp_path: Path) -> Visitor:
    """Return a visitor of a site where most people are asked for their age alone, of a page of five questions."""
    criteria = folders.write(tmp_path / "criteria", MOSTLY_CHILDREN)
    visitor = Visitor(serve(criteria=criteria).test_client(), "back-pain")
    visitor.answers({"leg_pain": "yes", "numb": "no", "fever": "no"})
    return visitor


def asked_on(page: Element) -> list[str]:
    return [one["value"] for one in page.all("input", name="asked")]


def reviewed(visitor: Visitor) -> list[str]:
    """Return the questions on the review, in order."""
    lists = visitor.page("/screener/review").all("dl", class_="stack")
    links = [one for listed in lists for one in listed.all("a")]
    return [one["href"].rsplit("/", 1)[-1].partition("?")[0] for one in links]


def back_from(visitor: Visitor, page: str) -> str:
    return way_back(read(visitor.client.get(page).text))


# A page that is smaller than its group.


def test_a_question_that_will_hardly_be_asked_is_left_out_until_it_is(rarely: Visitor):
    first = rarely.page("/screener/age")
    led_to = where(rarely.answer("age", "44"))
    then = read(rarely.client.get(led_to).text)

    assert asked_on(first) == []
    assert set(asked_on(then)) == {"weight", "sex", "pregnancy", "scan"}


def test_back_to_a_page_does_not_show_what_was_asked_after_it(rarely: Visitor):
    rarely.answer("age", "44")
    rarely.post("/screener/weight", {"declined": DO_NOT_KNOW})

    assert asked_on(rarely.page("/screener/age")) == []
    assert asked_on(rarely.page("/screener/weight")) == ["weight", "sex", "pregnancy", "scan"]
    assert back_from(rarely, "/back-pain/screener/weight") == "/back-pain/screener/age"


# Two tabs.


def test_a_page_of_another_tab_that_does_not_apply_any_more_goes_on_though_it_is_empty(settled: Visitor):
    settled.answers({"cancer_history": "past"})
    assert settled.page("/screener/cancer_free_time").one("h1")
    settled.answer("cancer_history", "never")

    assert where(settled.post("/screener/cancer_free_time", {})).startswith(WAITING)
    assert where(settled.post("/screener/cancer_free_time", {"answer": "nonsense"})).startswith(WAITING)
    assert where(settled.post("/screener/cancer_free_time", {"answer": "9"})).startswith(WAITING)
    assert len(reviewed(settled)) == len(SETTLED) + 1


def test_while_it_applies_it_may_not_be_empty(settled: Visitor):
    settled.answers({"cancer_history": "past"})

    assert settled.post("/screener/cancer_free_time", {}).status_code == 422


def test_after_an_emergency_of_another_tab_its_question_may_not_be_empty(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "cauda_equina_signs": ["saddle_numbness"]})

    assert visitor.post("/screener/cauda_equina_signs", {}).status_code == 422
    assert where(visitor.post("/screener/age", {"answer": "44"})) == "/low-back-pain/urgent"


def test_a_page_of_another_tab_that_was_answered_here_meanwhile_is_taken_as_it_stands(settled: Visitor):
    form = {"asked": ["pain_site", "leg_reach", "leg_side"], "answer": "equal", "q-leg_reach-answer": "foot"}
    settled.answers({"pain_site": "neither", "age": "44"})

    assert where(settled.post("/screener/pain_site", form | {"q-leg_side-answer": "left"})).startswith(WAITING)
    assert reviewed(settled)[-5:] == ["age", "pain_site", "leg_reach", "leg_side", "circumstances"]


# New criteria while a page is open.


def test_a_page_whose_group_the_site_split_meanwhile_keeps_its_own_answer_and_asks_the_others_again(
    serve: Callable[..., Flask], tmp_path: Path
):
    before = Visitor(serve(criteria=folders.write(tmp_path / "before", PAGED)).test_client(), "back-pain")
    before.answers({"leg_pain": "yes", "numb": "no", "fever": "no"})
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "after", split())).test_client(), "back-pain")
    visitor.client.set_cookie("prescreen-back-pain", before.cookie(), path="/back-pain")
    form = {"asked": list(PERSON), "answer": "70", "unit": "kg", "q-age-answer": "44", "q-sex-answer": "male"}

    led_to = where(visitor.post("/screener/weight", form | {"q-scan-declined": DO_NOT_KNOW}))

    assert reviewed(visitor)[3:] == ["weight"]
    assert asked_on(read(visitor.client.get(led_to).text)) == []
    assert led_to != "/back-pain/screener/weight"


def test_answers_to_questions_of_their_own_pages_that_now_share_one_are_looked_at_again(
    serve: Callable[..., Flask], tmp_path: Path
):
    before = Visitor(serve(criteria=folders.write(tmp_path / "before", split())).test_client(), "back-pain")
    before.answers({"leg_pain": "yes", "numb": "no", "fever": "no", "scan": DO_NOT_KNOW, "sex": "male", "age": "44"})
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "after", PAGED)).test_client(), "back-pain")
    visitor.client.set_cookie("prescreen-back-pain", before.cookie(), path="/back-pain")

    page = visitor.page("/screener/sex")

    assert asked_on(page) == list(PERSON)
    assert back_from(visitor, "/back-pain/screener/age") == "/back-pain/screener/fever"


def split() -> dict[str, str]:
    """Return the folder whose questions about the person stand on pages of their own."""
    title = "  page_title: {en: Some basics, es: Datos básicos}\n"
    alone = PAGED[folders.QUESTIONS].replace("  together: person\n", "").replace(title, "")
    return PAGED | {folders.QUESTIONS: alone}


# Answers that are changed.


@pytest.mark.parametrize("language", ["en", "es"])
def test_advice_that_a_changed_answer_raises_stands_on_the_next_page(settled: Visitor, language: str):
    settled.answers({"age": "44", "height_cm": "170"})
    settled.get(f"?lang={language}")
    form = {"asked": ["cauda_equina_signs", "warning_signs", "cancer_history"], "q-cauda_equina_signs-answer": "none"}
    sent = form | {"answer": "fever", "q-cancer_history-answer": "never"}

    changed = settled.client.get(where(settled.post("/screener/warning_signs", sent)))
    then = settled.client.get(where(settled.answer("sex_at_birth", "male")))

    assert [len(read(one.text).all("div", role="note")) for one in (changed, then)] == [1, 0]


def test_a_change_on_the_review_tells_its_advice_there_alone(settled: Visitor):
    led_to = where(settled.answer("warning_signs", "fever", **{"from": "review"}))
    waiting = where(settled.answer("age", "44"))

    assert read(settled.client.get(led_to).text).all("div", role="note")
    assert not read(settled.client.get(waiting).text).all("div", role="note")


def test_what_comes_to_apply_on_a_page_that_is_changed_stays_with_it(settled: Visitor):
    settled.answers({"pain_site": "equal", "leg_reach": "none", "age": "44"})
    form = {"asked": ["pain_site", "leg_reach", "leg_side"], "answer": "equal", "q-leg_reach-answer": "foot"}
    settled.post("/screener/pain_site", form | {"q-leg_side-answer": "left"})

    assert back_from(settled, f"{WAITING}circumstances") == f"{WAITING}cancer_history"
    assert asked_on(settled.page("/screener/leg_side")) == ["pain_site", "leg_reach", "leg_side"]
    assert back_from(settled, f"{WAITING}leg_side") == f"{WAITING}circumstances"
    assert reviewed(settled)[-5:] == ["age", "pain_site", "leg_reach", "leg_side", "circumstances"]
