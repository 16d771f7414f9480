"""The assessment of one person for one trial: a finding for each criterion that has a rule, and one determination."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.rules import evaluate
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth, all_of


class Determination(StrEnum):
    """What the answers imply for one trial. Only the investigator decides who is eligible."""

    POTENTIALLY_ELIGIBLE = "potentially_eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


_DETERMINED = {
    Truth.TRUE: Determination.POTENTIALLY_ELIGIBLE,
    Truth.FALSE: Determination.INELIGIBLE,
    Truth.UNKNOWN: Determination.UNDETERMINED,
}


def shown_group(trial: Trial, determination: Determination) -> Determination:
    """Return the group in which a trial is listed: undetermined where none of its criteria has a rule."""
    has_rule = any(criterion.rule is not None for criterion in trial.criteria)
    return determination if has_rule else Determination.UNDETERMINED


PERMITS_WORDS: Mapping[Truth, str] = {
    Truth.TRUE: "permits",
    Truth.FALSE: "does not permit",
    Truth.UNKNOWN: "unknown",
}
"""What staff and exports read of whether a criterion permits taking part: `true` of "pregnant" would be misread."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion judged for one person: the truth of its rule, and whether it permits taking part."""

    criterion: Criterion
    truth: Truth
    permits: Truth


@dataclass(frozen=True, slots=True)
class Assessment:
    """One trial judged for one person."""

    trial: Trial
    determination: Determination
    findings: tuple[Finding, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Return the findings that do not permit taking part."""
        return tuple(finding for finding in self.findings if finding.permits is Truth.FALSE)


def forbids(criterion: Criterion, facts: Facts) -> bool:
    """Return whether a criterion does not permit taking part; False for one without a rule."""
    return criterion.rule is not None and criterion.permits(evaluate(criterion.rule, facts)) is Truth.FALSE


def find(criterion: Criterion, facts: Facts) -> Finding:
    """Assess one criterion that has a rule; raise ValueError for one without a rule."""
    if criterion.rule is None:
        raise ValueError(f"criterion '{criterion.id}' has no rule; the trial's team checks it")
    truth = evaluate(criterion.rule, facts)
    return Finding(criterion, truth, criterion.permits(truth))


def assess(trial: Trial, facts: Facts) -> Assessment:
    """Assess a trial: ineligible if any criterion does not permit, else undetermined if any is unknown."""
    return concluded(trial, tuple(find(criterion, facts) for criterion in trial.ruled))


def determined(permits: Iterable[Truth]) -> Determination:
    """Return the determination that criteria come to, by whether each of them permits."""
    return _DETERMINED[all_of(permits)]


def concluded(trial: Trial, findings: tuple[Finding, ...]) -> Assessment:
    """Return the assessment that the findings for all criteria with a rule come to."""
    return Assessment(trial, determined(finding.permits for finding in findings), findings)
