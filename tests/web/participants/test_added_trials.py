"""Trials are added to the contact form by one button, with all that was typed kept and nothing stored."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from prescreen.database import Database
from prescreen.storage.participants.purposes import CHANNELS
from prescreen.storage.tables import Referral
from prescreen.web.base.form_fields import Choice, Tick
from prescreen.web.participants.contact_and_consent import PostedForm
from prescreen.web.participants.contact_form import InterestForm
from tests.web.interest_form import (
    HIDDEN,
    complete,
    fields,
    form_of,
    naming,
    press,
    trials_shown,
    trials_to_add,
    visible,
)
from tests.web.kept import count, rows
from tests.web.markup import read
from tests.web.visitor import DETAILS, SETTLED, SLUG, Visitor, where

CHOSEN, ANOTHER, PLACES = "NCT00000410", "NCT06688773", "NCT00415220"
BOXES = ("adult", "share", "another_site", "future")


def texts(chance: random.Random) -> str:
    signs = "añ王\"'<>&;%+ \u200dÉ1"
    return "x" + "".join(chance.choices(signs, k=chance.randint(0, 150))).strip() + "x"


def options(name: str) -> list[str]:
    field = InterestForm.fields[name]
    assert isinstance(field, Choice)
    return list(field.among)


def anything_typed(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a value for every field that a person fills in; some boxes stay empty."""
    yield from ((name, texts(chance)) for name in ("name", "email", "phone", "postal_code"))
    yield from ((name, chance.choice(options(name))) for name in ("best_time", "language"))
    boxes = (*BOXES, *(f"by-{one.value}" for one in CHANNELS))
    yield from ((name, "yes") for name in boxes if chance.random() < 0.7)


def test_the_chosen_trials_alone_are_shown_in_their_order_and_ticked(ready: Visitor):
    page = ready.page(naming(ANOTHER, CHOSEN, ANOTHER))

    assert trials_shown(page) == fields(page)["trial"] == [ANOTHER, CHOSEN]


def test_a_trial_that_is_chosen_ticks_no_consent(ready: Visitor):
    boxes = [one for one in form_of(ready.page(naming(CHOSEN))).all("input") if one["type"] in ("checkbox", "radio")]

    assert [one["name"] for one in boxes if "checked" in one] == ["trial"]


@pytest.mark.parametrize("seed", range(12))
def test_adding_a_trial_keeps_all_that_was_typed(ready: Visitor, database: Database, seed: int):
    chance = random.Random(seed)  # noqa: S311 - no secret
    page = ready.page(naming(PLACES, CHOSEN))
    typed = dict(anything_typed(chance)) | {f"site-{PLACES}": chance.choice(["", "university-of-calgary"])}

    after = press(ready, page, "add", ANOTHER, **typed)

    assert visible(fields(after)) == visible({**typed, "trial": [PLACES, CHOSEN, ANOTHER]})
    assert count(database) == 0


def test_the_typed_fields_of_these_tests_are_all_that_the_form_has():
    typed = dict(anything_typed(random.Random(0)))  # noqa: S311 - no secret
    boxes = {name for name, field in InterestForm.fields.items() if isinstance(field, Tick)}

    assert {*InterestForm.fields} - boxes - {"by"} == {name for name in typed if typed[name] != "yes"}
    assert boxes == set(BOXES)
    assert {*PostedForm.fields} - HIDDEN == {"trial", "site", "shown"}


def test_what_was_added_is_said_so_in_its_card_and_in_the_title(ready: Visitor):
    page = press(ready, ready.page(naming(CHOSEN)), "add", ANOTHER)

    assert page.one("div", id=f"chosen-{ANOTHER}").one("p", role="status").text.endswith("Nothing was sent.")
    assert page.one("title").text.startswith("Trial added: ")
    assert ANOTHER not in trials_to_add(page)


def test_each_button_leads_to_the_card_of_the_trial_that_it_adds_and_checks_nothing(ready: Visitor):
    buttons = ready.page(naming(CHOSEN)).all("button", name="add")

    assert {one["formaction"] for one in buttons} == {f"/{SLUG}/interest#chosen-{one['value']}" for one in buttons}
    assert all("formnovalidate" in one for one in buttons)


