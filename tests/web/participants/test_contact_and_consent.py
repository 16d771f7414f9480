"""The interest form: what it shows, what must be corrected, and that no typed text is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from tests.web.kept import count
from tests.web.markup import read
from tests.web.visitor import CONSENTS, SETTLED, SLUG, Visitor, shown_again

ONE_SITE = "NCT00000410"


def test_nothing_is_ticked_or_chosen_beforehand(ready: Visitor):
    form = ready.page("/interest").one("form", action=f"/{SLUG}/interest")

    boxes = [one for one in form.all("input") if one["type"] in ("checkbox", "radio")]
    assert boxes
    assert [one["name"] for one in boxes if "checked" in one] == []
    assert [one["value"] for one in form.all("option") if "selected" in one] == []


def test_a_trial_that_was_come_from_is_shown_first_and_not_ticked(ready: Visitor):
    trials = ready.page("/interest?trial=NCT06688773").all("input", name="trial")

    assert trials[0]["value"] == "NCT06688773"
    assert "checked" not in trials[0]


@pytest.mark.parametrize("name", ["adult", "share", "name", "email"])
def test_what_must_be_given_is_marked_as_required(ready: Visitor, name: str):
    assert "required" in ready.page("/interest").one("input", name=name)


@pytest.mark.parametrize("name", ["future", "by-email", "by-phone", "by-text", "phone", "postal_code"])
def test_what_is_free_is_not_marked_as_required(ready: Visitor, name: str):
    assert "required" not in ready.page("/interest").one("input", name=name)


def test_each_consent_shows_its_whole_wording(ready: Visitor, shipped_criteria: LiveCatalog):
    consent = shipped_criteria.current(datetime.now(UTC).date()).consent("en", datetime.now(UTC).date())
    assert consent is not None

    text = ready.page("/interest").text

    first_lines = [wording.split("\n")[0] for wording in consent.wordings.values()]
    assert [line for line in first_lines if line not in text] == []
    assert text.count("How to take it back.") == 6


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"trial": None}, "trials", "Tick at least one trial."),
        ({"name": "  "}, "name", "Type your name"),
        ({"email": "not an address"}, "email", "Type an email address such as"),
        ({"email": ""}, "email", "Type an email address such as"),
        ({"phone": "123"}, "phone", "This is not a whole phone number in the United States"),
        ({"by-phone": "yes", "phone": ""}, "phone", "Type your phone number, or untick"),
        ({"adult": None}, "adult", "Tick this box if you are 18 or older."),
        ({"share": None}, "share", "Tick this box to let us share your details."),
        ({"by-email": None}, "by-email", "Tick at least one way to reach you."),
        ({"trial": "NCT00415220", "site-NCT00415220": ""}, "site-NCT00415220", "Choose a place for"),
        ({"postal_code": "9" * 201}, "postal_code", "longer than 200"),
        ({"phone": "9" * 201}, "phone", "longer than 200"),
    ],
)
def test_what_must_be_mended_is_said_beside_the_field_and_nothing_typed_is_lost(
    ready: Visitor, database: Database, change: dict[str, Any], field: str, words: str
):
    form = ready.interest_form(**change)

    response = ready.post("/interest", form)

    page = read(response.text)
    assert response.status_code == 422
    assert words in page.one("div", role="alert").text
    assert words in page.one("p", id=f"{field}-error").text
    assert shown_again(page) == {name: value for name, value in form.items() if value or "site-" not in name}
    assert count(database) == 0


def test_every_fault_is_told_at_once_and_leads_to_its_field(ready: Visitor):
    response = ready.send(trial=None, email="x", name="", adult=None, share=None, **{"by-email": None})

    page = read(response.text)
    ids = {one.attributes.get("id") for one in page.everything()}
    links = [one["href"].removeprefix("#") for one in page.one("div", role="alert").all("a")]
    assert links == ["trials", "name", "email", "adult", "share", "by-email"]
    assert set(links) <= ids


def test_a_fault_marks_its_fields_for_a_screen_reader(ready: Visitor):
    page = read(ready.send(email="x", share=None).text)

    invalid = [one["name"] for one in page.all("input") if one.attributes.get("aria-invalid") == "true"]

    assert invalid == ["email", "share"]
    assert page.one("title").text.startswith("Please check: ")


@pytest.mark.parametrize(
    "name", ["Łucja O’Brien-Núñez", "王秀英", "x" * 200, "=1+1", "'; DROP TABLE lead; --", "<b>Bo</b>"]
)
def test_any_name_is_taken_as_it_is(ready: Visitor, name: str):
    ready.send(name=name)

    assert name in ready.open_my_data().text


def test_a_name_over_several_lines_is_taken_as_one_line(ready: Visitor):
    ready.send(name="Wilhelmina\r\n\tQ.\x00\u202e")

    assert "Wilhelmina Q." in ready.open_my_data().text


def test_a_trial_that_nobody_offered_is_refused(ready: Visitor, database: Database):
    response = ready.send(trial=[ONE_SITE, "NCT99999999"])

    assert response.status_code == 422
    assert "no longer open to you" in read(response.text).one("div", role="alert").text
    assert count(database) == 0


@pytest.mark.parametrize("consents", [{}, {"adult": "yes"}, {"adult": "on", "share": "true"}, {"share": "YES"}])
def test_nothing_but_the_boxes_themselves_is_consent(ready: Visitor, database: Database, consents: dict[str, str]):
    without = dict.fromkeys(CONSENTS)

    assert ready.send(**without, **{}).status_code == 422
    assert ready.send(**(without | consents)).status_code == 422
    assert count(database) == 0


def test_somebody_younger_than_18_is_thanked_and_asked_for_nothing(visitor: Visitor, database: Database):
    visitor.has_answered(SETTLED | {"age": "44"})
    form = visitor.interest_form()
    visitor.answer("age", "17")

    pages = [visitor.get("/interest"), visitor.post("/interest", form)]

    assert ["people aged 18 or older" in read(page.text).one("h1").text for page in pages] == [True, True]
    assert [read(page.text).all("input", name="name") for page in pages] == [[], []]
    assert count(database) == 0
