"""Checks of a trial's words against its rules, and of its criteria against each other. All results are warnings."""

import re
from collections.abc import Iterator
from datetime import date

from prescreen.catalog.base.faults import Check
from prescreen.catalog.criteria.trial_reader import TrialReading
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, ChoicesTest, Not, Rule
from prescreen.eligibility.criteria.trials import Criterion, Kind
from prescreen.eligibility.drafting.alike_criteria import Alike, alike_criteria
from prescreen.eligibility.drafting.written_numbers import unwritten_limits

ALIKE_SHARE = 0.85
"""Two texts with this share of all their words in common say nearly the same."""

_LEAST_WORDS = 5
_WORD = re.compile(r"\w+")
_NEGATIVE = re.compile(r"^(?:no|not|none|never)\b|\b(?:not|never|no)\b[^.;]*\bwithout\b", re.IGNORECASE)


def check_words_and_rules(reading: TrialReading, bank: QuestionBank, on: date) -> None:
    """Warn of criteria that say the same, of double negatives, and of limits that a text does not have.

    It is for authors: no server that loads a folder needs these warnings.
    """
    told = dict(_alike_rules(reading, bank, on))
    for (later, _), (check, message) in told.items():
        reading.document.report(reading.places[later], message, check, warning=True)
    for first, second in reading.trial.met_together:
        if _alike_words(first, second) and {(first.id, second.id), (second.id, first.id)}.isdisjoint(told):
            message = f"'{second.id}' says nearly the same as '{first.id}'; join them, or say how they differ"
            reading.document.report((*reading.places[second.id], "text"), message, Check.DUPLICATE, warning=True)
    for criterion in reading.trial.authored:
        _check_negatives(reading, criterion)
        _check_numbers(reading, criterion, bank)


def _alike_rules(
    reading: TrialReading, bank: QuestionBank, on: date
) -> Iterator[tuple[tuple[str, str], tuple[Check, str]]]:
    for one in alike_criteria(reading.trial, bank, on):
        yield (one.criterion.id, one.other.id), _told_of(one)


def _told_of(alike: Alike) -> tuple[Check, str]:
    one, other = alike.criterion, alike.other
    if not alike.mutual:
        told = f"'{one.id}' keeps out nobody whom '{other.id}' does not keep out; remove it, or correct its rule"
        return Check.MIRROR, told
    if one.kind is not other.kind:
        return Check.MIRROR, f"'{one.id}' is the mirror of '{other.id}': both keep out the same people; keep one"
    return Check.DUPLICATE, f"'{one.id}' keeps out the same people as '{other.id}'; keep one"


def _alike_words(first: Criterion, second: Criterion) -> bool:
    one, other = ({word.casefold() for word in _WORD.findall(str(text))} for text in (first.text, second.text))
    numbers = [{word for word in words if word.isdigit()} for words in (one, other)]
    if first.kind is not second.kind or min(len(one), len(other)) < _LEAST_WORDS or numbers[0] != numbers[1]:
        return False
    return len(one & other) >= ALIKE_SHARE * len(one | other)


def _check_negatives(reading: TrialReading, criterion: Criterion) -> None:
    if criterion.kind is not Kind.EXCLUSION:
        return
    told = "an exclusion says what keeps people out"
    if _NEGATIVE.search(str(criterion.text)):
        message = f"the text of '{criterion.id}' denies twice: {told}, not what lets them in"
        reading.document.report((*reading.places[criterion.id], "text"), message, Check.DOUBLE_NEGATIVE, warning=True)
    if criterion.rule and _denies_twice(criterion.rule):
        message = f"the rule of '{criterion.id}' denies twice ('not' of 'none_of'); write any_of: {told}"
        reading.document.report((*reading.places[criterion.id], "rule"), message, Check.DOUBLE_NEGATIVE, warning=True)


def _denies_twice(rule: Rule) -> bool:
    match rule:
        case All(parts) | Any(parts) | AtLeast(_, parts):
            return any(map(_denies_twice, parts))
        case Not(ChoicesTest(any_of=None, all_of=None)) | Not(Not()):
            return True
        case Not(part):
            return _denies_twice(part)
        case _:
            return False


def _check_numbers(reading: TrialReading, criterion: Criterion, bank: QuestionBank) -> None:
    for language, words in criterion.text.by_language.items() if criterion.rule else ():
        for question, limit in unwritten_limits(criterion.rule, words, bank) if criterion.rule else ():
            message = (
                f"the rule of '{criterion.id}' has the limit {limit} of '{question.id}', its text ({language}) not"
            )
            steps = (*reading.places[criterion.id], "text")
            told = f"{message}, or without a unit; write in both what the record says"
            reading.document.report(steps, told, Check.NUMBER, warning=True)
