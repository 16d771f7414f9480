"""The interest form: what it shows, what must be corrected, and that no typed text is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.participants.purposes import CHANNELS
from prescreen.storage.tables import ConsentWording
from prescreen.web.participants.contact_form import WAYS, InterestForm, in_page_order
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.visitor import CONSENTS, SETTLED, SLUG, Visitor, shown_again

ONE_SITE, SEVERAL_SITES = "NCT00000410", "NCT00415220"


def test_nothing_is_ticked_or_chosen_beforehand(ready: Visitor):
    form = ready.page("/interest").one("form", action=f"/{SLUG}/interest")

    boxes = [one for one in form.all("input") if one["type"] in ("checkbox", "radio")]
    assert boxes
    assert [one["name"] for one in boxes if "checked" in one] == []
    assert [one["value"] for one in form.all("option") if "selected" in one] == []


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
    assert links == ["trials", "name", "email", "by-email", "adult", "share"]
    assert set(links) <= ids


@pytest.mark.parametrize("path", ["/interest", "/my/contact"])
def test_the_summary_leads_down_the_page(ready: Visitor, path: str):
    wrong = {"name": "", "postal_code": "9" * 201, "email": "x", "phone": "12"}
    if path == "/interest":
        page = read(
            ready.send(trial=SEVERAL_SITES, adult=None, **wrong, **{"by-email": None, f"site-{SEVERAL_SITES}": ""}).text
        )
    else:
        ready.send()
        signature = ready.open_my_data().all("input", name="signature")[0]["value"]
        page = read(ready.client.post(path, data={**wrong, "signature": signature}).text)

    links = [one["href"].removeprefix("#") for one in page.one("div", role="alert").all("a")]
    assert len(links) >= len(wrong)
    assert links == [one["id"] for one in page.everything() if one.attributes.get("id") in links]


def test_every_field_has_a_place_on_the_page_and_every_way_a_detail():
    in_reverse = dict.fromkeys(reversed(["trials", "site-T1", *InterestForm.fields]), "")

    assert len(in_page_order(in_reverse)) == len(in_reverse)
    assert next(iter(in_page_order(in_reverse))) == "trials"
    assert sorted(one for ways in WAYS.values() for one in ways) == sorted(CHANNELS)


def test_each_way_of_contact_stands_after_the_detail_that_it_needs(ready: Visitor):
    names = [one["name"] for one in ready.page("/interest").all("input")]

    asked = [one for one in names if one in {"email", "phone"} or one.startswith("by-")]
    assert asked == ["email", "by-email", "phone", "by-phone", "by-text"]


def test_what_is_ticked_and_its_fold_are_the_very_words_that_are_kept(ready: Visitor, database: Database):
    page = ready.page("/interest")
    ready.send(trial=ONE_SITE, future="yes", another_site="yes", **{"by-phone": "yes", "by-text": "yes"})

    kept_words = {
        words(one.partition("\n\nTrial: ")[0]) for (one,) in rows(database, ConsentWording.wording) if one[0] != "#"
    }
    boxes = [
        box
        for box in page.all("div")
        if [one.tag for one in box.parts if isinstance(one, Element)] == ["label", "details"]
    ]
    shown = {
        f"{words(box.one('label').text)} {words(box.one('details').text.partition(box.one('label').text)[2])}"
        for box in boxes
    }
    assert len(shown) == 6
    assert shown == kept_words


def words(text: str) -> str:
    """Return a text without the signs of Markdown and with single blanks."""
    return " ".join(text.replace("**", "").replace("\n- ", " ").split())


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


@pytest.mark.parametrize("name", ["گل\u200cنسترن", "ශ්\u200dරී", "葛\U000e0100城"])
def test_a_joiner_between_letters_stays_in_a_name(ready: Visitor, name: str):
    ready.send(name=f"\ufeff{name}\u200b")

    shown = ready.open_my_data().text

    assert name in shown
    assert not set("\ufeff\u200b") & set(shown)


@pytest.mark.parametrize("name", ["\u200b", "\u3164\u2060", "\u200c\u200d", "\ufe0f \u2800", "\u202e\u202c"])
def test_a_name_of_invisible_signs_alone_is_none(ready: Visitor, name: str):
    assert "Type your name" in read(ready.send(name=name).text).one("div", role="alert").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("\u200bann\u200b@example.org\u202c", "ann@example.org"), ("ann@exa\u00admple.org", "ann@example.org")],
)
def test_an_invisible_sign_in_an_address_is_dropped(ready: Visitor, typed: str, kept: str):
    ready.send(email=typed, postal_code="\u202d02139\u202c")

    shown = ready.open_my_data().text
    assert kept in shown
    assert "02139" in shown
    assert "\u202d" not in shown


@pytest.mark.parametrize("email", ["e\u0301" * 4000 + "@example.org", "x" * 243 + "@example.org", "e@" * 30_000])
def test_an_address_that_is_too_long_is_told_before_it_is_validated(ready: Visitor, email: str):
    assert "longer than 254 characters" in read(ready.send(email=email).text).one("div", role="alert").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("617-555-0143 ext 204", "+16175550143 ext. 204"),
        ("(617) 555-0143 x7", "+16175550143 ext. 7"),
        ("+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_a_phone_number_is_kept_whole(ready: Visitor, typed: str, kept: str):
    ready.send(phone=typed)

    assert kept in ready.open_my_data().text
    assert read(ready.client.get("/my/contact").text).one("input", id="phone")["value"] == kept


@pytest.mark.parametrize("typed", ["555-0143", "06 12 34 56 78", "617 555 0143 or 0144", "617-555-0143 (evenings)"])
def test_a_phone_number_that_nobody_could_call_is_refused_with_what_to_type(ready: Visitor, typed: str):
    told = read(ready.send(phone=typed).text).one("div", role="alert").text

    assert "Type it with the area code, such as (201) 555-0123." in told
    assert "start with the country code, such as +33." in told


def test_a_trial_that_nobody_offered_is_refused(ready: Visitor, database: Database):
    response = ready.send(trial=[ONE_SITE, "NCT99999999"])

    assert response.status_code == 422
    assert "not on this site" in read(response.text).one("div", role="alert").text
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
