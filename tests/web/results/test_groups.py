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
    assert f"The group that may fit: {BACK}." in shown
    assert LEG not in shown


def test_where_no_group_fits_the_nearest_is_named_with_what_stands_in_its_way(visitor: Visitor) -> None:
    shown = answered(visitor, leg_pain="yes", weeks="1").page("/results?not=1").text

    assert "Your pain began less than 6 weeks ago." in shown
    assert "You fit at least one of these groups" not in shown


def test_the_trial_lists_what_is_for_all_and_then_each_group(visitor: Visitor) -> None:
    shown = answered(visitor, leg_pain="no").page("/trials/T1").text
    places = [
        shown.index(words) for words in ("You are 18 to 70 years old.", "It looks for one of these groups of people")
    ]
    places += [shown.index(words, places[1]) for words in ("You have leg pain.", "You have no leg pain.")]

    assert places == sorted(places)
    assert "You fit at least one of these groups" not in shown


@pytest.mark.parametrize("path", ["/trials/T1", "/results?not=1", "/results?why=age"])
def test_no_group_is_a_hope_to_whom_a_criterion_for_all_rules_out(visitor: Visitor, path: str) -> None:
    shown = answered(visitor, leg_pain="no", age="71").page(path).one("main").text

    assert LEG in shown or "This trial takes 2 groups of people." in shown
    assert "may fit:" not in shown
    assert "nearest" not in shown


def test_where_no_group_fits_the_trial_says_that_of_its_groups(visitor: Visitor) -> None:
    shown = answered(visitor, leg_pain="yes", weeks="1").page("/trials/T1").text

    assert "None of its groups fits now." in shown
    assert f"The nearest group: {LEG}." in shown


def test_what_the_team_checks_stands_under_the_group_that_it_is_for(visitor: Visitor) -> None:
    answered(visitor, leg_pain="no")

    for path in ("/trials/T1", "/sheet"):
        shown = visitor.page(path).text
        assert shown.index(f"For one group: {BACK}") < shown.rindex("Your doctor wrote a letter.")
        assert f"For one group: {LEG}" not in shown


def test_what_is_not_known_yet_stands_under_its_group_for_the_doctor(visitor: Visitor) -> None:
    visitor.answers({"numb": "no", "leg_pain": "yes", "age": "44"})

    shown = visitor.page("/sheet").text
    assert shown.index(f"For one group: {LEG}") < shown.index("Your pain began less than 6 weeks ago.")
    assert "You fit at least one of these groups" not in shown


def test_a_group_that_is_shut_is_not_for_the_doctor(visitor: Visitor) -> None:
    visitor.answers({"numb": "no", "leg_pain": "yes", "age": "44"})

    assert "Your doctor wrote a letter." not in visitor.page("/sheet").text


def test_a_line_that_seems_wrong_is_found_under_its_group(visitor: Visitor) -> None:
    page = visitor.page("/trials/T1/notes")

    assert [one.text for one in page.one("main").all("h2")] == [f"For one group: {LEG}", f"For one group: {BACK}"]
    lists = [[one.text for one in listed.all("a")] for listed in page.all("ul", class_="plain stack")]
    assert lists == [
        ["You are 18 to 70 years old."],
        ["You have leg pain.", "Your pain began less than 6 weeks ago.", "You are pregnant."],
        ["You have no leg pain.", "Your doctor wrote a letter."],
    ]


def test_the_note_is_about_the_line_that_was_chosen(visitor: Visitor) -> None:
    chosen = {one.text: one["href"] for one in visitor.page("/trials/T1/notes").one("main").all("a")}

    for words in ("You are 18 to 70 years old.", "You are pregnant.", "You have no leg pain."):
        assert visitor.page(chosen[words].removeprefix("/back-pain")).one("b", id="shown").text == words


def test_a_group_without_a_rule_is_not_known_to_fit(serve: Callable[..., Flask], tmp_path: Path) -> None:
    trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}")
    trial = trial.replace("rule: {leg_pain: false}", "checked: phone")
    for blocking in ("short", "pregnant"):
        ruled_out = f"ineligible\n    because: [{blocking}, no-leg-pain]"
        trial = trial.replace(ruled_out, "potentially_eligible")
    root = folders.write(tmp_path / "open", folders.FILES | {folders.TRIAL: trial})
    visitor = Visitor(serve(criteria=root).test_client(), "back-pain")
    visitor.answers({"numb": "no", "age": "44"})

    assert f"The groups that may fit: {LEG}; {BACK}." in visitor.page("/trials/T1").text


def test_a_group_is_named_in_the_language_of_the_page(serve: Callable[..., Flask], tmp_path: Path) -> None:
    trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}")
    trial = trial.replace(f"name: {BACK}", f"name: {{en: {BACK}, es: Personas con dolor de espalda}}")
    catalog = folders.FILES[folders.CATALOG].replace("languages: [en]", "languages: [en, es]")
    root = folders.write(tmp_path / "both", folders.FILES | {folders.TRIAL: trial, folders.CATALOG: catalog})
    visitor = answered(Visitor(serve(criteria=root).test_client(), "back-pain"), leg_pain="no")

    for path in ("/results?lang=es", "/trials/T1?lang=es"):
        assert "El grupo que podría encajar: Personas con dolor de espalda." in visitor.page(path).text
