"""The vocabulary: what words of registries mean in terms of the question bank, found by their stems."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.words import lowered, pieces, stem

SLOT = "#"
"""The place of a number with its limits in a term."""
_MOST_SPELLINGS = 3000


_FERTILE = english.words("childbearing child bearing potential fertile capable premenopausal")
"""Words of a condition that only those meet who could become pregnant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one term means.

    `said` is the meaning of the bare word, `now` with "current", `ever` with "history of"; `now` and `ever` are None
    where they are not told apart from `said`. The questions: `time` asks how long ago it was, `lasts` how long it has
    lasted, `numbers` how much it is, the limit itself. `is_event`: it happened at some time and is over, such as an
    operation. `is_taken`: it is a medicine or treatment, so that "use of" may stand before it. `besides` are
    exceptions that the bank makes itself ("non-melanoma skin cancer"), lowered. `near` names options of the bank that
    come near. `bare_is_least`: a number without a sign means at least so much. `sex` is the option of the one sex that
    the term is about, as with pregnancy. `within` says for spans, in days, what "within the past ..." means, where the
    bank asks for spans and not for a time. `time_of_some`: the time is asked of only some to whom the term applies.
    `is_anywhere`: it may be anywhere in the body, so that a place named earlier in a list may be meant of it.
    `is_fertile`: only those are meant who could become pregnant, so that "of childbearing potential" adds nothing.
    """

    said: Meaning = UNKNOWN
    now: Meaning | None = None
    ever: Meaning | None = None
    time: str | None = None
    lasts: str | None = None
    numbers: tuple[str, ...] = ()
    is_event: bool = False
    is_taken: bool = False
    besides: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    bare_is_least: bool = False
    sex: str | None = None
    within: tuple[tuple[Fraction, Meaning], ...] = ()
    time_of_some: bool = False
    is_anywhere: bool = False
    is_fertile: bool = False

    def is_of_all(self, condition: Collection[str]) -> bool:
        """Whether all to whom the term applies meet a condition of sex or of childbearing potential."""
        is_of_women = self.sex == "female" and english.CHILDBEARING.issuperset(condition)
        return is_of_women and (self.is_fertile or _FERTILE.isdisjoint(condition))

    def makes(self, words: Sequence[str]) -> bool:
        """Whether the bank itself makes an exception in these words, or means just what they add to the term.

        A bracket in them holds a short form, and adds nothing.
        """
        plain = words[: words.index("(")] if "(" in words else words
        return " ".join(word for word in plain if word not in _UNCOMPARED) in self.besides


_UNCOMPARED = frozenset({".", ",", "for", "of"})


@dataclass(frozen=True, slots=True)
class Term:
    """A spelling with its entry.

    It counts only for trials about one of its conditions, where it names any, and not for those whose record names
    something, by its stem, that it is `unless`.
    """

    words: str
    entry: Entry
    conditions: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Node:
    """A place in the tree of stems: what may follow, and the entries whose words end here."""

    after: dict[str, "_Node"] = field(default_factory=dict)
    entries: list[tuple[Term, frozenset[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """A term found in words: its entry, the place after its last word, and the word in its slot."""

    entry: Entry
    end: int
    slot: str | None = None


class Vocabulary:
    """Finds terms in words, and holds the bank that they are told in. It is immutable once it is made."""

    def __init__(self, bank: QuestionBank, terms: Iterable[Term] = ()) -> None:
        self.bank = bank
        self._root = _Node()
        self._barring: set[str] = set()
        for term in terms:
            self._barring |= term.unless
            for spelling in spellings(term.words):
                self._add(pieces(spelling), term)

    def _add(self, words: Sequence[str], term: Term) -> None:
        node = self._root
        for word in words:
            node = node.after.setdefault(word if word == SLOT else stem(word), _Node())
        node.entries.append((term, frozenset(map(_named, term.unless))))

    def subjects(self, conditions: Iterable[str], texts: Iterable[str]) -> frozenset[str]:
        """Return what a trial is about, to look terms up with: its conditions, and what its texts name beside them."""
        said = {stem(word) for text in texts for word in pieces(lowered(text))}
        return frozenset([*conditions, *(_named(one) for one in self._barring & said)])

    def longest(self, stems: Sequence[str], start: int, conditions: frozenset[str]) -> Match | None:
        """Return the longest term that begins at a place of these stems, for these subjects."""
        node, found, slot, place = self._root, None, None, start
        while place < len(stems):
            word = stems[place]
            after = node.after.get(SLOT if word[0] == SLOT else word)
            if after is None:
                break
            slot = word if word[0] == SLOT else slot
            node, place = after, place + 1
            entry = _entry_for(node, conditions)
            if entry is not None:
                found = Match(entry, place, slot)
        return found


def _named(word: str) -> str:
    """Return the subject of a trial whose record names a word; no condition's slug has a space."""
    return f"names {word}"


def _entry_for(node: _Node, conditions: frozenset[str]) -> Entry | None:
    """Return the entry for trials about these conditions: one of theirs before one for all trials."""
    general = None
    for term, barring in node.entries:
        if barring and not barring.isdisjoint(conditions):
            continue
        if term.conditions and not term.conditions.isdisjoint(conditions):
            return term.entry
        if not term.conditions and general is None:
            general = term.entry
    return general


_GROUP = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


def spellings(words: str) -> Iterator[str]:
    """Yield each spelling of a pattern: `(a|b)` one of these, `[a]` or `[a|b]` these or nothing.

    Raise ValueError for a pattern of more than 3000 spellings, or with a bracket that is not closed.

    >>> list(spellings("[prior] (back|spine) surgery"))
    ['back surgery', 'spine surgery', 'prior back surgery', 'prior spine surgery']
    """
    parts: list[list[str]] = []
    place = 0
    for group in _GROUP.finditer(words):
        parts.append([words[place : group.start()]])
        parts.append(["", *group[2].split("|")] if group[2] is not None else group[1].split("|"))
        place = group.end()
    parts.append([words[place:]])
    is_nested = any("[" in group[1] for group in _GROUP.finditer(words) if group[1])
    if is_nested or any(sign in rest[0] for rest in parts[::2] for sign in "()[]|"):
        raise ValueError(f"'{words}' has a bracket that is not closed, or brackets within brackets")
    count = 1
    for part in parts:
        count *= len(part)
    if count > _MOST_SPELLINGS:
        raise ValueError(f"'{words}' has {count} spellings; at most {_MOST_SPELLINGS} are read: divide it")
    for chosen in product(*parts):
        yield " ".join(lowered("".join(chosen)).split())
