"""Which trials of a criteria folder are within a visitor's wishes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from prescreen.eligibility.wishes.wishes import COUNTRY, Wishes
from prescreen.web.wishes.visit_wishes import wish_table
from prescreen.workflow.interview.places import places
from tests.catalog import folders

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
