"""The contact form starts from the trials that were chosen, and others are added with what was typed kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.storage.participants.purposes import CHANNELS
from prescreen.storage.tables import Referral
from prescreen.web.base.form_fields import Choice, Tick
from prescreen.web.participants.contact_and_consent import PostedForm
from prescreen.web.participants.contact_form import InterestForm
from tests.catalog import folders
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.result_cards import TODAY, recruiting
from tests.web.visitor import CONSENTS, DETAILS, SETTLED, SLUG, Visitor, shown_again, where

CHOSEN, ANOTHER, PLACES = "NCT00000410", "NCT06688773", "NCT00415220"
UNRULED = """\
id: {id}
title: Walking for back pain, part {id}
conditions: [{condition}]
status: {status}
confirmed: {confirmed}
sites: [{{id: york, name: York Clinic, city: York}}]
inclusion:
  - {{id: able, text: Your doctor says that you can walk., checked: records}}
"""
MANY = tuple(f"W{number:03d}" for number in range(30))
BOXES = ("adult", "share", "another_site", "future")
# Neither typed nor ticked.
HIDDEN = {"submission", "signature", "browser", "consent", "answers", "sender", "add", "more"}


def walking(trial_id: str, status: str = "RECRUITING", condition: str = "back-pain") -> str:
    return UNRULED.format(id=trial_id, status=status, condition=condition, confirmed=TODAY)


@pytest.fixture
def opened(serve: Callable[..., Flask], tmp_path: Path) -> Callable[..., Visitor]:
    """Return a function that serves thirty trials and one with a rule, some files replaced, to a visitor."""

    def serve_them(files: Mapping[str, str] | None = None, numb: str = "no", age: str = "44") -> Visitor:
        trials = {f"trials/{one}.yaml": walking(one) for one in MANY}
        folder = folders.write(tmp_path / "criteria", {folders.TRIAL: recruiting(), **trials, **(files or {})})
        visitor = Visitor(serve(criteria=folder).test_client(), "back-pain")
        visitor.answers({"numb": numb, "leg_pain": "yes", "age": age, "sex": "male"})
        visitor.answer("pain_duration", "10", unit="wk")
        return visitor

    return serve_them


def form_of(page: Element) -> Element:
    return next(one for one in page.all("form") if one["action"].endswith("/interest"))


def fields(page: Element) -> dict[str, Any]:
    """Return what a browser sends of the form on a page, with all ticked trials."""
    ticked = [one["value"] for one in form_of(page).all("input", name="trial") if "checked" in one]
    return {**shown_again(page), "trial": ticked}


def complete(page: Element) -> dict[str, Any]:
    """Return the form with all that must be given, and the first place of each trial."""
    places = {
        one["name"]: one.all("option")[1]["value"] for one in form_of(page).all("select") if "site-" in one["name"]
    }
    return {**fields(page), **places, **DETAILS, **CONSENTS}


def visible(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person typed, ticked and chose."""
    return {name: one for name, one in sent.items() if name not in HIDDEN and "shown-" not in name and one}


def trials_shown(page: Element) -> list[str]:
    return [one["value"] for one in form_of(page).all("input", name="trial")]


def trials_to_add(page: Element) -> list[str]:
    return [one["value"] for one in page.all("button", name="add")]


def naming(*trials: str) -> str:
    return "/interest?" + "&".join(f"trial={one}" for one in trials)


def press(visitor: Visitor, page: Element, button: str, value: str, **changes: Any) -> Element:
    response = visitor.post("/interest", {**fields(page), button: value, **changes})
    assert response.status_code == 200, response.status
    return read(response.text)


def test_the_chosen_trials_alone_are_shown_in_their_order_and_ticked(ready: Visitor):
    page = ready.page(naming(ANOTHER, CHOSEN, ANOTHER))

    assert trials_shown(page) == fields(page)["trial"] == [ANOTHER, CHOSEN]


