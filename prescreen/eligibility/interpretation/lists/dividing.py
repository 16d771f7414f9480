"""The parts of a list, divided at the words and signs that join them."""

from collections.abc import Iterator
from typing import NamedTuple

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.language import Language, Words

_JOINERS = frozenset({",", "and", "or", "/", "nor", "&", ";"})


class Division(NamedTuple):
    """A part of a list, the word that joins it to the part before, and whether a comma stands there too."""

    joiner: str
    words: Words
    after_comma: bool


def divided(words: Words, language: Language) -> Iterator[Division]:
    """Yield the parts of a list with the words that join them; brackets are not divided."""
    start, place, joiner, comma = 0, 0, "", False
    terms = _within_terms(words, language)
    while place < len(words.words):
        word = words.words[place]
        if word == "(":
            place = words.closing(place) + 1
            continue
        if word in _JOINERS and place not in terms and not _is_within_frame(words, place):
            if place > start:
                yield Division(joiner, words.part(start, place), comma)
                joiner, comma = "", False
            joiner, comma = _strongest(joiner, word), comma or word == ","
            start = place + 1
        place += 1
    if start < len(words.words):
        yield Division(joiner, words.part(start), comma)


def _within_terms(words: Words, language: Language) -> frozenset[int]:
    """Return the places of joining words that belong to a term: "drug or alcohol abuse"."""
    if _JOINERS.isdisjoint(words.words):
        return frozenset()
    found: set[int] = set()
    for start in range(len(words.words)):
        match = language.vocabulary.longest(words.stems, start, language.conditions)
        if match is not None:
            found.update(place for place in range(start, match.end) if words.words[place] in _JOINERS)
    return frozenset(found)


_LONGEST_BEFORE = 12


def is_within_term(words: Words, place: int, language: Language) -> bool:
    """Whether a word belongs to a term that begins before it: "lumbar surgery except discectomy"."""
    for start in range(max(0, place - _LONGEST_BEFORE), place):
        match = language.vocabulary.longest(words.stems, start, language.conditions)
        if match is not None and match.end > place:
            return True
    return False


def _is_within_frame(words: Words, place: int) -> bool:
    """Whether a joining word belongs to what it stands in: "with or without", "male and female"."""
    around = tuple(words.words[max(0, place - 1) : place + 2])
    if around in (("with", "or", "without"), ("with", "and", "without")):
        return True
    return any(
        place < start + length - 1 and tuple(words.words[start : start + length]) in english.FRAMES
        for start in range(max(0, place - english.LONGEST_FRAME + 2), place)
        for length in english.BY_FIRST.get(words.words[start], ())
    )


def _strongest(one: str, other: str) -> str:
    """Return the joining word that counts where two stand together: "and/or", ", and"."""
    if "or" in (one, other) or "nor" in (one, other):
        return "or"
    return other if one in ("", ",") else one
