"""Where the operator lets it, a trial that its registry closed takes no new people at once: pages of visitors."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from prescreen.storage.registry import StoredRecord, keep
from prescreen.storage.tables import Lead
from prescreen.web.base.request_context import resources
from prescreen.workflow.registry.closing import closures_in
from tests.catalog import folders
from tests.web.result_cards import TODAY, card, recruiting
from tests.web.visitor import Visitor

SAYS_SO = "The registry says that this trial takes no new people since"


@pytest.fixture(params=[True, False], ids=["closes", "left open"])
def app(serve: Callable[..., Flask], tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    """Return a service that is no sample, with the setting on and off."""
    root = folders.write(tmp_path / "criteria", folders.FILES | {folders.TRIAL: recruiting()})
    return serve(criteria=root, registry_closes=request.param)


@pytest.fixture
def closes(request: pytest.FixtureRequest) -> bool:
    return bool(request.node.callspec.params["app"])


def close_trial(app: Flask) -> None:
    """Store what the watch stores of a trial whose registry says that it takes no new people."""
    with app.app_context(), resources().database.writing() as session:
        at = datetime.now(UTC)
        keep(session, StoredRecord("T1", at, at, at, status="COMPLETED", record={}, closed_on=TODAY))


def look_again(app: Flask, *, closes: bool) -> None:
    """Let the process read what is closed now, as it does every few seconds."""
    with app.app_context():
        database = resources().database
        if closes:
            resources().catalog.close_by(lambda: closures_in(database))


def fitting(app: Flask) -> Visitor:
    visitor = Visitor(app.test_client(), "back-pain")
    visitor.answers({"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"})
    visitor.answer("pain_duration", "10", unit="wk")
    return visitor


def test_a_form_that_was_open_when_the_registry_closed_the_trial_stores_nothing(app: Flask, closes: bool) -> None:
    visitor = fitting(app)
    filled = visitor.interest_form()
    close_trial(app)

    answer = visitor.post("/interest", filled)

    assert (answer.status_code == 303) is not closes
    with app.app_context(), resources().database.reading() as session:
        assert len(session.scalars(select(Lead.id)).all()) == (0 if closes else 1)


def test_pages_offer_nothing_and_say_why(app: Flask, closes: bool) -> None:
    close_trial(app)
    look_again(app, closes=closes)
    visitor = fitting(app)

    result, trial = card(visitor.page("/results"), "T1").text, visitor.page("/trials/T1").text

    for shown in (result, trial):
        assert ("I'm interested" in shown) is not closes
    assert (SAYS_SO in trial) is closes
    assert ('value="T1"' in visitor.get("/interest").text) is not closes
