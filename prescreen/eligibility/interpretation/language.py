"""What a criterion is read with: the vocabulary for a trial, words with their numbers, and what is found of a part."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.interpretation import phrases
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.numbers.limits import Limits, Window
from prescreen.eligibility.interpretation.vocabulary import Entry, Vocabulary
from prescreen.eligibility.interpretation.words import stem


@dataclass(frozen=True, slots=True)
class Language:
    """All that words are read with: the vocabulary, and the conditions of the trial."""

    vocabulary: Vocabulary
    conditions: frozenset[str]

    @property
    def bank(self) -> QuestionBank:
        """Return the question bank that meanings are told in."""
        return self.vocabulary.bank


@dataclass(frozen=True, slots=True)
class Words:
    """Words and signs of a statement with their stems, and the numbers that `#0` and `@0` stand for."""

    words: Sequence[str]
    stems: Sequence[str]
    found: Sequence[Limits | Window]

    @classmethod
    def of(cls, words: Sequence[str], found: Sequence[Limits | Window]) -> "Words":
        """Return words with their stems."""
        return cls(words, [stem(word) for word in words], found)

    @property
    def said(self) -> str:
        """Return the words, with what numbers stand for in their place."""
        numbers = [self._number(place) for place in range(len(self.words))]
        return " ".join(one.said if one else word for one, word in zip(numbers, self.words, strict=True))

    def part(self, start: int, end: int | None = None) -> "Words":
        """Return the words between two places."""
        return Words(self.words[start:end], self.stems[start:end], self.found)

    def with_last(self, place: int) -> "Words":
        """Return the words with the one at a place behind all others."""
        return Words(
            [*self.words[:place], *self.words[place + 1 :], self.words[place]],
            [*self.stems[:place], *self.stems[place + 1 :], self.stems[place]],
            self.found,
        )

    def limits(self, place: int) -> Limits | None:
        """Return the limits that stand at a place, if any do."""
        one = self._number(place)
        return one if isinstance(one, Limits) else None

    def window(self, place: int) -> Window | None:
        """Return the span of time that stands at a place, if one does."""
        one = self._number(place)
        return one if isinstance(one, Window) else None

    def _number(self, place: int) -> Limits | Window | None:
        if place < len(self.words) and self.words[place][0] in "#@" and len(self.words[place]) > 1:
            return self.found[int(self.words[place][1:])]
        return None

    def after(self, place: int, table: phrases.Phrases) -> int:
        """Return the place after the longest entry of a table that stands at a place, or the place itself."""
        if place < len(self.words):
            for rest in table.get(self.words[place], ()):
                end = place + 1 + len(rest)
                if rest == tuple(self.words[place + 1 : end]):
                    return end
        return place

    def closing(self, place: int) -> int:
        """Return the place of the bracket that closes the one at a place, or the end of the words."""
        depth = 0
        for at in range(place, len(self.words)):
            depth += (self.words[at] == "(") - (self.words[at] == ")")
            if depth == 0:
                return at
        return len(self.words)


@dataclass(slots=True)
class Chunk:
    """What was found out of one part of a list.

    `is_open`: it ends in words that may govern or narrow its neighbours. `is_scoped`: words stand before its term that
    may be meant of the parts after it too. `is_fresh`: no part before it governs it. `window`: a span of time at its
    end, which may be meant of the parts before it. `is_empty`: only words that add nothing. `is_placed`: its term
    begins with a place of the body, which may be meant of the parts after it too. `is_under_noun`: it is read with the
    noun before the list, so that no earlier part governs it any more. `undated`: what it means but for a
    "recent" that no span of time explains.
    """

    meaning: Meaning = UNKNOWN
    frames: frozenset[Frame] = frozenset()
    entry: Entry | None = None
    is_open: bool = False
    is_scoped: bool = False
    is_fresh: bool = False
    is_empty: bool = False
    has_tail: bool = False
    is_placed: bool = False
    is_under_noun: bool = False
    window: Window | None = None
    undated: Meaning | None = None
    near: list[str] = field(default_factory=list)
