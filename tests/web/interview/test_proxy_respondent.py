"""Answering for another person: the questions are worded for that, and only an adult who may decide can send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from benchmarks.interview.walks import in_order_of_dependence
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.storage.tables import Consent, ConsentWording, PackedAnswers
from prescreen.web.base.request_context import EXTENSION
from tests.catalog import folders
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.result_cards import recruiting
from tests.web.visitor import DO_NOT_KNOW, SETTLED, Visitor, reviewed, where

OPENING = {"pain_site": "equal", "leg_reach": "foot", "cancer_history": "past", "treatment_study": "past"}
"""Of the questions with one answer those that open further questions."""
GUARDIAN = "I am their legal guardian or hold a power of attorney for health matters"


@pytest.fixture
def helper(visitor: Visitor) -> Visitor:
    """Return somebody who answers for another person, and may open the results."""
    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.post("/answering-for", {"who": "another"})
    return visitor


def choose(visitor: Visitor, sender: str) -> TestResponse:
    return visitor.post("/sender", {"sender": sender})


def heading(page: Element) -> str:
    return page.one("h1").text


@pytest.mark.parametrize("path", ["", "/screener/diagnosed", "/screener/taken_medication"])
def test_the_article_and_the_opening_questions_offer_it(visitor: Visitor, path: str):
    form = visitor.page(path).one("form", action="/low-back-pain/answering-for")

    assert form.text == "I'm answering for someone else"


def test_a_later_question_does_not_offer_it_again(visitor: Visitor):
    assert "answering for" not in visitor.get("/screener/age").text


def asked_on(visitor: Visitor, question_id: str) -> dict[str, str]:
    """Return the questions of the page that lies at the address of one, each as it is asked."""
    main = visitor.page(f"/screener/{question_id}").one("main")
    names = [one["value"] for one in main.all("input", name="asked")] or [question_id]
    return dict(zip(names, (one.text for one in main.all("legend")), strict=True))


def test_the_questions_speak_of_the_other_person(visitor: Visitor):
    back = visitor.post("/answering-for", {"who": "another", "question": "diagnosed"})

    assert where(back) == "/low-back-pain/screener/diagnosed"
    assert asked_on(visitor, "diagnosed")["diagnosed"].startswith("Has a doctor or nurse diagnosed the person")
    assert "Count those bought without a prescription" in visitor.get("/screener/taken_medication").text
    assert "diagnosed the person" in visitor.page().one("form", action="/low-back-pain/screener/diagnosed").text


def test_every_question_that_is_worded_for_a_helper_is_asked_so(visitor: Visitor, app: Flask):
    bank = app.extensions[EXTENSION].catalog.current(None).bank
    gates = dict.fromkeys(name for one in bank if one.ask_if for name in questions_in(one.ask_if))
    visitor.post("/answering-for", {"who": "another"})
    for gate in in_order_of_dependence(tuple(gates), bank):
        visitor.answer(gate, OPENING.get(gate) or [one.id for one in bank[gate].options if not one.exclusive])
    asked = [one for one in bank if not one.computed]

    pages = {one.id: asked_on(visitor, one.id)[one.id] for one in asked}

    assert pages == {one.id: " ".join(str(one.ask_other or one.ask).split()) for one in asked}
    assert sum(one.ask_other is not None for one in asked) > 30


def test_in_spanish_they_do_too(visitor: Visitor):
    visitor.get("?lang=es")
    visitor.post("/answering-for", {"who": "another"})

    assert "la persona por la que responde" in asked_on(visitor, "diagnosed")["diagnosed"]


def test_the_review_and_the_reasons_speak_of_the_other_person(helper: Visitor):
    review, results = helper.page("/screener/review"), helper.page("/trials/NCT03386149")

    asked = list(reviewed(review))
    assert asked[0].startswith("Has a doctor or nurse diagnosed the person")
    assert "Fits: 44 years." in results.text
    assert "Not you" not in results.text
    assert "You said:" not in helper.page("/results").text


@pytest.mark.parametrize("path", ["", "/screener/review", "/results", "/trials/NCT03386149", "/screener/age"])
def test_every_page_says_whom_it_speaks_of_and_offers_the_way_back(helper: Visitor, path: str):
    form = helper.page(path).one("form", class_="say")

    assert "“you” means that person" in form.text
    assert form.one("button").text == "I'm answering for myself"


def test_switching_back_keeps_the_answers(helper: Visitor):
    before = list(reviewed(helper.page("/screener/review")).values())

    back = helper.post("/answering-for", {"who": "self", "page": "screener.review"})

    assert where(back) == "/low-back-pain/screener/review"
    page = helper.page("/screener/review")
    assert list(reviewed(page).values()) == before != []
    assert "someone else" not in page.text
    assert page.all("dt")[0].text.startswith("Has a doctor or nurse diagnosed you")


@pytest.mark.parametrize("page", ["recruiter.work_list", "https://elsewhere.example", "screener.answer"])
def test_switching_leads_to_no_page_but_ours(visitor: Visitor, page: str):
    back = visitor.post("/answering-for", {"who": "self", "page": page, "question": "//elsewhere.example"})

    assert where(back) == "/low-back-pain#screener"


def test_an_answer_keeps_the_way_of_asking(helper: Visitor):
    helper.answer("age", "45")
    helper.answer("sex_at_birth", DO_NOT_KNOW)

    assert "someone else" in helper.page("/screener/review").text


def test_an_emergency_tells_the_helper_to_call(helper: Visitor):
    helper.answer("cauda_equina_signs", "bladder")

    page = helper.page("/urgent")
    assert "Call for them now" in page.one("div", class_="alarm").text
    assert page.text.count("“you” means that person") == 1
    helper.answer("cauda_equina_signs", "none")
    assert "someone else" in helper.page("/screener/age").text


def test_signs_to_know_are_no_emergency_of_the_other_person(helper: Visitor):
    assert "Call for them now" not in helper.get("/urgent").text


@pytest.mark.parametrize("path", ["/screener/review", "/results"])
def test_advice_to_see_a_doctor_says_whom_it_is_about(helper: Visitor, path: str):
    helper.answer("warning_signs", "fever")

    assert "help them to see a doctor" in helper.page(path).one("div", role="note").text


def test_nobody_is_asked_for_a_name_before_it_is_clear_who_sends(helper: Visitor):
    page = helper.page("/interest")

    assert heading(page) == "Who fills in the next part?"
    assert [one["value"] for one in page.all("input", name="sender")] == ["person", "guardian", "neither"]
    assert page.all("input", name="name") == []
    assert not any("checked" in one for one in page.all("input"))


def test_choosing_nothing_says_what_to_do(helper: Visitor):
    response = choose(helper, "")

    page = read(response.text)
    assert response.status_code == 422
    assert page.one("div", role="alert").one("a")["href"] == "#sender"
    assert all(one["aria-invalid"] == "true" for one in page.all("input", name="sender"))


@pytest.mark.parametrize(("sender", "note"), [("person", "“you” and “I” mean you"), ("guardian", "your own name")])
def test_the_person_or_a_guardian_gets_the_form(helper: Visitor, sender: str, note: str):
    assert where(choose(helper, sender)) == "/low-back-pain/interest"

    page = helper.page("/interest")
    assert note in page.one("div", class_="say").text
    assert page.one("input", name="name")


def test_anybody_else_is_stopped_and_told_what_to_do(helper: Visitor):
    choose(helper, "neither")

    page = helper.page("/interest")
    assert heading(page) == "They need to send this themselves"
    links = {one.text: one["href"] for one in page.one("main").all("a")}
    assert links["http://localhost/low-back-pain"] == "/low-back-pain"
    assert links["A sheet for the doctor"] == "/low-back-pain/sheet"
    assert page.all("input", name="name") == []


@pytest.mark.parametrize("sender", ["", "neither"])
def test_a_helper_cannot_send_by_a_form_of_before(ready: Visitor, database: Database, sender: str):
    form = ready.interest_form()
    ready.post("/answering-for", {"who": "another"})
    if sender:
        choose(ready, sender)

    response = ready.post("/interest", form)

    assert response.status_code == (200 if sender else 409)
    assert heading(read(response.text)) == ("They need to send this themselves" if sender else "Nothing was sent")
    assert count(database) == 0


@pytest.mark.parametrize("now", ["guardian", "self"])
def test_a_form_opened_for_another_sender_is_shown_again(helper: Visitor, database: Database, now: str):
    choose(helper, "person")
    form = helper.interest_form()
    if now == "self":
        helper.post("/answering-for", {"who": "self"})
    else:
        choose(helper, now)

    response = helper.post("/interest", form)

    assert response.status_code == 409
    assert "Who fills this in has changed" in response.text
    assert "Wilhelmina" in response.text
    assert count(database) == 0


@pytest.mark.parametrize(("sender", "given_by"), [("person", "assisted"), ("guardian", "guardian")])
def test_who_agreed_is_kept_with_each_consent(helper: Visitor, database: Database, sender: str, given_by: str):
    choose(helper, sender)

    assert where(helper.send()) == "/low-back-pain/thanks"

    assert {row[0] for row in rows(database, Consent.given_by)} == {given_by}
    with database.reading() as session:
        agreed = ConsentWording.sha256.in_(select(Consent.wording_sha256))
        wordings = list(session.scalars(select(ConsentWording.wording).where(agreed)))
    assert all((GUARDIAN in one) == (sender == "guardian") for one in wordings)


def test_a_person_who_answers_alone_agreed_alone(ready: Visitor, database: Database):
    ready.send()

    assert {row[0] for row in rows(database, Consent.given_by)} == {"self"}


def test_the_private_page_says_who_sent_it(helper: Visitor):
    choose(helper, "guardian")
    helper.send()

    assert "You sent this as the legal guardian" in helper.open_my_data().text


def test_an_adult_answer_of_another_person_is_still_needed(helper: Visitor):
    helper.answer("age", "17")
    choose(helper, "guardian")

    assert "18 or older" in heading(helper.page("/interest"))


def test_answers_of_a_helper_are_kept_for_matching_like_all_others(serve: Callable[..., Flask], tmp_path: Path):
    asked = "  ask: Do you have leg pain?\n"
    files = folders.altered(folders.QUESTIONS, asked, f"{asked}  ask_other: Does the person have leg pain?\n")
    app = serve(criteria=folders.write(tmp_path / "criteria", {**files, folders.TRIAL: recruiting()}))
    alone, helper = (Visitor(app.test_client(), "back-pain") for _ in range(2))
    helper.post("/answering-for", {"who": "another"})
    choose(helper, "person")
    for one in (alone, helper):
        one.answers({"numb": "no", "leg_pain": "yes", "age": "44"})
        assert where(one.send(future="yes")) == "/back-pain/thanks"

    [kept, of_helper] = [row[0] for row in rows(app.extensions[EXTENSION].database, PackedAnswers.content)]
    assert kept == of_helper


def test_the_wording_for_helpers_is_put_together_once(shipped_criteria: LiveCatalog):
    catalog = shipped_criteria.current(None)
    other = catalog.bank_for(another=True)

    assert [one.id for one in other] == [one.id for one in catalog.bank]
    assert catalog.bank_for(another=True) is other
    assert catalog.bank_for(another=False) is catalog.bank
