"""Assessments as JSON-ready data, for the command line and the API."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.cohort_assessment import (
    CohortAssessment,
    alone,
    assess_cohorts,
    open_on,
    still_to_check,
)
from prescreen.eligibility.assessment.determination import Assessment, Determination, Finding
from prescreen.eligibility.assessment.outlook import Outlook, outlook
from prescreen.eligibility.criteria.trials import Trial
from prescreen.workflow.participants.referral_evidence import finding_record


def assessment_data(assessment: Assessment, facts: Facts, *, with_outlook: bool = False) -> dict[str, Any]:
    """Return one trial's determination, a finding for each criterion with a rule, and the criteria still to be checked.

    A trial with cohorts also has each of them, judged together with the common criteria. With an outlook, a trial or
    cohort that does not fit also has what would change that; a trial with cohorts, which of them it is that fits then.
    """
    cohorts = assess_cohorts(assessment, facts)
    data: dict[str, Any] = {
        "id": assessment.trial.id,
        "determination": assessment.determination.value,
        "findings": [finding_data(finding, facts) for finding in assessment.findings],
        "still_to_check": [criterion.id for criterion in still_to_check(assessment.trial, cohorts)],
    }
    if cohorts:
        data["cohorts"] = [_cohort_data(one, assessment.trial, facts, with_outlook=with_outlook) for one in cohorts]
    if with_outlook and assessment.determination is not Determination.POTENTIALLY_ELIGIBLE:
        ahead = outlook(assessment.trial, facts, [one.criterion for one in assessment.blockers])
        data["outlook"] = outlook_data(ahead)
        if cohorts and ahead.fits_from:
            data["outlook"]["cohorts"] = [one.id for one in open_on(assessment.trial, facts, ahead.fits_from)]
    return data


def _cohort_data(judged: CohortAssessment, trial: Trial, facts: Facts, *, with_outlook: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": judged.cohort.id,
        "determination": judged.determination.value,
        "findings": [finding_data(finding, facts) for finding in judged.findings],
        "still_to_check": [criterion.id for criterion in judged.cohort.checked],
    }
    if with_outlook and judged.determination is not Determination.POTENTIALLY_ELIGIBLE:
        data["outlook"] = outlook_data(outlook(alone(trial, judged.cohort), facts))
    return data


def finding_data(finding: Finding, facts: Facts) -> dict[str, Any]:
    """Return one finding, with the unasked questions that can still settle it, in the order of the bank."""
    return {**finding_record(finding, facts)}


def outlook_data(ahead: Outlook) -> dict[str, Any]:
    """Return when a trial fits, and which answers would change that, in the form that `prescreen assess` reads."""
    return {
        "fits_from": ahead.fits_from.isoformat() if ahead.fits_from else None,
        "fits_until": ahead.fits_until.isoformat() if ahead.fits_until else None,
        "changes": [{"question": change.question, "to": to_json(change.to)} for change in ahead.changes],
    }


def person_data(
    on: date, assessments: Iterable[Assessment], facts: Facts, next_question: str | None, *, with_outlook: bool = False
) -> dict[str, Any]:
    """Return all assessments of one person on one day, with the next question to ask."""
    return {
        "on": on.isoformat(),
        "trials": [assessment_data(assessment, facts, with_outlook=with_outlook) for assessment in assessments],
        "next_question": next_question,
    }
