"""The interview as a visitor sees it: what is asked, stored and refused."""

import re

import pytest

from tests.web.markup import Element, read
from tests.web.visitor import DO_NOT_KNOW, RATHER_NOT_SAY, SETTLED, Visitor, is_gone, reviewed, way_back, where


def ticked(page: Element) -> list[str]:
    return [one["value"] for one in page.all("input") if "checked" in one]


def alert(page: Element) -> str:
    return page.one("div", role="alert").text


def test_the_first_question_on_the_article_asks_for_the_diagnosis_and_posts_to_its_own_page(visitor: Visitor):
    form = visitor.page().one("form", action="/low-back-pain/screener/diagnosed")

    first = form.all("fieldset")[0]
    assert "diagnosed" in first.one("legend").text
    assert [one["value"] for one in first.all("input", name="answer")] == ["yes", "no", DO_NOT_KNOW, RATHER_NOT_SAY]
    assert "I don't know" in first.text


def test_what_happens_with_the_answers_is_said_right_after_the_button(visitor: Visitor):
    screener = visitor.page().one("section", id="screener").text

    asked, button = screener.index("diagnosed you with"), screener.index("Continue")
    assert asked < button < screener.index("Nothing is kept unless you send it.")
    assert "in one locked cookie" in screener.partition("What we do with your answers")[2]


def test_the_article_asks_one_question_and_its_page_those_of_its_group(visitor: Visitor):
    beside = visitor.page().one("form", action="/low-back-pain/screener/diagnosed")
    alone = visitor.page("/screener/diagnosed").one("form", action="/low-back-pain/screener/diagnosed")

    assert beside.all("input", name="asked") == []
    assert [one["value"] for one in alone.all("input", name="asked")] == ["diagnosed", "taken_medication"]
    assert "medication" in alone.all("fieldset")[1].one("legend").text


def test_an_opening_question_that_was_answered_alone_leaves_the_other_beside_the_article(visitor: Visitor):
    led_to = where(visitor.answer("diagnosed", "yes", **{"from": "article"}))

    assert led_to == "/low-back-pain#screener"
    assert (
        "medication" in visitor.page().one("form", action="/low-back-pain/screener/taken_medication").one("legend").text
    )


def test_after_the_opening_questions_the_warning_signs_are_asked(visitor: Visitor):
    visitor.answer("diagnosed", "yes")

    assert where(visitor.answer("taken_medication", "no")) == "/low-back-pain/screener/cauda_equina_signs"


def test_each_question_says_why_it_is_asked_and_shows_the_section_to_read(visitor: Visitor):
    page = visitor.page("/screener/procedures")

    assert "Many trials are for people who have not had back surgery." in page.text
    assert page.one("main").one("aside").all("h2")[0].text == "Surgery"


@pytest.mark.parametrize(
    ("question_id", "answer"),
    [
        ("diagnosed", "no"),
        ("diagnosed", DO_NOT_KNOW),
        ("cancer_history", "past"),
        ("cancer_history", RATHER_NOT_SAY),
        ("warning_signs", ["both_legs_old", "fever"]),
    ],
)
def test_a_choice_is_shown_again(visitor: Visitor, question_id: str, answer: str | list[str]):
    visitor.answer(question_id, answer)

    assert ticked(visitor.page(f"/screener/{question_id}")) == ([answer] if isinstance(answer, str) else answer)


def test_a_number_is_shown_again_in_the_unit_it_was_given_in(visitor: Visitor):
    visitor.answer("pain_site", "leg_only")
    visitor.answer("pain_duration", "10", unit="wk")

    page = visitor.page("/screener/pain_duration")

    assert page.one("input", name="answer")["value"] == "10"
    assert [one.text for one in page.all("option") if "selected" in one] == ["weeks"]


def test_a_number_that_is_not_known_is_shown_as_that(visitor: Visitor):
    visitor.post("/screener/age", {"answer": "", "declined": DO_NOT_KNOW})

    assert ticked(visitor.page("/screener/age")) == [DO_NOT_KNOW]


@pytest.mark.parametrize("declined", [DO_NOT_KNOW, RATHER_NOT_SAY])
def test_a_declined_question_is_not_asked_again(visitor: Visitor, declined: str):
    visitor.answer("diagnosed", declined)

    assert where(visitor.answer("taken_medication", declined)) == "/low-back-pain/screener/cauda_equina_signs"


