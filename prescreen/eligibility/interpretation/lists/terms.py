"""One term of the vocabulary: what it means with the words before it and its number."""

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Language, Words
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, all_of
from prescreen.eligibility.interpretation.numbers.limits import Limits
from prescreen.eligibility.interpretation.numbers.number_tests import limits_meaning
from prescreen.eligibility.interpretation.numbers.spans import spanned
from prescreen.eligibility.interpretation.sexes import of_sex
from prescreen.eligibility.interpretation.vocabulary import Entry, Match

AGE = "age"
"""The question that asks for years of age."""
WEIGHT = "weight_kg"
"""The question that asks for the weight of the body."""


def quantity(limits: Limits) -> str | None:
    """Return the question for which a number without a term stands: years of age, or what somebody weighs."""
    bound = limits.low or limits.high
    if limits.is_aged:
        return AGE
    return WEIGHT if bound is not None and bound.unit in ("kg", "[lb_av]") and not limits.is_bare else None


def base_meaning(
    match: Match, words: Words, leading: Limits | None, frames: frozenset[Frame], language: Language
) -> Meaning:
    """Return the meaning of a term with its number and the words before it."""
    entry = match.entry
    if Frame.TAKEN in frames and not entry.is_taken:
        return UNKNOWN
    meaning = _framed(entry, frames)
    slot = _slot_limits(match, words)
    if slot is not None and entry.numbers:
        meaning = _numbered(slot, entry, language)
    elif slot is not None and entry.within and slot.high is not None:
        meaning = spanned(slot.high, entry)
    if leading is not None and leading.is_aged:
        meaning = all_of((limits_meaning(leading, (AGE,), language.bank, bare_is_least=False), meaning))
    elif leading is not None:
        meaning = with_limits(meaning, leading, entry, language)
    is_demand = not english.DEMANDS.isdisjoint(words.words)
    return of_sex(meaning, entry, frames, language, is_demand=is_demand)


def _framed(entry: Entry, frames: frozenset[Frame]) -> Meaning:
    meaning = entry.said
    if entry.is_event:
        # What merely is named, as in "lumbar fusion", may also be ahead.
        meaning = UNKNOWN if Frame.NOW in frames else meaning if Frame.EVER in frames else meaning.widened
    elif Frame.EVER in frames:
        meaning = entry.ever or entry.said.widened
    elif (Frame.NOW in frames or Frame.TAKEN in frames) and entry.now is not None:
        meaning = entry.now
    if Frame.WIDER in frames:
        meaning = meaning.widened
    if Frame.NARROWER in frames:
        meaning = meaning.narrowed
    return meaning


def _slot_limits(match: Match, words: Words) -> Limits | None:
    if match.slot is None:
        return None
    one = words.found[int(match.slot[1:])]
    return one if isinstance(one, Limits) else None


def _numbered(limits: Limits, entry: Entry, language: Language) -> Meaning:
    number = limits_meaning(limits, entry.numbers, language.bank, bare_is_least=entry.bare_is_least)
    return all_of((entry.said, number)) if entry.said.is_known else number


def with_limits(
    meaning: Meaning, limits: Limits, entry: Entry, language: Language, *, has_length: bool = True
) -> Meaning:
    """Return the meaning of a term beside a number: how much it is, how long it has lasted, or nothing known.

    `has_length` is False of what may have come and gone: "a history of back pain for 3 months" may be of many spells.
    """
    for names in (entry.numbers, (entry.lasts,) if entry.lasts and has_length else ()):
        number = limits_meaning(limits, names, language.bank, bare_is_least=entry.bare_is_least)
        if number.is_known:
            return all_of((meaning, number)) if entry.said.is_known else number
    # "No more than one operation" fits whoever had none.
    return UNKNOWN if limits.low is None else meaning.narrowed
