"""Another site takes over what one left unanswered: what participants agree to, and what teams see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.tables import Consent, Referral
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.office import form_token, sign_in
from tests.web.visitor import DETAILS, Visitor, where

TRIAL = "NCT00415220"
"""A trial with two sites."""


@dataclass
class Team:
    """A signed-in recruiter of one site."""

    client: FlaskClient

    def page(self, path: str = "/recruiter/offers") -> Element:
        return read(self.client.get(path).text)

    def form(self) -> Element:
        """Return the form of the first offer."""
        return next(one for one in self.page().all("form") if one["action"].startswith("/recruiter/offers/"))

    def take(self, form: Element | None = None, **changes: Any) -> TestResponse:
        found = form or self.form()
        hidden = {one["name"]: one["value"] for one in found.all("input", type="hidden")}
        return self.client.post(found["action"], data={**hidden, **changes})


@pytest.fixture(autouse=True)
def catalog(shipped_criteria: LiveCatalog, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """Let the sites of that trial promise an answer in five days: no shipped site promises anything."""
    shipped = shipped_criteria.current(datetime.now(UTC).date())
    trial = shipped.trials[TRIAL]
    promising = replace(trial, sites=tuple(replace(site, reply_within=5) for site in trial.sites))
    changed = replace(shipped, trials={**shipped.trials, TRIAL: promising}, _evidence={}, _planners={})
    monkeypatch.setattr(shipped_criteria, "_catalog", changed)
    return changed


@pytest.fixture
def sites(catalog: Catalog) -> tuple[str, str]:
    left, taking = catalog.trials[TRIAL].sites
    return left.id, taking.id


@pytest.fixture
def team(app: Flask, database: Database, sites: tuple[str, str]) -> Team:
    return signed_in(app, database, Assignment(TRIAL, sites[1]), "taking@example.org")


def signed_in(app: Flask, database: Database, place: Assignment, email: str) -> Team:
    recruiter(database, place, email=email)
    client = app.test_client()
    sign_in(client, email=email)
    return Team(client)


def left_waiting(ready: Visitor, database: Database, site_id: str, **changes: Any) -> None:
    """Send the form to a site, with the box ticked, and let twice its time pass."""
    ready.send(**{"trial": TRIAL, f"site-{TRIAL}": site_id, "another_site": "yes", **changes})
    long_ago = datetime.now(UTC) - timedelta(days=30)
    with database.writing() as session:
        late = {"due_at": long_ago + timedelta(days=5), "offered_from": long_ago + timedelta(days=10)}
        session.execute(update(Referral).where(Referral.offered_from.is_not(None)).values(created_at=long_ago, **late))


def test_the_box_is_not_ticked_and_stores_nothing_unless_it_is(ready: Visitor, database: Database) -> None:
    assert "checked" not in ready.page("/interest").one("input", id="another_site")

    ready.send(trial=TRIAL)

    assert "another_site" not in {purpose for (purpose,) in rows(database, Consent.purpose)}
    assert rows(database, Referral.offered_from) == [(None,)]


def test_who_ticks_it_lets_the_referral_be_offered_after_twice_the_promised_time(
    ready: Visitor, database: Database, sites: tuple[str, str]
) -> None:
    ready.send(**{"trial": TRIAL, f"site-{TRIAL}": sites[0], "another_site": "yes"})

    [(made, due, offered)] = rows(database, Referral.created_at, Referral.due_at, Referral.offered_from)
    promised = timedelta(days=5)
    assert (due, offered) == (made + promised, made + 2 * promised)
    assert ("another_site", None, None) in rows(database, Consent.purpose, Consent.trial_id, Consent.site_id)


def test_the_private_page_shows_it_takes_it_back_and_allows_it_again(
    ready: Visitor, database: Database, catalog: Catalog
) -> None:
    ready.send(**{"trial": TRIAL, f"site-{TRIAL}": catalog.trials[TRIAL].sites[0].id, "another_site": "yes"})
    page = ready.open_my_data()
    signature = page.all("input", name="signature")[0]["value"]

    assert "Ask another site if one does not answer in time" in page.text
    ready.client.post("/my/withdraw", data={"signature": signature, "purpose": "another_site"})
    assert rows(database, Referral.offered_from) == [(None,)]

    page = read(ready.client.get("/my/").text)
    box = page.one("input", id="allow-another_site")
    assert "checked" not in box
    shown = page.all("input", name="consent")[0]["value"]
    form = {"signature": signature, "consent": shown, "allow": "another_site"}
    assert ready.client.post("/my/allow", data=form).status_code == 422
    assert where(ready.client.post("/my/allow", data={**form, "agreed": "yes"})) == "/my/"
    assert rows(database, Referral.offered_from) != [(None,)]


def test_a_trial_with_one_site_has_no_such_box_on_the_private_page(ready: Visitor, catalog: Catalog) -> None:
    single = next(one["value"] for one in ready.page("/interest").all("input", name="trial") if alone(catalog, one))
    ready.send(trial=single)

    assert ready.open_my_data().all("input", id="allow-another_site") == []


def alone(catalog: Catalog, box: Element) -> bool:
    return len(catalog.trials[box["value"]].sites) == 1


def test_the_work_list_leads_to_what_is_offered_without_saying_who(
    ready: Visitor, database: Database, team: Team, sites: tuple[str, str]
) -> None:
    assert "waits for another site" not in team.page("/recruiter/").text
    left_waiting(ready, database, sites[0])

    assert "1 person waits for another site that did not answer" in team.page("/recruiter/").text
    page = team.page().one("main")
    assert "30 days" in page.text
    assert [value for value in DETAILS.values() if len(value) > len("es") and value in page.text] == []
    assert team.form().all("input", name="place")[0]["value"] == f"{TRIAL}/{sites[1]}"


def test_taking_over_opens_the_person_and_the_other_site_sees_it(
    app: Flask, ready: Visitor, database: Database, team: Team, sites: tuple[str, str]
) -> None:
    left_waiting(ready, database, sites[0])
    other = signed_in(app, database, Assignment(TRIAL, sites[0]), "left@example.org")

    answer = team.take()

    sheet = team.page(where(answer)).one("main").text
    assert DETAILS["name"] in sheet
    assert "taken over by another site" in other.page("/recruiter/").text
    assert "otro" not in sheet
    assert "another site of this trial took over" in ready.open_my_data().text
    assert "Nothing is on offer to you now." in team.page().text


def test_the_second_of_two_sites_is_told_that_the_first_was_quicker(
    app: Flask, ready: Visitor, database: Database, team: Team, sites: tuple[str, str]
) -> None:
    left_waiting(ready, database, sites[0])
    late = signed_in(app, database, Assignment(TRIAL), "late@example.org")
    form = late.form()
    team.take()

    answer = late.take(form)

    assert answer.status_code == 409
    assert "no longer on offer" in read(answer.text).one("p", role="alert").text
    assert count(database, Referral) == 2


def test_who_deletes_everything_is_offered_to_nobody_and_nothing_is_left_with_the_new_site(
    ready: Visitor, database: Database, team: Team, sites: tuple[str, str]
) -> None:
    left_waiting(ready, database, sites[0])
    sheet = where(team.take())
    signature = ready.open_my_data().all("input", name="signature")[0]["value"]

    ready.client.post("/my/delete", data={"signature": signature})

    assert DETAILS["name"] not in team.page(sheet).text
    assert {state for (state,) in rows(database, Referral.state)} == {"withdrawn"}
    assert [one for one in rows(database, Consent.withdrawn_at) if one == (None,)] == []


def test_what_is_not_theirs_is_not_there(
    app: Flask, ready: Visitor, database: Database, team: Team, sites: tuple[str, str]
) -> None:
    left_waiting(ready, database, sites[0])
    form = team.form()
    other = signed_in(app, database, Assignment("NCT06053242"), "other@example.org")
    token = form_token(other.client, "/recruiter/")

    answers = [
        team.take(form, place=f"{TRIAL}/{sites[0]}"),
        team.take(form, place="x"),
        other.take(form, form_token=token),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert "Nothing is on offer to you now." in other.page().text
    assert count(database, Referral) == 1
