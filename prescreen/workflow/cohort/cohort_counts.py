"""Totals of assessing many people: how many may fit a trial, and the findings of each criterion."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import add

from prescreen.eligibility.assessment.determination import Assessment, Determination
from prescreen.eligibility.cohort import Column, Dialect
from prescreen.eligibility.criteria.trials import Kind, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.storage.cohort.engines import BLOCKERS, FITS, permits_columns


@dataclass(frozen=True, slots=True)
class CriterionTally:
    """How many people a criterion permits, does not permit, and leaves open.

    `sole_blocker` counts the people whom it alone rules out.
    """

    criterion: str
    kind: Kind
    permits: int = 0
    does_not_permit: int = 0
    unknown: int = 0
    sole_blocker: int = 0

    def __add__(self, other: "CriterionTally") -> "CriterionTally":
        return replace(
            self,
            permits=self.permits + other.permits,
            does_not_permit=self.does_not_permit + other.does_not_permit,
            unknown=self.unknown + other.unknown,
            sole_blocker=self.sole_blocker + other.sole_blocker,
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The totals of some people; `criteria` are those that have a rule."""

    potentially_eligible: int
    ineligible: int
    undetermined: int
    criteria: tuple[CriterionTally, ...]

    @property
    def judged(self) -> int:
        """Return how many people were assessed."""
        return self.potentially_eligible + self.ineligible + self.undetermined

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.potentially_eligible + other.potentially_eligible,
            self.ineligible + other.ineligible,
            self.undetermined + other.undetermined,
            tuple(map(add, self.criteria, other.criteria)),
        )


def nobody(trial: Trial) -> Tally:
    """Return totals of zero."""
    return Tally(0, 0, 0, tuple(CriterionTally(criterion.id, criterion.kind) for criterion in trial.ruled))


def counts(trial: Trial, dialect: Dialect[Column]) -> dict[str, Column]:
    """Return columns of 0 or 1 a person, whose sums `tally` reads; they are computed from the columns of `judged`."""

    def count(truth: Column) -> Column:
        return dialect.count(truth, unknown=False)

    fits, alone = dialect.column(FITS), dialect.column(BLOCKERS) <= 1
    numbers = {"fit": count(fits), "ruled out": count(~fits)}
    for place, name in enumerate(permits_columns(len(trial.ruled))):
        permits = dialect.column(name)
        numbers[f"{place} permits"], numbers[f"{place} forbids"] = count(permits), count(~permits)
        numbers[f"{place} alone"] = count(~permits & alone)
    return numbers


def tally(trial: Trial, sums: Mapping[str, int]) -> Tally:
    """Return totals from sums over people, whose number is the sum "people"."""
    people, fit, out = sums["people"], sums["fit"], sums["ruled out"]
    criteria = []
    for place, criterion in enumerate(trial.ruled):
        permits, forbids = sums[f"{place} permits"], sums[f"{place} forbids"]
        unknown = people - permits - forbids
        criteria.append(CriterionTally(criterion.id, criterion.kind, permits, forbids, unknown, sums[f"{place} alone"]))
    return Tally(fit, out, people - fit - out, tuple(criteria))


def tally_of(assessment: Assessment) -> Tally:
    """Return the totals of one person."""
    verdict = assessment.determination
    alone = len(assessment.blockers) == 1
    return Tally(
        int(verdict is Determination.POTENTIALLY_ELIGIBLE),
        int(verdict is Determination.INELIGIBLE),
        int(verdict is Determination.UNDETERMINED),
        tuple(
            CriterionTally(
                finding.criterion.id,
                finding.criterion.kind,
                int(finding.permits is Truth.TRUE),
                int(finding.permits is Truth.FALSE),
                int(finding.permits is Truth.UNKNOWN),
                int(alone and finding.permits is Truth.FALSE),
            )
            for finding in assessment.findings
        ),
    )
