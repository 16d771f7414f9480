"""A trial with several groups of people says which of them a visitor may fit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.catalog import folders
from tests.catalog.cohort_folder import GROUPED
from tests.web.result_cards import TODAY, card
from tests.web.visitor import Visitor

LEG, BACK = "People with leg pain", "People with back pain alone"


@pytest.fixture
def visitor(serve: Callable[..., Flask], tmp_path: Path) -> Visitor:
    """Return a visitor of a folder whose trial has two groups."""
    trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}")
    root = folders.write(tmp_path / "criteria", folders.FILES | {folders.TRIAL: trial})
    return Visitor(serve(criteria=root).test_client(), "back-pain")


def answered(visitor: Visitor, weeks: str = "20", **given: str | list[str]) -> Visitor:
    visitor.answers({"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"} | given)
    visitor.answer("pain_duration", weeks, unit="wk")
    return visitor


def test_the_card_names_the_group_that_fits(visitor: Visitor) -> None:
    shown = card(answered(visitor, leg_pain="no").page("/results"), "T1").text

    assert "This trial takes 2 groups of people." in shown
    assert f"You may fit: {BACK}." in shown
    assert LEG not in shown


def test_where_no_group_fits_the_nearest_is_named_with_what_stands_in_its_way(visitor: Visitor) -> None:
    shown = answered(visitor, leg_pain="yes", weeks="1").page("/results?not=1").text

    assert "Your pain began less than 6 weeks ago." in shown
    assert "You fit at least one of these groups" not in shown


def test_the_trial_lists_what_is_for_all_and_then_each_group(visitor: Visitor) -> None:
    shown = answered(visitor, leg_pain="no").page("/trials/T1").text
    places = [shown.index(words) for words in ("You are 18 to 70 years old.", "You need to fit one of these groups")]
    places += [shown.index(words, places[1]) for words in ("You have leg pain.", "You have no leg pain.")]

    assert places == sorted(places)
    assert "You fit at least one of these groups" not in shown


def test_a_group_is_named_in_the_language_of_the_page(serve: Callable[..., Flask], tmp_path: Path) -> None:
    trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}")
    trial = trial.replace(f"name: {BACK}", f"name: {{en: {BACK}, es: Personas con dolor de espalda}}")
    catalog = folders.FILES[folders.CATALOG].replace("languages: [en]", "languages: [en, es]")
    root = folders.write(tmp_path / "both", folders.FILES | {folders.TRIAL: trial, folders.CATALOG: catalog})
    visitor = answered(Visitor(serve(criteria=root).test_client(), "back-pain"), leg_pain="no")

    for path in ("/results?lang=es", "/trials/T1?lang=es"):
        assert "podría encajar en: Personas con dolor de espalda." in visitor.page(path).text
