"""One part of a list in a criterion: words before a term, the term, and what follows it."""

from dataclasses import dataclass

from prescreen.eligibility.interpretation import english, phrases
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.language import Chunk, Language, Words
from prescreen.eligibility.interpretation.lists.classes import ends_in_others
from prescreen.eligibility.interpretation.lists.dividing import divided
from prescreen.eligibility.interpretation.lists.fronts import dated_last, front_of, is_fresh, window_at_end
from prescreen.eligibility.interpretation.lists.lengths import SPELLS, after_limits, before_length, length_before_today
from prescreen.eligibility.interpretation.lists.terms import base_meaning, quantity, with_limits
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, all_of, any_of, negated
from prescreen.eligibility.interpretation.numbers.limits import Limits, Window
from prescreen.eligibility.interpretation.numbers.number_tests import limits_meaning
from prescreen.eligibility.interpretation.numbers.spans import within
from prescreen.eligibility.interpretation.vocabulary import Entry


def read_chunk(words: Words, language: Language, inherited: frozenset[Frame] = frozenset()) -> Chunk:
    """Return what one part of a list means, with frames of the parts before it."""
    words = dated_last(words, language)
    chunk = Chunk(is_fresh=is_fresh(words))
    place, frames, leading, match, chunk.window = front_of(words, language)
    chunk.frames = inherited | frames
    if match is None:
        return _without_term(words, place, leading, chunk, language)
    chunk.entry = match.entry
    chunk.near += match.entry.near
    chunk.is_placed = words.stems[place] in english.PLACES
    chunk.is_scoped = not frames.isdisjoint((Frame.NARROWER, Frame.RECENT))
    # "..., up to 3 months from the start of symptoms": a measure of its own, which no word before it governs.
    chunk.is_fresh = chunk.is_fresh or (place == 0 and words.words[0][0] == "#" and not match.entry.said.is_known)
    base = base_meaning(match, words, leading, chunk.frames, language)
    _read_tail(words, match.end, base, chunk, language)
    return chunk


def read_number(words: Words, entry: Entry, language: Language) -> Meaning | None:
    """Return what a number alone says of the term before it: "BMI < 20 or > 50"; None for other words."""
    limits = words.limits(0)
    if limits is None or words.after(1, phrases.LIMIT_TAILS) < len(words.words) or not entry.numbers:
        return None
    number = limits_meaning(limits, entry.numbers, language.bank, bare_is_least=False)
    return number if number.is_known else None


def _without_term(words: Words, place: int, leading: Limits | None, chunk: Chunk, language: Language) -> Chunk:
    at_end = place >= len(words.words)
    if leading is not None and (measured := quantity(leading)):
        told = limits_meaning(leading, (measured,), language.bank, bare_is_least=False)
        base = negated(told) if Frame.NOT in chunk.frames else told
        if _is_of_one_sex(chunk.frames) or Frame.NARROWER in chunk.frames:
            base = base.narrowed
        _read_tail(words, place, base, chunk, language)
        return chunk
    chunk.is_empty = at_end and leading is None and chunk.window is None and Frame.NOT not in chunk.frames
    if not chunk.is_empty:
        is_relative = not english.RELATIVE.isdisjoint(words.words[:place])
        chunk.is_open = is_relative or any(word in english.GOVERNING for word in words.words[place:])
        narrows = not chunk.frames.isdisjoint((Frame.NARROWER, Frame.RECENT))
        is_alone = place == len(words.words) - 1
        is_organ = not at_end and words.words[place] in english.ORGANS
        is_adjective = not (at_end or is_organ) and words.words[place].endswith(english.ADJECTIVE_ENDS)
        chunk.is_placed = is_organ
        chunk.is_scoped = narrows or (is_adjective and not is_alone)
        chunk.window = chunk.window or window_at_end(words)
    return chunk


def _is_of_one_sex(frames: frozenset[Frame]) -> bool:
    return (Frame.FEMALE in frames) is not (Frame.MALE in frames)


def _read_tail(words: Words, place: int, base: Meaning, chunk: Chunk, language: Language) -> None:
    """Read what follows a term into the chunk, up to its end."""
    tail = _Tail(words, chunk, chunk.entry or Entry(), language, base, place)
    chunk.has_tail = place < len(words.words)
    if chunk.window is not None:
        tail.meaning = within(tail.meaning, chunk.window, tail.entry, language.bank)
    while tail.place < len(words.words):
        tail.read_on()
    if Frame.NARROWER in chunk.frames:
        tail.meaning = tail.meaning.narrowed
    if Frame.RECENT in chunk.frames and chunk.window is None:
        chunk.undated, tail.meaning = tail.meaning, tail.meaning.narrowed
    chunk.meaning = negated(tail.meaning) if Frame.NOT in chunk.frames and chunk.entry else tail.meaning


