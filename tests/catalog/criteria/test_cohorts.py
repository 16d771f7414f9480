"""Several groups of people in one trial's file."""

from pathlib import Path

import pytest

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.criteria.loading import check_folder, load_to_judge, load_to_serve
from prescreen.eligibility.criteria.trials import COHORTS
from tests.catalog import folders
from tests.catalog.cohort_folder import GROUPED, with_cohorts

ON = folders.ON
BAK = "unknown group 'bak'; did you mean 'back'?"
BOTH = "'n' contradicts 'leg-pain': no possible answers satisfy both"


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
        ("name: People with leg pain", "nome: People with leg pain", "unknown key 'nome'; did you mean 'name'?"),
        ("  - id: back\n", "  - idd: back\n", "unknown key 'idd'; did you mean 'id'?"),
        ("because: [short, no-leg-pain]", "because: [leg]", "'leg' is a group; name those of its criteria"),
        ("because: [short, no-leg-pain]", "because: [shrt]", "unknown criterion 'shrt'; did you mean 'short'?"),
        ("because: [short, no-leg-pain]", "cohorts: [leg]", "may fit the groups none, but names leg"),
        ("determination: potentially_eligible\n", "determination: potentially_eligible\n    cohorts: [bak]\n", BAK),
        ("rule: {leg_pain: true}", "rule: {leg_pain: true}\n      - {id: n, text: No., rule: {leg_pain: false}}", BOTH),
        ("because: [adult]", "because: [adult]\n    cohorts: [back]", "may fit the groups none, but names back"),
    ],
)
def test_what_is_wrong_in_a_group_is_told_in_a_line(tmp_path: Path, written: str, instead: str, told: str) -> None:
    trial = GROUPED.replace(written, instead, 1)
    assert trial != GROUPED

    messages = [fault.message for fault in faults(tmp_path, trial)]
    assert told in " ".join(messages)
    assert not [one for one in messages if "\n" in one]


def test_a_group_without_criteria_and_one_group_alone_are_told(tmp_path: Path) -> None:
    empty = with_cohorts("- {id: all, name: Everybody}")

    assert {one.message for one in faults(tmp_path, empty)} >= {
        "one group alone is no choice: put its criteria among the common ones",
        "the group 'all' has no criteria, so everybody fits it; say what makes it a group",
    }


def test_a_group_that_nobody_can_be_in_is_told_where_no_two_of_its_criteria_contradict(tmp_path: Path) -> None:
    parts = "{leg_pain: true}", "{any: [{leg_pain: false}, {sex: male}]}", "{any: [{leg_pain: false}, {sex: female}]}"
    nobody = ", ".join(f"{{id: n{place}, text: N., rule: {rule}}}" for place, rule in enumerate(parts))
    trial = with_cohorts(
        f"- {{id: nobody, name: Nobody, inclusion: [{nobody}]}}\n"
        "- {id: some, name: Some, inclusion: [{id: some, text: Leg pain., rule: {leg_pain: true}}]}"
    )

    told = [one.message for one in faults(tmp_path, trial)]
    assert "nobody can fit all criteria of the group 'nobody' together with the common ones" in told


def test_a_case_says_which_groups_a_person_may_fit(tmp_path: Path) -> None:
    fits = "determination: potentially_eligible\n"
    first, second, third = GROUPED.split(fits)
    named = f"{first}{fits}    cohorts: [leg]\n{second}{fits}    cohorts: [back]\n{third}"

    assert faults(tmp_path, named) == []


def test_a_case_of_a_trial_without_groups_names_none(tmp_path: Path) -> None:
    trial = folders.FILES[folders.TRIAL].replace("because: [adult]", "because: [adult]\n    cohorts: [leg]", 1)

    assert [one.message for one in faults(tmp_path, trial)] == [
        "unknown group 'leg'; this trial has no groups ('cohorts')"
    ]


def test_a_group_without_rules_lets_everybody_in_that_the_common_criteria_let_in(tmp_path: Path) -> None:
    letter = "{id: %s, text: A letter., checked: records}"
    trial = with_cohorts(
        f"- {{id: one, name: Some, inclusion: [{letter % 'first'}]}}\n"
        f"- {{id: any, name: Anybody else, inclusion: [{letter % 'other'}]}}"
    )
    folders.write(tmp_path, folders.FILES | {folders.TRIAL: trial})

    assert [one.id for one in load_to_judge(tmp_path, ON).trials["T1"].criteria] == ["adult"]
