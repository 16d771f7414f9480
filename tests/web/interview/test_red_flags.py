"""Warning signs come before any trial: urgent advice at once, or advice to see a doctor beside the next question."""

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.web.interview.answer_cookie import Visit, write_visit
from tests.web.markup import read
from tests.web.visitor import DO_NOT_KNOW, NOON, RATHER_NOT_SAY, SETTLED, Visitor, is_gone, where

URGENT = "/low-back-pain/urgent"
BEFORE = {"diagnosed": "yes", "taken_medication": "yes", "age": "44"}


def fall_ill(visitor: Visitor, *signs: str) -> None:
    """Answer some questions, then tick signs of an emergency."""
    visitor.has_answered(BEFORE)
    assert where(visitor.answer("cauda_equina_signs", list(signs or ["bladder"]))) == URGENT


@pytest.mark.parametrize("sign", ["saddle_numbness", "bladder", "bowel", "both_legs_new", "sexual"])
def test_each_emergency_sign_leads_to_advice_and_a_number_to_call(visitor: Visitor, sign: str):
    fall_ill(visitor, sign)

    page = visitor.page("/urgent")
    alarm = page.one("div", role="alert")

    assert alarm.one("h1").text == "Get help now"
    assert "Say that you have back pain and" in alarm.text
    assert "Call the emergency number now" in page.one("main").text
    assert alarm.all("a")[0]["href"] == "tel:911"


@pytest.mark.parametrize("signs", [["chest_pain"], ["unchecked_injury"], ["fever", "new_weakness"]])
def test_a_warning_sign_that_cannot_wait_leads_to_advice_and_a_number_to_call(visitor: Visitor, signs: list[str]):
    visitor.has_answered(BEFORE | {"cauda_equina_signs": "none"})

    assert where(visitor.answer("warning_signs", signs)) == URGENT
    page = visitor.page("/urgent")
    assert page.one("div", role="alert").all("a")[0]["href"] == "tel:911"
    assert "Call the emergency number now" in page.one("main").text


@pytest.mark.parametrize("cancer", ["now", "past"])
@pytest.mark.parametrize("sign", ["new_weakness", "both_legs_old"])
def test_cancer_makes_an_emergency_of_a_sign_that_was_for_the_doctor(visitor: Visitor, sign: str, cancer: str):
    visitor.has_answered(BEFORE | {"cauda_equina_signs": "none", "warning_signs": sign})

    assert where(visitor.answer("cancer_history", cancer)) == URGENT
    main = visitor.page("/urgent").one("main").text
    assert "presses on the spinal cord" in main
    assert "call your doctor" not in main


