"""What stands behind a question's answers: how common each is, and what computed ones are computed from."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.yaml_documents import Document, Steps
from prescreen.eligibility.criteria.questions import COMPUTED_FROM, COMPUTED_IN, Question, QuestionType
from prescreen.eligibility.criteria.units import convertible

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def prevalence(loaded: dict[str, Any], document: Document, steps: Steps) -> dict[str, Fraction]:
    """Return the share of each answer of a question; for a number, the share of people at or below each given value.

    Only the order of questions depends on them.
    """
    shares: dict[str, Fraction] = loaded.get("prevalence", {})
    for answer, share in shares.items():
        if not 0 <= share <= 1:
            document.report((*steps, "prevalence", answer), "a share lies between 0 and 1")
    check = _check_spread if loaded["type"] == QuestionType.NUMBER else _check_shares
    check(loaded, shares, document, (*steps, "prevalence"))
    return shares


def _check_shares(loaded: dict[str, Any], shares: dict[str, Fraction], document: Document, steps: Steps) -> None:
    known = [option["id"] for option in loaded.get("options", [])] or ["true", "false"]
    for option in shares:
        if option not in known:
            document.report((*steps, option), f"unknown option '{option}'{did_you_mean(option, known)}", at_key=True)


def _check_spread(loaded: dict[str, Any], shares: dict[str, Fraction], document: Document, steps: Steps) -> None:
    """Check the shares of a number: its values must be plain numbers, and values and shares must both rise."""
    before: tuple[Fraction, Fraction] | None = None
    for value, share in shares.items():
        if not _PLAIN_NUMBER.fullmatch(value):
            unit = f" in {loaded['unit']}" if loaded.get("unit") else ""
            document.report((*steps, value), f"'{value}' is not a number{unit}", at_key=True)
        elif before is not None and (Fraction(value) <= before[0] or share < before[1]):
            message = "numbers and their shares rise: each share is that of all people at or below the number"
            document.report((*steps, value), message, at_key=True)
        else:
            before = Fraction(value), share


def check_sources(
    document: Document, questions: dict[str, Question], places: dict[str, Steps], faulty: set[str]
) -> set[str]:
    """Return the computed questions that cannot be worked out."""
    unusable: set[str] = set()
    for question in questions.values():
        for name, (wanted, can_be) in zip(_sources(question), _WANTED.get(question.computed or "", ()), strict=True):
            if name in questions and not questions[name].computed and can_be(questions[name]):
                continue
            unusable.add(question.id)
            if name not in faulty:
                message = f"'{question.computed}' is worked out from '{name}', which must be an asked {wanted}"
                document.report((*places[question.id], "computed"), message)
        if question.computed == "age" and question.unit != "a":
            document.report((*places[question.id], "computed"), "an age is in years: write 'unit: a'")
    return unusable


def _sources(question: Question) -> tuple[str, ...]:
    return COMPUTED_FROM.get(question.computed or "", ())


def _is_measured_in(unit: str) -> Callable[[Question], bool]:
    return lambda question: question.type is QuestionType.NUMBER and convertible(question.unit or unit, unit)


_WANTED: Mapping[str, tuple[tuple[str, Callable[[Question], bool]], ...]] = {
    "bmi": tuple((f"number question in a unit such as '{unit}'", _is_measured_in(unit)) for unit in COMPUTED_IN),
    "age": (("date question", lambda question: question.type is QuestionType.DATE),),
}
"""What each source of a computed question must be, in words and as a test."""
