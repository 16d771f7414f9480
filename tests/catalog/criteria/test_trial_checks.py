"""Cases that are judged together come to what each comes to alone; doubtful criteria are told."""

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.loading import AsKnown
from prescreen.catalog.criteria.question_reader import read_bank
from prescreen.catalog.criteria.trial_checks import judged_cases
from prescreen.catalog.criteria.trial_reader import read_trial
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import assess
from tests.catalog.dated_folder import DATED
from tests.catalog.folders import FILES, ON, QUESTIONS, REDCAP_CODES, TRIAL, reports, write

SHIPPED = Path(__file__).parents[3] / "criteria"


def assert_judged_as_alone(folder: Path, file: Path, on: date) -> None:
    bank = read_bank(read_document(folder / "questions.yaml", "questions.yaml"))
    reading = read_trial(read_document(file, file.name), bank, on)

    assert reading is not None
    assert reading.cases
    assert judged_cases(reading, bank.bank, on) == tuple(
        assess(reading.trial, Facts(bank.bank, case.answers, on)) for case in reading.cases
    )


@pytest.mark.parametrize("file", sorted((SHIPPED / "trials").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_cases_of_a_shipped_trial_come_to_the_same_together_as_alone(file: Path) -> None:
    assert_judged_as_alone(SHIPPED, file, date(2026, 11, 29))


def test_cases_with_dates_and_an_age_that_is_worked_out_come_to_the_same_together_as_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, DATED)

    assert_judged_as_alone(folder, folder / "trials/T1.yaml", ON)


def test_cases_of_a_trial_without_a_rule_are_judged_too(tmp_path: Path) -> None:
    text = """\
id: T1
title: A pill for leg pain
conditions: [back-pain]
status: RECRUITING
inclusion: [{id: mri, text: A scan shows a slipped disc., checked: records}]
cases: [{name: fits, answers: {leg_pain: true}, determination: potentially_eligible}]
"""
    folder = write(tmp_path, {"trials/T1.yaml": text})

    assert_judged_as_alone(folder, folder / "trials/T1.yaml", ON)


def test_cases_that_are_read_on_two_days_against_one_bank_are_answered_on_each(tmp_path: Path) -> None:
    folder = write(tmp_path, DATED)
    bank = read_bank(read_document(folder / "questions.yaml", "questions.yaml"))
    document = read_document(folder / "trials/T1.yaml", "T1.yaml")
    for on in (ON, date(2026, 12, 24), ON):
        apart = read_bank(read_document(folder / "questions.yaml", "questions.yaml"))
        reading, alone = read_trial(document, bank, on), read_trial(document, apart, on)

        assert reading is not None
        assert alone is not None
        assert [case.answers for case in reading.cases] == [case.answers for case in alone.cases]
        assert {answer.on for case in reading.cases for answer in case.answers.given.values()} == {on}


BULGE = """\
- id: findings
  type: choices
  ask: What did the scan show?
  options:
    - {id: herniation, label: A slipped disc}
    - {id: bulge, label: A bulge, never_rules_out: true}
    - {id: none, label: None of these, exclusive: true}
"""
SHOTS = """\
- id: able
  type: choices
  ask: What can you do?
  options:
    - {id: walk, label: Walk}
    - {id: visits, label: Come to visits}
    - {id: none, label: None of these, exclusive: true}
  prevalence: {walk: 0.97, visits: 0.8, none: 0.01}
- id: shots
  type: choices
  ask: Which shots did you have?
  options:
    - {id: epidural, label: Near a nerve}
    - {id: facet, label: In a joint}
    - {id: none, label: None of these, exclusive: true}
- id: shot_time
  type: number
  ask: How long ago was the last?
  unit: d
  range: {min: 0, max: 90 a}
  grows: daily
  ask_if: {shots: {any_of: [epidural, facet]}}
"""
CODES = """\
findings: {herniation: 1, bulge: 2, none: 3}
able: {walk: 1, visits: 2, none: 3}
shots: {epidural: 1, facet: 2, none: 3}
"""


def told_of(tmp_path: Path, rule: str) -> list[str]:
    """Return what is told of a criterion with this rule, the last exclusion, in the order of its line."""
    criterion = f"  - id: doubtful\n    text: This is in doubt.\n    rule: {rule}\ncases:"
    files = {
        QUESTIONS: FILES[QUESTIONS] + BULGE + SHOTS,
        REDCAP_CODES: FILES[REDCAP_CODES] + CODES,
        TRIAL: FILES[TRIAL].replace("cases:", criterion),
    }
    return [
        line.split(": ", 1)[1] for line in reports(tmp_path, files) if "'doubtful' " in line and "add one" not in line
    ]


def test_an_option_that_never_rules_out_is_an_error_at_the_rule(tmp_path: Path) -> None:
    assert told_of(tmp_path, "{findings: {none_of: [herniation]}}") == [
        "'doubtful' does not permit people who answer 'findings' with 'bulge' alone, though 'herniation' would, and "
        "'bulge' is marked never_rules_out: let the criterion permit them, or leave it to the team (checked)"
    ]
    assert told_of(tmp_path, "{findings: {none_of: [herniation, bulge]}}") == []


def test_a_tick_of_nearly_all_that_is_needed_is_a_warning_at_the_rule(tmp_path: Path) -> None:
    assert told_of(tmp_path, "{not: {able: {all_of: [walk, visits]}}}") == [
        "warning: 'doubtful' rules out people who do not tick 'walk' or 'visits' in 'able'; nearly all could, so many "
        "only forgot it: ask for what is a problem instead, such as 'cannot ...'"
    ]
    assert told_of(tmp_path, "{shots: {none_of: [epidural]}}") == []


def test_a_time_of_all_that_stands_for_some_is_a_warning_at_the_rule(tmp_path: Path) -> None:
    assert told_of(tmp_path, "{shots: {any_of: [epidural]}, shot_time: {max: 4 wk}}") == [
        "warning: 'doubtful' takes 'shot_time' for the time of 'epidural', but it is one time for all of 'shots', and "
        "may be that of 'facet': let the rule name all options that open it, leave out people with others (none_of), "
        "or ask the time of each"
    ]
    assert told_of(tmp_path, "{shots: {any_of: [epidural, facet]}, shot_time: {max: 4 wk}}") == []


def test_a_mark_that_is_set_later_has_the_trials_that_are_known_read_again(tmp_path: Path) -> None:
    unmarked = BULGE.replace(", never_rules_out: true", "")
    rule = "  - {id: no-disc, text: No scan shows it., rule: {findings: {none_of: [herniation]}}}\ncases:"
    files = {TRIAL: FILES[TRIAL].replace("cases:", rule), REDCAP_CODES: FILES[REDCAP_CODES] + CODES}
    known, contents = KnownTrials(), [files[TRIAL].encode()]

    [before], [after] = (
        AsKnown(known, ON)(contents, read_bank(read_document(folder / QUESTIONS, QUESTIONS)), ("en",))
        for folder in (
            write(tmp_path / "before", {**files, QUESTIONS: FILES[QUESTIONS] + unmarked}),
            write(tmp_path / "after", {**files, QUESTIONS: FILES[QUESTIONS] + BULGE}),
        )
    )

    assert not [fault for fault in before.trial_faults if "never_rules_out" in fault.message]
    assert [fault for fault in after.trial_faults if "never_rules_out" in fault.message]
