"""The desk tells a recruiter what the registry says of the trials that they work, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.storage.registry import StoredRecord, keep
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.registry.closing import closures_in
from tests.catalog import folders
from tests.people import recruiter
from tests.registered import FILE, TRIAL, VERSION, files, trial_file
from tests.web.markup import Element, read
from tests.web.office import sign_in

NOW, TODAY = datetime.now(UTC), datetime.now(UTC).date()
OTHER = "NCT07654321"
TWO_SITES = ("sites: [{id: leeds,", "sites: [{id: york, name: York Hospital}, {id: leeds,")
CLOSED = {"status": "COMPLETED", "closed_on": date(2026, 2, 3)}
STALE = {"stale_for": VERSION}
Make = Callable[..., Flask]


@pytest.fixture
def make(serve: Callable[..., Flask], tmp_path: Path) -> Make:
    """Return a function that assembles a service which is no sample, with two trials of two sites."""
    text = trial_file(TODAY).replace(*TWO_SITES)
    other = text.replace(TRIAL, OTHER).replace("A pill", "Another pill")
    root = folders.write(tmp_path / "criteria", {**files(text), FILE.replace(TRIAL, OTHER): other})

    def made(*, closes: bool = True, watched: bool = True) -> Flask:
        return serve(criteria=root, registry_closes=closes, registry=tmp_path if watched else None)

    return made


def store(app: Flask, trial_id: str = TRIAL, days: int = 0, **known: Any) -> None:
    """Store what the watch knows of a trial since some days, and let the process read what is closed."""
    resources, at = app.extensions[EXTENSION], NOW - timedelta(days=days)
    with resources.database.writing() as session:
        keep(
            session, StoredRecord(trial_id, **{"due_at": at, "checked_at": at, "fetched_at": at, "record": {}, **known})
        )
    if resources.settings.registry_closes:
        resources.catalog.close_by(lambda: closures_in(resources.database))


def desk(app: Flask, *places: Assignment) -> Element:
    """Return the work list of a recruiter of these places."""
    recruiter(app.extensions[EXTENSION].database, *(places or (Assignment(TRIAL),)))
    return opened(app)


def opened(app: Flask) -> Element:
    """Return the work list of the recruiter."""
    client = app.test_client()
    sign_in(client)
    return read(client.get("/recruiter/?sort=urgent").text)


def told(page: Element) -> str:
    """Return what is told of the registry; "" where nothing is."""
    return " ".join(one.text for one in page.all("details", class_="say"))


@pytest.mark.parametrize(
    ("closes", "then"), [(True, "Nobody new is referred there."), (False, "People are still referred there")]
)
def test_a_trial_that_closed_is_told_with_what_becomes_of_it_here(closes: bool, then: str, make: Make) -> None:
    app = make(closes=closes)
    store(app, **CLOSED)

    said = told(desk(app))

    assert "of your trials: 1 closed" in said
    assert f"It takes no new people since 3 February 2026. {then}" in said
    assert "when the registry last answered about it" in said


def test_a_trial_whose_file_says_so_itself_is_no_news(make: Make, tmp_path: Path) -> None:
    app = make()
    file = tmp_path / "criteria" / FILE
    file.write_text(file.read_text().replace("status: RECRUITING", "status: COMPLETED"))
    app = make()
    store(app, **CLOSED)

    assert told(desk(app)) == ""


def test_criteria_that_changed_are_told_of_the_version_that_the_file_is_of(make: Make) -> None:
    app = make()
    store(app, **STALE)
    said = told(desk(app))
    assert "1 with changed criteria" in said
    assert "Ask its team before you rule anybody out." in said

    store(app, stale_for="2024-01-01")
    assert told(opened(app)) == ""


@pytest.mark.parametrize(("site", "is_told"), [("leeds", True), ("york", False), (None, True)])
def test_a_site_that_closed_is_told_to_those_who_work_it(site: str | None, is_told: bool, make: Make) -> None:
    app = make()
    store(app, closed_sites=("leeds",))

    said = told(desk(app, Assignment(TRIAL, site) if site else Assignment(TRIAL)))

    assert ("Example Hospital takes no new people any more. Nobody new is referred there." in said) is is_told


def test_nothing_is_told_of_trials_that_others_work(make: Make) -> None:
    app = make()
    store(app, OTHER, **CLOSED, **STALE)

    assert told(desk(app, Assignment(TRIAL))) == ""


@pytest.mark.parametrize(("days", "is_old"), [(1, False), (3, True)])
def test_what_is_known_is_old_after_two_days(days: int, is_old: bool, make: Make) -> None:
    app = make()
    store(app, days=days, failed_since=NOW, last_failure="busy")

    said = told(desk(app))

    assert ("could not be asked for days" in said) is is_old
    assert ("1 not asked for days" in said) is is_old


def test_a_registry_that_never_answered_is_told(make: Make) -> None:
    app = make()
    store(app, fetched_at=None, record=None, failed_since=NOW - timedelta(days=3), last_failure="busy")

    assert "The registry never answered about it." in told(desk(app))


def test_without_a_registry_nothing_is_told(make: Make) -> None:
    app = make(watched=False, closes=False)
    store(app, **CLOSED, **STALE)

    assert told(desk(app)) == ""
    assert "registry" not in app.test_client().get("/readyz").json


def test_monitoring_learns_when_the_registry_last_answered_and_stays_ready(make: Make) -> None:
    app = make()
    assert app.test_client().get("/readyz").json["registry"] == {
        "answered_at": None,
        "closed": 0,
        "stale": 0,
        "old": 0,
    }

    store(app, days=3, **CLOSED)
    store(app, OTHER, days=4, **STALE)
    answer = app.test_client().get("/readyz")

    at = (NOW - timedelta(days=3)).isoformat(timespec="seconds")
    assert answer.status_code == 200
    assert answer.json["registry"] == {"answered_at": at, "closed": 1, "stale": 1, "old": 2}
