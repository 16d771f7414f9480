"""Questions, and the bank that holds them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from prescreen.eligibility.criteria.dates import DateRange, Precision
from prescreen.eligibility.criteria.rules import Rule, questions_in
from prescreen.eligibility.criteria.text import Text, one_line

AGE, AGE_UNIT = "age", "a"
"""The question that tells who is under age, and its unit. A bank that serves a condition must have it (`check`)."""

SCORE_UNIT = "{score_0_10}"
SCALE = tuple(Fraction(point) for point in range(11))
"""The points of a scale, which are shown side by side to choose from."""

_LONGEST_PROBLEM = 200


class QuestionType(StrEnum):
    """The type of a question, which decides what an answer is."""

    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"


class Growth(StrEnum):
    """How a number grows with the calendar after the day on which it was answered."""

    DAILY = "daily"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen; an exclusive one cannot be ticked together with others.

    One that never rules out names a test that the trial's team can do, or a word that lay people cannot be sure of.
    """

    id: str
    label: Text
    exclusive: bool = False
    never_rules_out: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """The least and greatest number that may be answered, in the question's unit; None where there is no such limit."""

    min: Fraction | None = None
    max: Fraction | None = None

    def __contains__(self, number: Fraction) -> bool:
        return (self.min is None or number >= self.min) and (self.max is None or number <= self.max)


