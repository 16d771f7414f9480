"""Wishes: where a visitor is and what they would rather not take part in. Asked once, kept in the cookie alone."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask

import prescreen
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.wishes import NO_WISHES, Wishes
from prescreen.web.interview.answer_cookie import Visit, read_visit
from prescreen.web.results import explanations
from tests.catalog import folders
from tests.web.markup import Element, read
from tests.web.result_cards import everywhere
from tests.web.visitor import DO_NOT_KNOW, NOON, SETTLED, SLUG, Visitor, is_gone, where

SEOUL = {"near": "Seoul", "within": "50"}
IN_SEOUL = "NCT02384928"
NEAR_OAKLAND = "NCT00000410"
NO_SITES = "NCT06144970"
HIDDEN = "A point that we show when the questions are over"


@pytest.fixture
def settled(visitor: Visitor) -> Visitor:
    """Return someone whose warning signs are settled, and who skipped the wishes."""
    visitor.has_answered(SETTLED)
    return visitor


def visit_of(app: Flask, visitor: Visitor) -> Visit:
    headers = {"Cookie": f"prescreen-{visitor.slug}={visitor.cookie()}"}
    with app.test_request_context(headers=headers):
        return read_visit(visitor.slug)


def listed(visitor: Visitor, query: str = "") -> dict[str, set[str]]:
    return {
        heading: {href.partition("?")[0].rsplit("/", 1)[-1] for href in hrefs}
        for heading, hrefs in everywhere(visitor, query).items()
    }


def error(page: Element) -> str:
    assert page.one("div", id="errors").one("a")["href"] == "#near"
    return page.one("p", id="near-error").text


# When the page comes.


def test_the_page_comes_once_when_the_warning_signs_are_settled(visitor: Visitor):
    before = [where(visitor.post(f"/screener/{name}", {"answer": SETTLED[name]})) for name in SETTLED]
    after = where(visitor.post("/screener/age", {"answer": "44"}))

    assert [one.endswith("/wishes") for one in before] == [False, False, False, False, True]
    assert after.startswith(f"/{SLUG}/screener/")
    assert visitor.get("/wishes").status_code == HTTPStatus.OK


def test_it_does_not_come_between_the_review_and_a_changed_answer(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes", "cauda_equina_signs": "none"})

    assert where(visitor.post("/screener/warning_signs", {"answer": "none", "from": "review"})).endswith("/review")
    assert where(visitor.post("/screener/cancer_history", {"answer": "never"})).endswith("/wishes")


def test_without_answers_in_an_emergency_and_before_the_signs_are_settled_other_pages_come_first(visitor: Visitor):
    assert is_gone(visitor.get("/wishes"))
    assert is_gone(visitor.post("/wishes", SEOUL))
    visitor.answer("diagnosed", "yes")
    assert where(visitor.get("/wishes")).endswith("/screener/cauda_equina_signs")
    assert where(visitor.post("/wishes", SEOUL)).endswith("/screener/cauda_equina_signs")
    visitor.answer("cauda_equina_signs", "bladder")
    assert where(visitor.get("/wishes")).endswith("/urgent")
    assert where(visitor.post("/wishes", SEOUL)).endswith("/urgent")


def test_an_emergency_keeps_no_wishes(app: Flask, settled: Visitor):
    settled.post("/wishes", SEOUL)
    settled.answer("cauda_equina_signs", "bladder")

    assert visit_of(app, settled).wishes is None


def test_of_one_trial_alone_nothing_can_be_left_out(serve: Callable[..., Flask], tmp_path: Path):
    reader = Visitor(serve(criteria=folders.write(tmp_path / "criteria", {})).test_client(), "back-pain")
    reader.answer("leg_pain", "yes")
    assert where(reader.post("/screener/numb", {"answer": "no"})).startswith("/back-pain/screener/")


# What wishes do.


@pytest.mark.parametrize("sent", [{"skip": "yes"}, {}, {"skip": "yes", **SEOUL}, {"near": " ", "refused": "love"}])
def test_who_skips_it_is_asked_about_all_trials(app: Flask, settled: Visitor, sent: dict[str, str]):
    before = settled.page("/screener/age").one("p", class_="state").text

    assert where(settled.post("/wishes", sent)).startswith(f"/{SLUG}/screener/")

    assert visit_of(app, settled).wishes == NO_WISHES
    assert settled.page("/screener/age").one("p", class_="state").text == before
    assert "outside your wishes" not in settled.page("/results").text


def test_the_question_page_counts_what_is_within(settled: Visitor):
    settled.post("/wishes", SEOUL)

    assert "5 of 23 trials are within your wishes" in settled.page("/screener/age").one("p", class_="state").text


def test_within_wishes_only_what_matters_to_those_trials_is_asked(
    app: Flask, settled: Visitor, shipped_criteria: LiveCatalog
):
    catalog = shipped_criteria.current(NOON.date())
    led_to = where(settled.post("/wishes", SEOUL))
    inside = set().union(*listed(settled).values())
    for _ in range(60):
        if not led_to.startswith(f"/{SLUG}/screener/") or led_to.endswith("review"):
            break
        name = led_to.rsplit("/", 1)[-1]
        tested = {one for trial_id in inside for one in catalog.trials[trial_id].questions(catalog.bank)}
        assert name in tested, name
        field = "declined" if 'name="declined"' in settled.get(f"/screener/{name}").text else "answer"
        led_to = where(settled.client.post(led_to, data={field: DO_NOT_KNOW}))

    assert led_to.endswith("review")
    assert IN_SEOUL in inside
    assert NO_SITES in inside
    assert NEAR_OAKLAND not in inside


@pytest.mark.parametrize(
    "wished",
    [
        SEOUL,
        {"refused": ["surgery", "placebo"]},
        {"near": "94612", "within": "25", "refused": "injection"},
        {"near": "Guadalajara, Jalisco", "within": "country"},
    ],
)
def test_wishes_change_no_determination(app: Flask, settled: Visitor, wished: dict[str, str | list[str]]):
    settled.answers({"age": "44", "sex_at_birth": "female"})
    without = listed(settled)
    settled.post("/wishes", wished)
    inside, outside = listed(settled), listed(settled, "outside=1")

    assert {group: inside[group] | outside[group] for group in without} == without
    assert not set().union(*inside.values()) & set().union(*outside.values())
    assert set().union(*outside.values())


def test_what_stands_outside_is_counted_with_its_reasons_and_asked_about_with_one_click(app: Flask, settled: Visitor):
    settled.post("/wishes", {**SEOUL, "refused": "surgery"})
    card = settled.page("/results").one("section", id="wishes")

    chips = [one.text for one in card.one("ul").all("a", aria_current="true")]
    assert chips == ["within 50 miles (80 km) of Seoul, South Korea", "without: surgery"]
    assert "18 of 23 trials are outside your wishes: 18 farther than 50 miles (80 km), 5 with surgery." in card.text
    outside = settled.page(card.one("form").one("a")["href"].removeprefix(f"/{SLUG}"))
    assert outside.one("h1").text == "18 trials outside your wishes"
    assert "Back to the trials within your wishes" in outside.text
    form = card.one("form")
    assert where(settled.client.post(form["action"], data={form.one("button")["name"]: "yes"})).startswith(
        f"/{SLUG}/screener/"
    )
    assert visit_of(app, settled).wishes == NO_WISHES


def test_a_changed_wish_leads_back_to_the_results(settled: Visitor):
    settled.post("/wishes", SEOUL)
    page = settled.page("/wishes?from=results")

    assert page.one("input", id="near")["value"] == "Seoul, South Korea"
    assert [one["value"] for one in page.all("option") if "selected" in one] == ["50"]
    sent = {"from": "results", "near": "Seoul, South Korea", "within": "country"}
    assert where(settled.post("/wishes", sent)) == f"/{SLUG}/results"
    assert "in the same country as Seoul, South Korea" in settled.page("/results").text


def test_distances_on_the_results_are_from_the_wished_place_which_stands_in_no_address(settled: Visitor):
    settled.post("/wishes", {"near": "Seoul"})
    page = settled.page("/results?sort=distance")

    assert "Seoul, South Korea, about 1 km " in page.text
    assert "Distances are from Seoul, South Korea, as in your wishes." in page.text
    assert page.all("input", id="near") == []
    assert not [one["href"] for one in page.all("a") if "Seoul" in one["href"]]
    assert NEAR_OAKLAND in set().union(*listed(settled).values())


def test_interest_in_a_trial_outside_is_possible(settled: Visitor):
    settled.post("/wishes", {**SEOUL, "refused": "medicine"})

    offered = settled.page(f"/interest?trial={NEAR_OAKLAND}").all("input", name="trial")
    assert [one["value"] for one in offered if "checked" in one] == [NEAR_OAKLAND]


def test_the_contact_form_offers_only_what_is_within(settled: Visitor):
    settled.post("/wishes", SEOUL)
    inside = set().union(*listed(settled).values())

    offered = {one["value"] for one in settled.page("/interest").all("input", name="trial")}
    assert offered
    assert offered <= inside


def test_the_sheet_says_how_many_trials_are_left_out(settled: Visitor):
    settled.post("/wishes", SEOUL)

    assert "18 trials are left out for where they are" in settled.page("/sheet").text
    assert "left out for where" not in settled.page(f"/sheet?trial={NEAR_OAKLAND}").text


def test_nothing_that_stores_exports_writes_letters_or_serves_staff_knows_of_wishes():
    floors = ("storage", "export", "mail", "workflow", "web/referrals", "web/participants", "web/worklist", "cli")
    modules = [path for floor in floors for path in (Path(prescreen.__file__).parent / floor).rglob("*.py")]

    assert len(modules) > 100
    assert {path.name for path in modules if "wishes.wishes" in path.read_text()} == {"places.py"}


def test_the_answers_as_a_file_say_nothing_of_wishes(settled: Visitor):
    settled.post("/wishes", SEOUL)

    assert settled.get("/answers.json").json.keys() == {"answers", "answered_on"}


def test_clearing_the_answers_clears_the_wishes(app: Flask, settled: Visitor):
    settled.post("/wishes", SEOUL)
    settled.post("/clear", {})
    assert visit_of(app, settled) == Visit()


def test_another_language_keeps_the_wishes(settled: Visitor):
    settled.post("/wishes", {**SEOUL, "refused": ["surgery", "placebo"]})
    page = settled.page("/results?lang=es")
    wished = "a menos de 50 millas (80 km) de Seoul, Corea del Sur sin: cirugía (operación) sin placebo"
    assert wished in page.one("section", id="wishes").text
    assert settled.page("/wishes").one("input", id="near")["value"] == "Seoul, Corea del Sur"


# What bad input gets.


@pytest.mark.parametrize(
    ("near", "message"),
    [
        ("qqqq", "We do not know this place."),
        ("SW1A 1AA", "We know the postal codes of the United States only."),
        ("<script>", "We do not know this place."),
        ("x" * 5000, "We do not know this place."),
        ("5" * 5000, "We do not know this place."),
        ("", "Type a town or a ZIP code"),
    ],
)
def test_a_place_that_is_not_known_says_so_keeps_the_rest_and_can_be_left_out(
    app: Flask, settled: Visitor, near: str, message: str
):
    sent = {"near": near, "within": "50", "refused": ["surgery", "placebo"]}
    page = read((response := settled.post("/wishes", sent)).text)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert message in error(page)
    assert page.one("title").text.startswith("Please check: Where, and what kind of trial?")
    assert page.one("input", id="near")["value"] == near
    assert [one["value"] for one in page.all("input", name="refused") if "checked" in one] == ["surgery", "placebo"]
    assert visit_of(app, settled).wishes == NO_WISHES
    first, without = page.one("form", action=f"/{SLUG}/wishes").all("button")[:2]
    assert "name" not in first
    assert settled.post("/wishes", {**sent, without["name"]: without["value"]}).status_code == HTTPStatus.SEE_OTHER
    expected = Wishes(None, None, frozenset({Treatment.SURGERY}), without_placebo=True)
    assert visit_of(app, settled).wishes == expected


def test_of_several_places_with_one_name_one_is_chosen(app: Flask, settled: Visitor):
    page = read(settled.post("/wishes", {"near": "Springfield", "within": "50"}).text)
    places = [one["value"] for one in page.all("input", name="place")]

    assert error(page) == "There is more than one place with this name. Choose yours."
    assert places[:3] == ["Springfield, Missouri", "Springfield, Massachusetts", "Springfield, Illinois"]
    sent = {"near": "Springfield", "within": "50", "place": places[2]}
    assert settled.post("/wishes", sent).status_code == HTTPStatus.SEE_OTHER
    wished = visit_of(app, settled).wishes
    assert wished is not None
    assert wished.place is not None
    assert wished.place.label == "Springfield, Illinois"
    assert settled.post("/wishes", {**sent, "place": "Springfield, Atlantis"}).status_code == 422


def test_the_results_let_choose_between_places_too(settled: Visitor):
    page = read(settled.get("/results?near=Springfield&within=50").text)
    chosen = page.all("input", name="place")[2]["value"]

    assert error(page) == "There is more than one place with this name. Choose yours."
    found = settled.page(f"/results?near=Springfield&within=50&place={chosen}")
    assert found.one("input", id="near")["value"] == "Springfield, Illinois"


def test_a_wish_that_leaves_no_trial_is_said_and_not_kept(serve: Callable[..., Flask], tmp_path: Path):
    reader = two_trials(serve, tmp_path, "surgery")
    response = reader.post("/wishes", {"refused": "surgery"})
    page = read(response.text)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert page.one("title").text.startswith("Please check: ")
    assert "No trial is within these wishes. Of 2 trials: 2 with surgery." in page.one("div", id="nothing-left").text
    assert "2 of 2" not in reader.page("/screener/age").text
    assert where(reader.post("/wishes", {"skip": "yes"})).startswith("/back-pain/screener/")


@pytest.mark.parametrize("marks_alone", [False, True], ids=["told when they are over", "a twin that tells at once"])
def test_what_an_author_keeps_back_is_not_told_of_trials_that_were_not_asked_about(
    serve: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marks_alone: bool
):
    reader = two_trials(serve, tmp_path, "exercise")
    assert where(reader.post("/wishes", {"refused": "surgery"})).endswith("/results")
    if marks_alone:
        monkeypatch.setattr(explanations, "is_over", lambda *_: True)

    page = reader.page("/trials/T1").text
    assert ("Where it hurts." in page, HIDDEN in page) == (marks_alone, not marks_alone)
    assert HIDDEN not in reader.page("/trials/T2").text


SECOND = """\
id: T2
title: Exercise
conditions: [back-pain]
status: RECRUITING
confirmed: 2026-11-01
practical: {treatments: [KIND]}
inclusion:
  - {id: leg, text: Pain in a leg., rule: {leg_pain: true}}
