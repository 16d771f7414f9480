"""Which trials are outside a visitor's wishes, held against a plain reading of each trial's record."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.trials import Practical, Site, Treatment, Trial
from prescreen.eligibility.wishes.geography import Point, miles_between
from prescreen.eligibility.wishes.wish_table import WishTable
from prescreen.eligibility.wishes.wishes import COUNTRY, NO_WISHES, REACHES, Obstacle, Place, Wishes
from tests.eligibility.samples import trial

COUNTRIES = ("United States", "South Korea", "Chile", "Atlantis", None)
CODES = {"United States": "US", "South Korea": "KR", "Chile": "CL"}

degrees = st.integers(-80, 80).map(Fraction)
sites = st.builds(
    Site,
    id=st.just("one"),
    name=st.just("A hospital"),
    country=st.sampled_from(COUNTRIES),
    latitude=degrees | st.none(),
    longitude=degrees | st.none(),
)
practicals = st.builds(
    Practical,
    placebo=st.none() | st.booleans(),
    remote=st.none() | st.booleans(),
    treatments=st.lists(st.sampled_from(Treatment), unique=True, max_size=3).map(tuple),
)
trials = st.builds(
    lambda practical, where: replace(trial(), practical=practical, sites=tuple(where)),
    practicals,
    st.lists(sites, max_size=3),
)
homes = st.builds(
    Place,
    st.just("Home"),
    st.sampled_from(["US", "KR", "FR"]),
    st.builds(Point, degrees.map(float), degrees.map(float)),
)
wishes = st.builds(
    Wishes,
    place=st.none() | homes,
    reach=st.none() | st.sampled_from([*REACHES, 3000]),
    refused=st.frozensets(st.sampled_from(Treatment), max_size=3),
    without_placebo=st.booleans(),
)


def code_of(country: str | None) -> str:
    return CODES.get(country or "", "")


def table(known: list[Trial]) -> WishTable:
    return WishTable(known, [one.sites for one in known], code_of)


def miles_away(one: Trial, home: Place) -> float | None:
    placed = [site for site in one.sites if site.latitude is not None and site.longitude is not None]
    ways = [miles_between(home.point, Point(float(site.latitude), float(site.longitude))) for site in placed]
    return min(ways, default=None)


def is_inside(one: Trial, wished: Wishes) -> bool:
    """Return whether a trial is within wishes, by its record."""
    practical = one.practical
    if wished.refused & set(practical.treatments) or (wished.without_placebo and practical.placebo):
        return False
    if wished.place is None or wished.reach is None or practical.remote:
        return True
    if wished.reach == COUNTRY:
        countries = {code_of(site.country) for site in one.sites} - {""}
        return not countries or wished.place.country in countries
    miles = miles_away(one, wished.place)
    return miles is None or miles <= wished.reach + 0.001


@given(st.lists(trials, max_size=6), wishes)
def test_a_trial_is_inside_unless_its_record_says_otherwise(known: list[Trial], wished: Wishes) -> None:
    assert table(known).inside(wished).tolist() == [is_inside(one, wished) for one in known]


@given(st.lists(trials, max_size=6), wishes)
def test_what_stands_outside_has_a_reason_and_what_is_not_said_is_none(known: list[Trial], wished: Wishes) -> None:
    outside = table(known).outside(wished)
    marked = np.any([one.marks for one in outside.values()], axis=0) if outside else np.zeros(len(known), bool)

    assert (~table(known).inside(wished)).tolist() == marked.tolist()
    assert not any(np.any(one.marks & one.unsaid) for one in outside.values())
    for place, one in enumerate(known):
        if Obstacle.PLACEBO in outside:
            assert outside[Obstacle.PLACEBO].unsaid[place] == (one.practical.placebo is None)


@given(st.lists(trials, max_size=6))
def test_without_wishes_every_trial_is_inside(known: list[Trial]) -> None:
    assert table(known).inside(NO_WISHES).all()
    assert not NO_WISHES.limits


@given(st.lists(trials, min_size=1, max_size=6), homes)
def test_the_nearest_site_is_told_for_all_trials_at_once(known: list[Trial], home: Place) -> None:
    told = table(known).miles(home.point).tolist()

    for one, miles in zip(known, told, strict=True):
        there = miles_away(one, home)
        assert abs(miles - there) < 0.5 if there is not None else miles == float("inf")
