"""What the figures and charts of the numbers say: of the same visits, and of nothing that is kept back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview.usage_counters import CounterKind, Key
from prescreen.storage.tables import Referral
from tests.web.referred import TRIAL, refer
from tests.web.statistics.numbers_desk import Desk, catalog, count, desk, lines, referred, tile, visits

__all__ = ["catalog", "desk", "referred"]


def test_where_people_stop_is_told_of_the_same_visits_and_by_source(
    desk: Callable[..., Desk], database: Database
) -> None:
    visits(database, "google", 1_200, 800, 400, 60)
    visits(database, "direct", 300, 100, 50, 10)
    here = desk()
    chart, by_source = here.block("journeys").all("table")

    assert here.headline("journeys") == (
        "Most stop between “began the questions” and “answered to the end”: 600 of 1,500."
    )
    assert lines(chart) == [
        ("Began the questions", ["", "1,500"]),
        ("Answered to the end", ["", "900 · 60%"]),
        ("This trial not ruled out", ["", "450 · 30%"]),
        ("Sent their details", ["", "70 · 5%"]),
    ]
    assert lines(by_source) == [
        ("google", ["1,200", "400", "400", "340", "60"]),
        ("direct, or not known", ["300", "200", "50", "40", "10"]),
    ]
    assert tile(here.page(), "sent their details") == "70 of 1,500 who began"


def test_page_views_stand_apart_and_are_said_to_be_no_people(desk: Callable[..., Desk], database: Database) -> None:
    counts = {CounterKind.ARRIVED: 544, CounterKind.SAW_RESULTS: 900, CounterKind.OPENED_FORM: 800}
    count(database, {Key(kind, "low-back-pain", "google"): number for kind, number in counts.items()})
    visits(database, "google", 100, 60, 40, 20)
    here = desk()

    assert lines(here.block("views").one("table")) == [
        ("google", ["544", "900", "0", "800"]),
        ("All", ["544", "900", "0", "800"]),
    ]
    assert "544 arrivals; this trial's page was never opened." in here.block("views").text
    assert "These are page views, not people" in here.block("views").text
    assert {"544", "900", "800"}.isdisjoint(re.findall(r"\d+", here.block("journeys").text))


def test_counts_of_which_some_were_lost_are_not_drawn(desk: Callable[..., Desk], database: Database) -> None:
    visits(database, "google", 9, 49, 30, 20)
    here = desk()

    assert here.headline("journeys").startswith("The counts do not fit together")
    assert here.block("journeys").all("rect") == []
    assert "%" not in here.block("journeys").text


@pytest.mark.usefixtures("referred")
def test_the_figures_on_top_say_what_the_charts_say(desk: Callable[..., Desk]) -> None:
    page = desk().page()

    assert tile(page, "sent to this trial") == "13 in any way"
    assert tile(page, "reached by the promised day") == "46% half within about 24 hours"
    assert tile(page, "late today") == "7 past the promised day: see who"
    assert tile(page, "taking part so far") == "0 of 13 referrals"
    assert page.one("dl").one("a")["href"].endswith(f"/recruiter/?trial={TRIAL}&overdue=yes")


def test_an_author_is_not_led_to_who_is_late(desk: Callable[..., Desk], referred: None) -> None:
    assert desk(Role.AUTHOR).page().one("dl").all("a") == []


@pytest.mark.parametrize("sent", [1, 4])
def test_a_small_number_stands_nowhere_on_the_page(
    desk: Callable[..., Desk], database: Database, keys: Keys, catalog: Catalog, sent: int
) -> None:
    """Of 20 people few are taking part, and of 77 visits few sent something: neither is told, nor the rest."""
    for number in range(20):
        refer(database, keys, catalog, name=f"P {number}")
    with database.writing() as session:
        ids = session.scalars(Referral.__table__.select().with_only_columns(Referral.id)).all()
        session.execute(update(Referral).where(Referral.id.in_(ids[:sent])).values(state="enrolled"))
    visits(database, "google", 77, 60, 40, sent)
    page = desk().page()

    assert tile(page, "taking part so far") == "a few fewer than 5"
    assert tile(page, "sent their details").startswith("a few fewer than 5")
    blocks = [one for one in page.all("section") if one["aria-labelledby"] in ("journeys", "speed", "outcomes")]
    numbers = {int(one) for block in blocks for one in re.findall(r"\b\d+\b", block.text)}
    assert {20 - sent, 40 - sent, 60 - sent, 77 - sent}.isdisjoint(numbers)
    kept_back = [cells[-1] for label, cells in lines(page.all("table")[0]) if label == "Sent their details"]
    assert kept_back == ["fewer than 5"]
