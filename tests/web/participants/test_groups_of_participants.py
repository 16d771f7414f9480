"""A trial with several groups of people, for who is referred to it: the form, the page of their own, their copy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.catalog import folders
from tests.catalog.cohort_folder import GROUPED
from tests.web.result_cards import TODAY
from tests.web.visitor import Visitor, where

FITS_BACK = {"numb": "no", "leg_pain": "no", "age": "44", "sex": "male"}
NEAR_LEG = {"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"}


@pytest.fixture
def visitor(serve: Callable[..., Flask], tmp_path: Path) -> Visitor:
    """Return a visitor of a folder in two languages, whose trial has two groups."""
    trial = GROUPED.replace("confirmed: 2026-11-01", f"confirmed: {TODAY}")
    catalog = folders.FILES[folders.CATALOG].replace("languages: [en]", "languages: [en, es]")
    root = folders.write(tmp_path / "criteria", {folders.TRIAL: trial, folders.CATALOG: catalog})
    return Visitor(serve(criteria=root).test_client(), "back-pain")


def sent(visitor: Visitor, answers: dict[str, Any]) -> None:
    visitor.answers(answers)
    assert where(visitor.send(trial="T1")) == "/back-pain/thanks"


def copy_of(visitor: Visitor) -> Any:
    link = visitor.private_link()
    visitor.client.get(link, follow_redirects=True)
    return json.loads(visitor.client.get("/my/download").text)


def test_who_fits_one_group_can_send_and_their_copy_says_what_each_group_came_to(visitor: Visitor) -> None:
    sent(visitor, FITS_BACK)

    [referral] = copy_of(visitor)["referrals"]
    assert referral["determination"] == "potentially_eligible"
    found = {one["criterion"]: (one.get("cohort"), one["permits"]) for one in referral["findings"]}
    assert found["cohorts"] == (None, "true")
    assert found["leg-pain"] == ("leg", "false")
    assert found["no-leg-pain"] == ("back", "true")
    assert referral["still_to_check"] == ["letter"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_their_own_names_the_trial_and_no_criterion_of_a_group(visitor: Visitor, language: str) -> None:
    sent(visitor, FITS_BACK)
    visitor.client.get(visitor.private_link(), follow_redirects=True)

    page = visitor.client.get(f"/my/?lang={language}", follow_redirects=True).text
    assert "A pill for leg pain" in page
    assert "You fit at least one of these groups" not in page


def test_what_is_sent_are_the_answers_to_the_questions_of_every_group(visitor: Visitor) -> None:
    sent(visitor, FITS_BACK)

    assert {*copy_of(visitor)["answers"]} >= {"age", "leg_pain", "sex"}


def test_the_file_of_a_visitor_holds_the_answers_that_any_of_the_groups_asks_for(visitor: Visitor) -> None:
    visitor.answers(NEAR_LEG)
    visitor.answer("pain_duration", "20", unit="wk")

    held = json.loads(visitor.get("/answers.json?trial=T1").text)["answers"]
    assert {*held} == {"leg_pain", "age", "sex", "pain_duration"}


def test_an_emergency_stops_whoever_fits_a_group(visitor: Visitor) -> None:
    visitor.answers(FITS_BACK)

    visitor.answer("numb", "yes")

    assert where(visitor.get("/interest")) == "/back-pain/urgent"
    assert where(visitor.get("/results")) == "/back-pain/urgent"