def test_a_trial_that_is_chosen_ticks_no_consent(ready: Visitor):
    boxes = [one for one in form_of(ready.page(naming(CHOSEN))).all("input") if one["type"] in ("checkbox", "radio")]

    assert [one["name"] for one in boxes if "checked" in one] == ["trial"]


def test_the_next_five_can_be_added_and_the_rest_is_in_the_results(opened: Callable[..., Visitor]):
    page = opened().page(naming("W007"))

    assert trials_to_add(page) == ["T1", "W000", "W001", "W002", "W003"]
    assert page.one("button", name="more").text == "Choose from all your results"


def test_without_a_choice_the_first_twenty_are_listed_and_none_is_ticked(opened: Callable[..., Visitor]):
    page = opened().page("/interest")

    assert trials_shown(page) == ["T1", *MANY[:19]]
    assert fields(page)["trial"] == trials_to_add(page) == []
    assert page.one("button", name="more")


def test_few_trials_are_all_listed_and_there_is_no_rest(ready: Visitor, opened: Callable[..., Visitor]):
    page = opened({f"trials/{one}.yaml": None for one in MANY[3:]}).page("/interest")

    assert trials_shown(page) == ["T1", *MANY[:3]]
    assert trials_to_add(page) == page.all("button", name="more") == []


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


def test_a_trial_of_another_condition_cannot_be_chosen(opened: Callable[..., Visitor]):
    other = {"conditions/knee.yaml": "name: Knee\n", "trials/K1.yaml": walking("K1", condition="knee")}
    page = opened(other).page(naming("K1", "W001"))

    assert fields(page)["trial"] == ["W001"]
    assert "is not on this site" in page.one("main").text


def test_twenty_trials_can_be_chosen_and_the_twenty_first_is_left_out(opened: Callable[..., Visitor]):
    visitor = opened()

    full, more = visitor.page(naming(*MANY[:20])), visitor.page(naming(*MANY[:21]))

    assert fields(full)["trial"] == fields(more)["trial"] == list(MANY[:20])
    assert trials_to_add(full) == []
    sentence = "You can choose 20 trials at one time."
    assert [sentence in one.one("main").text for one in (full, more)] == [False, True]
    added = press(visitor, full, "add", MANY[20])
    assert fields(added)["trial"] == list(MANY[:20])
    assert sentence in added.one("main").text
    assert added.one("title").text.startswith("I'm interested")


def test_twenty_one_ticks_are_not_sent(opened: Callable[..., Visitor]):
    visitor = opened()
    form = {**visitor.interest_form(), "trial": list(MANY[:21])}

    response = visitor.post("/interest", form)

    assert response.status_code == 422
    assert "You can choose 20 trials at one time." in read(response.text).one("div", role="alert").text
    assert fields(read(response.text))["trial"] == list(MANY[:20])


def test_ticked_trials_stay_before_unticked_ones_where_there_is_no_room(opened: Callable[..., Visitor]):
    visitor = opened()
    page = visitor.page(naming(*MANY[:20]))

    page = press(visitor, page, "add", MANY[25], trial=list(MANY[5:20]))

    assert fields(page)["trial"] == [*MANY[5:20], MANY[25]]
    assert trials_shown(page) == [*MANY[:4], *MANY[5:20], MANY[25]]


def test_a_trial_that_closed_meanwhile_is_named_and_the_others_stay(opened: Callable[..., Visitor]):
    page = opened().page(naming("W001", "W002"))
    later = opened({"trials/W001.yaml": walking("W001", "COMPLETED")})

    pages = [read(later.post("/interest", complete(page)).text), later.page(naming("W001", "W002"))]
    pages.append(press(later, page, "add", "W003"))

    said = "“Walking for back pain, part W001” is not open to new people now"
    assert [said in one.one("main").text for one in pages] == [True] * 3
    assert [fields(one)["trial"] for one in pages] == [["W002"], ["W002"], ["W002", "W003"]]


