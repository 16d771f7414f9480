"""What was typed and could not be sent is told of, and is there again when the form is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from prescreen.database import Database
from prescreen.web.interview.answer_cookie import TYPED
from prescreen.web.participants import typed_details
from tests.web.kept import count
from tests.web.markup import Element, read
from tests.web.visitor import CONSENTS, DETAILS, NOON, SETTLED, SLUG, Visitor, shown_again, where

TRIAL = {"trial": "NCT00415220", "site-NCT00415220": "university-of-calgary"}
FILLED = {**DETAILS, **CONSENTS, **TRIAL, "by-phone": "yes", "future": "yes"}
HIDDEN = {"submission", "signature", "browser", "consent", "answers"}


@pytest.fixture
def left(ready: Visitor) -> Visitor:
    """Return a visitor who filled the form in, and lost the answers before sending it."""
    form = ready.interest_form(**FILLED)
    lose(ready)
    assert ready.post("/interest", form).status_code == 410
    return ready


def lose(visitor: Visitor) -> None:
    visitor.client.delete_cookie(f"prescreen-{SLUG}", path=f"/{SLUG}")


def typed(visitor: Visitor) -> str:
    return visitor.cookie(TYPED, f"/{SLUG}/interest")


def form_now(visitor: Visitor) -> dict[str, Any]:
    """Return what a person finds filled in, in the form."""
    return filled_in(shown_again(visitor.page("/interest")))


def filled_in(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person filled in, without the hidden fields."""
    return {name: one for name, one in form.items() if is_visible(name) and one}


def is_visible(name: str) -> bool:
    return name not in HIDDEN and not name.startswith("shown-")


def test_without_answers_it_is_said_that_nothing_was_sent_and_why(ready: Visitor, database: Database):
    form = ready.interest_form(**FILLED)
    lose(ready)

    page = read(ready.post("/interest", form).text)

    assert page.one("h1").text == "Nothing was sent"
    assert "no longer here: two hours have passed" in page.one("div", role="alert").text
    assert page.one("a", class_="go")["href"] == f"/{SLUG}#screener"
    assert [DETAILS[name] for name in ("name", "email", "phone", "postal_code") if DETAILS[name] not in page.text] == []
    assert count(database) == 0


def test_it_is_said_in_spanish_too(ready: Visitor):
    form = ready.interest_form(**FILLED)
    lose(ready)
    ready.get("?lang=es")

    assert read(ready.post("/interest", form).text).one("h1").text == "No se envió nada"


def test_two_hours_after_the_last_answer_nothing_typed_is_lost(ready: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        ready.answers(SETTLED | {"age": "44"})
        form = ready.interest_form(**FILLED)
        clock.shift(timedelta(hours=2, seconds=1))
        assert ready.post("/interest", form).status_code == 410
        ready.answers(SETTLED | {"age": "44"})

        assert form_now(ready) == filled_in(form)


def test_after_answering_again_the_form_is_filled_in_and_can_be_sent(left: Visitor, database: Database):
    left.answers(SETTLED | {"age": "44"})

    page = left.page("/interest")
    assert {name: one for name, one in form_now(left).items() if name in FILLED} == FILLED
    assert "It was not sent." in page.one("p", role="status").text
    assert where(left.post("/interest", shown_again(page))) == f"/{SLUG}/thanks"
    assert count(database) == 1


def test_once_it_is_sent_nothing_typed_stays_in_the_browser(left: Visitor):
    left.answers(SETTLED | {"age": "44"})
    left.post("/interest", shown_again(left.page("/interest")))

    assert typed(left) == ""
    assert "status" not in {one.attributes.get("role") for one in left.page("/interest").everything()}


@pytest.mark.parametrize("path", ["/leave", f"/{SLUG}/clear", "/clear"])
def test_every_way_to_clear_the_browser_takes_it_along(left: Visitor, path: str):
    assert typed(left)

    left.client.post(path)

    assert typed(left) == ""


def test_an_emergency_leaves_nothing_of_it(left: Visitor):
    left.answers({"cauda_equina_signs": "bladder"})

    assert typed(left) == ""


def test_neither_does_somebody_under_age(left: Visitor):
    left.answers(SETTLED | {"age": "17"})
    left.get("/interest")

    assert typed(left) == ""


def test_of_somebody_under_age_nothing_is_kept_though_a_sign_is_open(ready: Visitor):
    form = ready.interest_form(**FILLED)
    lose(ready)
    ready.answers({"diagnosed": "yes", "age": "17"})

    assert where(ready.post("/interest", form)) == f"/{SLUG}/screener/cauda_equina_signs"
    assert typed(ready) == ""


def test_it_is_gone_after_two_hours(ready: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        form = ready.interest_form(**FILLED)
        lose(ready)
        ready.post("/interest", form)
        kept = typed(ready)
        clock.shift(timedelta(hours=2, seconds=1))
        ready.client.set_cookie(TYPED, kept, path=f"/{SLUG}/interest")
        ready.answers(SETTLED | {"age": "44"})

        assert form_now(ready).get("name") is None


def test_nobody_can_read_it_in_the_cookie(left: Visitor):
    assert "Quackenbush" not in typed(left)


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "="])
def test_a_forged_cookie_fills_nothing_in(ready: Visitor, forged: str):
    ready.client.set_cookie(TYPED, forged, path=f"/{SLUG}/interest")

    assert form_now(ready).get("name") is None


