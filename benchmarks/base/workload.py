"""A synthetic bank, trials and people, made from a seed and shaped like real ones.

Few questions are in most trials and most questions in few (a power law), a fifth of the criteria are nested, inclusions
mostly hold and exclusions mostly do not apply. Trial number 7 is the same among a hundred trials and among a hundred
thousand.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType, Range
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
)
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import RECRUITING, Criterion, Kind, Trial

ON = date(2026, 11, 23)
Values = Mapping[str, bool | str | frozenset[str] | int]
"""The known answers of one person in plain types, as every contestant gets them. Numbers are whole."""

_HOW_MANY = {QuestionType.BOOLEAN: 90, QuestionType.CHOICE: 20, QuestionType.CHOICES: 15, QuestionType.NUMBER: 21}
_USUAL = {"age": 0.92, "diagnosis": 0.85, "pregnant": 0.55, "sex": 0.35}
"""The questions of nearly every trial, and the share of trials that ask each."""

_NESTED = 0.2
_INCLUSIONS = 0.42
_TEXT = Text({"en": "?"})


# The bank. Its prevalences are the generator's own probabilities, as an operator would know them.


def bank(seed: int = 1) -> QuestionBank:
    """Return 150 questions, the four usual ones first."""
    chance = random.Random(f"bank {seed}")
    types = [type_ for type_, many in _HOW_MANY.items() for _ in range(many)]
    chance.shuffle(types)
    usual = [
        _number("age", 100),
        _choice("diagnosis", QuestionType.CHOICE, [1 / (place + 1) ** 0.8 for place in range(30)]),
        _yes_or_no("pregnant", 0.04),
        _choice("sex", QuestionType.CHOICE, [0.51, 0.48, 0.01]),
    ]
    others = [_question(f"q{place:03d}", type_, chance) for place, type_ in enumerate(types)]
    return QuestionBank({question.id: question for question in usual + others})


def _question(name: str, type_: QuestionType, chance: random.Random) -> Question:
    if type_ is QuestionType.BOOLEAN:
        return _yes_or_no(name, chance.betavariate(1.1, 6))
    if type_ is QuestionType.NUMBER:
        most = chance.choice((10, 50, 100, 250, 1000, 6000))
        return _number(name, most)
    steepness, many = chance.uniform(0.3, 1.2), chance.choice((3, 4, 5, 6, 8, 10, 12, 16))
    return _choice(name, type_, [1 / (place + 1) ** steepness for place in range(many)])


def _number(name: str, most: int) -> Question:
    spread = NormalDist(most / 2, most / 5)
    steps = [Fraction(most * tenth, 10) for tenth in range(1, 10)]
    shares = {str(step): _hundredths(spread.cdf(float(step))) for step in steps}
    return Question(name, QuestionType.NUMBER, _TEXT, range=Range(Fraction(0), Fraction(most)), prevalence=shares)


def _yes_or_no(name: str, share: float) -> Question:
    yes = _hundredths(share)
    return Question(name, QuestionType.BOOLEAN, _TEXT, prevalence={"true": yes, "false": 1 - yes})


def _choice(name: str, type_: QuestionType, weights: list[float]) -> Question:
    options = tuple(Option(f"o{place}", _TEXT) for place in range(len(weights)))
    shares = [weight / sum(weights) for weight in weights]
    if type_ is QuestionType.CHOICES:
        shares = [min(0.5, share * 1.2) for share in shares]
    prevalence = {option.id: _hundredths(share) for option, share in zip(options, shares, strict=True)}
    return Question(name, type_, _TEXT, options=options, prevalence=prevalence)


def _hundredths(share: float) -> Fraction:
    return Fraction(max(1, round(share * 100)), 100)


# Trials.


def trials(questions: QuestionBank, many: int, seed: int = 1) -> tuple[Trial, ...]:
    """Return `many` trials of 5 to 40 criteria."""
    writer = _Writer(questions, seed)
    return tuple(writer.trial(f"T{place:06d}", random.Random(f"trial {seed} {place}")) for place in range(many))


class _Writer:
    def __init__(self, questions: QuestionBank, seed: int) -> None:
        self._bank = questions
        self._names = [question.id for question in questions if question.id not in _USUAL]
        random.Random(f"popularity {seed}").shuffle(self._names)
        self._popularity = list(accumulate((rank + 3) ** -0.9 for rank in range(len(self._names))))

    def trial(self, name: str, chance: random.Random) -> Trial:
        many = min(40, max(5, round(chance.lognormvariate(2.75, 0.55))))
        rules = [self._usual(usual, chance) for usual, share in _USUAL.items() if chance.random() < share]
        while len(rules) < many:
            kind = Kind.INCLUSION if chance.random() < _INCLUSIONS else Kind.EXCLUSION
            nested = chance.random() < _NESTED
            rules.append((kind, self._group(kind, chance, 1) if nested else self._test(kind, chance)))
        rules.sort(key=lambda one: one[0] is Kind.EXCLUSION)
        criteria = tuple(Criterion(f"C{place}", kind, _TEXT, rule) for place, (kind, rule) in enumerate(rules))
        return Trial(name, _TEXT, None, (), RECRUITING, criteria)

    def _usual(self, name: str, chance: random.Random) -> tuple[Kind, Rule]:
        match name:
            case "age":
                least = chance.choice((18, 18, 18, 18, 18, 21, 30, 40, 50))
                most = chance.choice((None, None, 55, 60, 65, 70, 75, 80, 85))
                return Kind.INCLUSION, NumberTest("age", min=Fraction(least), max=_fraction(most))
            case "diagnosis":
                return Kind.INCLUSION, OptionTest("diagnosis", self._likely("diagnosis", chance))
            case "pregnant":
                return Kind.EXCLUSION, BooleanTest("pregnant", expected=True)
            case _:
                return Kind.INCLUSION, OptionTest("sex", frozenset({chance.choice(("o0", "o1"))}))

    def _likely(self, name: str, chance: random.Random) -> frozenset[str]:
        shares = self._bank[name].prevalence
        weights = [float(share) for share in shares.values()]
        return frozenset(chance.choices(list(shares), weights, k=chance.choice((1, 1, 2, 3, 5))))

    def _group(self, kind: Kind, chance: random.Random, depth: int) -> Rule:
        parts = tuple(
            self._group(kind, chance, depth + 1) if depth < 3 and chance.random() < 0.12 else self._test(kind, chance)
            for _ in range(chance.randint(2, 5))
        )
        which = chance.random()
        if which < 0.25 and len(parts) > 2:
            return AtLeast(chance.randint(2, len(parts) - 1), parts)
        if which < 0.75:
            return Any(parts)
        return All(parts) if which < 0.9 else Not(All(parts))

    def _test(self, kind: Kind, chance: random.Random) -> Rule:
        (name,) = chance.choices(self._names, cum_weights=self._popularity)
        question, lets_in = self._bank[name], kind is Kind.INCLUSION
        match question.type:
            case QuestionType.BOOLEAN:
                return BooleanTest(name, expected=not lets_in or chance.random() < 0.12)
            case QuestionType.CHOICE:
                options = len(question.options)
                many = chance.randint(max(1, options // 2), options - 1) if lets_in else 1
                return OptionTest(name, frozenset(chance.sample(question.option_ids, many)))
            case QuestionType.CHOICES:
                return _choices_test(question, chance, lets_in=lets_in)
            case QuestionType.NUMBER:
                return _number_test(question, chance, lets_in=lets_in)


def _choices_test(question: Question, chance: random.Random, *, lets_in: bool) -> Rule:
    options = frozenset(chance.sample(question.option_ids, chance.randint(1, min(4, len(question.options)))))
    if lets_in and chance.random() < 0.7:
        return ChoicesTest(question.id, none_of=options)
    if chance.random() < 0.25:
        return ChoicesTest(question.id, all_of=options)
    return ChoicesTest(question.id, any_of=options)


def _number_test(question: Question, chance: random.Random, *, lets_in: bool) -> Rule:
    """Return limits at round tenths of the range: generous ones for an inclusion, extreme ones for an exclusion."""
    tenth = (question.range.max or Fraction()) / 10
    low, high = tenth * chance.randint(1, 3), tenth * chance.randint(7, 9)
    which = chance.random()
    if lets_in:
        return NumberTest(question.id, min=None if which < 0.35 else low, max=None if which > 0.65 else high)
    if which < 0.1:
        return NumberTest(question.id, equal=tenth * chance.randint(1, 9))
    return NumberTest(question.id, below=low) if which < 0.55 else NumberTest(question.id, above=high)


def _fraction(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


# People.


@dataclass(frozen=True)
class Crowd:
    """Many people as columns of whole numbers, one per question, and one that says who answered.

    Yes is 1; an option is its index; ticked options are bits, the first option's lowest; numbers are themselves.
    """

    bank: QuestionBank
    columns: Mapping[str, NDArray[np.int64]]
    known: Mapping[str, NDArray[np.bool_]]
    size: int

    def person(self, place: int) -> Values:
        """Return the known answers of one person."""
        return {
            question.id: _value(question, int(self.columns[question.id][place]))
            for question in self.bank
            if self.known[question.id][place]
        }


def crowd(questions: QuestionBank, size: int, seed: int = 1, *, unanswered: float = 0.3) -> Crowd:
    """Return people who left that share of the questions open."""
    columns, known = {}, {}
    for place, question in enumerate(questions):
        chance = np.random.default_rng([seed, place])
        columns[question.id] = _column(question, size, chance)
        known[question.id] = chance.random(size) >= unanswered
    return Crowd(questions, columns, known, size)


def people(questions: QuestionBank, size: int, seed: int = 1, *, unanswered: float = 0.3) -> list[Values]:
    """Return a few such people, one by one."""
    made = crowd(questions, size, seed, unanswered=unanswered)
    return [made.person(place) for place in range(size)]


def answers(values: Values) -> Answers:
    """Return plain values as the answers of a person who was asked today."""
    return Answers({name: Answer(_given(value), ON) for name, value in values.items()})


def _given(value: bool | str | frozenset[str] | int) -> bool | str | frozenset[str] | Fraction:
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _column(question: Question, size: int, chance: np.random.Generator) -> NDArray[np.int64]:
    shares = np.array([float(share) for share in question.prevalence.values()])
    match question.type:
        case QuestionType.BOOLEAN:
            return (chance.random(size) < shares[0]).astype(np.int64)
        case QuestionType.CHOICE:
            return chance.choice(len(shares), size, p=shares / shares.sum())
        case QuestionType.CHOICES:
            ticked = [(chance.random(size) < share).astype(np.int64) << place for place, share in enumerate(shares)]
            return np.bitwise_or.reduce(ticked, axis=0)
        case QuestionType.NUMBER:
            most = int(question.range.max or 0)
            return np.clip(chance.normal(most / 2, most / 5, size), 0, most).astype(np.int64)


def _value(question: Question, number: int) -> bool | str | frozenset[str] | int:
    match question.type:
        case QuestionType.BOOLEAN:
            return bool(number)
        case QuestionType.CHOICE:
            return question.option_ids[number]
        case QuestionType.CHOICES:
            return _ticked(question.option_ids, number)
        case QuestionType.NUMBER:
            return number


def _ticked(options: Sequence[str], bits: int) -> frozenset[str]:
    return frozenset(option for place, option in enumerate(options) if bits >> place & 1)
