"""A page with several questions, as a browser without a script sends it: each field alone may be faulty or empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.catalog import folders
from tests.catalog.paged_folder import PAGED, PERSON
from tests.web.markup import Element, read
from tests.web.visitor import DO_NOT_KNOW, RATHER_NOT_SAY, Visitor, reviewed, way_back, where

PAGE = "/back-pain/screener/weight"
WOMAN = {
    "weight": {"answer": "154", "unit": "[lb_av]"},
    "age": {"answer": "44"},
    "sex": {"answer": "female"},
    "pregnancy": {"answer": ["feeding"]},
    "scan": {"answer-day": "2", "answer-month": "3", "answer-year": "2021"},
}
MAN = {**WOMAN, "sex": {"answer": "male"}, "pregnancy": {}}


@pytest.fixture
def begun(serve: Callable[..., Flask], tmp_path: Path) -> Visitor:
    """Return a visitor who comes to the page of the person."""
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", PAGED)).test_client(), "back-pain")
    visitor.answer("leg_pain", "yes")
    assert where(send(visitor, "numb", {"numb": {"answer": "no"}, "fever": {"answer": "no"}})).startswith(PAGE[:-6])
    return visitor


def send(visitor: Visitor, at: str, filled: dict[str, dict[str, Any]], **more: str) -> TestResponse:
    """Send the page of these questions, which lies at the address of one of them."""
    form: dict[str, Any] = {"asked": list(filled), **more}
    for question_id, fields in filled.items():
        prefix = "" if question_id == at else f"q-{question_id}-"
        form |= {f"{prefix}{name}": value for name, value in fields.items()}
    return visitor.post(f"/screener/{at}", form)


def rows(visitor: Visitor) -> dict[str, str]:
    """Return the answers on the review page, by question."""
    return reviewed(visitor.page("/screener/review"))


def field_of(page: Element, question_id: str) -> Element:
    """Return a question's part of a page."""
    names = [one["value"] for one in page.all("input", name="asked")]
    return dict(zip(names, page.all("fieldset", class_="card"), strict=True))[question_id]


def summary(page: Element) -> dict[str, str]:
    """Return what the summary says, by the address of the field."""
    return {one["href"]: one.text for one in page.one("div", id="errors").all("a")}


# What it shows.


def test_questions_that_belong_together_stand_on_one_page_with_a_title(begun: Visitor):
    page = begun.page("/screener/weight")

    assert page.one("h1").text == "Some basics"
    assert page.one("title").text.startswith("Some basics")
    assert [one["value"] for one in page.all("input", name="asked")] == list(PERSON)
    assert [one.one("h2").text for one in page.one("form", action=PAGE).all("legend")] == [
        "How much do you weigh?",
        "How old are you?",
        "What is your sex?",
        "Does any of these fit?",
        "When was your last scan?",
    ]


def test_each_question_has_its_own_help_reason_and_way_not_to_answer(begun: Visitor):
    page = begun.page("/screener/weight")

    weight = field_of(page, "weight")
    assert weight["aria-describedby"].split() == ["answer-hint"]
    assert page.one("p", id="answer-hint").text == "A rough number is fine."
    assert "Why we ask Heavy people need more" in page.one("main").one("aside").text
    assert page.text.count("Heavy people need more") == 1
    for name in PERSON:
        declined = {one["value"] for one in field_of(page, name).all("input") if one["value"].startswith("?")}
        assert declined == {DO_NOT_KNOW, RATHER_NOT_SAY}


def test_each_label_and_id_is_of_its_own_question(begun: Visitor):
    page = begun.page("/screener/weight")

    ids = [one["id"] for one in page.everything() if "id" in one]
    assert len(ids) == len(set(ids))
    assert {one["for"] for one in page.all("label") if "for" in one} <= set(ids)
    names = {name: {one["name"] for one in field_of(page, name).all("input")} - {"asked"} for name in PERSON}
    assert [names[one] & names[other] for one in PERSON for other in PERSON if one < other] == [set()] * 10


def test_a_question_that_hangs_on_another_of_the_page_says_so(begun: Visitor):
    page = begun.page("/screener/weight")

    told = "Skip this if it does not fit your answer about sex. Tick all that fit."
    assert page.one("p", id="q-pregnancy-answer-hint").text == told
    assert page.text.count("Skip this if") == 1


