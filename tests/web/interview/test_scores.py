"""A score from 0 to 10: eleven points side by side, sent and kept as the number that could be typed before."""

from __future__ import annotations

from fractions import Fraction
from http import HTTPStatus

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.criteria.questions import SCALE, QuestionType
from tests.web.markup import Element, read
from tests.web.visitor import DO_NOT_KNOW, NOON, RATHER_NOT_SAY, SETTLED, Visitor, reviewed

PAGE = "/screener/back_pain_score?from=review"
ASKED = "How strong was your back pain in the last week, from 0 to 10?"
POINTS = [str(point) for point in range(11)]


@pytest.fixture
def hurting(visitor: Visitor) -> Visitor:
    """Return a visitor with pain in the back and the leg."""
    visitor.has_answered({**SETTLED, "pain_site": "equal", "leg_reach": "calf"})
    return visitor


def values(page: Element, **kind: str) -> list[str]:
    return [one["value"] for one in page.all("input", name="answer", **kind)]


def chosen(page: Element) -> list[str]:
    return [one["value"] for one in page.all("input") if "checked" in one]


def test_scores_of_the_bank_are_offered_as_points_and_other_numbers_are_typed(shipped_criteria: LiveCatalog):
    numbers = [one for one in shipped_criteria.current(NOON.date()).bank if one.type is QuestionType.NUMBER]

    assert {one.id for one in numbers if one.is_scale} == {"back_pain_score", "leg_pain_score"}
    assert len(numbers) > 10
    assert tuple(map(Fraction, POINTS)) == SCALE


def test_a_score_is_one_choice_among_eleven_points_and_two_ways_not_to_answer(hurting: Visitor):
    page = hurting.page(PAGE)

    assert values(page, type="radio") == [*POINTS, DO_NOT_KNOW, RATHER_NOT_SAY]
    assert page.all("input", name="declined") == page.all("input", inputmode="decimal") == []
    assert page.one("input", id="answer")["value"] == "0"


@pytest.mark.parametrize("point", [*POINTS, DO_NOT_KNOW, RATHER_NOT_SAY])
def test_what_was_chosen_is_kept_and_shown_again(hurting: Visitor, point: str):
    hurting.answer("back_pain_score", point)

    said = {DO_NOT_KNOW: "I don't know", RATHER_NOT_SAY: "I'd rather not say"}.get(point, f"{point} out of 10")
    assert chosen(hurting.page(PAGE)) == [point]
    assert reviewed(hurting.page("/screener/review"))[ASKED] == said


@pytest.mark.parametrize(("typed", "shown"), [("7.5", "7.5"), ("7,5", "7.5"), ("0.5", "0.5")])
def test_a_score_between_two_points_that_was_typed_before_is_not_lost(hurting: Visitor, typed: str, shown: str):
    hurting.answer("back_pain_score", typed)
    page = hurting.page(PAGE)

    assert page.one("input", id="answer")["value"] == shown
    assert values(page) == [shown]
    assert [one["type"] for one in page.all("input", name="declined")] == ["checkbox", "checkbox"]
    hurting.answer("back_pain_score", shown, **{"from": "review"})
    assert reviewed(hurting.page("/screener/review"))[ASKED] == f"{shown} out of 10"


def test_nor_is_it_on_a_page_with_others(hurting: Visitor):
    hurting.answer("back_pain_score", "7.5")
    page = hurting.page("/screener/back_pain_score")

    assert len(page.all("input", name="asked")) > 1
    assert page.one("input", id="answer")["value"] == "7.5"


def test_the_same_number_in_other_signs_is_a_point(hurting: Visitor):
    hurting.answer("back_pain_score", " 7.0 ")

    assert chosen(hurting.page(PAGE)) == ["7"]


def test_nothing_chosen_says_what_to_choose_and_anything_else_is_shown_again(hurting: Visitor):
    blank, wrong = hurting.answer("back_pain_score", ""), hurting.answer("back_pain_score", "11")

    assert blank.status_code == wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose a number from 0 to 10, or tick “I don't know”." in read(blank.text).one("div", role="alert").text
    assert values(read(blank.text), type="radio") == [*POINTS, DO_NOT_KNOW, RATHER_NOT_SAY]
    assert read(wrong.text).one("input", id="answer")["value"] == "11"


def test_a_point_that_many_chose_is_kept_once_for_all(app: Flask, hurting: Visitor):
    hurting.answer("back_pain_score", "7")
    first, other = hurting.page(PAGE), Visitor(app.test_client())
    other.has_answered({**SETTLED, "pain_site": "equal", "leg_reach": "calf"})
    other.answer("back_pain_score", "7")

    assert chosen(first) == chosen(other.page(PAGE)) == ["7"]
    assert chosen(Visitor(app.test_client()).page("/screener/age")) == []