def test_boxes_are_not_ticked_again_under_another_wording(ready: Visitor):
    form = ready.interest_form(**FILLED, consent="an earlier one")
    lose(ready)
    ready.post("/interest", form)
    ready.answers(SETTLED | {"age": "44"})

    ticked = [name for name in form_now(ready) if name in ("share", "future") or name.startswith("by-")]
    assert ticked == []
    assert form_now(ready)["name"] == DETAILS["name"]


def test_a_sign_that_is_open_again_is_told_of_and_nothing_typed_is_lost(ready: Visitor, database: Database):
    form = ready.interest_form(**FILLED)
    lose(ready)
    ready.answers({"diagnosed": "yes"})

    response = ready.post("/interest", form)

    page = read(response.text)
    assert response.status_code == 409
    assert "A question must be answered first" in page.one("div", role="alert").text
    assert page.one("a", class_="go")["href"] == f"/{SLUG}/screener/cauda_equina_signs"
    assert count(database) == 0
    ready.answers(SETTLED | {"age": "44"})
    assert form_now(ready) == filled_in(form)


def test_what_is_too_long_to_keep_is_shown_to_be_copied(ready: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(typed_details, "_MOST_BYTES", 10)
    form = ready.interest_form(**FILLED)
    lose(ready)

    page = read(ready.post("/interest", form).text)

    assert "too long to be kept" in page.text
    assert DETAILS["email"] in page.text
    assert typed(ready) == ""


def test_the_longest_form_with_every_box_is_kept(ready: Visitor):
    long = {name: value if name in ("best_time", "language") else "ñ" * 200 for name, value in DETAILS.items()}
    trials = [one["value"] for one in ready.page("/interest").all("input", name="trial")]
    form: dict[str, Any] = ready.interest_form(**{**FILLED, **long, "trial": trials})
    lose(ready)
    ready.post("/interest", form)

    assert typed(ready)


def test_the_details_of_a_form_that_is_not_ours_are_not_kept(ready: Visitor):
    form = ready.interest_form(**FILLED)
    lose(ready)
    response = ready.post("/interest", form | {"signature": "f" * 64})

    assert response.status_code == 400
    assert typed(ready) == ""


def contact_typed(client: FlaskClient) -> Element:
    return read(client.post("/my/contact", data={"name": "Wilhelmina Q.", "phone": "617 555 0143"}).text)


def test_on_the_private_page_it_is_said_that_nothing_was_changed(client: FlaskClient):
    page = contact_typed(client)

    assert "Nothing was changed" in page.one("p", role="alert").text
    assert "Wilhelmina Q." in page.text
    assert [one.attributes for one in read(client.get("/my/contact").text).all("p", role="alert")] == []
