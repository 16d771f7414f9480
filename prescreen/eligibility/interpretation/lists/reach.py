"""How far words at either end of a list reach: over the one part beside them, or over all."""

from dataclasses import replace

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.parts import Part
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.numbers.spans import within


def spread_forwards(parts: list[Part]) -> None:
    """Let what an earlier part may govern or narrow be no more than it surely is."""
    governed = scoped = placed = False
    joiners = {part.joiner for part in parts}
    alternatives = {"or", "/", ","} if joiners & {"or", "/"} and not joiners & {"and", "&"} else {"or", "/"}
    for part in parts:
        chunk = part.chunk
        if chunk.is_fresh or part.joiner == ";":
            governed = scoped = placed = False
        if placed and chunk.entry is not None and chunk.entry.is_anywhere:
            chunk.meaning = chunk.meaning.narrowed
        placed = placed or chunk.is_placed
        if governed:
            is_alternative = part.joiner in alternatives
            chunk.meaning = chunk.meaning.narrowed if is_alternative else UNKNOWN
        elif scoped:
            chunk.meaning = chunk.meaning.narrowed if Frame.NOT not in chunk.frames else chunk.meaning.widened
        governed = governed or chunk.is_open
        scoped = scoped or chunk.is_scoped


def spread_backwards(parts: list[Part], language: Language) -> None:
    """Let words at the end of a list be meant of the parts before them, as far as they have no end of their own."""
    is_end = True
    for place in range(len(parts) - 1, 0, -1):
        last, one = parts[place], parts[place - 1]
        if last.joiner == ";" or last.words.words[0] in english.SUBJECTS:
            is_end = False
            continue
        # What stands behind a member in the middle of a list is meant of that member.
        reaches = (last.chunk.is_open and (is_end or last.joiner != ",")) or _is_clause(last.words)
        is_end = is_end and reaches
        if last.chunk.window is not None and one.chunk.window is None and not one.chunk.has_tail:
            one.chunk.meaning = _windowed(one.chunk, last.chunk, language)
            one.chunk.window = last.chunk.window
        elif reaches and (not one.chunk.has_tail or _is_clause(last.words)):
            one.chunk.meaning = _weakened(one.chunk)
            one.chunk.is_open = True


def _is_clause(words: Words) -> bool:
    return words.words[0] in english.CLAUSES


def _weakened(chunk: Chunk) -> Meaning:
    return chunk.meaning.widened if Frame.NOT in chunk.frames else chunk.meaning.narrowed


def _windowed(one: Chunk, last: Chunk, language: Language) -> Meaning:
    """Return the meaning of a part that a span of time further on may be meant of too."""
    if one.entry is None or last.window is None or Frame.NOT in one.frames:
        return _weakened(one)
    told = within(one.meaning, last.window, one.entry, language.bank)
    return replace(one.meaning, sufficient=told.sufficient)