def test_several_signs_give_the_words_to_say_and_the_reason_for_each(visitor: Visitor):
    fall_ill(visitor, "bladder", "bowel")

    main = visitor.page("/urgent").one("main")
    alarm = main.one("div", role="alert").text

    assert ("new trouble with your bladder" in alarm, "new trouble with your bowels" in alarm) == (True, True)
    assert ("New trouble with peeing" in main.text, "New loss of bowel control" in main.text) == (True, True)
    # What to say stands once.
    assert (
        main.text.count("new trouble with your bladder") == main.text.count("Say that you have back pain and new") - 1
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_number_and_the_words_to_say_come_before_the_reason(visitor: Visitor, language: str):
    fall_ill(visitor, "saddle_numbness")
    main = read(visitor.client.get(f"{URGENT}?lang={language}").text).one("main")
    number, say, why = {
        "en": ("911", "Say that you have", "nerves at the base"),
        "es": ("911", "Diga que tiene", "nervios de la base"),
    }[language]

    assert main.text.index(number) < main.text.index(say) < main.text.index(why)


def test_the_numbers_of_other_countries_are_one_click_away(visitor: Visitor):
    fall_ill(visitor)
    main = visitor.page("/urgent").one("main")
    folded = [one["href"] for one in main.one("details").all("a")]

    assert main.all("a")[0]["href"] == "tel:911"
    assert {"tel:999", "tel:112", "tel:000"} < set(folded)
    assert [one["href"] for one in main.all("a") if one["href"].startswith("tel:")] == ["tel:911", *folded]


def test_after_an_emergency_no_other_answer_is_left(visitor: Visitor):
    fall_ill(visitor)

    visitor.answer("cauda_equina_signs", "none")

    assert [row.one("dt").text for row in visitor.page("/screener/review").one("dl").all("div")] == [
        "Do you have any of these new problems?"
    ]


def test_the_cookie_of_an_emergency_is_smaller_than_any_answers(visitor: Visitor):
    visitor.answers(BEFORE)
    with_answers = len(visitor.cookie())

    visitor.answer("cauda_equina_signs", "bladder")

    assert len(visitor.cookie()) < with_answers


@pytest.mark.parametrize("path", ["/interest", "/results", "/screener/review", "/screener/age", "/screener/diagnosed"])
def test_in_an_emergency_every_step_leads_to_the_advice(visitor: Visitor, path: str):
    fall_ill(visitor)

    assert where(visitor.get(path)) == URGENT


def test_in_an_emergency_no_other_answer_is_taken(visitor: Visitor):
    fall_ill(visitor)

    assert where(visitor.answer("age", "44")) == URGENT
    assert where(visitor.get("/results")) == URGENT


def test_in_an_emergency_a_form_that_was_open_before_is_not_taken(visitor: Visitor):
    visitor.has_answered(SETTLED)
    form = visitor.interest_form()
    visitor.answer("cauda_equina_signs", "bowel")

    assert where(visitor.post("/interest", form)) == URGENT
    assert visitor.cookie("prescreen-thanks") == ""


def test_the_article_offers_the_advice_instead_of_questions(visitor: Visitor):
    fall_ill(visitor)

    screener = visitor.page().one("section", id="screener")

    assert screener.all("form") == []
    assert URGENT in [one["href"] for one in screener.all("a")]


@pytest.mark.parametrize("reply", ["none", DO_NOT_KNOW, RATHER_NOT_SAY])
def test_a_tick_by_mistake_can_be_corrected_and_the_interview_goes_on(visitor: Visitor, reply: str):
    fall_ill(visitor)
    change = visitor.page("/urgent").one("main").all("a")[-1]["href"]
    assert visitor.client.get(change).status_code == 200

    led_to = where(visitor.client.post(change, data={"answer" if reply == "none" else "declined": reply}))

    assert led_to == "/low-back-pain/screener/diagnosed"
    assert where(visitor.get("/interest")) == "/low-back-pain/screener/warning_signs"


def test_without_an_emergency_the_page_shows_the_signs_to_know(visitor: Visitor):
    page = visitor.page("/urgent")

    assert page.one("h1").text == "Signs that need help at once"
    assert page.all("div", role="alert") == []


def test_a_sign_for_the_doctor_shows_its_advice_and_the_interview_goes_on(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes", "cauda_equina_signs": "none"})

    led_to = where(visitor.answer("warning_signs", ["fever", "weight_loss"]))

    page = read(visitor.client.get(led_to).text)
    assert led_to == "/low-back-pain/screener/cancer_history"
    assert [note.text[:30] for note in page.all("div", role="note")] == [
        "Please see a doctor about this",
        "Please see a doctor about this",
    ]
    assert "can be a sign of an infection" in page.text


@pytest.mark.parametrize("another", [False, True])
def test_the_advice_does_not_wait_until_the_wishes_are_told(visitor: Visitor, another: bool):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes", "cauda_equina_signs": "none"})
    if another:
        visitor.post("/answering-for", {"who": "another"})
    visitor.answer("warning_signs", "fever")

    led_to = where(visitor.post("/screener/cancer_history", {"answer": "never"}))

    assert led_to == "/low-back-pain/wishes"
    page = visitor.page("/wishes")
    [note] = page.all("div", role="note")
    assert "can be a sign of an infection" in note.text
    assert ("This is about the person you are answering for." in note.text) == another
    assert visitor.page("/wishes?from=results").all("div", role="note") == []


def test_the_advice_stands_on_the_results_too(visitor: Visitor):
    visitor.has_answered(SETTLED | {"cancer_history": "now"})

    assert "please call your cancer team" in visitor.page("/results").text


def test_a_sign_ticked_while_changing_an_answer_shows_its_advice_at_once(visitor: Visitor):
    visitor.has_answered(SETTLED)

    led_to = where(visitor.answer("warning_signs", "fever", **{"from": "review"}))

    assert "can be a sign of an infection" in read(visitor.client.get(led_to).text).text


@pytest.mark.parametrize("path", ["/results", "/interest"])
def test_results_and_form_open_only_after_the_warning_signs(visitor: Visitor, path: str):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes", "age": "44"})

    assert where(visitor.get(path)) == "/low-back-pain/screener/cauda_equina_signs"


@pytest.mark.parametrize("path", ["/results", "/interest", "/screener/review"])
def test_without_any_answer_a_page_says_so_and_leads_to_the_questions(visitor: Visitor, path: str):
    response = visitor.get(path)

    assert is_gone(response)
    assert read(response.text).one("a", class_="go")["href"] == "/low-back-pain#screener"


def test_warning_signs_that_are_not_known_open_the_results(visitor: Visitor):
    flags = ("cauda_equina_signs", "warning_signs", "cancer_history")

    visitor.answers(dict.fromkeys(flags, DO_NOT_KNOW))

    assert visitor.get("/results").status_code == 200


@pytest.mark.parametrize("flags", [(300,), (), "see_doctor"], ids=str)
def test_an_emergency_keeps_its_advice_where_the_criteria_have_other_flags_by_now(
    app: Flask, visitor: Visitor, shipped_criteria: LiveCatalog, flags: tuple[int, ...] | str
):
    known = shipped_criteria.current(NOON.date()).conditions["low-back-pain"].red_flags
    lesser = tuple(place for place, flag in enumerate(known) if not flag.is_emergency)
    kept = Visit(emergency="cauda_equina_signs", flags=lesser if isinstance(flags, str) else flags)
    with app.test_request_context("/low-back-pain"):
        response = app.response_class()
        write_visit(response, "low-back-pain", kept)
    cookie = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    visitor.client.set_cookie("prescreen-low-back-pain", cookie, path="/low-back-pain")

    page = visitor.page("/urgent").text

    assert "new numbness between your legs" in page
    assert all(str(known[place].advice) not in page for place in lesser)
