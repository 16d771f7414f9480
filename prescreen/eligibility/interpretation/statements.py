"""A whole statement: its lists, its exceptions, and how far words at either end of a list reach."""

from dataclasses import dataclass

from prescreen.eligibility.interpretation import english, phrases
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.chunks import defined, read_chunk, read_number
from prescreen.eligibility.interpretation.lists.classes import members_in
from prescreen.eligibility.interpretation.lists.dividing import divided, is_within_term
from prescreen.eligibility.interpretation.lists.exceptions import (
    excepted,
    exception_in,
    is_made,
    is_widened,
    leave_excepted,
)
from prescreen.eligibility.interpretation.lists.heads import share_heads
from prescreen.eligibility.interpretation.lists.lengths import read_length
from prescreen.eligibility.interpretation.lists.nouns import share_nouns
from prescreen.eligibility.interpretation.lists.parts import Part, joined_parts
from prescreen.eligibility.interpretation.lists.reach import date_from_front, spread_backwards, spread_forwards
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, all_of, any_of

_KEPT = frozenset({Frame.EVER, Frame.NOT, Frame.TAKEN, Frame.FEMALE, Frame.MALE, Frame.WIDER, Frame.NOW})
"""Frames that are meant of all parts of a list: "history of gout, lupus or asthma"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement means, the words whose meaning is not known or not in full, and options that come near.

    No such words although the meaning is not exact: it leaves something of all of them.
    """

    meaning: Meaning
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def read_statement(words: Words, language: Language, *, excludes: bool) -> Statement:
    """Return what the words of a statement mean.

    In what excludes people, a list joined by commas and "and" means any of its members.
    """
    whole = language.vocabulary.longest(words.stems, 0, language.conditions)
    if whole and whole.end == len(words.words) and whole.slot is None and not whole.entry.numbers:
        said = whole.entry.said.widened if whole.entry.is_event else whole.entry.said
        return Statement(said, near=whole.entry.near)
    if _permits(words):
        return Statement(Meaning(), (words.said,))
    statement = _read_list(words, language, excludes=excludes)
    members = members_in(words) if excludes else None
    return statement if members is None else _with_members(statement, members, language)


def _with_members(statement: Statement, members: Words, language: Language) -> Statement:
    """Return a statement that excludes a class, with the members of it that the words name."""
    named = read_statement(members, language, excludes=True)
    meaning = any_of((statement.meaning.widened, named.meaning.widened))
    near = tuple(dict.fromkeys((*statement.near, *named.near)))
    # Without words of the class, all words are left, the members among them.
    left = (*statement.unknown, *named.unknown) if statement.unknown else ()
    return Statement(meaning, left, near) if named.meaning.sufficient else statement


def _read_list(words: Words, language: Language, *, excludes: bool) -> Statement:
    """Return what the parts of a statement mean together, with their examples and exceptions."""
    head, exception = exception_in(words, language)
    head, examples = _examples(head, language)
    parts = _parts(head, language, excludes=excludes)
    if excludes:
        share_heads(parts, language)
    share_nouns(parts, language)
    count = len(parts)
    _define(parts, language)
    if not excludes or any(part.joiner == "," for part in parts):
        _leave_conditional(parts)
    _spread(parts, language)
    if excludes:
        _leave_negatives(parts)
        leave_excepted(parts, head, words, exception)
    meaning = joined_parts(parts, excludes=excludes)
    if examples is not None:
        meaning = _with_examples(meaning, examples, excludes=excludes)
    if exception is not None and not excludes:
        lead = words.words[len(head.words)] if len(head.words) < len(words.words) else ""
        widens = lead == "unless" or any(is_widened(part) for part in parts)
        meaning = UNKNOWN if widens and not is_made(exception, parts) else excepted(meaning, exception, parts)
    is_cut = exception is not None or examples is not None or len(parts) < count
    unknown = _left_by(meaning, parts, excludes=excludes, is_cut=is_cut)
    near = tuple(dict.fromkeys(one for part in parts for one in part.chunk.near))
    return Statement(meaning, unknown, near)


def _left_by(meaning: Meaning, parts: list[Part], *, excludes: bool, is_cut: bool) -> tuple[str, ...]:
    """Return the words of the parts that a rule does not say in full; none where it leaves something of all words.

    A part may have lost its bound to words of another that may be meant of it too, so that no rule says it any more.
    `is_cut`: words stand in none of the parts.
    """
    meanings = [part.chunk.meaning for part in parts]
    rule = meaning.sufficient if excludes else meaning.necessary
    if rule is None:
        return tuple(part.words.said for part in parts if not part.chunk.meaning.is_known)
    bounds = [one.sufficient if excludes else one.necessary for one in meanings]
    together = any_of(meanings).sufficient if excludes else all_of(meanings).necessary
    told = [part.alone.is_exact and part.alone.necessary == bound for part, bound in zip(parts, bounds, strict=True)]
    left = tuple(part.words.said for part, is_told in zip(parts, told, strict=True) if not is_told)
    return () if is_cut or rule != together or len(left) == len(parts) else left


