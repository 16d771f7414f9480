"""How many pages are left is told on the way, and never more than before: then the page is without the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from flask import Flask

from prescreen.web.interview.progress import Progress, fewest_told
from tests.web.markup import Element, read
from tests.web.result_cards import everywhere
from tests.web.visitor import SETTLED, SLUG, Visitor, where
from tests.web.visits import visit_of, with_visit

LEFT = re.compile(r"(?:About|At most) (\d+) (?:pages?|questions?) left")
TRIAL = "NCT03433391"
NARROW = {"near": "Seoul", "within": "50"}


def left_on(visitor: Visitor, page: str) -> int | None:
    """Return how many pages or questions a page says are left; None where it does not say."""
    found = LEFT.findall(read(visitor.client.get(page).text).one("main").text)
    assert len(found) <= 1, page
    return int(found[0]) if found else None


def replied(page: Element, chance: Random) -> dict[str, str]:
    """Return something that can be ticked on the page of a question, as its form would send it."""
    names = ("answer", "declined")
    ticks = [one for one in page.all("input") if one.attributes.get("type") in ("radio", "checkbox")]
    one = chance.choice([one for one in ticks if one["name"] in names])
    return {one["name"]: one["value"]}


def walked(visitor: Visitor, path: str, chance: Random, changed: float) -> Iterator[int | None]:
    """Answer at random until no question waits; yield what each page says. So often an earlier page is sent again."""
    asked = list[str]()
    while "/screener/" in path and not path.endswith("/review"):
        yield left_on(visitor, path)
        asked.append(path)
        again = path if chance.random() >= changed else chance.choice(asked)
        response = visitor.client.get(again)
        if response.status_code == 200:
            path = where(visitor.client.post(again, data=replied(read(response.text), chance)))


def rising(told: list[int | None]) -> list[tuple[int, int]]:
    numbers = [one for one in told if one is not None]
    return [(before, after) for before, after in pairwise(numbers) if after > before]


@pytest.mark.parametrize("changed", [0, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_no_page_says_that_more_are_left_than_one_before_it(visitor: Visitor, seed: int, changed: float):
    visitor.has_answered(SETTLED)
    chance = Random(f"left {seed}")  # noqa: S311 - no secret
    told = list(walked(visitor, f"/{SLUG}/screener/circumstances", chance, changed))

    assert rising(told) == []
    assert len([one for one in told if one]) > 5


@pytest.mark.parametrize("changed", [0, 0.3])
@pytest.mark.parametrize("seed", range(3))
def test_no_page_in_focus_says_that_more_are_left_than_one_before_it(visitor: Visitor, seed: int, changed: float):
    visitor.has_answered(SETTLED)
    chance = Random(f"alone {seed}")  # noqa: S311 - no secret
    told = list(walked(visitor, where(visitor.get(f"/trials/{TRIAL}/questions")), chance, changed))

    assert rising(told) == []
    assert told[0]


def test_a_number_that_would_rise_is_left_out_until_it_does_not(app: Flask, visitor: Visitor):
    visitor.answers(SETTLED)
    visit = visit_of(visitor, app)
    assert visit.progress is not None
    assert visit.fewest is not None
    soon, told = with_visit(app, replace(visit, fewest=visit.fewest - 1)), left_on(visitor, f"/{SLUG}/screener/age")

    assert told == visit.fewest
    assert left_on(soon, f"/{SLUG}/screener/age") is None
    later = with_visit(app, replace(visit, fewest=visit.fewest - 1, progress=replace(visit.progress, left=1)))
    assert left_on(later, f"/{SLUG}/screener/age") == 1


def test_at_the_end_the_count_begins_anew():
    begun = Progress("stamp", 740_000, "age", 2, 14, 7, 3, (), flags_settled=True)
    over = replace(begun, waiting=None, left=0)

    assert fewest_told(None, begun, replace(begun, left=9)) == 7
    assert fewest_told(5, begun, replace(begun, left=9)) == 5
    assert fewest_told(5, begun, over) is None
    assert fewest_told(None, over, begun) == 7


def test_fewer_trials_within_the_wishes_go_on_with_the_count_and_more_begin_it_anew(app: Flask, visitor: Visitor):
    visitor.answers(SETTLED)
    soon = with_visit(app, replace(visit_of(visitor, app), fewest=1))
    page = f"/{SLUG}/screener/age"

    soon.post("/wishes", NARROW)
    assert left_on(soon, page) in (None, 1)
    soon.post("/wishes", {"skip": "yes"})
    assert (left_on(soon, page) or 0) > 1
    soon.post("/wishes", {"skip": "yes"})
    assert (left_on(soon, page) or 0) > 1


def test_at_the_end_no_page_says_that_none_are_left(visitor: Visitor):
    visitor.has_answered(SETTLED)
    list(walked(visitor, f"/{SLUG}/screener/circumstances", Random("end"), 0))  # noqa: S311 - no secret

    assert sum(map(len, everywhere(visitor).values())) > 0
    assert left_on(visitor, f"/{SLUG}/screener/circumstances") is None