def _measured(definition: Words, chunk: Chunk, language: Language) -> Meaning:
    """Return what a measure means with a number behind a colon: "class III obesity: body mass index at least 40"."""
    own = read_chunk(definition, language) if definition.words else Chunk()
    is_same = chunk.entry is not None and own.entry is not None and chunk.entry.numbers == own.entry.numbers != ()
    chunk.is_open = not is_same
    return own.meaning if is_same and own.meaning.is_exact else UNKNOWN


_MEASURED = frozenset({"evaluated", "assessed", "measured", "determined", "calculated"})
_GRADES = frozenset({"1", "2", "3", "4", "i", "ii", "iii", "iv"})


@dataclass(slots=True)
class _Tail:
    """The reading of the words after a term: what they mean up to a place."""

    words: Words
    chunk: Chunk
    entry: Entry
    language: Language
    meaning: Meaning
    place: int
    is_narrowed: bool = False

    def read_on(self) -> None:
        """Read what stands at the place."""
        words, place = self.words, self.place
        led = words.after(place, phrases.LIMIT_LEADS)
        limits = words.limits(led) or length_before_today(words, place, led, self.entry)
        if limits is not None and not (words.words[place] == "with" and self._is_count(limits, led)):
            self._limits(limits, led)
        elif words.window(place) is not None:
            self._window()
        elif (after := words.after(place, phrases.NEUTRAL_TAILS)) > place or words.words[place] in english.PERSONS:
            self.place = max(after, place + 1)
        elif (after := before_length(words, place, self.entry)) > place:
            self.meaning, self.chunk.is_open, self.place = self.meaning.narrowed, True, after
        elif words.words[place] == "(" and (self._is_reason() or self._is_measuring()):
            self.place = words.closing(place) + 1
        elif words.words[place] == "(":
            end = words.closing(place)
            self.meaning = _bracketed(words.part(place + 1, end), self.meaning, self.chunk, self.language)
            self.place = end + 1
        else:
            self.meaning = _narrowed(words.part(place), self.meaning, self.chunk, self.language)
            self.place = len(words.words)

    def _is_reason(self) -> bool:
        """Whether a bracket says why people "are excluded (due to their size)", or which day a span of time ends on."""
        before, first = self.words.words[self.place - 1], self.words.words[self.place + 1]
        is_day = before[0] == "@" and first in ("define", "defined")
        return is_day or (before == "excluded" and first in ("due", "because", "since"))

    def _is_measuring(self) -> bool:
        """Whether a bracket says how a number was found, or what share a grade is: "grade 1 (25% translation)"."""
        inside = self.words.part(self.place + 1, self.words.closing(self.place))
        if inside.words[:1] and inside.words[0] in _MEASURED:
            return bool(self.entry.numbers) and not any(word[0] in "#@" for word in inside.words)
        limits = inside.limits(0)
        is_share = limits is not None and limits.is_bare and limits.low is not None and limits.low.unit == "%"
        is_scale = inside.words[:3] == ["on", "a", "scale"]
        return (is_share or is_scale) and self.words.words[self.place - 1] in _GRADES

    def _is_count(self, limits: Limits, place: int) -> bool:
        """Whether a number counts what follows: "with at least one injection"."""
        ends = (limits.low, limits.high)
        is_followed = (
            place + 1 < len(self.words.words) and self.words.after(place + 1, phrases.LIMIT_TAILS) == place + 1
        )
        return not self.entry.numbers and not any(end and end.unit for end in ends) and is_followed

    def _limits(self, limits: Limits, place: int) -> None:
        comes_and_goes = Frame.EVER in self.chunk.frames or not SPELLS.isdisjoint(self.words.words[:place])
        told = with_limits(self.meaning, limits, self.entry, self.language, has_length=not comes_and_goes)
        if not self.entry.said.is_known and _is_of_one_sex(self.chunk.frames):
            told = told.narrowed
        self.is_narrowed = self.is_narrowed or told in (self.meaning.narrowed, UNKNOWN)
        self.meaning = told
        self.place = after_limits(self.words, place)

    def _window(self) -> None:
        window = self.words.window(self.place)
        if window is not None:
            told = within(self.meaning, window, self.entry, self.language.bank)
            self.meaning = told.narrowed if self.is_narrowed or Frame.NARROWER in self.chunk.frames else told
            self.chunk.window = window
        self.place += 1


