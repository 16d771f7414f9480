"""A draft of a trial's file as a value, and what is needed to make one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from prescreen.catalog.criteria.catalog import Condition
from prescreen.catalog.criterion_comments import Quote
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.trials import CheckedBy, Kind, Treatment
from prescreen.eligibility.interpretation.vocabulary import Vocabulary

SOME_DAY = date(2026, 1, 1)
"""Drafts ask what rules say of each other, which hangs on no day; a day is needed to ask."""


@dataclass(frozen=True, slots=True)
class DraftingContext:
    """What drafts are made with: the bank, the vocabulary and the conditions of a catalog by their slugs.

    `on` is the day of drafting, from which on days lie ahead; None where that is not asked. What was found out about
    rules is kept, since the same rules come again in many records.
    """

    bank: QuestionBank
    vocabulary: Vocabulary
    conditions: Mapping[str, Condition]
    on: date | None = None
    blank: Facts = field(init=False, compare=False, repr=False)
    known: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blank", Facts(self.bank, Answers(), SOME_DAY))


@dataclass(frozen=True, slots=True)
class DraftCriterion:
    """One criterion as drafted: a rule, or how the team checks it; what it quotes and what its author should look at.

    `cohort` is the name of the population that it is about, None for all. `words` are those of the source without a
    rule that says them, None where nothing is left.
    """

    id: str
    kind: Kind
    text: str
    rule: Rule | None = None
    checked: CheckedBy | None = None
    quotes: tuple[Quote, ...] = ()
    remarks: tuple[str, ...] = ()
    cohort: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class DraftSite:
    """A site as drafted, in the keys of the format and their order."""

    id: str
    entries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DraftPractical:
    """What taking part involves, as far as a source states it."""

    treatments: tuple[Treatment, ...] = ()
    placebo: bool | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many criteria a source holds, and what became of them.

    `exact` and `parts` have a rule that says all, or a part; `suggested` have none, but options that come near; `left`
    have nothing.
    """

    found: int = 0
    exact: int = 0
    parts: int = 0
    suggested: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A trial as drafted over a bank. `remarks` are what its author should look at in the head of the file."""

    id: str
    title: str
    summary: str | None
    conditions: tuple[str, ...]
    status: str
    phase: str | None
    sponsor: str | None
    source: Mapping[str, str]
    practical: DraftPractical
    sites: tuple[DraftSite, ...]
    criteria: tuple[DraftCriterion, ...]
    remarks: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    disagreements: tuple[str, ...] = ()
    bank: QuestionBank = field(default_factory=lambda: QuestionBank({}), compare=False, repr=False)
