"""Exceptions of a statement: "cancer, except a skin cancer that is no melanoma"."""

from collections.abc import Sequence

from prescreen.eligibility.interpretation import phrases
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Language, Words
from prescreen.eligibility.interpretation.lists.dividing import is_within_term
from prescreen.eligibility.interpretation.lists.parts import Part
from prescreen.eligibility.interpretation.meaning import Meaning


def exception_in(words: Words, language: Language) -> tuple[Words, Words | None]:
    """Return the words before an exception, and the exception."""
    depth = 0
    for place, word in enumerate(words.words):
        depth += (word == "(") - (word == ")")
        after = words.after(place, phrases.EXCEPTIONS)
        is_verb = word == "provided" and words.words[place - 1 : place] in (["is"], ["are"], ["be"], ["been"])
        if after > place and (place > 0 or word != "but") and not (is_verb or is_within_term(words, place, language)):
            if depth > 0:
                opened = max(at for at in range(place) if words.words[at] == "(")
                closed = words.closing(opened)
                rest: Sequence[str] = (*words.words[:opened], *words.words[closed + 1 :])
                if place != opened + 1:
                    rest = words.words[:opened]
                return Words.of(rest, words.found), words.part(after, closed)
            return words.part(0, place), words.part(after)
    return words, None


def excepted(meaning: Meaning, exception: Words, parts: list[Part]) -> Meaning:
    """Return the meaning but for an exception, which the bank may make by itself."""
    return meaning if is_made(exception, parts) else meaning.narrowed


def leave_excepted(parts: list[Part], head: Words, words: Words, exception: Words | None) -> None:
    """Leave open the parts of what excludes that an exception may be made of, and that the bank does not make itself.

    "Other than" is meant of the words right before it, not of what stands before a comma.
    """
    if exception is None:
        return
    is_near = words.after(len(head.words), phrases.NEAR_EXCEPTIONS) > len(head.words)
    first = max((place for place, part in enumerate(parts) if part.after_comma and is_near), default=0)
    for part in parts[first:]:
        if part.chunk.entry is None or not part.chunk.entry.makes(exception.words):
            part.chunk.meaning = part.chunk.meaning.narrowed


def is_made(exception: Words, parts: list[Part]) -> bool:
    """Whether the bank makes an exception by itself, as of a skin cancer that is no melanoma."""
    entries = [part.chunk.entry for part in parts if part.chunk.entry]
    return bool(entries) and len(entries) == len(parts) and all(entry.makes(exception.words) for entry in entries)


def is_widened(part: Part) -> bool:
    """Whether an exception lets in more people: from what must not be, or from a limit."""
    entry = part.chunk.entry
    return Frame.NOT in part.chunk.frames or entry is None or bool(entry.numbers and not entry.said.is_known)
