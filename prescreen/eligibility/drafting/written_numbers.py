"""The numbers in the words of a criterion, in English and Spanish, and those of a rule that the words do not have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from prescreen.eligibility.criteria.questions import Question, QuestionBank, plain
from prescreen.eligibility.criteria.rules import NumberTest, Rule, tests_in
from prescreen.eligibility.criteria.units import TIME_UNITS, factor

_WORDS = (
    "zero|cero",
    "one|una?|last|past|[uú]ltim[oa]",
    "two|dos",
    "three|tres",
    "four|cuatro",
    "five|cinco",
    "six|seis",
    "seven|siete",
    "eight|ocho",
    "nine|nueve",
    "ten|diez",
    "eleven|once",
    "twelve|doce",
)
"""The words for the numbers from 0: "the last week" is one week."""

_UNITS = MappingProxyType(
    {
        "d": r"days?|d[ií]as?",
        "wk": r"weeks?|semanas?",
        "mo": r"months?|mes(?:es)?",
        "a": r"years?|años?",
        "h": r"hours?|horas?",
    }
)
_WRITTEN = re.compile(
    rf"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?|(?:{'|'.join(_WORDS)})(?!\w))"
    rf"(?:[ -](?:full )?(?P<unit>{'|'.join(_UNITS.values())})\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A number in a text, with the unit of time that follows it, None where none does."""

    number: Fraction
    unit: str | None


def written_numbers(text: str) -> Iterator[Written]:
    """Yield the numbers of a text.

    >>> [(int(one.number), one.unit) for one in written_numbers("You are 18 to 70 years old, in pain for six weeks.")]
    [(18, None), (70, 'a'), (6, 'wk')]
    """
    for found in _WRITTEN.finditer(text):
        number = _number(found["number"])
        if number is not None:
            yield Written(number, _unit(found["unit"]))


def _number(word: str) -> Fraction | None:
    if word[0].isdigit():
        return Fraction(word.rstrip(",").replace(",", ""))
    return next((Fraction(place) for place, one in enumerate(_WORDS) if re.fullmatch(one, word, re.IGNORECASE)), None)


def _unit(word: str | None) -> str | None:
    return next((unit for unit, one in _UNITS.items() if word and re.fullmatch(one, word, re.IGNORECASE)), None)


def unwritten_limits(rule: Rule, text: str, bank: QuestionBank) -> Iterator[tuple[Question, str]]:
    """Yield the limits of a rule that the text does not have, each with its question, as "6 wk"."""
    written = list(written_numbers(text))
    has_unit = any(one.unit for one in written)
    for test in tests_in(rule):
        question = bank[test.question]
        if not isinstance(test, NumberTest):
            continue
        for limit in test.limits:
            # "Above 0" of a score or a time says only that there is some.
            needs_unit = question.unit in TIME_UNITS and not (has_unit or question.counts_completed)
            if limit and (
                needs_unit
                or not any(_says(one, meant, question) for one in written for meant in _meant(test, limit, question))
            ):
                unit = f" {question.unit}" if question.unit in TIME_UNITS else ""
                yield question, f"{plain(limit)}{unit}"


def _meant(test: NumberTest, limit: Fraction, question: Question) -> tuple[Fraction, ...]:
    """Return the numbers that say a limit: of completed years "above 18" is "19 or older" too."""
    if not question.counts_completed or limit not in (test.above, test.below):
        return (limit,)
    return limit, limit + (1 if limit == test.above else -1)


def _says(written: Written, limit: Fraction, question: Question) -> bool:
    number = written.number
    if written.unit and question.unit in TIME_UNITS:
        number *= factor(written.unit, question.unit or written.unit)
    return number == limit
