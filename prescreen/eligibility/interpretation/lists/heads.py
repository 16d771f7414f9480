"""Words at the end of a list that its members share: "rheumatoid or psoriatic arthritis", "fracture of the spine"."""

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.chunks import read_chunk
from prescreen.eligibility.interpretation.lists.parts import Part
from prescreen.eligibility.interpretation.meaning import Meaning

_LONGEST_MODIFIER = 3
_LONGEST_HEAD = 2
_FARTHEST = 5


def share_heads(parts: list[Part], language: Language) -> None:
    """Read adjectives in a list of what excludes with the noun at its end, of which they are an example for sure."""
    for place, part in enumerate(parts):
        if not _may_lack_a_head(part):
            continue
        for later in parts[place + 1 : place + 1 + _FARTHEST]:
            if later.joiner == ";":
                break
            told = _with_head(part, later, language)
            if told is not None:
                part.chunk.meaning, part.chunk.entry = told.meaning.widened, told.entry
                part.chunk.near += told.near
                break


def _may_lack_a_head(part: Part) -> bool:
    chunk = part.chunk
    return chunk.entry is None and not chunk.is_open and len(part.words.words) <= _LONGEST_MODIFIER


def _with_head(part: Part, later: Part, language: Language) -> Chunk | None:
    """Return what a part means with the last words of a later one, if the vocabulary knows both together."""
    words = _core(later.words)
    for length in range(1, min(_LONGEST_HEAD, len(words.words) - 1) + 1):
        whole = joined_words(part.words, words.part(len(words.words) - length))
        told = read_chunk(whole, language)
        if told.entry is not None and not told.has_tail and told.meaning.sufficient is not None:
            return told
    return None


def _core(words: Words) -> Words:
    """Return words up to a bracket, a number, or what governs words after it."""
    for place, word in enumerate(words.words):
        if place > 0 and (word in "(#@" or word[0] in "#@" or word in english.GOVERNING):
            return words.part(0, place)
    return words


def joined_words(one: Words, other: Words) -> Words:
    """Return words with others behind them."""
    return Words([*one.words, *other.words], [*one.stems, *other.stems], one.found)


_TAIL_LEADS = frozenset({"of", "at", "in", "on", "to", "for"})


def tail_of(words: Words) -> Words | None:
    """Return the last words of a part from its first "of", "at", "for" or the like outside brackets, or None."""
    place = 0
    while place < len(words.words):
        if words.words[place] == "(":
            place = words.closing(place)
        elif place > 0 and words.words[place] in _TAIL_LEADS:
            return words.part(place)
        place += 1
    return None


def with_tail(one: Chunk, words: Words, tail: Words, language: Language) -> Meaning:
    """Return what a part means that the tail of a later one may be meant of too: sure where both together are known."""
    told = read_chunk(joined_words(words, tail), language, one.frames)
    is_known = told.entry is not None and told.entry is not one.entry and not told.is_open
    return Meaning(told.meaning.sufficient if is_known else None, one.meaning.necessary)
