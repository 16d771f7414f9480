"""The shipped criteria folder: complete, without faults, and true to the registry records."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import check_folder, load_to_judge
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.criteria.trial_reader import read_trial
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.rules import All, Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.question_selection import Interview
from tests.eligibility.samples import answers

ON = date(2026, 11, 29)
CONDITION = "low-back-pain"
RECORDS = os.environ.get("PRESCREEN_TEST_TRIAL_RECORDS")
TRIALS = sorted(path.stem for path in (SHIPPED_CRITERIA / "trials").glob("*.yaml"))
SECTIONS = [
    *(
        "what-it-is",
        "causes",
        "risk-factors",
        "symptoms",
        "when-to-see-a-doctor",
        "emergency",
        "home-care",
        "exercises",
    ),
    *("physical-therapy", "medicines", "injections", "surgery", "outlook", "references"),
]

recorded = pytest.mark.skipif(RECORDS is None, reason="PRESCREEN_TEST_TRIAL_RECORDS names no folder of records")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, ON)


@pytest.fixture(scope="module")
def bank() -> BankReading:
    file = SHIPPED_CRITERIA / "questions.yaml"
    return read_bank(read_document(file, str(file)))


@pytest.fixture(scope="module")
def plan(catalog: Catalog) -> Interview:
    return catalog.interview(CONDITION)


def test_there_are_no_faults() -> None:
    assert [str(fault) for fault in check_folder(SHIPPED_CRITERIA, ON) if not fault.warning] == []


def test_there_are_enough_trials_and_questions(catalog: Catalog) -> None:
    assert len(catalog.trials_for(CONDITION)) >= 20
    assert len([question for question in catalog.bank if not question.computed]) >= 35


def test_the_catalog_says_that_it_is_a_sample(catalog: Catalog) -> None:
    assert catalog.service.sample


def test_the_opening_questions_ask_for_the_diagnosis_and_the_medication(plan: Interview) -> None:
    first, second = (str(plan.bank[question].ask) for question in plan.opening_questions)

    assert "diagnosed" in first
    assert "medication" in second


def test_every_question_says_why_it_is_asked(catalog: Catalog) -> None:
    assert [question.id for question in catalog.bank if question.why is None and not question.computed] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_two_questions_ask_in_the_same_words(catalog: Catalog, language: str) -> None:
    # Reasons, the review and the call script name a question by its words alone.
    texts = [(one.ask, one.ask_other) for one in catalog.bank]
    for asked in zip(*texts, strict=True):
        words = [text.in_language(language) for text in asked if text is not None]
        assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("section", SECTIONS)
def test_the_article_has_every_section(catalog: Catalog, section: str) -> None:
    article = catalog.article("sciatica", "en")

    assert article is not None
    found = article.section(section)
    assert found is not None
    assert len(found.body) > 100


def test_at_least_four_exercises_are_described(catalog: Catalog) -> None:
    article = catalog.article("sciatica", "en")
    exercises = article.section("exercises") if article else None

    assert exercises is not None
    assert exercises.body.count("\n### ") + exercises.body.startswith("### ") >= 4


@pytest.mark.parametrize("trial_id", TRIALS)
def test_each_trial_has_a_case_that_fits_and_one_that_does_not(bank: BankReading, trial_id: str) -> None:
    file = SHIPPED_CRITERIA / "trials" / f"{trial_id}.yaml"

    trial = read_trial(read_document(file, str(file)), bank, ON)

    assert trial is not None
    assert trial.trial.sites
    determinations = {case.determination for case in trial.cases}
    assert determinations >= {Determination.POTENTIALLY_ELIGIBLE, Determination.INELIGIBLE}


# Against the registry's own fields.


def eligibility(trial_id: str) -> dict[str, Any]:
    record = json.loads((Path(RECORDS or "") / f"{trial_id}.json").read_text())
    module: dict[str, Any] = record["protocolSection"]["eligibilityModule"]
    return module


def lets_in(trial: Trial, catalog: Catalog, **known: Value | int) -> bool:
    """Return whether somebody of whom this is known can still fit."""
    permitting = tuple(rule for criterion in trial.ruled if (rule := criterion.permitting_rule))
    return prospect(All(permitting), Facts(catalog.bank, answers(**known), ON)).to_true is not None


def explains_itself(trial_id: str) -> bool:
    comments = [line for line in (SHIPPED_CRITERIA / f"trials/{trial_id}.yaml").read_text().splitlines() if "#" in line]
    return any("strict" in line for line in comments)


def years(text: str | None) -> int | None:
    return int(text.split()[0]) if text and "Year" in text else None


@recorded
@pytest.mark.parametrize("trial_id", TRIALS)
def test_the_ages_are_those_of_the_record_or_stricter_with_a_comment(catalog: Catalog, trial_id: str) -> None:
    trial, record = catalog.trials[trial_id], eligibility(trial_id)
    least, most = years(record.get("minimumAge")), years(record.get("maximumAge"))

    assert least is None or not lets_in(trial, catalog, age=least - 1)
    assert most is None or not lets_in(trial, catalog, age=most + 1)
    assert least is None or lets_in(trial, catalog, age=least) or explains_itself(trial_id)
    assert lets_in(trial, catalog, age=most or 100) or explains_itself(trial_id)


@recorded
@pytest.mark.parametrize("trial_id", TRIALS)
def test_the_sexes_are_those_of_the_record_or_stricter_with_a_comment(catalog: Catalog, trial_id: str) -> None:
    trial, wanted = catalog.trials[trial_id], eligibility(trial_id).get("sex", "ALL")

    for sex in ("female", "male"):
        named = wanted in ("ALL", sex.upper())
        assert lets_in(trial, catalog, sex_at_birth=sex) is named or (named and explains_itself(trial_id))
