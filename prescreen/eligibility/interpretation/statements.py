"""A whole statement: its lists, its exceptions, and how far words at either end of a list reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prescreen.eligibility.interpretation import english, phrases
from prescreen.eligibility.interpretation.chunks import defined, read_chunk, read_number
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.numbers.spans import within
from prescreen.eligibility.interpretation.parts import Part, joined_parts

_KEPT = frozenset({Frame.EVER, Frame.NOT, Frame.TAKEN, Frame.FEMALE, Frame.MALE, Frame.WIDER, Frame.NOW})
"""Frames that are meant of all parts of a list: "history of gout, lupus or asthma"."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement means, the words that have no meaning for the bank, and options that come near."""

    meaning: Meaning
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def read_statement(words: Words, language: Language, *, excludes: bool) -> Statement:
    """Return what the words of a statement mean.

    In what excludes people, a list joined by commas and "and" means any of its members.
    """
    whole = language.vocabulary.longest(words.stems, 0, language.conditions)
    if whole and whole.end == len(words.words) and not whole.entry.numbers:
        said = whole.entry.said.widened if whole.entry.is_event else whole.entry.said
        return Statement(said, near=whole.entry.near)
    if _permits(words):
        return Statement(Meaning(), (words.said,))
    head, exception = _exception(words)
    head, examples = _examples(head)
    parts = _parts(head, language)
    _define(parts, language)
    if not excludes or any(part.joiner == "," for part in parts):
        _leave_conditional(parts)
    _spread_forwards(parts)
    _spread_backwards(parts, language)
    if excludes:
        _leave_negatives(parts)
    meaning = joined_parts(parts, excludes=excludes)
    if examples is not None:
        meaning = _with_examples(meaning, examples, excludes=excludes)
    if exception is not None:
        lead = words.words[len(head.words)] if len(head.words) < len(words.words) else ""
        widens = not excludes and (lead == "unless" or any(_is_widened(part) for part in parts))
        meaning = UNKNOWN if widens and not _is_made(exception, parts) else _excepted(meaning, exception, parts)
    unknown = tuple(part.words.said for part in parts if not part.chunk.meaning.is_known)
    near = tuple(dict.fromkeys(one for part in parts for one in part.chunk.near))
    return Statement(meaning, unknown, near)


def _exception(words: Words) -> tuple[Words, Words | None]:
    """Return the words before an exception, and the exception."""
    depth = 0
    for place, word in enumerate(words.words):
        depth += (word == "(") - (word == ")")
        after = words.after(place, phrases.EXCEPTIONS)
        if after > place and (place > 0 or word != "but"):
            if depth > 0:
                opened = max(at for at in range(place) if words.words[at] == "(")
                closed = words.closing(opened)
                rest: Sequence[str] = (*words.words[:opened], *words.words[closed + 1 :])
                if place != opened + 1:
                    rest = words.words[:opened]
                return Words.of(rest, words.found), words.part(after, closed)
            return words.part(0, place), words.part(after)
    return words, None


def _permits(words: Words) -> bool:
    """Whether a statement lets people in although something holds, outside brackets."""
    depth = 0
    for word in words.words:
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in english.PERMISSIONS:
            return True
    return False


def _examples(words: Words) -> tuple[Words, Words | None]:
    """Return the words before examples that stand outside brackets, and the examples, which add nothing."""
    depth = 0
    for place, word in enumerate(words.words):
        depth += (word == "(") - (word == ")")
        after = words.after(place, phrases.EXAMPLES) if depth == 0 and place > 0 else place
        if after > place:
            before = place - 1 if words.words[place - 1] == "," else place
            return words.part(0, before), words.part(after)
    return words, None


def _with_examples(meaning: Meaning, examples: Words, *, excludes: bool) -> Meaning:
    """Return the meaning of words before examples, which may end in an alternative or in words that narrow all."""
    if not excludes and "or" in examples.words and "," not in examples.words:
        return UNKNOWN
    narrows = not excludes or not english.DEMANDING.isdisjoint(examples.words)
    return meaning.narrowed if narrows else meaning


