"""Assessments as JSON-ready data, as the command line and the API give them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from prescreen.eligibility.answers import Facts
from prescreen.eligibility.assessment import Assessment, Finding
from prescreen.eligibility.prospects import prospect


def assessment_data(assessment: Assessment, facts: Facts) -> dict[str, Any]:
    """Give one trial's determination, a finding per criterion that has a rule, and the criteria still to be checked."""
    return {
        "id": assessment.trial.id,
        "determination": assessment.determination.value,
        "findings": [finding_data(finding, facts) for finding in assessment.findings],
        "still_to_check": [criterion.id for criterion in assessment.trial.still_to_check],
    }


def finding_data(finding: Finding, facts: Facts) -> dict[str, Any]:
    """Give one finding, with the unasked questions that can still settle it in the order of the bank."""
    rule = finding.criterion.rule
    open_questions = prospect(rule, facts).open_questions if rule is not None else frozenset()
    return {
        "criterion": finding.criterion.id,
        "kind": finding.criterion.kind.value,
        "rule": finding.truth.value,
        "permits": finding.permits.value,
        "open_questions": [question.id for question in facts.bank if question.id in open_questions],
    }


def person_data(on: date, assessments: Iterable[Assessment], facts: Facts, next_question: str | None) -> dict[str, Any]:
    """Give everything that one person's answers say on one day."""
    return {
        "on": on.isoformat(),
        "trials": [assessment_data(assessment, facts) for assessment in assessments],
        "next_question": next_question,
    }
