"""The schemas that editors use accept every shipped file, and convict the slips that authors make."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from prescreen.catalog.authoring.json_schemas import FILES, schema_of
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.config import SHIPPED_CRITERIA
from tests.core_yaml import core_yaml

PLACES = {
    "trials": "trials/*.yaml",
    "questions": "questions.yaml",
    "conditions": "conditions/*.yaml",
    "catalog": "catalog.yaml",
    "vocabulary": "vocabulary/*.yaml",
}
TRIAL = (SHIPPED_CRITERIA / "trials/NCT00000410.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def validators() -> dict[str, Draft7Validator]:
    bank, _ = read_redcap_codes(SHIPPED_CRITERIA)
    return {kind: Draft7Validator(schema_of(kind, bank.bank)) for kind in FILES}


def faults(validator: Draft7Validator, data: Any) -> list[str]:
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("kind", FILES)
def test_a_schema_is_one_and_every_shipped_file_of_its_kind_is_valid(
    kind: str, validators: dict[str, Draft7Validator]
) -> None:
    files = sorted(SHIPPED_CRITERIA.glob(PLACES[kind]))

    Draft7Validator.check_schema(validators[kind].schema)
    assert files
    assert {file.name: faults(validators[kind], _data(file)) for file in files} == {file.name: [] for file in files}


def _data(file: Path) -> Any:
    return core_yaml(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("rule: {age: {min: 18}}", "rule: {aeg: {min: 18}}", "'aeg' was unexpected"),
        ("rule: {age: {min: 18}}", "rule: {age: {mni: 18}}", "is not valid under any"),
        ("all_of: [nsaid, physio]", "all_of: [nsaid, fisio]", "'fisio' is not one of"),
        ("all_of: [nsaid, physio]", "al_of: [nsaid, physio]", "'al_of' was unexpected"),
        ("status: COMPLETED", "status: COMPLETE", "'COMPLETE' is not one of"),
        ("sponsor:", "sponsors:", "'sponsors' was unexpected"),
        ("conditions: [low-back-pain]", "conditions: low-back-pain", "is not of type 'array'"),
        ("checked: phone", "checked: telephone", "'telephone' is not one of"),
        ("placebo: false", "placebo: no", "'no' is not of type 'boolean'"),
    ],
)
def test_a_slip_in_a_trial_is_convicted(
    right: str, wrong: str, told: str, validators: dict[str, Draft7Validator]
) -> None:
    assert right in TRIAL

    found = faults(validators["trials"], core_yaml(TRIAL.replace(right, wrong)))

    assert any(told in one for one in found), found


def test_a_computed_question_is_tested_by_rules_and_answered_in_no_case(validators: dict[str, Draft7Validator]) -> None:
    definitions = validators["trials"].schema["definitions"]

    assert "bmi" in definitions["rule"]["properties"]
    assert "bmi" not in definitions["answers"]["properties"]
