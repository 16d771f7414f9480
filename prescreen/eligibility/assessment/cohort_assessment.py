"""The cohorts of a trial judged one by one: which of them a person may fit, and why not the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import (
    Assessment,
    Determination,
    Finding,
    determined,
    find,
    forbids,
)
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth


@dataclass(frozen=True, slots=True)
class CohortAssessment:
    """One cohort judged for one person.

    `determination` is what the trial would come to with this cohort alone, so the common criteria count in it;
    `findings` are those of the cohort's own criteria.
    """

    cohort: Cohort
    determination: Determination
    findings: tuple[Finding, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Return the findings of the cohort's own criteria that do not permit."""
        return tuple(finding for finding in self.findings if finding.permits is Truth.FALSE)

    @property
    def may_fit(self) -> bool:
        """Whether neither the cohort's criteria nor the common ones rule the person out."""
        return self.determination is not Determination.INELIGIBLE


def assess_cohorts(assessment: Assessment, facts: Facts) -> tuple[CohortAssessment, ...]:
    """Return each cohort of an assessed trial judged, in the author's order; none for a trial without cohorts."""
    trial = assessment.trial
    common = [one.permits for one in assessment.findings if not trial.stands_for_cohorts(one.criterion)]
    return tuple(_assessed(cohort, common, facts) for cohort in trial.cohorts)


def _assessed(cohort: Cohort, common: Sequence[Truth], facts: Facts) -> CohortAssessment:
    findings = tuple(find(criterion, facts) for criterion in cohort.ruled)
    return CohortAssessment(cohort, determined((*common, *(one.permits for one in findings))), findings)


def alone(trial: Trial, cohort: Cohort) -> Trial:
    """Return the trial as if it took this cohort and no other."""
    return replace(trial, criteria=(*trial.common, *cohort.criteria), cohorts=())


def still_to_check(trial: Trial, cohorts: Iterable[CohortAssessment]) -> tuple[Criterion, ...]:
    """Return what the team still has to check: common criteria, and those of cohorts that they can still fit."""
    open_to = [one.cohort for one in cohorts if not one.blockers]
    return (*trial.common_checked, *(criterion for cohort in open_to for criterion in cohort.checked))


def blocking_ids(assessment: Assessment, cohorts: Sequence[CohortAssessment]) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the criteria that rule a person out, each with the ids that say the same in more detail.

    These are none but for the criterion that stands for all cohorts: there, what blocks in every one of them.
    """
    inside = tuple(finding.criterion.id for one in cohorts for finding in one.blockers)
    stands = assessment.trial.stands_for_cohorts
    return {one.criterion.id: inside if stands(one.criterion) else () for one in assessment.blockers}


def open_on(trial: Trial, facts: Facts, day: date) -> tuple[Cohort, ...]:
    """Return the cohorts none of whose own criteria forbids on a day, with all answers as given."""
    then = facts.later(day)
    return tuple(cohort for cohort in trial.cohorts if not any(forbids(one, then) for one in cohort.ruled))
