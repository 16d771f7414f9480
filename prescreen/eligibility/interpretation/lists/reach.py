"""How far words at either end of a list reach: over the one part beside them, or over all."""

import re
from dataclasses import dataclass, replace

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.heads import tail_of, with_tail
from prescreen.eligibility.interpretation.lists.parts import Part
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.numbers.spans import within


def spread_forwards(parts: list[Part]) -> None:
    """Let what an earlier part may govern or narrow be no more than it surely is."""
    reach = _Reach(has_own=_have_own_adjectives(parts))
    joiners = {part.joiner for part in parts}
    alternatives = {"or", "/", ","} if joiners & {"or", "/"} and not joiners & {"and", "&"} else {"or", "/"}
    for part in parts:
        chunk = part.chunk
        reach.reset_before(part)
        if reach.placed and chunk.entry is not None and chunk.entry.is_anywhere:
            chunk.meaning = chunk.meaning.narrowed
        if reach.governed and not chunk.is_under_noun:
            is_alternative = part.joiner in alternatives
            chunk.meaning = chunk.meaning.narrowed if is_alternative else UNKNOWN
        elif reach.scoped and not (reach.is_recent and chunk.window is not None):
            chunk.meaning = _weakened(chunk)
        reach.go_on(part)


@dataclass(slots=True)
class _Reach:
    """What the parts before a part may do to it.

    `governed`: they may govern it. `scoped`: an adjective before them may be meant of it too, in the middle of a list
    or where others have their own (`has_own`) only up to the next comma, `is_local`. `is_recent`: it is "recent", which
    a span of time explains. `placed`: a place of the body may be meant of it too.
    """

    has_own: bool = False
    governed: bool = False
    scoped: bool = False
    is_local: bool = False
    is_recent: bool = False
    placed: bool = False

    def reset_before(self, part: Part) -> None:
        """Forget what does not reach a part."""
        if part.chunk.is_fresh or part.joiner == ";":
            self.governed = self.scoped = self.placed = False
        if (self.is_local and part.joiner == ",") or _is_alternative_clause(part):
            self.scoped = False

    def go_on(self, part: Part) -> None:
        """Add what a part does to those after it."""
        chunk = part.chunk
        self.placed = self.placed or chunk.is_placed
        self.governed = self.governed or chunk.is_open
        if chunk.is_scoped and not self.scoped:
            self.is_local = part.joiner == "," or self.has_own
            self.is_recent = Frame.RECENT in chunk.frames and Frame.NARROWER not in chunk.frames
        self.scoped = self.scoped or chunk.is_scoped


_SEVERAL = 2


def _have_own_adjectives(parts: list[Part]) -> bool:
    """Whether several members of a list have an adjective of their own: "chronic asthma, severe anemia, gout"."""
    members = [part for place, part in enumerate(parts) if place == 0 or part.joiner == ","]
    return sum(Frame.NARROWER in part.chunk.frames for part in members) >= _SEVERAL


def date_from_front(parts: list[Part], language: Language) -> None:
    """Let a span of time before a list be meant of all its parts: "in the past 6 months, surgery or an injection"."""
    first = parts[0].chunk if parts else Chunk()
    if first.window is None or first.entry is not None or len(parts[0].words.words) > 1:
        return
    del parts[0]
    for part in parts:
        is_dated = part.chunk.window is None and not part.chunk.has_tail
        part.chunk.meaning = _windowed(part.chunk, first, language) if is_dated else _weakened(part.chunk)


def spread_backwards(parts: list[Part], language: Language) -> None:
    """Let words at the end of a list be meant of the parts before them, as far as they have no end of their own."""
    is_end, tail = True, None
    for place in range(len(parts) - 1, 0, -1):
        last, one = parts[place], parts[place - 1]
        if _is_alternative_clause(last) or _is_complement(last.words):
            continue
        if last.joiner == ";" or last.words.words[0] in english.SUBJECTS:
            is_end = False
            continue
        # What stands behind a member in the middle of a list is meant of that member.
        reaches = (last.chunk.is_open and (is_end or last.joiner != ",")) or _is_clause(last)
        is_end = is_end and reaches
        if last.words.words[0] in ("with", "without") and last.joiner == ",":
            last.chunk.meaning = _weakened(last.chunk)
        tail = tail_of(last.words) or tail if reaches else None
        if last.chunk.window is not None and one.chunk.window is None and not one.chunk.has_tail:
            one.chunk.meaning = _windowed(one.chunk, last.chunk, language)
            one.chunk.window = last.chunk.window
            if reaches and last.chunk.entry is None:
                one.chunk.meaning, one.chunk.is_open = _weakened(one.chunk), True
        elif reaches and (not one.chunk.has_tail or _is_clause(last)):
            one.chunk.meaning = _with_end(one, tail, language)
            one.chunk.is_open = True


def _with_end(one: Part, tail: Words | None, language: Language) -> Meaning:
    if tail is None or Frame.NOT in one.chunk.frames or one.chunk.has_tail:
        return _weakened(one.chunk)
    return with_tail(one.chunk, one.words, tail, language)


def _is_clause(part: Part) -> bool:
    """Whether a part speaks of those before it: "gout or lupus, which ...", "gout, with flares"."""
    first = part.words.words[0]
    return first in english.CLAUSES or (first in ("with", "without") and part.joiner == ",")


def _is_alternative_clause(part: Part) -> bool:
    """Whether a part is a clause of its own beside the others: "gout, lupus or who are immunocompromised"."""
    return part.joiner in ("or", "/") and part.words.words[0] in ("who", "whose")


_COMPLEMENTED = re.compile(
    r"(?:[a-z]+ )?(?:allergy|allergies|allergic|hypersensitivity|intolerance|intolerant|contraindications?) "
    r"(?:to|of|for) "
)


def _is_complement(words: Words) -> bool:
    """Whether the end of a part belongs to a noun of its own alone: "or skin allergy to adhesives"."""
    said = " ".join(words.words)
    noun = _COMPLEMENTED.match(said)
    return noun is not None and english.GOVERNING.isdisjoint(said[noun.end() :].split())


def _weakened(chunk: Chunk) -> Meaning:
    return chunk.meaning.widened if Frame.NOT in chunk.frames else chunk.meaning.narrowed


def _windowed(one: Chunk, last: Chunk, language: Language) -> Meaning:
    """Return the meaning of a part that a span of time further on may be meant of too."""
    if one.entry is None or last.window is None or Frame.NOT in one.frames:
        return _weakened(one)
    meaning = one.undated or one.meaning
    told = within(meaning, last.window, one.entry, language.bank)
    return replace(meaning, sufficient=told.sufficient)
