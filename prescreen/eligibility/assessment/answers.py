"""Answers: what a person said, as distinct from what they were not asked, and what it means on a given day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fractions import Fraction

from prescreen.eligibility.criteria.dates import MONTHS_A_YEAR, DateToday, whole_years
from prescreen.eligibility.criteria.kinds.registry import as_tested, kind_of
from prescreen.eligibility.criteria.questions import AGE, COMPUTED_IN, Question, QuestionBank
from prescreen.eligibility.criteria.rules import DateTest, Missing, NumberTest, Rule, Tested, Value, evaluate
from prescreen.eligibility.criteria.truth import Truth, all_of
from prescreen.eligibility.criteria.units import factor

ADULT_YEARS = 18
"""The age from which a person may send contact details; a decision of this service, whatever a trial's own limits."""

_YOUNGER = NumberTest(AGE, below=Fraction(ADULT_YEARS))


class Declined(Enum):
    """An answer without a value. Each counts as unknown, never as no, and the question is not asked again."""

    DO_NOT_KNOW = "do_not_know"
    RATHER_NOT_SAY = "rather_not_say"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, and the day on which it was given."""

    value: Value | Declined
    on: date


@dataclass(frozen=True, slots=True)
class Answers:
    """A person's answers by question id. A question that is absent was not asked."""

    given: Mapping[str, Answer] = field(default_factory=dict)

    def __contains__(self, question_id: object) -> bool:
        return question_id in self.given

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def get(self, question_id: str) -> Answer | None:
        """Return the answer, or None where the question was not asked."""
        return self.given.get(question_id)

    def having(self, question_id: str, answer: Answer) -> "Answers":
        """Return these answers with one added or replaced."""
        return Answers({**self.given, question_id: answer})

    def without(self, question_id: str) -> "Answers":
        """Return these answers as if the question had not been asked."""
        return Answers({key: answer for key, answer in self.given.items() if key != question_id})

    def only(self, question_ids: tuple[str, ...]) -> "Answers":
        """Return only the answers to these questions."""
        wanted = frozenset(question_ids)
        return Answers({key: answer for key, answer in self.given.items() if key in wanted})


class AnsweredLaterError(ValueError):
    """Raised for an answer that is dated after the day of the assessment."""

    def __init__(self, question_id: str, answered_on: date, on: date) -> None:
        self.question_id, self.answered_on, self.on = question_id, answered_on, on
        super().__init__(
            f"'{question_id}' was answered on {answered_on}, after the day of the assessment, {on}; "
            "assess on that day or later"
        )