def test_changing_an_answer_keeps_the_others(visitor: Visitor):
    visitor.has_answered(SETTLED)

    visitor.answer("taken_medication", "no", **{"from": "review"})

    rows = reviewed(visitor.page("/screener/review"))
    assert rows["Have you taken any medication for this pain?"] == "No"
    assert len(rows) == len(SETTLED)


def test_a_change_begun_on_the_review_page_ends_there(visitor: Visitor):
    visitor.has_answered(SETTLED)
    change = next(one["href"] for one in visitor.page("/screener/review").all("a") if "diagnosed" in one["href"])

    form = read(visitor.client.get(change).text).one("form", action="/low-back-pain/screener/diagnosed")

    assert form.one("input", name="from")["value"] == "review"
    assert where(visitor.answer("diagnosed", "no", **{"from": "review"})) == "/low-back-pain/screener/review"


def test_the_back_link_leads_through_the_answers_to_the_article(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes"})

    back = [way_back(visitor.page(f"/screener/{name}")) for name in SETTLED]

    # The first two stand on one page.
    assert back[:3] == ["/low-back-pain", "/low-back-pain", "/low-back-pain/screener/taken_medication"]


def test_nothing_ticked_is_refused_with_the_way_to_mend_it(visitor: Visitor):
    response = visitor.post("/screener/diagnosed", {})

    assert response.status_code == 422
    assert "Choose yes or no, or tick “I don't know”." in alert(read(response.text))


def test_none_of_these_beside_another_box_is_refused_and_both_ticks_are_kept(visitor: Visitor):
    response = visitor.answer("warning_signs", ["fever", "none"])

    page = read(response.text)
    assert response.status_code == 422
    assert ticked(page) == ["fever", "none"]
    assert "Untick one of them" in alert(page)


@pytest.mark.parametrize("typed", ["", "old", "-1", "1e3", "5-7", "121", "999999999999", "½", "<b>", "1,500", "4 4"])
def test_a_number_that_cannot_be_is_refused_beside_its_field_and_kept(visitor: Visitor, typed: str):
    response = visitor.answer("age", typed)

    page = read(response.text)
    field = page.one("input", id="answer")
    assert (response.status_code, field["aria-invalid"], field["value"]) == (422, "true", typed)
    assert page.one("p", id=field["aria-describedby"]).text in alert(page)
    assert page.one("title").text.startswith("Please check: ")


def test_the_allowed_range_is_said_in_the_unit_that_was_chosen(visitor: Visitor):
    response = visitor.answer("weight_kg", "12", unit="[lb_av]")

    assert "Type a number from 55.2 to 771.6 pounds" in alert(read(response.text))
    assert [one.text for one in read(response.text).all("option") if "selected" in one] == ["pounds"]


def test_a_refusal_shows_a_number_that_is_accepted(visitor: Visitor):
    told = alert(read(visitor.answer("height_cm", "17", unit="cm").text))

    assert "Type a number from 100 to 250 centimeters, such as 170." in told
    assert visitor.answer("height_cm", "170", unit="cm").status_code == 303


def test_a_number_that_has_two_meanings_is_asked_about(visitor: Visitor):
    told = alert(read(visitor.answer("weight_kg", "72,500", unit="kg").text))

    assert "Do you mean 72500 or 72.500? Type it without the comma." in told


def test_more_inches_than_a_foot_has_are_refused(visitor: Visitor):
    told = alert(read(visitor.answer("height_cm", "5'13\"", unit="[in_i]").text))

    assert "A foot has 12 inches." in told


@pytest.mark.parametrize(("language", "echo"), [("en", "You said: 172.5 centimeters"), ("es", "172.5 centímetros")])
def test_a_decimal_comma_is_read_and_the_number_is_shown_as_read(visitor: Visitor, language: str, echo: str):
    visitor.get(f"?lang={language}")

    assert visitor.answer("height_cm", "172,5", unit="cm").status_code == 303

    assert visitor.page("/screener/height_cm").one("input", id="answer")["value"] == "172.5"
    assert echo.removeprefix("You said: ") in visitor.page("/screener/review").text


@pytest.mark.parametrize("typed", ["0", "120", " 44 ", "44.", "44.50"])
def test_the_edges_of_a_range_belong_to_it_and_numbers_may_be_typed_loosely(visitor: Visitor, typed: str):
    assert visitor.answer("age", typed).status_code == 303


def test_a_unit_that_the_page_does_not_offer_is_refused(visitor: Visitor):
    assert visitor.answer("weight_kg", "80", unit="[stone_av]").status_code == 422


def test_an_answer_and_not_knowing_at_once_is_refused_and_both_are_kept(visitor: Visitor):
    response = visitor.answer("age", "44", declined=DO_NOT_KNOW)

    page = read(response.text)
    assert response.status_code == 422
    assert (page.one("input", id="answer")["value"], ticked(page)) == ("44", [DO_NOT_KNOW])


def test_two_answers_to_a_question_that_takes_one_are_refused(visitor: Visitor):
    assert visitor.answer("diagnosed", ["yes", "no"]).status_code == 422


def test_a_refused_answer_leaves_the_earlier_one(visitor: Visitor):
    visitor.answer("age", "44")

    visitor.answer("age", "many")

    assert visitor.page("/screener/age").one("input", id="answer")["value"] == "44"


@pytest.mark.parametrize("path", ["/screener/no_such_question", "/screener/bmi", "/screener/", "/trials/NCT99999999"])
def test_what_is_not_there_answers_404_with_a_way_out(visitor: Visitor, path: str):
    response = visitor.get(path)

    assert response.status_code == 404
    assert read(response.text).one("main").one("a")["href"] == "/"


@pytest.mark.parametrize("question_id", ["bmi", "no_such_question"])
def test_what_is_not_asked_takes_no_answer(visitor: Visitor, question_id: str):
    assert visitor.answer(question_id, "25").status_code == 404


@pytest.mark.parametrize("path", ["", "/screener/age", "/results", "/interest", "/urgent", "/trials/NCT03386149"])
def test_an_unknown_condition_answers_404(visitor: Visitor, path: str):
    assert visitor.client.get(f"/hay-fever{path}").status_code == 404


def test_a_question_that_does_not_apply_goes_on_to_one_that_does(visitor: Visitor):
    visitor.has_answered(SETTLED | {"health_areas": "none"})

    led_to = where(visitor.get("/screener/pregnancy"))

    assert led_to.startswith("/low-back-pain/screener/")
    assert visitor.client.get(led_to).status_code == 200


def test_an_answer_is_left_out_of_the_review_while_its_question_does_not_apply(visitor: Visitor):
    visitor.answers({"health_areas": "pregnancy", "pregnancy": "planning"})
    assert "Hoping to get pregnant" in visitor.page("/screener/review").text

    visitor.answer("health_areas", "none")

    assert "Hoping to get pregnant" not in visitor.page("/screener/review").text


def test_an_answer_comes_back_when_its_question_applies_again(visitor: Visitor):
    visitor.answers({"health_areas": "pregnancy", "pregnancy": "planning"})
    visitor.answer("health_areas", "none")
    visitor.answer("health_areas", "pregnancy")

    assert ticked(visitor.page("/screener/pregnancy")) == ["planning"]


def to_the_end(visitor: Visitor, answers: dict[str, str]) -> list[list[int]]:
    """Answer until nothing is asked any more; return how many pages each page said are left, if it did."""
    said, led_to = list[list[int]](), where(visitor.answer("diagnosed", "yes"))
    while "/screener/review" not in led_to:
        page = read(visitor.client.get(led_to).text)
        said.append([int(found) for found in re.findall(r"About (\d+) pages? left", page.text)])
        name = "declined" if page.all("input", name="declined") else "answer"
        known = answers.get(led_to.rsplit("/")[-1])
        led_to = where(visitor.client.post(led_to, data={"answer": known} if known else {name: DO_NOT_KNOW}))
    return said


@pytest.mark.parametrize("answers", [{}, {"pain_site": "leg_more", "leg_reach": "foot", "age": "44", "scan": "mri"}])
def test_the_interview_ends_and_most_pages_say_about_how_much_is_left(visitor: Visitor, answers: dict[str, str]):
    pages = to_the_end(visitor, answers)
    said = [number for page in pages for number in page]

    assert len(pages) > 12
    assert len(said) > 0.5 * len(pages)
    assert said == sorted(said, reverse=True)
    assert said[-1] >= 1
    assert said[0] < 30
    assert "No other question can change your results." in visitor.page("/screener/review").text


def test_clearing_leaves_nothing_behind(visitor: Visitor):
    visitor.has_answered(SETTLED)

    response = visitor.post("/clear", {})

    assert (where(response), visitor.cookie()) == ("/low-back-pain/cleared", "")
    assert is_gone(visitor.get("/screener/review"))
