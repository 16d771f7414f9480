"""Several groups of people in one trial's file."""

from pathlib import Path

import pytest

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.criteria.loading import check_folder, load_to_judge, load_to_serve
from prescreen.eligibility.criteria.trials import COHORTS
from tests.catalog import folders
from tests.catalog.cohort_folder import GROUPED, with_cohorts

ON = folders.ON


def faults(root: Path, trial: str) -> list[Fault]:
    folders.write(root, folders.FILES | {folders.TRIAL: trial})
    return [one for one in check_folder(root, ON) if not one.warning]


def test_a_trial_with_groups_is_read_and_keeps_them_for_display(tmp_path: Path) -> None:
    assert faults(tmp_path, GROUPED) == []

    trial = load_to_serve(tmp_path, ON).trials["T1"]
    assert [(one.id, [own.id for own in one.criteria]) for one in trial.cohorts] == [
        ("leg", ["leg-pain", "short", "pregnant"]),
        ("back", ["no-leg-pain", "letter"]),
    ]
    assert [one.id for one in trial.criteria] == ["adult", COHORTS]


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("- id: no-leg-pain", "- id: leg-pain", "stands here a second time"),
        ("- id: back", "- id: leg", "stands here a second time"),
        ("rule: {leg_pain: false}", "rule: {leg_pian: false}", "unknown question 'leg_pian'"),
        ("rule: {leg_pain: false}", "rule: {age: {min: 80}}", "contradicts 'adult'"),
        ("because: [short, no-leg-pain]", "because: [short]", "but names short"),
        ("name: People with leg pain", "nome: People with leg pain", "'nome'"),
    ],
)
def test_what_is_wrong_in_a_group_is_told(tmp_path: Path, written: str, instead: str, told: str) -> None:
    trial = GROUPED.replace(written, instead)
    assert trial != GROUPED

    assert told in " ".join(fault.message for fault in faults(tmp_path, trial))


def test_a_group_without_rules_lets_everybody_in_that_the_common_criteria_let_in(tmp_path: Path) -> None:
    letter = "{id: %s, text: A letter., checked: records}"
    trial = with_cohorts(
        f"- {{id: one, name: Some, inclusion: [{letter % 'first'}]}}\n"
        f"- {{id: any, name: Anybody else, inclusion: [{letter % 'other'}]}}"
    )
    folders.write(tmp_path, folders.FILES | {folders.TRIAL: trial})

    assert [one.id for one in load_to_judge(tmp_path, ON).trials["T1"].criteria] == ["adult"]