class Facts:
    """What is known of one person on one day: the values that rules test.

    It decides whether a question applies, lets numbers grow with the calendar and computes the computed ones. Each
    value is computed once and cached.
    """

    __slots__ = ("_applies", "_moving", "_values", "answers", "bank", "on")

    def __init__(self, bank: QuestionBank, answers: Answers, on: date) -> None:
        for question_id, answer in answers.given.items():
            if answer.on > on:
                raise AnsweredLaterError(question_id, answer.on, on)
        self.bank, self.answers, self.on = bank, answers, on
        self._values: dict[str, Tested | Missing] = {}
        self._applies: dict[str, Truth] = {}
        self._moving: frozenset[str] | None = None

    @classmethod
    def _unchecked(cls, bank: QuestionBank, answers: Answers, on: date) -> "Facts":
        """Return facts of answers whose days were checked before."""
        facts = cls.__new__(cls)
        facts.bank, facts.answers, facts.on = bank, answers, on
        facts._values, facts._applies, facts._moving = {}, {}, None
        return facts

    def later(self, on: date) -> "Facts":
        """Return what the same answers say on a later day."""
        return self._unchecked(self.bank, self.answers, on)

    def replacing(self, question_id: str, value: Value) -> "Facts":
        """Return these facts with another value for an answer that was given, as said on the same day.

        Only what depends on that answer is computed anew. Raise KeyError where the question was not answered.
        """
        answer = Answer(value, self.answers.given[question_id].on)
        facts = self._unchecked(self.bank, self.answers.having(question_id, answer), self.on)
        facts._values, facts._applies = self._values.copy(), self._applies.copy()
        for name in self.bank.depending_on(question_id):
            facts._values.pop(name, None)
            facts._applies.pop(name, None)
        return facts

    @property
    def moving(self) -> frozenset[str]:
        """The questions whose value, or whether they apply, can change with the calendar while the answers stay."""
        if self._moving is None:
            moved = (self.bank.depending_on(name) for name in self.bank.questions if self.moves(name))
            self._moving = frozenset().union(*moved)
        return self._moving

    def moves(self, question_id: str) -> bool:
        """Return whether a question has a known answer whose value changes with the calendar."""
        answer, question = self.answers.get(question_id), self.bank[question_id]
        return answer is not None and not isinstance(answer.value, Declined) and kind_of(question).is_moving(question)

    def value(self, question: str) -> Tested | Missing:
        """Return the value of a question on the day of the assessment, or why it has none."""
        known = self._values.get(question)
        if known is None:
            known = self._values[question] = self._find(question)
        return known

    def applies(self, question: str) -> Truth:
        """Return whether the question applies to this person; a computed one applies where all its sources do."""
        known = self._applies.get(question)
        if known is None:
            known = self._applies[question] = self._opened(self.bank.gates_of(question))
        return known

    def _opened(self, gates: tuple[Rule, ...]) -> Truth:
        if len(gates) == 1:
            # Most questions have one, or none.
            return evaluate(gates[0], self)
        return all_of(evaluate(gate, self) for gate in gates) if gates else Truth.TRUE

    def applicable(self) -> "Facts":
        """Return these facts without the answers to questions that do not apply, or of which that is unknown.

        No value differs, since such an answer has none: this is what may be shown, sent and stored. Idempotent.
        """
        given = self.answers.given
        kept = {name: one for name, one in given.items() if self.applies(name) is Truth.TRUE}
        if len(kept) == len(given):
            return self
        facts = self._unchecked(self.bank, Answers(kept), self.on)
        facts._values, facts._applies = self._values, self._applies
        return facts

    @property
    def is_under_age(self) -> bool:
        """Whether the answers say that the person is younger than ADULT_YEARS; False while that is unknown.

        Of an age from a month of birth two numbers may be possible, and both below: the date is tested, not the age.
        """
        born = self.bank.sources_of(AGE)
        younger = DateTest(born[0], max_months=MONTHS_A_YEAR * ADULT_YEARS - 1) if born else _YOUNGER
        return self.applies(AGE) is Truth.TRUE and evaluate(younger, self) is Truth.TRUE

    def _find(self, question_id: str) -> Tested | Missing:
        applies = self.applies(question_id)
        if applies is not Truth.TRUE:
            return Missing.NOT_APPLICABLE if applies is Truth.FALSE else Missing.UNKNOWN
        return self.value_if_applicable(question_id)

    def value_if_applicable(self, question_id: str) -> Tested | Missing:
        """Return the value that the question has, or would have if it applied."""
        question = self.bank[question_id]
        if question.computed:
            return self._compute(question)
        answer = self.answers.get(question.id)
        if answer is None or isinstance(answer.value, Declined):
            return Missing.UNKNOWN
        return as_tested(question, answer.value, answer.on, self.on)

    def _compute(self, question: Question) -> Tested | Missing:
        inputs = self.bank.sources_of(question.id)
        values = [self.value_if_applicable(name) for name in inputs]
        if Missing.UNKNOWN in values:
            return Missing.UNKNOWN
        if question.computed == "age":
            return _age(*values)
        height, weight = (
            _number(value) * factor(self.bank[name].unit or base, base)
            for name, value, base in zip(inputs, values, COMPUTED_IN, strict=True)
        )
        return body_mass_index(height, weight) if height else Missing.UNKNOWN


def _age(born: Tested | Missing) -> Tested | Missing:
    """Return the whole years since a date; unknown where they depend on the unknown day of its month."""
    if not isinstance(born, DateToday):
        raise TypeError("an age needs a date")
    first, last = (whole_years(date.fromordinal(int(day)), born.on) for day in (born.earliest, born.latest))
    return Fraction(first) if first == last else Missing.UNKNOWN


def _number(value: Tested | Missing) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Fraction):
        raise TypeError("a computed question needs numbers")
    return value


def body_mass_index(height_cm: Fraction, weight_kg: Fraction) -> Fraction:
    """Return the weight in kilograms divided by the square of the height in metres, exactly.

    >>> body_mass_index(Fraction(160), Fraction(64))
    Fraction(25, 1)
    """
    return weight_kg / (height_cm / 100) ** 2