cases:
  - {name: fits, answers: {leg_pain: true}, determination: potentially_eligible}
  - {name: does not fit, answers: {leg_pain: false}, determination: ineligible, because: [leg]}
"""
FIRST = """\
id: T1
title: An operation
conditions: [back-pain]
status: RECRUITING
confirmed: 2026-11-01
practical: {treatments: [surgery]}
inclusion:
  - {id: leg, text: Pain in the leg., rule: {leg_pain: true}, show: end, public_text: Where it hurts.}
  - {id: adult, text: You are grown up., rule: {age: {min: 18}}}
cases:
  - {name: fits, answers: {leg_pain: true, age: 44}, determination: potentially_eligible}
  - {name: does not fit, answers: {leg_pain: false, age: 4}, determination: ineligible, because: [leg, adult]}
"""


def two_trials(serve: Callable[..., Flask], tmp_path: Path, kind: str) -> Visitor:
    """Return someone with leg pain, for whom a trial with surgery and one of another kind are there."""
    questions = """\
- {id: age, type: number, ask: How old are you?, unit: a, range: {min: 0, max: 120}, grows: yearly}
- {id: leg_pain, type: boolean, ask: Do you have leg pain?, read: sciatica#signs}
- {id: numb, type: boolean, ask: Are you numb between the legs?}
"""
    files = {
        folders.QUESTIONS: questions,
        folders.REDCAP_CODES: "{}\n",
        folders.TRIAL: FIRST,
        "trials/T2.yaml": SECOND.replace("KIND", kind),
    }
    reader = Visitor(serve(criteria=folders.write(tmp_path / "criteria", files)).test_client(), "back-pain")
    reader.answers({"leg_pain": "yes", "numb": "no"})
    return reader


def test_places_and_wishes_are_neither_logged_nor_kept(settled: Visitor, capsys: pytest.CaptureFixture[str]):
    settled.post("/wishes", {"near": "Ulaanbaatar", "within": "250"})
    settled.page("/results")
    out, err = capsys.readouterr()
    assert "screener.choose_wishes" in out
    assert "Ulaan" not in out + err
