"""Questions about dates on the pages: three fields or two, faults that fit them, the words for a date, who reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from prescreen import app as application
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import Referral, StoredAnswer
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts.recruiters import Assignment
from tests.catalog.dated_folder import DATED
from tests.catalog.folders import CATALOG, FILES, QUESTIONS, TRIAL, altered, write
from tests.eligibility.samples import on_day
from tests.people import recruiter
from tests.web.kept import rows
from tests.web.markup import Element, read
from tests.web.referred import refer
from tests.web.staff import Staff
from tests.web.toured import close
from tests.web.visitor import DO_NOT_KNOW, Visitor

TWO_LANGUAGES = altered(CATALOG, "languages: [en]", "languages: [en, es]")
GIVEN = {
    "leg_pain": {"answer": "yes"},
    "numb": {"answer": "no"},
    "birthday": {"answer-day": "23", "answer-month": "11", "answer-year": "1982"},
    "last_dose": {"answer-day": "1", "answer-month": "11", "answer-year": "2026"},
    "onset": {"answer-month": "3", "answer-year": "2026"},
}


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """Let it be the day of the folder's cases."""
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """Serve the folder with questions about dates."""
    folder = write(tmp_path / "criteria", {**DATED, **TWO_LANGUAGES})
    made = application.create_app(replace(settings, criteria=folder, counters=False))
    made.testing = True
    yield made
    close(made)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Return somebody who has answered nothing yet."""
    return Visitor(app.test_client(), "back-pain")


def answered(visitor: Visitor, **changes: dict[str, str]) -> Visitor:
    for name, form in (GIVEN | changes).items():
        response = visitor.post(f"/screener/{name}", form)
        assert response.status_code == 303, (name, response.text)
    return visitor


def parts(page: Element) -> dict[str, str]:
    return {one["name"]: one["value"] for one in page.all("input") if one["name"].startswith("answer-")}


def test_a_day_is_asked_for_in_three_fields_and_a_month_in_two(visitor: Visitor) -> None:
    assert parts(visitor.page("/screener/last_dose")) == {"answer-day": "", "answer-month": "", "answer-year": ""}
    assert parts(visitor.page("/screener/onset")) == {"answer-month": "", "answer-year": ""}


def test_every_field_of_a_date_has_a_label(visitor: Visitor) -> None:
    page = visitor.page("/screener/last_dose")

    labels = {one["for"]: one.text for one in page.all("label") if "for" in one}
    typed = [one for one in page.all("input") if one["name"].startswith("answer-")]
    assert [labels[one["id"]] for one in typed] == ["Day", "Month", "Year"]


def test_a_given_date_is_shown_again_and_stands_on_the_review_in_words(visitor: Visitor) -> None:
    answered(visitor)

    assert parts(visitor.page("/screener/last_dose")) == GIVEN["last_dose"]
    assert parts(visitor.page("/screener/onset")) == GIVEN["onset"]
    review = visitor.page("/screener/review").text
    assert "1 November 2026" in review
    assert "March 2026" in review


@pytest.mark.parametrize(
    ("question", "form", "message"),
    [
        ("last_dose", {}, "Type a day, a month and a year, or tick “I don't know”."),
        ("last_dose", {"answer-day": "27", "answer-month": "3"}, "Type a day, a month and a year, such as 12 6 1988."),
        ("last_dose", {"answer-day": "31", "answer-month": "2", "answer-year": "2026"}, "such as 12 6 1988."),
        ("last_dose", {"answer-day": "1", "answer-month": "May", "answer-year": "2026"}, "such as 12 6 1988."),
        ("last_dose", {"answer-day": "\u0661", "answer-month": "2", "answer-year": "2026"}, "such as 12 6 1988."),
        ("last_dose", {"answer": "2026-03-27"}, "Type a day, a month and a year, or tick"),
        (
            "last_dose",
            {"answer-day": "24", "answer-month": "11", "answer-year": "2026"},
            "Type a date from 1 January 1950 to 23 November 2026.",
        ),
        ("onset", {}, "Type a month and a year, or tick “I don't know”."),
        ("onset", {"answer-month": "13", "answer-year": "2026"}, "Type a month and a year, such as 11 2025."),
        (
            "onset",
            {"answer-month": "3", "answer-year": "1999"},
            "Type a date from 23 November 2024 to 23 November 2026.",
        ),
        (
            "onset",
            {"answer-month": "3", "answer-year": "2026", "declined": DO_NOT_KNOW},
            "You gave an answer and also ticked “I don't know”. Keep one of them.",
        ),
    ],
)
def test_what_is_no_such_date_comes_back_with_how_to_mend_it(
    visitor: Visitor, question: str, form: dict[str, str], message: str
) -> None:
    response = visitor.post(f"/screener/{question}", form)

    assert response.status_code == 422
    page = read(response.text)
    assert message in page.text
    assert [one for one in page.all("div") if one.attributes.get("role") == "alert"]
    typed = [one for one in page.all("input") if one["name"].startswith("answer-")]
    assert all(one["aria-invalid"] == "true" for one in typed)
    assert {name: text for name, text in parts(page).items() if text} == {
        name: text for name, text in form.items() if name.startswith("answer-")
    }


@pytest.mark.parametrize(
    ("question", "example"),
    [
        ("last_dose", {"answer-day": "12", "answer-month": "6", "answer-year": "1988"}),
        ("onset", {"answer-month": "11", "answer-year": "2025"}),
    ],
)
def test_the_date_that_a_refusal_shows_is_accepted(visitor: Visitor, question: str, example: dict[str, str]) -> None:
    assert visitor.post(f"/screener/{question}", example).status_code == 303


def test_a_date_can_be_declined(visitor: Visitor) -> None:
    answered(visitor, last_dose={"declined": DO_NOT_KNOW})

    assert visitor.page("/screener/review").text.count("I don't know") == 1


def test_the_results_say_from_which_day_it_fits_and_quote_the_date(visitor: Visitor) -> None:
    page = answered(visitor).page("/results?not=1").text

    assert "13 December 2026" in page
    assert "Does not fit: 1 November 2026." in page


def test_dates_are_read_in_spanish(visitor: Visitor) -> None:
    answered(visitor)
    visitor.get("?lang=es")

    page = visitor.page("/screener/review?lang=es").text
    assert "1 de noviembre de 2026" in page
    assert "marzo de 2026" in page
    response = visitor.post("/screener/onset?lang=es", {"answer-month": "x", "answer-year": "2026"})
    assert "Escriba un mes y un año, por ejemplo 11 2025." in response.text


def test_the_file_of_answers_holds_dates_as_they_were_given(visitor: Visitor) -> None:
    held = json.loads(answered(visitor).get("/answers.json").data)

    assert {name: held["answers"][name] for name in ("last_dose", "onset")} == {
        "last_dose": "2026-11-01",
        "onset": "2026-03",
    }


SAID = {
    "birthday": on_day("1982-11-23"),
    "last_dose": on_day("2026-10-02"),
    "onset": on_day("2026-03"),
    "leg_pain": True,
}


@pytest.fixture
def staff(app: Flask, database: Database) -> Staff:
    """Return a recruiter of the trial, signed in."""
    recruiter(database, Assignment("T1"))
    signed_in = Staff(app)
    signed_in.sign_in()
    return signed_in


def test_recruiters_read_dates_in_words_with_how_near_a_limit_they_are(
    app: Flask, staff: Staff, database: Database, keys: Keys
) -> None:
    catalog = app.extensions[EXTENSION].catalog.current(date(2026, 11, 23))
    refer(database, keys, catalog, trial_id="T1", values=SAID, on=date(2026, 11, 23))
    [referral] = rows(database, Referral.id)

    page = staff.page(f"/recruiter/referrals/{referral[0]}").text

    assert "2 October 2026" in page
    assert "until 12 October 2026: inside by 10 days" in page
    assert "March 2026" in page
    assert "from 24 November 1955 until 23 November 2008: inside by about 26 years" in page


def test_dates_are_asked_on_the_phone_and_stored_as_text(staff: Staff, database: Database) -> None:
    path = "/recruiter/enter/T1/leeds"
    form = staff.page(path).one("form", action=path)
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    told = {
        **{f"q-{name}-{part}": text for name, parts in GIVEN.items() for part, text in parts.items()},
        "q-last_dose-answer-month": "10",
        "name": "Wilhelmina Quackenbush",
        "phone": "617 555 0143",
        "email": "w.q@example.org",
        "language": "en",
        "adult": "yes",
        "share": "yes",
        "by-phone": "yes",
    }

    refused = staff.client.post(path, data={**hidden, **told, "q-onset-answer-month": "x"})
    stored = staff.client.post(path, data={**hidden, **told})

    assert refused.status_code == 422
    assert read(refused.text).one("input", name="q-onset-answer-month")["aria-invalid"] == "true"
    assert stored.status_code == 303, read(stored.text).text
    kept = {
        name: (kind, value)
        for name, kind, value in rows(database, StoredAnswer.question_id, StoredAnswer.kind, StoredAnswer.value)
    }
    assert kept["last_dose"] == ("date", "2026-10-01")
    assert kept["onset"] == ("date", "2026-03")


def test_a_person_sees_and_downloads_the_dates_that_are_held(app: Flask, visitor: Visitor, database: Database) -> None:
    answered(visitor, last_dose={"answer-day": "1", "answer-month": "10", "answer-year": "2026"})
    assert visitor.send().status_code == 303

    assert "1 October 2026" in visitor.open_my_data().text
    held = visitor.client.get("/my/download")
    assert {name: one["value"] for name, one in held.json["answers"].items() if name in ("last_dose", "onset")} == {
        "last_dose": "2026-10-01",
        "onset": "2026-03",
    }


ASKED_AGE = FILES[QUESTIONS][: FILES[QUESTIONS].index("- id: sex")]
WORKED_OUT = "- {id: age, type: number, ask: Age, unit: a, range: {min: 0, max: 120}, computed: age}\n"
BORN = "- id: birthday\n  type: date\n"


@pytest.mark.parametrize("month", ["11", "12"])
def test_someone_born_in_a_month_without_a_day_that_makes_them_18_is_asked_for_nothing(
    settings: Settings, tmp_path: Path, month: str
) -> None:
    questions = DATED[QUESTIONS].replace(ASKED_AGE, WORKED_OUT).replace(BORN, f"{BORN}  precision: month\n")
    trial = DATED[TRIAL].replace("answers: {age: 30,", "answers: {birthday: -30 a,")
    folder = write(tmp_path / "computed", {**DATED, QUESTIONS: questions, TRIAL: trial})
    made = application.create_app(replace(settings, criteria=folder, counters=False))
    young = answered(Visitor(made.test_client(), "back-pain"), birthday={"answer-month": month, "answer-year": "2009"})

    assert "people aged 18 or older" in young.get("/interest").text
    close(made)