@dataclass(frozen=True, slots=True)
class Code:
    """The code of the question in another system."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question that a person can be asked."""

    id: str
    type: QuestionType
    ask: Text
    help: Text | None = None
    ask_other: Text | None = None
    help_other: Text | None = None
    why: Text | None = None
    read: str | None = None
    options: tuple[Option, ...] = ()
    unit: str | None = None
    units: tuple[str, ...] = ()
    range: Range = field(default_factory=Range)
    grows: Growth | None = None
    ask_if: Rule | None = None
    computed: str | None = None
    code: Code | None = None
    half_life: int | None = None
    burden: Fraction = Fraction(1)
    prevalence: Mapping[str, Fraction] = field(default_factory=dict)
    sensitive: bool = False
    precision: Precision | None = None
    dates: DateRange | None = None
    short: Text | None = None
    """What the question is about, as a noun phrase; None where the author has written none."""
    together: str | None = None
    """The name of the group of questions that stand on one page; None for a question that has a page of its own."""
    page_title: Text | None = None
    """The heading of the page of a group; one question of each group carries it."""

    def worded_about_another(self) -> "Question":
        """Return this question in its wording for a person who answers for another."""
        return replace(self, ask=self.ask_other or self.ask, help=self.help_other or self.help)

    @property
    def subject(self) -> Text:
        """Return what the question is about in short, else the question itself."""
        return self.short or self.ask

    @property
    def counts_completed(self) -> bool:
        """Whether the number counts completed years: an age of 65 lasts until the day before the 66th birthday."""
        return self.id == AGE and self.type is QuestionType.NUMBER and self.unit == AGE_UNIT

    @property
    def is_scale(self) -> bool:
        """Whether the number is one of the eleven points from 0 to 10."""
        return self.unit == SCORE_UNIT and not self.units and self.range == Range(SCALE[0], SCALE[-1])

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Return the ids of the options, in the author's order."""
        return tuple(option.id for option in self.options)

    @property
    def exclusive_ids(self) -> frozenset[str]:
        """Return the ids of the options that cannot be ticked together with others."""
        return frozenset(option.id for option in self.options if option.exclusive)

    def option(self, option_id: str) -> Option:
        """Return the option with this id; raise KeyError where there is none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)


# The quantities that are computed and never asked, by name, with the questions that they are computed from.
COMPUTED_FROM: Mapping[str, tuple[str, ...]] = {"bmi": ("height_cm", "weight_kg"), "age": ("birthday",)}
COMPUTED_IN = ("cm", "kg")
"""The units in which the sources of a body mass index are taken."""


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """All questions by id, in the order of the file."""

    questions: Mapping[str, Question]
    about_another: bool = False
    """Whether the questions are worded for a person who answers for another."""
    _reached: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _depending: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _gates: dict[str, tuple[Rule, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _groups: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def worded_about_another(self) -> "QuestionBank":
        """Return this bank in its wording for a person who answers for another; texts without such a wording stay."""
        return QuestionBank({one.id: one.worded_about_another() for one in self}, about_another=True)

    def __getitem__(self, question_id: str) -> Question:
        return self.questions[question_id]

    def __contains__(self, question_id: object) -> bool:
        return question_id in self.questions

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions.values())

    def inputs_of(self, question: Question) -> tuple[str, ...]:
        """Return the ids of the questions whose answers decide this one's value or whether it applies."""
        asked_if = questions_in(question.ask_if) if question.ask_if else ()
        return asked_if + COMPUTED_FROM.get(question.computed or "", ())

    def sources_of(self, question_id: str) -> tuple[str, ...]:
        """Return the ids of the questions that a computed question is computed from; none for one that is asked."""
        return COMPUTED_FROM.get(self[question_id].computed or "", ())

    def gates_of(self, question_id: str) -> tuple[Rule, ...]:
        """Return the conditions under which a question applies: its own, and those of the questions it is from."""
        found = self._gates.get(question_id)
        if found is None:
            names = (question_id, *self.sources_of(question_id))
            found = self._gates[question_id] = tuple(gate for name in names if (gate := self[name].ask_if) is not None)
        return found

    def together_with(self, question_id: str) -> tuple[str, ...]:
        """Return the ids of the questions that belong on one page with this one, itself among them, in order."""
        group = self[question_id].together
        if group is None:
            return (question_id,)
        found = self._groups.get(group)
        if found is None:
            found = self._groups[group] = tuple(one.id for one in self if one.together == group)
        return found

    def page_title_of(self, question_id: str) -> Text | None:
        """Return the heading of the page that a question shares with others; None where it has none."""
        return next((title for name in self.together_with(question_id) if (title := self[name].page_title)), None)

    def by_page(self, question_ids: Collection[str]) -> list[tuple[str, ...]]:
        """Return these questions as they are asked: those of one page together, in the order of the bank.

        Questions that the bank does not have come last, each alone, in the order of their ids.
        """
        pages = dict.fromkeys(self.together_with(one.id) for one in self if one.id in question_ids)
        asked = [tuple(name for name in page if name in question_ids) for page in pages]
        return [*asked, *((name,) for name in sorted(question_ids) if name not in self)]

    def by_heading(self, question_ids: Collection[str]) -> list[tuple[Text | None, tuple[str, ...]]]:
        """Return these questions by page, each with its heading; those of pages without one come last, together."""
        pages = self.by_page(question_ids)
        titled = [(self.page_title_of(page[0]) if page[0] in self else None, page) for page in pages]
        headed = [one for one in titled if one[0]]
        others = tuple(name for title, page in titled if not title for name in page)
        return [*headed, (None, others)] if others else headed

    def reached_from(self, question_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return these questions and all that they depend on, dependencies first.

        Shape: ids, once each. The bank must hold no cycles.
        """
        if len(question_ids) == 1:
            return self._reached_from_one(question_ids[0])
        return tuple(dict.fromkeys(name for one in question_ids for name in self._reached_from_one(one)))

    def _reached_from_one(self, question_id: str) -> tuple[str, ...]:
        """Return what one question reaches; it is worked out once, as the bank does not change."""
        reached = self._reached.get(question_id)
        if reached is None:
            inputs = self.inputs_of(self[question_id])
            reached = self._reached[question_id] = (*self.reached_from(inputs), question_id)
        return reached

    def depending_on(self, question_id: str) -> tuple[str, ...]:
        """Return the questions whose value, or whether they apply, depends on this one, itself among them."""
        found = self._depending.get(question_id)
        if found is None:
            listed = (name for name in self.questions if question_id in self._reached_from_one(name))
            found = self._depending[question_id] = tuple(listed)
        return found


class ValueRefusedError(ValueError):
    """Raised for a value that the question cannot have. `problem` is a sentence without the question's name."""

    def __init__(self, question_id: str, problem: str) -> None:
        self.question_id, self.problem = question_id, one_line(problem, _LONGEST_PROBLEM)
        super().__init__(f"'{question_id}': {self.problem}")


def refuse_computed(question: Question) -> None:
    """Raise ValueRefusedError where the question is computed from others and so takes no answer."""
    if question.computed:
        raise ValueRefusedError(question.id, "this is worked out from other answers and takes none; leave it out")


def plain(number: Fraction) -> str:
    """Return a number as a decimal; with at most six decimals, rounded where these are not enough.

    >>> plain(Fraction(5, 2)), plain(Fraction(42)), plain(Fraction(1, 3))
    ('2.5', '42', '0.333333')
    """
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.6f}".rstrip("0").rstrip(".")
