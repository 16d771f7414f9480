"""Nouns before a list that are meant of all its parts: "contraindication to codeine, paracetamol or ibuprofen".

A part under such a noun means what the vocabulary says of both together, and nothing by itself: whoever is allergic to
steroids takes none.
"""

from prescreen.eligibility.interpretation.english import words as word_set
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.chunks import read_chunk
from prescreen.eligibility.interpretation.lists.heads import joined_words
from prescreen.eligibility.interpretation.lists.parts import Part

_NOUNS = word_set("allergy allergic hypersensitivity intolerance contraindication failure")
_PREPOSITIONS = word_set("to of for")


def share_nouns(parts: list[Part], language: Language) -> None:
    """Read each part of a list together with the noun before the list that it stands under."""
    noun: Words | None = None
    for part in parts:
        if part.joiner == ";":
            noun = None
        own = _noun_in(part.words)
        told = _under(noun, part, language) if noun is not None and own is None else None
        if told is not None:
            part.chunk = told
        elif own is not None or part.chunk.is_fresh:
            noun = own


def _noun_in(words: Words) -> Words | None:
    """Return the noun of a part with its preposition, as the vocabulary spells them before a complement."""
    for place, stem in enumerate(words.stems[:-1]):
        if stem in _NOUNS and words.words[place + 1] in _PREPOSITIONS:
            return words.part(place, place + 2)
    return None


def _under(noun: Words, part: Part, language: Language) -> Chunk | None:
    """Return what a part means under a noun, if both together are a term of the vocabulary and nothing else."""
    start = 1 if part.words.words[0] == noun.words[-1] else 0
    whole = joined_words(noun, part.words.part(start))
    match = language.vocabulary.longest(whole.stems, 0, language.conditions)
    if match is None or match.end < len(whole.words):
        return None
    chunk = read_chunk(whole, language, part.chunk.frames)
    chunk.is_under_noun = True
    return chunk
