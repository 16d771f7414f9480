"""Trials and their criteria."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from prescreen.eligibility.criteria.dates import lies_ahead
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Not, Rule, questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.truth import Truth

COHORTS = "cohorts"
"""The id of the criterion that stands for all groups of a trial: a person must fit one of them."""

STALE_AFTER_DAYS = 180
RECRUITING = "RECRUITING"


class Kind(StrEnum):
    """Whether a criterion includes or excludes the people for whom its rule holds."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class CheckedBy(StrEnum):
    """How the trial's team checks what a person cannot answer."""

    PHONE = "phone"
    RECORDS = "records"
    VISIT = "visit"


class Show(StrEnum):
    """How much of a criterion visitors are told, and when: all, all but the limits, or nothing before the end."""

    FULL = "full"
    DIRECTION = "direction"
    END = "end"


class Treatment(StrEnum):
    """The kinds of treatment that a trial tests or compares, as people look for them."""

    MEDICINE = "medicine"
    INJECTION = "injection"
    SURGERY = "surgery"
    DEVICE = "device"
    EXERCISE = "exercise"
    HANDS_ON = "hands_on"
    TALKING = "talking"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition of taking part. It has a rule, or the trial's team checks it."""

    id: str
    kind: Kind
    text: Text
    rule: Rule | None = None
    checked: CheckedBy | None = None
    show: Show = Show.FULL
    public_text: Text | None = None

    def permits(self, truth: Truth) -> Truth:
        """Return whether the criterion permits taking part, given the truth of its rule."""
        return truth if self.kind is Kind.INCLUSION else ~truth

    @property
    def permitting_rule(self) -> Rule | None:
        """Return the rule that is true exactly where this criterion permits; None where it has no rule."""
        if self.rule is None or self.kind is Kind.INCLUSION:
            return self.rule
        return Not(self.rule)

    @property
    def is_told(self) -> bool:
        """Whether visitors may know the criterion's limits."""
        return self.show is Show.FULL

    @property
    def is_kept_back(self) -> bool:
        """Whether visitors are told of the criterion only when the questions are over."""
        return self.show is Show.END

    @property
    def shown_text(self) -> Text:
        """Return the wording that visitors may read."""
        return self.text if self.is_told or self.public_text is None else self.public_text


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group of people whom a trial takes, with the criteria that they meet besides those of everybody."""

    id: str
    name: Text
    criteria: tuple[Criterion, ...] = ()

    @property
    def ruled(self) -> tuple[Criterion, ...]:
        """Return the group's own criteria that have a rule."""
        return tuple(criterion for criterion in self.criteria if criterion.rule is not None)

    @property
    def checked(self) -> tuple[Criterion, ...]:
        """Return the group's own criteria that only the trial's team can check."""
        return tuple(criterion for criterion in self.criteria if criterion.rule is None)


@dataclass(frozen=True, slots=True)
class Site:
    """A place where the trial is run. `reply_within` is in days."""

    id: str
    name: str
    city: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None
    latitude: Fraction | None = None
    longitude: Fraction | None = None
    status: str | None = None
    reply_within: int | None = None


@dataclass(frozen=True, slots=True)
class Practical:
    """What taking part demands of a person, and what is tried. None or empty where the source does not say.

    `remote`: whether a person can take part without travel to a site.
    """

    visits: int | None = None
    duration: Text | None = None
    placebo: bool | None = None
    pays_travel: bool | None = None
    notes: Text | None = None
    treatments: tuple[Treatment, ...] = ()
    remote: bool | None = None


@dataclass(frozen=True, slots=True)
class Ethics:
    """Which board approved the trial."""

    board: str
    approval: str | None = None
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial with all its criteria, in the author's order, inclusion first.

    Where it has cohorts, one of the criteria stands for all of them (see `cohort_criterion`), so that whoever judges
    `criteria` needs to know nothing of cohorts. `cohorts` keep the parts, to be shown.

    A draft is judged where no condition is named, so that its author can try it; no visitor is asked or told about it.
    """

    id: str
    title: Text
    summary: Text | None
    conditions: tuple[str, ...]
    status: str
    criteria: tuple[Criterion, ...]
    sites: tuple[Site, ...] = ()
    confirmed: date | None = None
    phase: str | None = None
    sponsor: str | None = None
    source: Mapping[str, str] = field(default_factory=dict)
    practical: Practical = field(default_factory=Practical)
    ethics: Ethics | None = None
    draft: bool = False
    cohorts: tuple[Cohort, ...] = ()

    @property
    def common(self) -> tuple[Criterion, ...]:
        """Return the criteria that hold for everybody: all but the one that stands for the cohorts."""
        return tuple(criterion for criterion in self.criteria if not self.stands_for_cohorts(criterion))

    @property
    def authored(self) -> tuple[Criterion, ...]:
        """Return the criteria as the author wrote them: the common ones, then each cohort's own."""
        return (*self.common, *(criterion for cohort in self.cohorts for criterion in cohort.criteria))

    @property
    def met_together(self) -> Iterator[tuple[Criterion, Criterion]]:
        """Yield each pair of criteria that one person has to meet both, as the author wrote them."""
        yield from combinations(self.common, 2)
        for cohort in self.cohorts:
            yield from combinations(cohort.criteria, 2)
            yield from ((one, own) for one in self.common for own in cohort.criteria)

    def stands_for_cohorts(self, criterion: Criterion) -> bool:
        """Whether a criterion is the one that stands for all cohorts."""
        return bool(self.cohorts) and criterion.id == COHORTS

    @property
    def ruled(self) -> tuple[Criterion, ...]:
        """Return the criteria that have a rule."""
        return tuple(criterion for criterion in self.criteria if criterion.rule is not None)

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """Return the criteria that only the trial's team can check, those of every cohort among them."""
        return tuple(criterion for criterion in self.authored if criterion.rule is None)

    @property
    def common_checked(self) -> tuple[Criterion, ...]:
        """Return the common criteria that only the trial's team can check."""
        return tuple(criterion for criterion in self.common if criterion.rule is None)

    def criterion(self, criterion_id: str) -> Criterion:
        """Return the criterion with this id, of a cohort too; raise KeyError where there is none."""
        for criterion in (*self.criteria, *self.authored):
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def cohort_of(self, criterion_id: str) -> Cohort | None:
        """Return the cohort that alone has a criterion; None for one that everybody must meet."""
        return next((one for one in self.cohorts if any(own.id == criterion_id for own in one.criteria)), None)

    def questions(self, bank: QuestionBank) -> tuple[str, ...]:
        """Return the ids of all questions that the rules test, of each cohort too, and of those they depend on."""
        ruled = (*self.ruled, *(criterion for cohort in self.cohorts for criterion in cohort.ruled))
        tested = dict.fromkeys(q for criterion in ruled if criterion.rule for q in questions_in(criterion.rule))
        return bank.reached_from(tuple(tested))

    def is_confirmed_open(self, on: date) -> bool:
        """Return whether the trial recruits, as its team confirmed recently enough for a day."""
        return self.status == RECRUITING and not self.is_stale(on)

    def is_stale(self, on: date) -> bool:
        """Return whether the team last confirmed the trial's status too long ago for it to be relied on, or not yet."""
        if self.confirmed is None or lies_ahead(self.confirmed, on):
            return True
        return (on - self.confirmed).days > STALE_AFTER_DAYS