def _bracketed(inside: Words, meaning: Meaning, chunk: Chunk, language: Language) -> Meaning:
    """Return the meaning of a term with what stands in brackets after it."""
    entry = chunk.entry or Entry()
    if (window := inside.window(0)) is not None and len(inside.words) == 1:
        chunk.window = window
        return within(meaning, window, entry, language.bank)
    if entry.makes(inside.words):
        return meaning
    led = inside.after(0, phrases.LIMIT_LEADS)
    if (limits := inside.limits(led)) is not None and after_limits(inside, led) == len(inside.words):
        return _with_bracketed_limits(meaning, limits, entry, language)
    if (start := inside.after(0, phrases.DEFINITIONS)) > 0:
        return defined(meaning, inside.part(start), language)
    said = read_chunk(inside, language)
    if said.entry and said.entry.numbers and said.entry.numbers == entry.numbers and said.meaning.is_exact:
        return said.meaning
    return meaning if _adds_nothing(inside, meaning, language) else _beside(inside, meaning)


def defined(meaning: Meaning, definition: Words, language: Language) -> Meaning:
    """Return the meaning of a term that a source defines in its own way."""
    members = [(joiner, read_chunk(part, language)) for joiner, part, _ in divided(definition, language)]
    if len(members) > 1 and {joiner for joiner, _ in members[1:]} <= {"or", "/", ","}:
        # Whoever is within the limits that one of several alternatives names fits.
        measured = [one.meaning.widened for _, one in members if one.entry and one.entry.numbers]
        return any_of(measured)
    own = read_chunk(definition, language).meaning
    return own if own.is_known else meaning.narrowed


def _beside(inside: Words, meaning: Meaning) -> Meaning:
    """Return the meaning of a term beside words that are an alternative to it, or that narrow it."""
    return meaning.widened if inside.words[0] in ("or", "and") else meaning.narrowed


def _adds_nothing(inside: Words, meaning: Meaning, language: Language) -> bool:
    """Whether a bracket holds nothing, examples, a short form of the term, or the term in other words."""
    if not inside.words or inside.after(0, phrases.EXAMPLES) > 0:
        return True
    if english.FRAMES.get(tuple(inside.words)) is Frame.NOTHING or ends_in_others(inside):
        return True
    if len(inside.words) == 1 and len(inside.words[0]) <= _LONGEST_SHORT_FORM and inside.words[0] not in _TELLING:
        return True
    said = read_chunk(inside, language)
    return said.entry is not None and said.meaning == meaning


_LONGEST_SHORT_FORM = 6
_TELLING = frozenset({"acute", "severe", "active", "mild", "left", "right", "open", "local", "past", "ever", "recent"})


def _with_bracketed_limits(meaning: Meaning, limits: Limits, entry: Entry, language: Language) -> Meaning:
    """Return the meaning of "surgery (< 6 months)", where the number says when, and of "pain (> 3 months)"."""
    if (entry.time or entry.within) and not entry.lasts and not entry.numbers:
        return within(meaning, Window(limits.low, limits.high), entry, language.bank)
    return with_limits(meaning, limits, entry, language)


_RELATIVE = frozenset({"that", "which", "who", "having"})


def _clause_after(rest: Words, language: Language) -> Meaning | None:
    """Return what a clause behind a term says of the same people, if it has a term: "pain that has failed ..."."""
    first = rest.words[0]
    if first in _RELATIVE:
        told = read_chunk(rest.part(1), language)
        return told.meaning if told.entry is not None else None
    if first in ("undergoing", "scheduled") and language.vocabulary.longest(rest.stems, 0, language.conditions):
        return read_chunk(rest, language).meaning
    return None


def _narrowed(rest: Words, meaning: Meaning, chunk: Chunk, language: Language) -> Meaning:
    """Return the meaning of a term before words that narrow it; unknown where they may do something else."""
    chunk.is_open = True
    rest = rest.part(1) if rest.words[:2] in (["complicated", "with"], ["combined", "with"]) else rest
    first = rest.words[0]
    if first == ":" or rest.after(0, phrases.DEFINITIONS) > 0:
        told = _measured(rest.part(max(1, rest.after(0, phrases.DEFINITIONS))), chunk, language)
        if told.is_known:
            return told
    if first in ("with", "without") and len(rest.words) > 1:
        other = read_chunk(rest.part(1), language).meaning
        return all_of((meaning, negated(other) if first == "without" else other))
    if (clause := _clause_after(rest, language)) is not None:
        return all_of((meaning.narrowed, clause.narrowed))
    of_one_sex = chunk.entry is not None and chunk.entry.sex is not None
    if first == "if":
        return meaning if chunk.entry is not None and chunk.entry.is_of_all(rest.words) else UNKNOWN
    if first in english.OF_SOME and not of_one_sex and len(rest.words) > 1 and rest.words[1] in english.PERSONS:
        return UNKNOWN
    return meaning.narrowed if first in english.NARROWING_LEADS else UNKNOWN
