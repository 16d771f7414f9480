"""The groups of people whom one trial takes, as visitors are told of them.

What an author keeps back is kept back here too: before the questions are over, a group is shut by what may be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import find
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.told_findings import ToldFinding
from prescreen.web.results.reasons import Reason, reason_of


@dataclass(frozen=True, slots=True)
class Group:
    """One group with the reasons by its own criteria, and those of these criteria that the team checks."""

    name: Text
    reasons: tuple[Reason, ...]
    still_to_check: tuple[Criterion, ...]

    @property
    def against(self) -> tuple[Reason, ...]:
        """Return the reasons for which the person does not fit the group."""
        return tuple(one for one in self.reasons if one.permits is Truth.FALSE)

    @property
    def unknown(self) -> tuple[Reason, ...]:
        """Return the reasons that are not known yet."""
        return tuple(one for one in self.reasons if one.permits is Truth.UNKNOWN)

    @property
    def is_shut(self) -> bool:
        """Whether some reason stands against the group."""
        return bool(self.against)


def groups_of(trial: Trial, facts: Facts, *, over: bool) -> tuple[Group, ...]:
    """Return the groups of a trial, in the author's order; `over`: the questions are, so nothing is kept back."""
    return tuple(_group(cohort, facts, over=over) for cohort in trial.cohorts)


def _group(cohort: Cohort, facts: Facts, *, over: bool) -> Group:
    told = (_told(criterion, facts, later=criterion.is_kept_back and not over) for criterion in cohort.ruled)
    checked = tuple(one for one in cohort.checked if over or not one.is_kept_back)
    return Group(cohort.name, tuple(reason_of(one, facts) for one in told), checked)


def _told(criterion: Criterion, facts: Facts, *, later: bool) -> ToldFinding:
    return ToldFinding(criterion, Truth.UNKNOWN if later else find(criterion, facts).permits, later)


def likeliest(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return the groups that fit by the answers, or else those that still may; none where all are shut.

    A group without a rule is never known to fit: nobody was asked what makes it one.
    """
    left = [one for one in groups if not one.is_shut]
    fitting = [one for one in left if one.reasons and not one.unknown]
    return tuple(fitting or left)


def nearest(groups: Sequence[Group]) -> Group:
    """Return the group with the fewest reasons against it, then with the fewest that are not known."""
    return min(groups, key=lambda one: (len(one.against), len(one.unknown)))
