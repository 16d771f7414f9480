"""One trial alone: what matters to it is asked, its own page follows, and each address says what it is about."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.catalog import folders
from tests.web.markup import Element, read
from tests.web.result_cards import TODAY, card, recruiting
from tests.web.visitor import DO_NOT_KNOW, SETTLED, Visitor, is_gone, where

SLUG = "back-pain"
QUESTIONS = (
    folders.FILES[folders.QUESTIONS]
    + """\
- {id: walks, type: boolean, together: moving, page_title: Moving, ask: Can you walk?}
- {id: runs, type: boolean, together: moving, ask: Can you run?}
"""
)
OTHER = """\
id: {id}
title: {title}
conditions: [back-pain]
status: {status}
confirmed: {confirmed}
sites: [{{id: york, name: York Clinic}}]
practical: {{treatments: [surgery]}}
inclusion:
  - {{id: walks, text: You can walk., rule: {{walks: true}}}}
  - {{id: runs, text: You can run., rule: {{runs: true}}}}
cases:
  - {{name: fits, answers: {{walks: true, runs: true}}, determination: potentially_eligible}}
  - {{name: neither, answers: {{walks: false, runs: false}}, determination: ineligible, because: [walks, runs]}}
"""
MOST_SECONDS = 10
LOST = "is not on this site any more"
REPLIES = {
    "age": {"answer": "44"},
    "sex": {"answer": "female"},
    "pregnancy": {"answer": "none"},
    "pain_duration": {"answer": "10", "unit": "wk"},
    "walks": {"answer": "yes"},
    "runs": {"answer": "yes"},
}
OF_T1 = {"age", "sex", "pregnancy", "pain_duration"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def other(trial_id: str, title: str, status: str) -> str:
        return OTHER.format(id=trial_id, title=title, status=status, confirmed=TODAY)

    files = {
        folders.QUESTIONS: QUESTIONS,
        folders.TRIAL: recruiting(),
        "trials/T2.yaml": other("T2", "Walking & running", "RECRUITING"),
        "trials/T3.yaml": other("T3", "Walking for those who ran", "COMPLETED"),
    }
    return folders.write(tmp_path / "criteria", files)


@pytest.fixture
def patient(serve: Callable[..., Flask], folder: Path) -> Visitor:
    """Return a visitor for whom the warning signs are settled."""
    visitor = Visitor(serve(criteria=folder).test_client(), SLUG)
    visitor.answers({"leg_pain": "yes", "numb": "no"})
    return visitor


def asked_in(address: str) -> str:
    """Return the question that an address in focus asks; empty for any other page."""
    path = urlsplit(address).path
    return path.rsplit("/")[-1] if "/screener/" in path else ""


def opened(visitor: Visitor, address: str) -> Element:
    response = visitor.client.get(address)
    assert response.status_code == HTTPStatus.OK, address
    return read(response.text)


def link(page: Element, words: str) -> Element:
    """Return the link with these words; a page may show it in one place on a phone and in another beside."""
    found = [one for one in page.all("a") if one.text == words]
    assert len({one["href"] for one in found}) == 1
    return found[0]


def sent(visitor: Visitor, page: Element, answer: str, **fields: str) -> str:
    """Answer the question of a page, as its form would, and return where that leads."""
    form = next(one for one in page.all("form") if "/screener/" in one["action"])
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    return where(visitor.client.post(form["action"], data={**hidden, "answer": answer, **fields}))


def walked(visitor: Visitor, start: str) -> tuple[list[str], str]:
    """Answer what is asked from an address on; return the questions, and the page that follows the last."""
    asked, address = list[str](), where(visitor.client.get(start))
    while name := asked_in(address):
        asked.append(name)
        address = sent(visitor, opened(visitor, address), **REPLIES[name])
    return asked, address


def test_a_card_says_how_many_questions_are_left_at_most_and_leads_to_them(patient: Visitor):
    cards = {trial: card(patient.page("/results"), trial) for trial in ("T1", "T2")}
    asked = {trial: walked(patient, link(one, "Answer them")["href"])[0] for trial, one in cards.items()}

    assert set(asked["T1"]) == OF_T1
    assert asked["T2"] == ["walks", "runs"]
    for trial, one in cards.items():
        assert f"At most {len(asked[trial])} questions left for this one." in one.text


def test_the_pages_name_the_trial_and_its_own_page_follows_the_last_question(patient: Visitor):
    page = opened(patient, where(patient.get("/trials/T2/questions")))
    back = link(page, "Back to all trials")["href"]
    _, end = walked(patient, f"/{SLUG}/trials/T2/questions")
    settled = opened(patient, end)

    assert "These questions are for one trial only: Walking & running" in page.text
    assert back == f"/{SLUG}/results"
    assert end == f"/{SLUG}/trials/T2"
    assert "No question is left for this trial" in settled.text
    assert link(settled, "I'm interested")["href"] == f"/{SLUG}/interest?trial=T2"
    on = opened(patient, link(settled, "Go on with the questions for all trials")["href"])
    assert "one trial only" not in on.text


def test_the_next_page_of_a_group_does_not_ask_again_what_was_just_answered(patient: Visitor):
    asked = where(patient.post("/screener/walks?only=T2", {"answer": "yes"}))
    assert asked_in(asked) == "runs"

    page = patient.page(asked.removeprefix(f"/{SLUG}"))

    assert page.all("input", name="asked") == []
    assert page.one("h1").text == "Can you run?"


def test_the_page_of_an_open_trial_leads_to_its_questions_and_keeps_the_way_to_its_team(patient: Visitor):
    page = patient.page("/trials/T2")

    assert link(page, "Answer the questions for this trial")["href"] == f"/{SLUG}/trials/T2/questions"
    assert "At most 2 questions are left." in page.text
    assert link(page, "I'm interested")["href"] == f"/{SLUG}/interest?trial=T2"


def test_a_trial_that_does_not_fit_or_is_closed_ends_with_the_way_to_the_others(patient: Visitor):
    patient.answers({"walks": "no"})
    for trial in ("T2", "T3"):
        page = patient.page(where(patient.get(f"/trials/{trial}/questions")).removeprefix(f"/{SLUG}"))
        assert "No question is left for this trial" in page.text
        assert "I'm interested" not in page.text
        assert link(page, "Go on with the questions for all trials")["class"].strip() == "go"


def test_a_trial_that_is_stuck_on_what_is_not_known_has_no_question_left(patient: Visitor):
    patient.answers({"age": DO_NOT_KNOW, "sex": "male"})
    assert where(patient.answer("pain_duration", "10", unit="wk"))
    one = card(patient.page("/results"), "T1")

    assert "left for this one" not in one.text
    assert where(patient.get("/trials/T1/questions")) == f"/{SLUG}/trials/T1"


def test_warning_signs_come_first_in_focus_too(serve: Callable[..., Flask], folder: Path):
    visitor = Visitor(serve(criteria=folder).test_client(), SLUG)
    visitor.answers({"leg_pain": "no"})
    first = where(visitor.get("/trials/T2/questions"))
    second = sent(visitor, opened(visitor, first), "no")
    urgent = sent(visitor, opened(visitor, f"/{SLUG}/screener/numb?only=T2"), "yes")

    assert [asked_in(first), asked_in(second)] == ["numb", "walks"]
    assert urgent == f"/{SLUG}/urgent"
    assert where(visitor.get("/trials/T2/questions")) == f"/{SLUG}/urgent"


def test_the_contact_form_says_what_is_still_open_of_each_trial_and_takes_it(patient: Visitor):
    before = patient.page("/interest?trial=T1&trial=T2").text
    walked(patient, f"/{SLUG}/trials/T2/questions")
    page = patient.page("/interest?trial=T1&trial=T2")
    settled = [
        one for one in page.all("div", class_="card") if "is still open" in one.text or "are still open" in one.text
    ]

    assert "At most 4 questions about this trial are still open." in before
    assert "At most 2 questions about this trial are still open." in before
    assert [one["id"] for one in settled] == ["chosen-T1"]


def test_a_trial_outside_the_wishes_is_asked_for_alone_all_the_same(patient: Visitor):
    patient.post("/wishes", {"refused": "surgery"})
    asked, end = walked(patient, f"/{SLUG}/trials/T2/questions")

    assert "1 of 3 trials are within your wishes" in patient.page("/screener/age").text
    assert (asked, end) == (["walks", "runs"], f"/{SLUG}/trials/T2")


def test_two_windows_are_each_about_their_own_trial(patient: Visitor):
    first, other = (where(patient.get(f"/trials/{trial}/questions")) for trial in ("T1", "T2"))
    one = opened(patient, first)
    after_other = sent(patient, opened(patient, other), "yes")
    after_one = sent(patient, one, **REPLIES[asked_in(first)])

    assert parse_qs(urlsplit(after_other).query) == {"only": ["T2"]}
    assert parse_qs(urlsplit(after_one).query) == {"only": ["T1"]}
    assert asked_in(after_one) in OF_T1
    assert where(patient.answer("runs", "yes")).endswith("/review") is False


def test_the_way_back_and_a_refused_answer_keep_the_focus(patient: Visitor):
    first = where(patient.get("/trials/T2/questions"))
    second = opened(patient, sent(patient, opened(patient, first), "yes"))
    refused = patient.client.post(f"/{SLUG}/screener/runs?only=T2", data={})

    assert second.one("p", class_="back").one("a")["href"] == first
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "one trial only" in refused.text
    assert asked_in(sent(patient, read(refused.text), "no")) == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_begins_or_ends_to_answer_for_another_person_keeps_the_focus(patient: Visitor, language: str):
    address = f"/{SLUG}/screener/leg_pain?only=T2&lang={language}"
    for _ in ("for another", "for themselves"):
        form = next(one for one in opened(patient, address).all("form") if "/answering-for" in one["action"])
        hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
        address = where(patient.client.post(form["action"], data=hidden))

        assert address == f"/{SLUG}/screener/leg_pain?only=T2"


@pytest.mark.parametrize(
    "named", ["T9", "", "~", "x" * 2_000, "<b>T2</b>", "T2&only=T1", "low-back-pain", "..%2Fresults"]
)
def test_a_trial_that_is_not_here_is_said_to_be_lost_and_named_nowhere(patient: Visitor, named: str):
    address = f"/{SLUG}/screener/age?only={named}"
    page = opened(patient, address)
    led_to = sent(patient, page, "44")

    is_empty, is_known = not named, named.startswith("T2&")
    assert (LOST in page.text) is not (is_empty or is_known)
    assert len(led_to) < 100
    assert "<b>T2" not in patient.client.get(address).text
    assert ("only" in led_to) is is_known
    posted = where(patient.client.post(address, data={"answer": "44"}))
    assert is_known or is_empty or LOST in opened(patient, posted).text


def test_a_trial_that_leaves_while_it_is_asked_for_is_said_to_be_lost(
    serve: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("prescreen.catalog.criteria.live_catalog.LOOK_EVERY_SECONDS", 0.0)
    visitor = Visitor(serve(criteria=folder).test_client(), SLUG)
    visitor.answers({"leg_pain": "yes", "numb": "no"})
    page = opened(visitor, where(visitor.get("/trials/T2/questions")))
    (folder / "trials" / "T2.yaml").unlink()
    end = time.monotonic() + MOST_SECONDS
    while visitor.get("/trials/T2/questions").status_code != HTTPStatus.NOT_FOUND:
        assert time.monotonic() < end

    assert LOST in opened(visitor, sent(visitor, page, "yes")).text


def test_without_answers_or_without_the_trial_there_is_nothing_to_ask(patient: Visitor, app: Flask):
    assert patient.get("/trials/T9/questions").status_code == HTTPStatus.NOT_FOUND
    assert is_gone(Visitor(app.test_client()).get("/trials/NCT03386149/questions"))


def test_the_switch_of_language_keeps_the_focus(visitor: Visitor):
    visitor.has_answered(SETTLED)
    address = where(visitor.get("/trials/NCT03386149/questions"))
    spanish = opened(visitor, opened(visitor, address).one("a", lang="es")["href"])
    refused = visitor.client.post(address, data={})

    assert "Estas preguntas son para un solo estudio" in spanish.text
    assert urlsplit(address).query in read(refused.text).one("a", lang="en")["href"]