def test_the_first_button_of_the_form_is_the_one_that_sends(ready: Visitor):
    first = form_of(ready.page(naming(CHOSEN))).all("button")[0]

    assert "name" not in first
    assert "formaction" not in first


def test_trials_that_were_added_are_sent_with_the_chosen_one(ready: Visitor, database: Database):
    page = press(ready, ready.page(naming(CHOSEN)), "add", ANOTHER)

    assert where(ready.post("/interest", complete(page))) == f"/{SLUG}/thanks"
    assert {one for (one,) in rows(database, Referral.trial_id)} == {CHOSEN, ANOTHER}


def test_an_unticked_trial_stays_to_be_ticked_again_and_is_not_sent(ready: Visitor, database: Database):
    page = ready.page(naming(CHOSEN, PLACES))

    page = press(ready, page, "add", ANOTHER, trial=[PLACES], **{f"site-{PLACES}": "university-of-calgary"})

    assert trials_shown(page) == [CHOSEN, PLACES, ANOTHER]
    assert fields(page)["trial"] == [PLACES, ANOTHER]
    ready.post("/interest", complete(page))
    assert {one for (one,) in rows(database, Referral.trial_id)} == {PLACES, ANOTHER}


def test_whoever_unticks_all_is_asked_for_one(ready: Visitor, database: Database):
    form = complete(ready.page(naming(CHOSEN)))

    response = ready.post("/interest", {**form, "trial": []})

    assert response.status_code == 422
    assert "Tick at least one trial." in response.text
    assert trials_shown(read(response.text)) == [CHOSEN]
    assert count(database) == 0


@pytest.mark.parametrize("forged", ["NCT99999999", "<b>", "x" * 2000, "T1\0", ""])
def test_a_forged_trial_is_said_not_to_be_here_and_the_others_stay(ready: Visitor, forged: str):
    page = ready.page(f"/interest?trial={CHOSEN}")

    pages = [read(ready.client.get(f"/{SLUG}/interest", query_string={"trial": [forged, CHOSEN]}).text)]
    pages += [press(ready, page, "add", forged)] if forged else []

    assert [fields(one)["trial"] for one in pages] == [[CHOSEN]] * len(pages)
    assert all("One of the trials that you chose is not on this site." in one.one("main").text for one in pages)
    assert all(forged not in one.one("main").text for one in pages if forged)


def test_without_the_cookie_nothing_is_added_and_nothing_typed_is_lost(ready: Visitor, database: Database):
    form = {**fields(ready.page(naming(CHOSEN))), **DETAILS, "add": ANOTHER}
    ready.client.delete_cookie(f"prescreen-{SLUG}", path=f"/{SLUG}")

    response = ready.post("/interest", form)

    assert response.status_code == 410
    assert DETAILS["email"] in read(response.text).one("main").text
    ready.has_answered(SETTLED | {"age": "44"})
    again = fields(ready.page("/interest"))
    assert again["trial"] == [CHOSEN]
    assert again["name"] == DETAILS["name"]
    assert count(database) == 0


@pytest.mark.parametrize("change", [{"signature": ""}, {"submission": "mine"}])
def test_a_form_that_is_not_ours_adds_nothing_and_leads_to_one_with_the_same_trials(
    ready: Visitor, change: dict[str, str]
):
    form = fields(ready.page(naming(CHOSEN, ANOTHER)))

    response = ready.post("/interest", {**form, "add": PLACES, **change})

    assert response.status_code == 400
    assert read(response.text).one("a", class_="go")["href"] == f"/{SLUG}{naming(CHOSEN, ANOTHER)}"


def test_adding_to_a_form_that_was_sent_says_so_and_leads_to_a_fresh_one(ready: Visitor, database: Database):
    form = complete(ready.page(naming(CHOSEN)))
    assert where(ready.post("/interest", form)) == f"/{SLUG}/thanks"

    response = ready.post("/interest", {**form, "add": ANOTHER})

    assert response.status_code == 409
    assert read(response.text).one("a", class_="go")["href"] == f"/{SLUG}{naming(CHOSEN)}"
    assert count(database) == 1


def test_the_results_can_be_looked_through_without_losing_what_was_typed(ready: Visitor):
    page = ready.page(naming(PLACES))
    typed = {**DETAILS, "future": "yes", f"site-{PLACES}": "university-of-calgary"}

    assert where(ready.post("/interest", {**fields(page), **typed, "more": "yes"})) == f"/{SLUG}/results"

    back = ready.page(naming(ANOTHER))
    assert visible(fields(back)) == visible({**typed, "trial": [ANOTHER, PLACES]})
    assert "It was not sent." in back.one("p", role="status").text


