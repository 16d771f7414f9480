"""People drawn from a bank's prevalences, each with an answer to every question, whether it applies or not."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value

_UNKNOWN_SHARE = 0.2


def drawn_people(bank: QuestionBank, many: int, seed: int = 1) -> Sequence[Mapping[str, Value]]:
    """Return the answers of so many people, by question; the same for the same bank and seed."""
    return [_person(bank, random.Random(f"{seed} {place}")) for place in range(many)]


def _person(bank: QuestionBank, chance: random.Random) -> Mapping[str, Value]:
    return {question.id: _drawn(question, chance) for question in bank if not question.computed}


def _drawn(question: Question, chance: random.Random) -> Value:
    shares = {answer: float(share) for answer, share in question.prevalence.items()}
    match question.type:
        case QuestionType.BOOLEAN:
            return chance.random() < shares.get("true", 0.5)
        case QuestionType.CHOICE:
            return chance.choices(question.option_ids, [shares.get(one, 1.0) for one in question.option_ids])[0]
        case QuestionType.CHOICES:
            return _ticked(question, shares, chance)
        case QuestionType.NUMBER:
            return Fraction(round(_between(_steps(question), chance.random())))
        case QuestionType.DATE:
            raise ValueError(f"'{question.id}' asks for a date; how people answer those is not known here")


def _ticked(question: Question, shares: Mapping[str, float], chance: random.Random) -> frozenset[str]:
    """Return the ticks, each drawn alone; without any, the exclusive option, or else the most common one."""
    together = [one for one in question.option_ids if one not in question.exclusive_ids]
    ticked = frozenset(one for one in together if chance.random() < shares.get(one, _UNKNOWN_SHARE))
    commonest = max(together, key=lambda one: shares.get(one, _UNKNOWN_SHARE))
    return ticked or question.exclusive_ids or frozenset({commonest})


def _steps(question: Question) -> list[tuple[float, float]]:
    """Return values with the share of people at or below each; beyond the last known one, up to twice as much."""
    low, high = float(question.range.min or 0), float(question.range.max or 100)
    known = sorted((float(Fraction(value)), float(share)) for value, share in question.prevalence.items())
    last = min(high, 2 * known[-1][0]) if known else high
    return [*([] if known and known[0][0] <= low else [(low, 0.0)]), *known, (last, 1.0)]


def _between(steps: Sequence[tuple[float, float]], share: float) -> float:
    if share <= steps[0][1]:
        return steps[0][0]
    for (since, lower), (to, upper) in pairwise(steps):
        if share <= upper and upper > lower:
            return since + (to - since) * (share - lower) / (upper - lower)
    return steps[-1][0]
