from dataclasses import replace
from datetime import date

import pytest

from prescreen.catalog.assessment.evidence import NO_EVIDENCE, read_evidence
from prescreen.catalog.assessment.fingerprints import trial_evidence
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.rules import questions_in


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 23))


def test_every_shipped_trial_can_be_read_back_from_its_evidence(shipped: Catalog) -> None:
    for trial in shipped.trials.values():
        evidence = read_evidence(trial_evidence(trial, shipped.bank))

        assert evidence.title == trial.title
        assert [(one.id, one.kind, one.text, one.checked) for one in evidence.criteria.values()] == [
            (one.id, one.kind, one.text, one.checked) for one in trial.criteria
        ]


def test_every_question_keeps_its_wording_options_and_units(shipped: Catalog) -> None:
    for trial in shipped.trials.values():
        for read in read_evidence(trial_evidence(trial, shipped.bank)).questions.values():
            question = shipped.bank[read.id]
            # A mark for authors, on which no determination depends, is no evidence.
            options = tuple(replace(option, never_rules_out=False) for option in question.options)
            assert (read.type, read.ask, read.options) == (question.type, question.ask, options)
            assert (read.unit, read.units) == (question.unit, question.units)


def test_a_criterion_names_what_its_rule_tests_and_all_that_is_asked_for_it(shipped: Catalog) -> None:
    for trial in shipped.trials.values():
        evidence = read_evidence(trial_evidence(trial, shipped.bank))
        for criterion in trial.ruled:
            read = evidence.criteria[criterion.id]
            tested = questions_in(criterion.rule) if criterion.rule else ()
            asked = [one for one in shipped.bank.reached_from(tested) if not shipped.bank[one].computed]
            assert set(read.reached) == set(asked)
            assert {one for one in tested if not shipped.bank[one].computed} <= set(read.tested) <= set(read.reached)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": "NCT00000001"}', '{"questions": [], "trial": {}}'])
def test_evidence_of_another_make_is_none(text: str) -> None:
    assert read_evidence(text) == NO_EVIDENCE


def test_rules_and_questions_read_back_judge_as_those_that_were_written(shipped: Catalog) -> None:
    for trial in shipped.trials.values():
        evidence = read_evidence(trial_evidence(trial, shipped.bank))

        assert {one.id: (one.kind, one.rule) for one in evidence.rules.values()} == {
            one.id: (one.kind, one.rule) for one in trial.ruled
        }
        for read in evidence.bank:
            question = shipped.bank[read.id]
            assert (read.ask_if, read.grows, read.range) == (question.ask_if, question.grows, question.range)
            assert (read.half_life, read.ask_other) == (question.half_life, question.ask_other)


def test_what_another_engine_judged_can_be_read_but_not_judged_again(shipped: Catalog) -> None:
    trial = next(iter(shipped.trials.values()))
    written = trial_evidence(trial, shipped.bank).replace('"engine":"1"', '"engine":"0"')

    evidence = read_evidence(written)

    assert set(evidence.criteria) == {one.id for one in trial.criteria}
    assert evidence.rules == {}