def test_what_is_too_long_to_be_kept_stays_on_the_page(ready: Visitor):
    chance = random.Random(1)  # noqa: S311 - no secret
    typed = {**DETAILS, "name": "".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(2000))}

    response = ready.post("/interest", {**fields(ready.page(naming(CHOSEN))), **typed, "more": "yes"})

    assert response.status_code == 422
    assert visible(fields(read(response.text))) == visible({**typed, "trial": [CHOSEN]})


def test_another_language_keeps_the_chosen_trials(ready: Visitor):
    page = ready.page(naming(CHOSEN, ANOTHER))

    spanish = read(ready.client.get(page.one("a", hreflang="es")["href"]).text)

    assert fields(spanish)["trial"] == [CHOSEN, ANOTHER]


def test_adding_is_in_spanish_too(ready: Visitor):
    ready.get("?lang=es")

    page = press(ready, ready.page(naming(CHOSEN, "NCT99999999")), "add", ANOTHER)

    assert page.one("title").text.startswith("Estudio añadido: ")
    assert page.one("p", role="status").text == "Este estudio se añadió. No se envió nada."
    assert page.one("summary", id="add-another").text == "Añadir otro estudio"


def test_who_sends_for_another_keeps_the_chosen_trials(ready: Visitor):
    ready.post("/answering-for", {"who": "another"})
    asked = ready.page(naming(CHOSEN, ANOTHER))
    action = next(one["action"] for one in asked.all("form") if "/sender" in one["action"])

    led_to = where(ready.client.post(action, data={"sender": "person"}))

    page = read(ready.client.get(led_to).text)
    assert fields(page)["trial"] == [CHOSEN, ANOTHER]
    change = next(one["href"] for one in page.all("a") if "/sender?" in one["href"])
    again = read(ready.client.get(change).text)
    assert f"trial={CHOSEN}" in next(one["action"] for one in again.all("form") if "/sender" in one["action"])


def test_whoever_has_someone_else_told_that_they_must_send_keeps_the_chosen_trials(ready: Visitor):
    ready.post("/answering-for", {"who": "another"})
    refused = read(ready.client.get(where(ready.post(f"/sender?trial={CHOSEN}", {"sender": "neither"}))).text)

    [here] = [one["href"] for one in refused.all("a") if "/sender" in one["href"]]

    led_to = where(ready.client.post(here, data={"sender": "person"}))
    assert fields(read(ready.client.get(led_to).text))["trial"] == [CHOSEN]


def test_a_question_about_a_warning_sign_before_the_form_keeps_the_chosen_trials(visitor: Visitor):
    visitor.answers({name: answer for name, answer in SETTLED.items() if name != "warning_signs"} | {"age": "44"})

    asked = visitor.get(naming(CHOSEN, "NCT99999999", ANOTHER))

    assert where(asked) == f"/{SLUG}/screener/warning_signs"
    visitor.answers({"warning_signs": "none"})
    assert fields(visitor.page(naming(PLACES)))["trial"] == [PLACES, CHOSEN, ANOTHER]
    assert visible(fields(visitor.page("/interest"))) == {"trial": [CHOSEN, ANOTHER]}


@pytest.mark.parametrize("asked", ["/interest", "/interest?trial=NCT99999999"])
def test_a_form_that_opens_later_without_a_trial_of_ours_keeps_nothing(visitor: Visitor, asked: str):
    visitor.answers({"diagnosed": "yes", "age": "44"})

    assert visitor.get(asked).headers.getlist("Set-Cookie") == []
    assert Visitor(visitor.client, SLUG).get(naming(CHOSEN)).headers.getlist("Set-Cookie") != []


def test_an_emergency_forgets_the_trials_that_were_chosen(visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "taken_medication": "yes", "age": "44"})
    visitor.get(naming(CHOSEN))
    assert visitor.cookie("prescreen-typed", f"/{SLUG}/interest")

    visitor.answer("cauda_equina_signs", "saddle_numbness")

    assert not visitor.cookie("prescreen-typed", f"/{SLUG}/interest")