def test_the_section_to_read_is_that_of_the_first_question_that_has_one(begun: Visitor):
    assert begun.page("/screener/weight").one("main").one("aside").all("h2")[0].text == "Signs"


@pytest.mark.parametrize("at", PERSON)
def test_the_page_lies_at_the_address_of_each_of_its_questions_that_applies(begun: Visitor, at: str):
    if at == "pregnancy":
        assert where(begun.get(f"/screener/{at}")).startswith("/back-pain/screener/")
    else:
        assert [one["value"] for one in begun.page(f"/screener/{at}").all("input", name="asked")] == list(PERSON)


def test_a_question_alone_has_the_page_that_it_always_had(begun: Visitor):
    page = begun.page("/screener/leg_pain")

    assert (page.one("h1").text, page.all("input", name="asked")) == ("Do you have leg pain?", [])


# What is kept.


@pytest.mark.parametrize("at", ["weight", "age", "sex", "scan"])
def test_answers_of_every_kind_are_stored_at_once(begun: Visitor, at: str):
    assert where(send(begun, at, WOMAN)) == "/back-pain/screener/review"

    assert list(rows(begun).items())[3:] == [
        ("How much do you weigh?", "154 pounds"),
        ("How old are you?", "44 years"),
        ("What is your sex?", "Female"),
        ("Does any of these fit?", "Breast-feeding"),
        ("When was your last scan?", "2 March 2021"),
    ]


@pytest.mark.parametrize("declined", [DO_NOT_KNOW, RATHER_NOT_SAY])
def test_every_question_of_a_page_can_be_declined(begun: Visitor, declined: str):
    ticked = {name: {"answer" if name == "sex" else "declined": declined} for name in PERSON if name != "pregnancy"}

    assert where(send(begun, "age", {**ticked, "pregnancy": {}})) == "/back-pain/screener/review"
    assert len(set(list(rows(begun).values())[3:])) == 1
    assert len(rows(begun)) == 3 + 4


@pytest.mark.parametrize(
    "ticked", [{}, {"answer": ["feeding"]}, {"declined": RATHER_NOT_SAY}, {"answer": ["pregnant", "none"]}]
)
def test_a_question_that_does_not_apply_may_be_left_empty_and_what_is_ticked_there_is_not_kept(
    begun: Visitor, ticked: dict[str, Any]
):
    assert where(send(begun, "age", {**MAN, "pregnancy": ticked})) == "/back-pain/screener/review"
    assert "Does any of these fit?" not in rows(begun)

    begun.answer("sex", "female", **{"from": "review"})

    assert [one["value"] for one in begun.page("/screener/pregnancy").all("input") if "checked" in one] == []


def test_a_declined_question_leaves_what_hangs_on_it_open(begun: Visitor):
    sent = {**WOMAN, "sex": {"answer": RATHER_NOT_SAY}, "pregnancy": {"answer": ["none"]}}

    assert where(send(begun, "age", sent)) == "/back-pain/screener/review"
    assert "Does any of these fit?" not in rows(begun)


def test_what_no_longer_matters_after_the_other_answers_may_be_left_empty(begun: Visitor):
    too_young = {**{name: {} for name in PERSON}, "age": {"answer": "17"}}

    assert where(send(begun, "weight", too_young)) == "/back-pain/screener/review"
    assert list(rows(begun))[3:] == ["How old are you?"]


# Faults.


@pytest.mark.parametrize(
    ("faulty", "fields", "said"),
    [
        ("weight", {"answer": "9000", "unit": "kg"}, "How much do you weigh? Type a number from 25 to 350 kilograms"),
        ("age", {"answer": "old"}, "How old are you? Type a number from 0 to 120"),
        ("sex", {"answer": "?"}, "What is your sex? Choose one of the answers"),
        ("pregnancy", {"answer": ["none", "pregnant"]}, "Does any of these fit? You ticked “None of these” together"),
        (
            "scan",
            {"answer-day": "31", "answer-month": "2", "answer-year": "2021"},
            "When was your last scan? Type a day",
        ),
    ],
)
@pytest.mark.parametrize("at", ["weight", "scan"])
def test_one_faulty_field_is_named_and_the_others_are_kept_in_the_form(
    begun: Visitor, faulty: str, fields: dict[str, Any], said: str, at: str
):
    before = begun.cookie()
    reply = send(begun, at, {**WOMAN, faulty: fields})
    page = read(reply.text)

    own = "answer" if faulty == at else f"q-{faulty}-answer"
    assert (reply.status_code, begun.cookie()) == (422, before)
    assert list(summary(page)) == [f"#{own}"]
    assert summary(page)[f"#{own}"].startswith(said)
    assert page.one("p", id=f"{own}-error").text in summary(page)[f"#{own}"]
    assert f"{own}-error" in field_of(page, faulty)["aria-describedby"]
    invalid = {name for name in PERSON if any("aria-invalid" in one for one in field_of(page, name).everything())}
    assert invalid == {faulty}
    assert page.one("title").text.startswith("Please check: Some basics")
    assert entered(page) == entered(read(send(begun, at, {**WOMAN, faulty: fields}).text))
    again = {name: entered(page)[name] for name in PERSON if name != faulty}
    assert again == {name: typed(fields) for name, fields in WOMAN.items() if name != faulty}


