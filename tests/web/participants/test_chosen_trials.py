"""The contact form shows the trials that were chosen, and says which of them cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.catalog.criteria.catalog import Catalog
from tests.catalog import folders
from tests.web.interest_form import complete, fields, naming, press, trials_shown, trials_to_add
from tests.web.markup import read
from tests.web.result_cards import TODAY, recruiting
from tests.web.visitor import Visitor

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
