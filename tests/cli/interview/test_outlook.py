"""`prescreen assess --outlook` on the shipped trials."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

MINOR = {
    "answers": {
        "age": 17,
        "sex_at_birth": "male",
        "pain_site": "leg_more",
        "leg_reach": "calf",
        "leg_pain_duration": 26,
    },
    "answered_on": "2026-10-01",
}
TOO_HEAVY = {"answers": {"age": 40, "height_cm": 160, "weight_kg": 110, "medicines": ["nsaid", "psychotropic"]}}
AS_LONG_AS_CAN_BE = {"answers": {"pain_site": "leg_more", "leg_reach": "calf", "leg_pain_duration": 80}}
ON = ("--on", "2026-11-23")

Person = dict[str, Any]
Trials = dict[str, dict[str, Any]]


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Callable[..., list[Trials]]:
    """Return what judges people, each a line of a file, and gives their trials by id."""

    def judged(people: list[Person], *more: str) -> list[Trials]:
        file = tmp_path / "people.ndjson"
        file.write_text("\n".join(map(json.dumps, people)))
        result = run("assess", str(file), *ON, *more)
        assert result.exit_code == 0, result.output
        return [{trial["id"]: trial for trial in json.loads(line)["trials"]} for line in result.stdout.splitlines()]

    return judged


Judged = Callable[..., list[Trials]]


def test_without_the_flag_there_is_no_outlook(judged: Judged) -> None:
    (trials,) = judged([MINOR])

    assert all("outlook" not in trial for trial in trials.values())


def test_with_it_every_trial_that_is_not_potentially_eligible_has_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(MINOR))

    trials = json.loads(run("assess", str(file), *ON, "--outlook").stdout)["trials"]

    assert all(("outlook" in trial) is (trial["determination"] != "potentially_eligible") for trial in trials)
    assert {tuple(trial["outlook"]) for trial in trials if "outlook" in trial} == {
        ("fits_from", "fits_until", "changes")
    }


def test_days_changes_and_closing_windows_are_told_as_they_are_read(judged: Judged) -> None:
    minor, heavy, late = judged([MINOR, TOO_HEAVY, AS_LONG_AS_CAN_BE], "--outlook")

    assert minor["NCT05233254"]["outlook"] == {"fits_from": "2027-10-01", "fits_until": None, "changes": []}
    assert late["NCT04833270"]["outlook"] == {"fits_from": "2026-11-23", "fits_until": "2026-11-27", "changes": []}
    assert heavy["NCT04833270"]["outlook"]["changes"] == [{"question": "medicines", "to": ["none"]}]
    assert heavy["NCT01978912"]["outlook"]["changes"] == [{"question": "weight_kg", "to": 89.6}]


@pytest.mark.parametrize(("on", "determination"), [("2027-09-30", "ineligible"), ("2027-10-01", "undetermined")])
def test_assessing_on_that_day_flips_it(judged: Judged, on: str, determination: str) -> None:
    (trials,) = judged([MINOR], "--on", on)

    assert trials["NCT05233254"]["determination"] == determination


def test_answers_changed_as_told_end_the_no(judged: Judged) -> None:
    (before,) = judged([TOO_HEAVY], "--outlook")
    told = {
        name: trial["outlook"]["changes"] for name, trial in before.items() if trial.get("outlook", {}).get("changes")
    }

    after = judged([changed(TOO_HEAVY, changes) for changes in told.values()])

    assert len(told) > 3
    assert all(trials[name]["determination"] != "ineligible" for name, trials in zip(told, after, strict=True))


def changed(person: Person, changes: list[dict[str, Any]]) -> Person:
    return {**person, "answers": {**person["answers"], **{one["question"]: one["to"] for one in changes}}}


def test_a_faulty_line_does_not_keep_the_others_from_an_outlook(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.ndjson"
    file.write_text(f'{json.dumps(MINOR)}\n{{"answers": {{"nobody": 1}}}}\n{json.dumps(TOO_HEAVY)}\n')

    result = run("assess", str(file), *ON, "--outlook")

    first, faulty, third = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, faulty["line"]) == (1, 2)
    assert all(any("outlook" in trial for trial in person["trials"]) for person in (first, third))