def entered(page: Element) -> dict[str, list[str]]:
    """Return what stands in each question's field: what is typed, ticked or chosen."""
    return {name: _entered(field_of(page, name)) for name in PERSON}


def _entered(field: Element) -> list[str]:
    boxes = [one for one in field.all("input") if one["name"] != "asked"]
    texts = [one["value"] for one in boxes if "type" not in one]
    ticked = [one["value"] for one in boxes if "checked" in one]
    return texts + [one["value"] for one in field.all("option") if "selected" in one] + ticked


def typed(fields: dict[str, Any]) -> list[str]:
    """Return the values of a question's fields in one list."""
    return [one for value in fields.values() for one in (value if isinstance(value, list) else [value])]


def test_what_applies_and_matters_is_not_left_empty(begun: Visitor):
    reply = send(begun, "weight", {**{name: {} for name in PERSON}, "age": {"answer": "44"}})

    assert reply.status_code == 422
    assert summary(read(reply.text)) == {
        "#answer": "How much do you weigh? Type a number, or tick “I don't know”.",
        "#q-sex-answer": "What is your sex? Choose one answer, or tick “I don't know”.",
        "#q-scan-answer": "When was your last scan? Type a day, a month and a year, or tick “I don't know”.",
    }


def test_what_comes_to_apply_on_the_page_is_not_left_empty(begun: Visitor):
    reply = send(begun, "weight", {**WOMAN, "pregnancy": {}})

    assert list(summary(read(reply.text))) == ["#q-pregnancy-answer"]


def test_an_answer_and_not_knowing_at_once_is_a_fault_of_that_field_alone(begun: Visitor):
    reply = send(begun, "weight", {**WOMAN, "age": {"answer": "44", "declined": DO_NOT_KNOW}})

    assert list(summary(read(reply.text))) == ["#q-age-answer"]
    assert entered(read(reply.text))["age"] == ["44", DO_NOT_KNOW]


def test_a_fault_mended_goes_on_with_all_answers(begun: Visitor):
    send(begun, "weight", {**WOMAN, "age": {"answer": "old"}})

    assert where(send(begun, "weight", WOMAN)) == "/back-pain/screener/review"
    assert len(rows(begun)) == 8


# Warning signs.


def test_an_emergency_comes_before_a_fault_in_another_field(begun: Visitor):
    reply = send(begun, "fever", {"numb": {"answer": "yes"}, "fever": {"answer": "perhaps"}})

    assert where(reply) == "/back-pain/urgent"
    page = begun.page("/urgent")
    assert page.one("h1").text == "Get help now"
    assert "/back-pain/screener/numb" in [one["href"] for one in page.one("main").all("a")]


def test_after_an_emergency_its_question_stands_alone(begun: Visitor):
    send(begun, "fever", {"numb": {"answer": "yes"}, "fever": {"answer": "no"}})

    page = begun.page("/screener/numb")

    assert (page.one("h1").text, page.all("input", name="asked")) == ("Are you numb between the legs?", [])
    assert where(begun.answer("numb", "no")) == "/back-pain/screener/leg_pain"


@pytest.mark.parametrize("language", ["en", "es"])
def test_advice_is_shown_on_the_next_page_whichever_question_of_the_page_raised_it(begun: Visitor, language: str):
    begun.post("/clear", {})
    begun.get(f"?lang={language}")
    begun.answer("leg_pain", "yes")

    led_to = where(send(begun, "numb", {"fever": {"answer": "yes"}, "numb": {"answer": "no"}}))

    assert "See a doctor about the fever." in begun.client.get(led_to).text


