"""Wishes as the cookie of a visit keeps them, and which trials are within them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.wishes import COUNTRY, Wishes
from prescreen.web.wishes.visit_wishes import noted, read_wishes, wish_table
from prescreen.workflow.interview.places import places
from tests.catalog import folders


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one, max_size=7)))
def test_what_no_one_noted_is_no_wish(found: object):
    wishes = read_wishes(found)
    assert wishes is None or isinstance(wishes, Wishes)


def test_the_first_letters_of_a_kind_of_treatment_tell_it_from_all_others():
    for kind in Treatment:
        assert read_wishes(noted(Wishes(refused=frozenset({kind})))) == Wishes(refused=frozenset({kind}))
    assert read_wishes(noted(Wishes(without_placebo=True))) == Wishes(without_placebo=True)


HERE = "sites: [{id: leeds, name: Leeds Hospital"


@pytest.mark.parametrize(
    ("home", "country", "is_inside"),
    [
        ("San Juan, Puerto Rico", "United States", True),
        ("00901", "United States", True),
        ("Oakland, California", "Puerto Rico", True),
        ("Hagåtña", "Puerto Rico", True),
        ("San Juan, Puerto Rico", "Mexico", False),
        ("Guadalajara, Jalisco", "Puerto Rico", False),
    ],
)
def test_a_territory_of_the_united_states_is_in_the_same_country(
    serve: Callable[..., Flask], tmp_path: Path, home: str, country: str, is_inside: bool
):
    trial = folders.FILES[folders.TRIAL]
    assert HERE in trial
    files = {folders.TRIAL: trial.replace(HERE, f"{HERE}, country: {country}")}
    app = serve(criteria=folders.write(tmp_path / "criteria", files))
    [place] = places(home)

    with app.test_request_context():
        assert wish_table("back-pain").inside(Wishes(place, COUNTRY)).tolist() == [is_inside]
