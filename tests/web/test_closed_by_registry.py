"""Where the operator lets it, what its registry closed takes no new people at once, through any door."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from prescreen.storage.registry import StoredRecord, keep
from prescreen.web.base import request_context
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.registry.closing import closures_in
from tests.databases import database_url
from tests.services import postgres
from tests.web.doors import DOORS, LEEDS, TRIAL, YORK, criteria, fitting, referred
from tests.web.office import sign_in
from tests.web.result_cards import TODAY, card

__all__ = ["database_url"]

SAYS_SO = "The registry says that this trial takes no new people since"
Make = Callable[..., Flask]


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL on which the service starts: one that keeps what was committed."""
    with postgres.throwaway(postgres.DURABLE) as url:
        yield url


@pytest.fixture
def make(serve: Callable[..., Flask], tmp_path: Path, database_url: str) -> Make:
    """Return a function that assembles a service that is no sample, on SQLite and on PostgreSQL."""
    root = criteria(tmp_path / "criteria")
    return lambda *, closes: serve(criteria=root, registry_closes=closes, database_url=database_url)


def close(app: Flask, site: str | None = None) -> None:
    """Store what the watch stores where the registry says that the trial, or a site of it, takes no new people."""
    at = datetime.now(UTC)
    ended = {"closed_sites": (site,)} if site else {"status": "COMPLETED", "closed_on": TODAY}
    with app.extensions[EXTENSION].database.writing() as session:
        keep(session, StoredRecord(TRIAL, at, at, at, record={}, **ended))  # type: ignore[arg-type]  # either of two fields


def look_again(app: Flask) -> None:
    """Let the process read what is closed now, as it does every few seconds where it may."""
    resources = app.extensions[EXTENSION]
    if resources.settings.registry_closes:
        resources.catalog.close_by(lambda: closures_in(resources.database))


def clicked(app: Flask, door: str, *, site: bool = False, known: bool = True) -> tuple[int, int]:
    """Open a door, let the registry close the trial or the site, and click; return who came in, and the status.

    `known` says whether the process learnt of it before the click.
    """
    send, before = DOORS[door].open(app), referred(app)
    close(app, DOORS[door].site if site else None)
    if known:
        look_again(app)
    answer = send()
    return referred(app) - before, answer.status_code


@pytest.mark.parametrize("known", [False, True], ids=["just now", "known"])
@pytest.mark.parametrize("site", [False, True], ids=["trial", "site"])
@pytest.mark.parametrize("door", DOORS)
def test_nobody_comes_in_through_a_form_that_was_open_before(door: str, site: bool, known: bool, make: Make) -> None:
    came, status = clicked(make(closes=True), door, site=site, known=known)

    assert came == 0
    assert status in ((303, 404, 422) if known else (409,))


@pytest.mark.parametrize("door", DOORS)
def test_where_the_operator_does_not_let_it_people_come_in(door: str, make: Make) -> None:
    assert clicked(make(closes=False), door) == (1, 303)


@pytest.mark.parametrize("door", DOORS)
def test_a_service_that_does_not_look_in_its_transaction_is_convicted(
    door: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_context, "refuse_closed", lambda *_: None)

    assert clicked(make(closes=True), door, known=False) == (1, 303)


@pytest.mark.parametrize("door", DOORS)
def test_the_other_site_still_takes_people(door: str, make: Make) -> None:
    app = make(closes=True)
    send, before = DOORS[door].open(app), referred(app)
    other = next(one for one in (LEEDS, YORK) if one != DOORS[door].site)
    close(app, other)
    look_again(app)

    send()

    assert referred(app) == before + 1


@pytest.mark.parametrize("closes", [True, False])
def test_pages_of_visitors_offer_nothing_and_say_why(closes: bool, make: Make) -> None:
    app = make(closes=closes)
    close(app)
    look_again(app)
    visitor = fitting(app)

    result, trial = card(visitor.page("/results"), TRIAL).text, visitor.page(f"/trials/{TRIAL}").text

    for shown in (result, trial):
        assert ("I'm interested" in shown) is not closes
    assert (SAYS_SO in trial) is closes
    assert ("Status in the registry: completed" in trial) is closes
    assert (f'value="{TRIAL}"' in visitor.get("/interest").text) is not closes


@pytest.mark.parametrize("closes", [True, False])
def test_a_page_that_the_desk_opens_then_has_no_door(closes: bool, make: Make) -> None:
    app = make(closes=closes)
    DOORS["reassignment"].open(app)
    close(app)
    look_again(app)
    staff = app.test_client()
    sign_in(staff)

    doors = (
        f'value="{TRIAL}/{YORK}"' in staff.get("/recruiter/enter").text,
        "/offers/" in staff.get("/recruiter/offers").text,
    )

    assert doors == (not closes, not closes)
    assert staff.get(f"/recruiter/enter/{TRIAL}/{YORK}").status_code == (404 if closes else 200)