# The way through.


def test_back_leads_to_the_whole_page_before_with_its_answers(begun: Visitor):
    page = begun.page("/screener/weight")
    back = way_back(page)

    signs = read(begun.client.get(back).text)

    assert back == "/back-pain/screener/numb"
    assert [one["value"] for one in signs.all("input", name="asked")] == ["fever", "numb"]
    assert [one["value"] for one in signs.all("input") if "checked" in one] == ["no", "no"]
    assert way_back(signs) == "/back-pain/screener/leg_pain"


def test_a_page_looked_at_again_also_offers_what_may_come_to_apply(begun: Visitor):
    send(begun, "weight", MAN)

    page = begun.page("/screener/sex")
    assert entered(page) == {name: typed(MAN[name]) for name in PERSON}

    assert where(send(begun, "sex", WOMAN)) == "/back-pain/screener/review"
    assert rows(begun)["Does any of these fit?"] == "Breast-feeding"


def test_an_answer_that_is_emptied_is_taken_back_where_it_no_longer_matters(begun: Visitor):
    send(begun, "weight", WOMAN)

    emptied = send(begun, "weight", {**WOMAN, "age": {}})
    assert (emptied.status_code, list(summary(read(emptied.text)))) == (422, ["#q-age-answer"])
    assert where(send(begun, "weight", {**WOMAN, "weight": {"answer": "200", "unit": "kg"}, "age": {}}))
    assert "How old are you?" not in rows(begun)


def test_a_change_begun_on_the_review_asks_that_question_alone(begun: Visitor):
    send(begun, "weight", WOMAN)
    change = next(one["href"] for one in begun.page("/screener/review").all("a") if "/age?" in one["href"])

    page = read(begun.client.get(change).text)

    assert (page.one("h1").text, page.all("input", name="asked")) == ("How old are you?", [])
    assert where(begun.answer("age", "45", **{"from": "review"})) == "/back-pain/screener/review"
    assert (rows(begun)["How old are you?"], rows(begun)["What is your sex?"]) == ("45 years", "Female")


def test_a_page_of_which_half_was_answered_before_asks_the_other_half(begun: Visitor):
    begun.answer("age", "44")
    led_to = where(begun.post("/screener/scan", {"declined": DO_NOT_KNOW}))

    page = read(begun.client.get(led_to).text)

    assert [one["value"] for one in page.all("input", name="asked")] == ["weight", "sex", "pregnancy"]
    assert len(begun.page("/screener/age").all("input", name="asked")) == 5


def test_what_was_shown_is_what_is_judged_whatever_another_tab_did_meanwhile(begun: Visitor):
    begun.answer("age", "50")

    assert where(send(begun, "weight", WOMAN)) == "/back-pain/screener/review"
    assert rows(begun)["How old are you?"] == "44 years"


def test_questions_of_another_page_and_of_none_are_not_read(begun: Visitor):
    form = {**WOMAN, "numb": {"answer": "yes"}, "bmi": {"answer": "5"}, "no such": {"answer": "1"}, "": {"answer": "1"}}

    assert where(send(begun, "weight", form)) == "/back-pain/screener/review"
    assert rows(begun)["Are you numb between the legs?"] == "No"


def test_a_browser_without_cookies_is_told_so(begun: Visitor):
    begun.client.delete_cookie("prescreen-back-pain", path="/back-pain")

    assert "lost=1" in where(send(begun, "weight", WOMAN))


def test_a_helper_is_asked_about_the_other_person_in_both_languages(begun: Visitor):
    begun.post("/answering-for", {"who": "another", "question": "weight"})
    assert field_of(begun.page("/screener/weight"), "weight").one("legend").text == "How much does the person weigh?"

    begun.get("?lang=es")
    page = begun.page("/screener/weight")

    assert (page.one("h1").text, field_of(page, "weight").one("legend").text) == (
        "Datos básicos",
        "¿Cuánto pesa la persona?",
    )
    hint = "Sáltese esta pregunta si no corresponde a su respuesta sobre el sexo. Marque todas las que correspondan."
    assert page.one("p", id="q-pregnancy-answer-hint").text == hint
    reply = read(send(begun, "weight", {**WOMAN, "age": {}}).text)
    assert summary(reply)["#q-age-answer"].startswith("¿Cuántos años tiene? Escriba un número")
