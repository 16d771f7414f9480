"""`prescreen interview`: the interview of a person with given answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.catalog.folders import CONDITION, FILES, TRIAL, altered, write
from tests.cli.conftest import Judge

FITS = {"age": 44, "leg_pain": True, "pain_duration": 42, "sex": "female", "pregnancy": ["none"], "numb": False}


def played(result: Result) -> Any:
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if " is left out: " not in line] == []
    return json.loads(result.stdout)


def test_a_person_who_fits_is_asked_everything_once(judge: Judge) -> None:
    printed = played(judge("interview", {"answers": FITS}))

    assert printed.keys() == {"asked", "determinations"}
    assert printed["determinations"] == {"T1": "potentially_eligible"}
    assert printed["asked"][:2] == ["leg_pain", "numb"]
    assert sorted(printed["asked"]) == sorted(FITS)


def test_an_answer_that_settles_all_ends_the_interview(judge: Judge) -> None:
    printed = played(judge("interview", {"answers": {**FITS, "leg_pain": False}}))

    assert printed == {"asked": ["leg_pain", "numb"], "determinations": {"T1": "ineligible"}}


@pytest.mark.parametrize("missing", [{}, {"pain_duration": None}])
def test_a_missing_answer_counts_as_do_not_know(judge: Judge, missing: dict[str, None]) -> None:
    answers = {name: value for name, value in FITS.items() if name != "pain_duration"}

    printed = played(judge("interview", {"answers": {**answers, **missing}}))

    assert "pain_duration" in printed["asked"]
    assert printed["determinations"] == {"T1": "undetermined"}


def test_a_question_that_does_not_apply_is_not_asked(judge: Judge) -> None:
    printed = played(judge("interview", {"answers": {**FITS, "sex": "male"}}))

    assert "pregnancy" not in printed["asked"]
    assert printed["determinations"] == {"T1": "potentially_eligible"}


def test_an_opening_question_is_asked_only_where_it_can_matter(folder: Path, judge: Judge) -> None:
    write(
        folder,
        {
            **altered(CONDITION, "[leg_pain]", "[spare, leg_pain]"),
            "questions.yaml": FILES["questions.yaml"] + "- {id: spare, type: boolean, ask: X?}\n",
        },
    )

    assert "spare" not in played(judge("interview", {"answers": FITS}))["asked"]


def test_without_trials_only_the_red_flags_are_asked(folder: Path, judge: Judge) -> None:
    (folder / TRIAL).unlink()

    assert played(judge("interview", {"answers": FITS})) == {"asked": ["numb"], "determinations": {}}


def test_it_ends_where_assessing_all_answers_does(judge: Judge) -> None:
    for changes in [{}, {"age": 17}, {"sex": None}, {"pregnancy": ["pregnant"]}, {"pain_duration": None, "age": 71}]:
        answers = {"answers": {**FITS, **changes}}

        judged = json.loads(judge("assess", answers).stdout)["trials"]

        assert played(judge("interview", answers))["determinations"] == {
            one["id"]: one["determination"] for one in judged
        }


def test_what_is_asked_begins_with_what_assess_says_is_next(judge: Judge) -> None:
    assert (
        played(judge("interview", {"answers": {}}))["asked"][0]
        == json.loads(judge("assess", {"answers": {}}).stdout)["next_question"]
    )


def test_an_unknown_question_is_refused_though_it_would_not_be_asked(judge: Judge) -> None:
    result = judge("interview", {"answers": {"agee": 5}})

    assert result.exit_code == 1
    assert "unknown question 'agee'; did you mean 'age'?" in result.stderr


def test_numbers_answered_before_grow(judge: Judge) -> None:
    answers = {"answers": {**FITS, "pain_duration": 41}, "answered_on": "2026-11-22"}

    assert played(judge("interview", answers))["determinations"] == {"T1": "potentially_eligible"}


def test_asked_why_it_names_what_settles_each_trial(judge: Judge) -> None:
    settled = played(judge("interview", {"answers": {**FITS, "leg_pain": False}}, "--why"))
    stuck = played(judge("interview", {"answers": {**FITS, "leg_pain": None}}, "--why"))

    assert all(one["because"] for one in settled["endings"].values())
    assert {name for one in stuck["endings"].values() for name in one["declined"]} == {"leg_pain"}
