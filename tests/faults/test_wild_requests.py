"""Whatever is sent to whichever page, by whomever: no answer says that the service failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prescreen import app as application
from prescreen.config import Settings
from prescreen.storage.base.keys import load_keys
from prescreen.web.base.request_context import EXTENSION
from tests.faults.conftest import Tell
from tests.faults.counts import COUNTS
from tests.faults.wild import WILD, Target, Wild
from tests.hashes import quick_hashes
from tests.web.every_form import World
from tests.web.toured import close, settings_in, shipped_today

__all__ = ["quick_hashes"]

PARTS = 4
"""Into how many tests the routes are dealt, for as many processes."""
_IN_A_ROW = 20


def careless() -> str:
    """Trust what is asked for: a page that fails."""
    return str([int(value) for value in request.args.values()])


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Target]:
    """Assemble the service with people at work in it."""
    folder = tmp_path_factory.mktemp("wild")
    # Counters are written by a thread of their own, past every reset.
    chosen = replace(settings_in(folder, sqlite_template), counters=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", lambda *_: shipped_today())
        app = application.create_app(chosen)
    app.add_url_rule("/careless", "careless", careless)
    made = Target(app, _world(app, chosen), folder / "prescreen.sqlite3")
    made.prepare()
    yield made
    close(app)


def _world(app: Flask, chosen: Settings) -> World:
    now, database = datetime.now(UTC), app.extensions[EXTENSION].database
    return World({}, app, database, load_keys(chosen), shipped_today().current(now.date()))


def failures(target: Target, requests: int, of_rules: str, part: int = 0, parts: int = 1) -> list[str]:
    """Send so many wild requests to a part of the routes, and give the first that fails."""
    rules = [one for one in target.rules if (one.endpoint == "careless") == (of_rules == "careless")][part::parts]
    found: list[str] = []

    @settings(
        max_examples=max(1, requests // _IN_A_ROW),
        deadline=None,
        database=None,
        derandomize=False,
        # To make the first that fails shorter would take minutes.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(WILD, min_size=_IN_A_ROW, max_size=_IN_A_ROW))
    def go_on(several: list[Wild]) -> None:
        target.reset()
        for one in several:
            answer = target.send(one, rules)
            if answer.status_code >= 500:
                found.append(f"{answer.request.method} {answer.request.path}: {answer.status} {one}")
            assert answer.status_code < 500

    try:
        go_on()
    except AssertionError:
        assert found
    return found[-1:]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_wild_request_makes_a_page_fail(target: Target, part: int, tell: Tell) -> None:
    target.asked, target.answered = 0, {}

    assert failures(target, COUNTS.requests // PARTS, "all", part, PARTS) == []

    assert target.asked >= COUNTS.requests // PARTS
    # Most of them come as far as a page: a suite that is turned away at the door has looked at nothing.
    assert {200, 303, 404} <= target.answered.keys()
    tell(f"wild requests, part {part + 1} of {PARTS}: 0 of {target.asked:,} failed; {_told(target.answered)}")


def _told(answered: dict[int, int]) -> str:
    return ", ".join(f"{count:,} x {status}" for status, count in sorted(answered.items()))


def test_a_page_that_trusts_what_is_asked_is_convicted(target: Target) -> None:
    (found,) = failures(target, 200, "careless")

    assert "/careless: 500 " in found
