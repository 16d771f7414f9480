"""A trial with several groups of people in `prescreen assess`, `interview` and `ask`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.cohort_folder import GROUPED
from tests.catalog.folders import ON, TRIAL, write
from tests.cli.conftest import Judge, Run

LEG, BACK = "People with leg pain", "People with back pain alone"
SOON = {"age": 44, "leg_pain": True, "pain_duration": 30, "sex": "male", "numb": False}
FITS_BACK = {**SOON, "leg_pain": False}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose trial has two groups."""
    return write(tmp_path / "criteria", {TRIAL: GROUPED})


def judged(judge: Judge, answers: dict[str, Any], *options: str) -> Any:
    result = judge("assess", {"answers": answers}, *options)
    assert result.exit_code == 0, result.output
    [trial] = json.loads(result.stdout)["trials"]
    return trial


def test_each_group_is_judged_beside_the_trial(judge: Judge) -> None:
    trial = judged(judge, FITS_BACK)

    assert trial["determination"] == "potentially_eligible"
    assert [(one["id"], one["determination"]) for one in trial["cohorts"]] == [
        ("leg", "ineligible"),
        ("back", "potentially_eligible"),
    ]
    assert trial["still_to_check"] == ["letter"]


def test_the_outlook_of_a_group_says_when_its_no_ends_and_what_else_would_end_it(judge: Judge) -> None:
    trial = judged(judge, SOON, "--outlook")

    assert trial["determination"] == "ineligible"
    assert trial["outlook"]["fits_from"] == "2026-12-05"
    assert trial["outlook"]["cohorts"] == ["leg"]
    leg, back = (one["outlook"] for one in trial["cohorts"])
    assert leg["fits_from"] == "2026-12-05"
    assert back == {"fits_from": None, "fits_until": None, "changes": [{"question": "leg_pain", "to": False}]}


def test_a_group_whose_no_is_that_of_everybody_has_its_day_too(judge: Judge) -> None:
    trial = judged(judge, {**FITS_BACK, "age": 17}, "--outlook")

    assert [one["determination"] for one in trial["cohorts"]] == ["ineligible", "ineligible"]
    assert trial["outlook"]["cohorts"] == ["back"]
    assert trial["cohorts"][1]["outlook"]["fits_from"] == trial["outlook"]["fits_from"]


def test_each_person_of_a_file_has_their_groups(judge: Judge) -> None:
    people = "\n".join(json.dumps({"answers": answers}) for answers in (SOON, FITS_BACK))

    result = judge("assess", people, name="people.ndjson")

    trials = [json.loads(line)["trials"][0] for line in result.stdout.splitlines()]
    assert [[one["determination"] for one in trial["cohorts"]] for trial in trials] == [
        ["ineligible", "ineligible"],
        ["ineligible", "potentially_eligible"],
    ]


def test_a_question_that_matters_only_for_a_group_that_is_out_is_not_asked(judge: Judge) -> None:
    asked = json.loads(judge("interview", {"answers": {**FITS_BACK, "pain_duration": 70}}).stdout)["asked"]

    assert asked == ["leg_pain", "numb", "age"]


def held(run: Run, folder: Path, *replies: str) -> str:
    text = "".join(f"{reply}\n" for reply in replies)
    return run("ask", "back-pain", "--criteria", folder, "--on", str(ON), text=text).stdout


def test_the_terminal_says_which_group_may_fit(run: Run, folder: Path) -> None:
    assert f"May fit\n  T1  A pill for leg pain (may fit: {BACK})" in held(run, folder, "no", "no", "44")


def test_the_terminal_says_what_is_in_the_way_in_each_group(run: Run, folder: Path) -> None:
    told = held(run, folder, "yes", "no", "44", "2", "1 wk")

    assert f"{LEG}: Your pain began less than 6 weeks ago.; {BACK}: You have no leg pain." in told
    assert "You fit at least one of these groups" not in told
