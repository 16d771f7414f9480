"""The thanks say when: the day of sending, by when each site answers, and nothing that no site has promised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from prescreen.storage.referrals.states import State
from prescreen.storage.tables import Referral
from prescreen.web.base.formatting import day
from prescreen.web.base.request_context import EXTENSION
from prescreen.web.interview.answer_cookie import THANKS
from prescreen.web.sealed_cookies import set_sealed, unsealed
from tests.catalog import folders
from tests.web.markup import Element
from tests.web.result_cards import recruiting
from tests.web.tour import FITTING
from tests.web.visitor import Visitor, where

NOON = datetime.now(UTC).replace(hour=12)
LEEDS = "{id: leeds, name: Leeds Hospital, reply_within: 5}"
YORK = """\
id: T2
title: Walking
conditions: [back-pain]
status: RECRUITING
confirmed: {confirmed}
sites: [{{id: york, name: York Clinic{promise}}}]
inclusion: [{{id: able, text: You can walk., checked: records}}]
"""


@pytest.fixture
def thanked(serve: Callable[..., Flask], tmp_path: Path) -> Callable[[str], Visitor]:
    """Return a function that sends the form for two trials, Leeds promising an answer in five days."""

    def send(promise_of_york: str) -> Visitor:
        york = YORK.format(confirmed=NOON.date(), promise=promise_of_york)
        folder = folders.write(tmp_path / "criteria", {folders.TRIAL: recruiting(sites=LEEDS), "trials/T2.yaml": york})
        visitor = Visitor(serve(criteria=folder).test_client(), "back-pain")
        visitor.answers({"numb": "no", "leg_pain": "yes", "age": "44"})
        assert where(visitor.send(trial=["T1", "T2"])) == "/back-pain/thanks"
        return visitor

    return send


def steps(page: Element) -> list[str]:
    return [one.one("b").text for one in page.one("ol").all("li")]


def in_days(app: Flask, days: int) -> str:
    with app.test_request_context():
        return day((NOON + timedelta(days=days)).date())


def test_each_step_has_its_day_and_the_soonest_answer_comes_first(thanked: Callable[[str], Visitor]):
    with time_machine.travel(NOON, tick=False):
        visitor = thanked(", reply_within: 2")
        app = visitor.client.application
        page = visitor.page("/thanks")

    assert steps(page)[:3] == [
        f"Sent on {in_days(app, 0)}.",
        f"By {in_days(app, 2)}",
        f"By {in_days(app, 5)}",
    ]
    assert [one.text for one in page.one("ol").all("p", class_="soft")] == ["York Clinic", "Leeds Hospital"]


def test_sites_that_promise_the_same_day_share_a_step(thanked: Callable[[str], Visitor]):
    with time_machine.travel(NOON, tick=False):
        visitor = thanked(", reply_within: 5")
        page = visitor.page("/thanks")

    [both] = [one for one in page.one("ol").all("li") if one.one("b").text.startswith("By ")]
    assert both.one("b").text == f"By {in_days(visitor.client.application, 5)}"
    assert [site in both.text for site in ("Leeds Hospital", "York Clinic")] == [True, True]


def test_no_day_is_made_up_for_a_site_that_promises_none(thanked: Callable[[str], Visitor]):
    page = thanked("").page("/thanks")

    [unnamed] = [one for one in page.one("ol").all("li") if one.one("b").text == "Waiting for an answer"]
    assert "York Clinic" in unnamed.text
    assert "Leeds" not in unnamed.text


def test_one_team_is_not_called_teams(visitor: Visitor):
    visitor.has_answered(FITTING)
    visitor.send()

    assert "This team can now see your details:" in visitor.page("/thanks").one("ol").text


def test_the_private_page_names_the_promised_day_until_the_team_has_begun(thanked: Callable[[str], Visitor]):
    with time_machine.travel(NOON, tick=False):
        visitor = thanked("")
        promised = f"The team says that it answers you by {in_days(visitor.client.application, 5)}."
        before = visitor.open_my_data().text
        with visitor.client.application.extensions[EXTENSION].database.writing() as session:
            session.execute(update(Referral).values(state=State.CONTACTED.value))
        after = visitor.open_my_data().text

    assert (before.count(promised), after.count(promised)) == (1, 0)


def test_thanks_that_were_sealed_before_they_named_days_are_still_shown(ready: Visitor, app: Flask):
    ready.send()
    purpose = f"thanks {ready.slug}"
    with app.test_request_context():
        data = unsealed(ready.cookie("prescreen-thanks"), purpose)
        assert data is not None
        response = app.make_response("")
        older = {name: one for name, one in data.items() if name not in {"sent", "due"}}
        set_sealed(response, THANKS, older, purpose, path=f"/{ready.slug}")
    value = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    ready.client.set_cookie("prescreen-thanks", value, path=f"/{ready.slug}")

    page = ready.page("/thanks")
    assert page.one("p", class_="big").text == data["reference"]
    assert steps(page)[0] == "Sent"