def _spread(parts: list[Part], language: Language) -> None:
    """Let words at either end of a list be meant of its parts."""
    for part in parts:
        part.alone = part.chunk.meaning
    date_from_front(parts, language)
    spread_forwards(parts)
    spread_backwards(parts, language)


def _permits(words: Words) -> bool:
    """Whether a statement lets people in although something holds, outside brackets."""
    depth = 0
    for word in words.words:
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in english.PERMISSIONS:
            return True
    return False


def _examples(words: Words, language: Language) -> tuple[Words, Words | None]:
    """Return the words before examples that stand outside brackets, and the examples, which add nothing."""
    depth = 0
    for place, word in enumerate(words.words):
        depth += (word == "(") - (word == ")")
        after = words.after(place, phrases.EXAMPLES) if depth == 0 and place > 0 else place
        if after > place and not is_within_term(words, place, language):
            before = place - 1 if words.words[place - 1] == "," else place
            return words.part(0, before), words.part(after)
    return words, None


def _goes_on(examples: Words) -> bool:
    """Whether examples hold a sign that may end them, with something else behind it."""
    after = zip(examples.words, examples.words[1:], strict=False)
    return ";" in examples.words or any(pair in ((",", "or"), (",", "and")) for pair in after)


def _with_examples(meaning: Meaning, examples: Words, *, excludes: bool) -> Meaning:
    """Return the meaning of words before examples, which may end in an alternative or in words that narrow all."""
    if not excludes and "or" in examples.words and "," not in examples.words:
        return UNKNOWN
    narrows = not excludes or not english.DEMANDING.isdisjoint(examples.words)
    # The list of examples may end before the words do: "bone loss such as osteoporosis, or a tumor".
    told = meaning.widened if excludes and _goes_on(examples) else meaning
    return told.narrowed if narrows else told


def _leave_negatives(parts: list[Part]) -> None:
    """Leave open what a negative in a list of what excludes means: whether it lets people in or keeps them out."""
    for part in parts:
        if Frame.NOT in part.chunk.frames:
            part.chunk.meaning, part.chunk.frames = UNKNOWN, part.chunk.frames - {Frame.NOT}


def _leave_conditional(parts: list[Part]) -> None:
    """Leave open what is said under a condition, unless only those whom the term is about can meet it."""
    conditions = [part for part in parts if part.words.words[0] == "if"]
    if not conditions:
        return
    is_of_women = all(english.CHILDBEARING.issuperset(part.words.words) for part in conditions)
    for part in parts:
        entry = part.chunk.entry
        if entry is None or not all(entry.is_of_all(one.words.words) for one in conditions):
            part.chunk.meaning = UNKNOWN
    if is_of_women:
        parts[:] = [part for part in parts if part not in conditions]


def _parts(words: Words, language: Language, *, excludes: bool) -> list[Part]:
    parts: list[Part] = []
    inherited: frozenset[Frame] = frozenset()
    for joiner, part, after_comma in divided(words, language):
        own = read_chunk(part, language)
        if own.is_empty:
            if parts and joiner in ("or", "/"):
                # "Back pain, leg pain or both".
                parts[-1].joiner = joiner
            inherited = inherited | (own.frames & _KEPT)
            continue
        chunk = own if own.is_fresh or not inherited else read_chunk(part, language, inherited)
        before = parts[-1].chunk.entry if parts else None
        if before is not None and (number := read_number(part, before, language)) is not None:
            chunk = Chunk(number, entry=before)
        elif before is not None and not excludes and (length := read_length(part, before, language)) is not None:
            chunk = Chunk(length, is_fresh=True)
        parts.append(Part(part, joiner, chunk, after_comma))
        inherited = chunk.frames & _KEPT
        if "non" in part.words:
            # "non-smoker, diabetic": a prefix is meant of its own word alone.
            inherited -= {Frame.NOT}
    return parts


def _define(parts: list[Part], language: Language) -> None:
    """Put definitions in place of what they define: "obese, defined as a body mass index above 45"."""
    for place in range(len(parts) - 1, 0, -1):
        start = parts[place].words.after(0, phrases.DEFINITIONS)
        if start > 0:
            before = parts[place - 1].chunk
            before.meaning = defined(before.meaning, parts[place].words.part(start), language)
            del parts[place]