def _leave_negatives(parts: list[Part]) -> None:
    """Leave open what a negative in a list of what excludes means: whether it lets people in or keeps them out."""
    for part in parts:
        if Frame.NOT in part.chunk.frames:
            part.chunk.meaning, part.chunk.frames = UNKNOWN, part.chunk.frames - {Frame.NOT}


def _is_widened(part: Part) -> bool:
    """Whether an exception lets in more people: from what must not be, or from a limit."""
    entry = part.chunk.entry
    return Frame.NOT in part.chunk.frames or entry is None or bool(entry.numbers and not entry.said.is_known)


def _leave_conditional(parts: list[Part]) -> None:
    """Leave open what is said under a condition, unless only those whom the term is about can meet it."""
    conditions = [part for part in parts if part.words.words[0] == "if"]
    if not conditions:
        return
    is_of_women = all(english.CHILDBEARING.issuperset(part.words.words) for part in conditions)
    for part in parts:
        entry = part.chunk.entry
        if not (is_of_women and entry is not None and entry.sex == "female"):
            part.chunk.meaning = UNKNOWN
    if is_of_women:
        parts[:] = [part for part in parts if part not in conditions]


def _excepted(meaning: Meaning, exception: Words, parts: list[Part]) -> Meaning:
    """Return the meaning but for an exception, which the bank may make by itself."""
    return meaning if _is_made(exception, parts) else meaning.narrowed


def _is_made(exception: Words, parts: list[Part]) -> bool:
    told = " ".join(word for word in exception.words if word not in (".", ",", "for", "of"))
    entries = [part.chunk.entry for part in parts if part.chunk.entry]
    return bool(entries) and len(entries) == len(parts) and all(told in entry.besides for entry in entries)


_JOINERS = frozenset({",", "and", "or", "/", "nor", "&", ";"})


def _parts(words: Words, language: Language) -> list[Part]:
    parts: list[Part] = []
    inherited: frozenset[Frame] = frozenset()
    for joiner, part in _divided(words, language):
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
        parts.append(Part(part, joiner, chunk))
        inherited = chunk.frames & _KEPT
        if "non" in part.words:
            # "non-smoker, diabetic": a prefix is meant of its own word alone.
            inherited -= {Frame.NOT}
    return parts


def _divided(words: Words, language: Language) -> Iterator[tuple[str, Words]]:
    """Yield the parts of a list with the words that join them; brackets are not divided."""
    start, place, joiner = 0, 0, ""
    terms = _within_terms(words, language)
    while place < len(words.words):
        word = words.words[place]
        if word == "(":
            place = words.closing(place) + 1
            continue
        if word in _JOINERS and place not in terms and not _is_within_frame(words, place):
            if place > start:
                yield joiner, words.part(start, place)
                joiner = ""
            joiner = _strongest(joiner, word)
            start = place + 1
        place += 1
    if start < len(words.words):
        yield joiner, words.part(start)


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


def _is_within_frame(words: Words, place: int) -> bool:
    """Whether a joining word belongs to what it stands in: "with or without", "male and female"."""
    around = tuple(words.words[max(0, place - 1) : place + 2])
    if around in (("with", "or", "without"), ("with", "and", "without")):
        return True
    return any(
        english.FRAMES.get(tuple(words.words[start : start + length])) is not None
        for length in range(3, english.LONGEST_FRAME + 1)
        for start in range(max(0, place - length + 2), place)
        if start < place < start + length - 1
    )


def _strongest(one: str, other: str) -> str:
    """Return the joining word that counts where two stand together: "and/or", ", and"."""
    if "or" in (one, other) or "nor" in (one, other):
        return "or"
    return other if one in ("", ",") else one


def _define(parts: list[Part], language: Language) -> None:
    """Put definitions in place of what they define: "obese, defined as a body mass index above 45"."""
    for place in range(len(parts) - 1, 0, -1):
        start = parts[place].words.after(0, phrases.DEFINITIONS)
        if start > 0:
            before = parts[place - 1].chunk
            before.meaning = defined(before.meaning, parts[place].words.part(start), language)
            del parts[place]


def _spread_forwards(parts: list[Part]) -> None:
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


def _spread_backwards(parts: list[Part], language: Language) -> None:
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
