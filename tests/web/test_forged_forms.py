"""A form about a person is taken only with the token that our own page put into it; the others touch no person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from tests.web.every_form import BUTTONS, FILLED, Sent, World

TOKENS = {"form_token", "signature"}
OPEN = {
    "addresses.send_again": "writes a letter to an address that was confirmed, whoever asks, and to nobody else",
    "addresses.confirm": "carries its own proof in the address, which only a letter has",
    "addresses.disown": "likewise",
    "my_invitations.end_all": "likewise",
    "caregiving.choose": "changes the cookie of this browser alone",
    "caregiving.choose_sender": "likewise",
    "screener.answer": "likewise",
    "screener.choose_wishes": "likewise",
    "screener.clear": "likewise",
    "screener.clear_everywhere": "likewise",
    "leaving.leave": "likewise",
    "noting.leave": "stores a note of nobody",
}
"""What takes a form without a token, and why. A browser sends no cookie with a form of another site (SameSite)."""
PEOPLES = (
    "my_data",
    "my_details",
    "my_invitations",
    "interest",
    "addresses",
    "caregiving",
    "screener",
    "leaving",
    "noting",
)
OF_STAFF = tuple(
    f"prescreen.web.{room}" for room in ("accounts", "audit", "export", "referrals", "statistics", "worklist")
)
"""Rooms whose forms tests/architecture/test_policy.py sends with other tokens."""
BY_BUTTON = {"my_details.ask": "/my/ask", "my_details.end_older_links": "/my/end-links", "my_data.erase": "/my/delete"}
LAST = "my_data.erase"
"""After which there is nobody whose forms could be sent."""


@pytest.fixture
def world(app: Flask, database: Database, keys: Keys, shipped_criteria: LiveCatalog) -> World:
    return World({}, app, database, keys, shipped_criteria.current(datetime.now(UTC).date()))


def endpoint_of(world: World, sent: Sent) -> str:
    endpoint, _ = world.app.url_map.bind("localhost").match(sent.path, method=sent.method)
    return str(endpoint)


def every_form(world: World) -> Iterator[tuple[str, Sent]]:
    """Yield one form for every address of people that takes one, filled in well."""
    seen = set[str]()
    signed = {"signature": world.mine("/my/withdraw").data["signature"]}
    buttons = {endpoint: Sent(world.person, path, signed) for endpoint, path in BY_BUTTON.items()}
    yield from ((endpoint, button) for endpoint, button in buttons.items() if endpoint != LAST)
    of_people = (fills for form, fills in FILLED.items() if not form.__module__.startswith(OF_STAFF))
    for fills in of_people:
        for fill in fills:
            sent = fill(world)
            endpoint = endpoint_of(world, sent)
            if sent.method == "POST" and endpoint not in seen and endpoint.split(".")[0] in PEOPLES:
                seen.add(endpoint)
                yield endpoint, sent
    yield LAST, buttons[LAST]


def test_every_form_about_a_person_is_refused_without_its_token_or_with_one_of_somebody_else(world: World) -> None:
    tried = set()
    for endpoint, sent in every_form(world):
        [token] = TOKENS & sent.data.keys() or [None]
        if token is None:
            assert endpoint in OPEN
            continue
        tried.add(endpoint)
        before = world.stored()
        answers = [sent.having(token, value) for value in (None, "", "0" * 64, sent.data[token][::-1])]
        assert {answer.status_code for answer in answers} <= {303, 400, 403, 404, 409}, endpoint
        assert world.stored() == before, endpoint
        # What went before may leave it nothing to do, which its page says.
        assert sent.having(token, sent.data[token]).status_code in (200, 303, 422), endpoint
    posted = {rule.endpoint for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {one for one in posted if one.split(".")[0] in PEOPLES} == tried | OPEN.keys()


def test_what_is_pressed_alone_is_known() -> None:
    assert BY_BUTTON.keys() <= BUTTONS