def test_a_trial_that_is_ruled_out_now_is_named_and_the_others_stay(opened: Callable[..., Visitor]):
    visitor = opened()
    page = visitor.page(naming("T1", "W001"))
    visitor.answer("age", "75")

    pages = [visitor.page(naming("T1", "W001")), press(visitor, page, "add", "W002")]

    assert ["“A pill for leg pain” does not fit your answers now" in one.one("main").text for one in pages] == [
        True
    ] * 2
    assert [fields(one)["trial"] for one in pages] == [["W001"], ["W001", "W002"]]


def test_where_none_that_was_chosen_is_left_the_others_are_listed(opened: Callable[..., Visitor]):
    page = opened({"trials/W001.yaml": walking("W001", "COMPLETED")}).page(naming("W001"))

    assert "is not open to new people now" in page.one("main").text
    assert trials_shown(page)[:3] == ["T1", "W000", "W002"]
    assert fields(page)["trial"] == []


def test_without_any_trial_left_it_is_said_why(opened: Callable[..., Visitor]):
    closed = {f"trials/{one}.yaml": None for one in MANY[1:]} | {"trials/W000.yaml": walking("W000", "COMPLETED")}

    page = opened(closed, age="75").page(naming("W000", "T1"))

    assert "is not open to new people now" in page.one("main").text
    assert "does not fit your answers now" in page.one("main").text
    assert "There is no trial right now" in page.one("main").text


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
    assert read(response.text).one("a", class_="act")["href"] == f"/{SLUG}{naming(CHOSEN, ANOTHER)}"


def test_adding_to_a_form_that_was_sent_says_so_and_leads_to_a_fresh_one(ready: Visitor, database: Database):
    form = complete(ready.page(naming(CHOSEN)))
    assert where(ready.post("/interest", form)) == f"/{SLUG}/thanks"

    response = ready.post("/interest", {**form, "add": ANOTHER})

    assert response.status_code == 409
    assert read(response.text).one("a", class_="act")["href"] == f"/{SLUG}{naming(CHOSEN)}"
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
    assert page.one("h3", id="add-another").text == "Añadir otro estudio"


def test_a_sample_offers_to_add_closed_trials_and_a_real_catalog_does_not(opened: Callable[..., Visitor]):
    closed = {"trials/W000.yaml": walking("W000", "COMPLETED")}
    sample = {folders.CATALOG: folders.FILES[folders.CATALOG] + "sample: true\n"}

    real, made_up = (trials_to_add(opened({**closed, **files}).page(naming("W001"))) for files in ({}, sample))

    assert real == ["T1", "W002", "W003", "W004", "W005"]
    assert made_up == ["T1", "W000", "W002", "W003", "W004"]


def test_asking_another_site_is_offered_once_a_trial_on_the_page_has_several(opened: Callable[..., Visitor]):
    consent = folders.FILES[folders.CONSENT] + "\n## Another site {#another_site}\n\nYou may ask another site.\n"
    two = walking("W001").replace("city: York}", "city: York}, {id: hull, name: Hull Clinic}")
    only = {f"trials/{one}.yaml": None for one in MANY[2:]}
    one_site = opened({folders.CONSENT: consent, **only}).page(naming("W000"))
    several = opened({folders.CONSENT: consent, **only, "trials/W001.yaml": two})

    addable = several.page(naming("W000"))

    assert one_site.all("input", name="another_site") == []
    assert addable.one("input", name="another_site")
    assert press(several, addable, "add", "W001", another_site="yes").one("input", name="another_site", checked="")


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


def test_a_page_judges_only_the_trials_that_it_shows(opened: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch):
    visitor, judged = opened(), list[str]()
    visitor.page(naming("W001"))
    plain = Catalog.open_sites

    def noting(catalog: Catalog, trial: Any) -> Any:
        judged.append(trial.id)
        return plain(catalog, trial)

    monkeypatch.setattr(Catalog, "open_sites", noting)
    page = visitor.page(naming("W001"))

    assert set(judged) == {"W001", *trials_to_add(page), "W005"}
