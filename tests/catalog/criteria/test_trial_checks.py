"""Cases that are judged together come to what each comes to alone."""

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.question_reader import read_bank
from prescreen.catalog.criteria.trial_checks import judged_cases
from prescreen.catalog.criteria.trial_reader import read_trial
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import assess
from tests.catalog.dated_folder import DATED
from tests.catalog.folders import ON, write

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
