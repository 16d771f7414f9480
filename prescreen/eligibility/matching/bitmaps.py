"""Trials and clauses as bits.

For each answer those that it rules out or makes hold, for each open question those that wait.
A person costs two ORs: over one row per known answer, and over one row per open question. What any answer does is
worked out once, when it is first met.
"""

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Missing, Tested, Value
from prescreen.eligibility.matching.clauses import Clauses, truth_of_tree
from prescreen.eligibility.matching.discretization import QuestionBuckets
from prescreen.eligibility.matching.literals import Marking, Marks, Slots, marked, slots_of
from prescreen.eligibility.matching.normal_form import Literal, Node
from prescreen.eligibility.matching.truth_codes import FALSE, TRUE, UNKNOWN

Bits = NDArray[np.uint8]
Codes = NDArray[np.int8]

_WORD = 64


class Effect(NamedTuple):
    """What is known of one question: the bits that it sets, the bits that wait for it, and the truths of its tests."""

    set: bytes
    waiting: bytes
    truths: bytes


_MOST_VALUES, _MOST_BYTES, _FEWEST = 512, 1 << 18, 32
"""At most how many values of one question are cached, without reference to people, and how many bytes their effects
take; a few of them are cached however large they are."""


class Column:
    """One question: the effects of its values. `place` is its number among the questions that trials test."""

    def __init__(self, place: int, buckets: QuestionBuckets, marks: Marks) -> None:
        self.place, self._buckets, self._marks = place, buckets, marks
        many = len(buckets.tests)
        self.unknown = self._effect(bytes([UNKNOWN]) * many)._replace(set=b"")
        self._fixed: dict[object, Effect] = {
            Missing.NOT_APPLICABLE: self._effect(bytes([FALSE]) * many),
            **dict.fromkeys([Missing.UNKNOWN, *Declined], self.unknown),
        }
        self.effects: dict[object, Effect] = self._fixed.copy()
        self._of_bucket: dict[Hashable, Effect] = {}

    def effect(self, value: Tested | Missing | Declined) -> Effect:
        """Return the effect of a value, as tests see it, or of having none."""
        key = quick(value)
        found = self.effects.get(key) or self._fixed.get(key)
        if found is None:
            found = self._new(value)  # type: ignore[arg-type]  # all others are fixed
            if len(self.effects) >= _MOST_VALUES:
                self.effects.clear()
            self.effects[key] = found
        return found

    def _new(self, value: Tested) -> Effect:
        bucket = self._buckets.bucket(value)
        found = self._of_bucket.get(bucket)
        if found is None:
            found = self._effect(self._buckets.judged(value))
            if len(self._of_bucket) >= max(_FEWEST, _MOST_BYTES // len(found.set)):
                self._of_bucket.clear()
                self.effects.clear()
            self._of_bucket[bucket] = found
        return found

    def _effect(self, truths: bytes) -> Effect:
        of_tests = np.frombuffer(truths, np.int8)
        return Effect(self._marks.set_by(of_tests), self._marks.waiting(of_tests) if UNKNOWN in truths else b"", truths)


def quick(value: Tested | Value | Missing | Declined) -> object:
    """Return a value as a key that is quick to hash: a whole number as int."""
    if type(value) is Fraction and value.denominator == 1:
        return value.numerator
    return value


class Bitmaps:
    """Compiled trials; `nodes` are the conjuncts of each."""

    def __init__(self, bank: QuestionBank, nodes: Sequence[tuple[Node, ...]]) -> None:
        self.size = len(nodes)
        self.slots: Slots = slots_of(bank, nodes)
        self._offset, marking = _padded(self.size), Marking(self.slots)
        for trial, part in ((trial, part) for trial, parts in enumerate(nodes) for part in parts):
            if isinstance(part, Literal):
                marking.add(trial, part, FALSE if part.positive else TRUE)
        self.clauses = Clauses(nodes, self.slots, partial(_mark_clause, marking, self._offset))
        bits = self._offset + _padded(len(self.clauses))
        self._words, marks = bits // _WORD, marking.marks(bits)
        self.columns = {
            name: Column(place, QuestionBuckets(bank[name], tests), marks[name])
            for place, (name, tests) in enumerate(self.slots.tests.items())
        }
        conditional = _conditional_questions(bank)
        self._conditional = [
            (name, self.columns[name].place, self.columns[name]) for name in conditional if name in self.columns
        ]
        self._in_trees = marked([self._offset + clause for clause in self.clauses.trees], bits)
        self._plain = {
            name: (column.place, column.effects, column)
            for name, column in self.columns.items()
            if name not in conditional
        }
        self._waiting = [column.unknown.waiting for column in self.columns.values()]
        self._unknown = [column.unknown.truths for column in self.columns.values()]

    def match(self, facts: Facts) -> "BitMatch":
        """Judge what is known of a person."""
        known, waiting, truths = [self._in_trees], self._waiting.copy(), self._unknown.copy()
        plain = self._plain
        for name, answer in facts.answers.given.items():
            if name in plain:
                place, effects, column = plain[name]
                value = answer.value
                key = value.numerator if type(value) is Fraction and value.denominator == 1 else value
                bits, waiting[place], truths[place] = effects.get(key) or column.effect(value)  # type: ignore[arg-type]  # plain
                known.append(bits)
        for name, place, column in self._conditional:
            found = facts.value(name)
            # Before any answer everything is unknown.
            if found is not Missing.UNKNOWN:
                bits, waiting[place], truths[place] = column.effect(found)
                known.append(bits)
        return BitMatch(self, self._any_of(known), self._any_of(waiting), truths)

    def _any_of(self, rows: Iterable[bytes]) -> Bits:
        """Return the bits that any of these rows has, a byte each."""
        words = np.frombuffer(b"".join(rows), np.uint64).reshape(-1, self._words)
        return np.unpackbits(np.bitwise_or.reduce(words, axis=0).view(np.uint8))

    def parted(self, bits: Bits) -> tuple[Bits, Bits]:
        """Return the bits of the trials, and those of the clauses."""
        return bits[: self.size], bits[self._offset : self._offset + len(self.clauses)]


def _mark_clause(marking: Marking, offset: int, clause: int, literal: Literal) -> None:
    marking.add(offset + clause, literal, TRUE if literal.positive else FALSE)


def _padded(bits: int) -> int:
    return -(-bits // _WORD) * _WORD or _WORD


class BitMatch:
    """One person judged."""

    def __init__(self, bitmaps: Bitmaps, set_bits: Bits, waiting: Bits, truths: list[bytes]) -> None:
        self._clauses, self._truths = bitmaps.clauses, truths
        self._ruled_out, self._holds = bitmaps.parted(set_bits)
        self._waits, may_hold = bitmaps.parted(waiting)
        self._may_hold = self._holds | may_hold

    @cached_property
    def codes(self) -> Codes:
        """A code per trial, in the order of the trials: the least truth of lone tests and of groups."""
        owner, ruled_out, waits = self._clauses.owner, self._ruled_out.copy(), self._waits.copy()
        ruled_out[owner.take((self._may_hold == 0).nonzero()[0])] = 1
        waits[owner.take((self._may_hold > self._holds).nonzero()[0])] = 1
        for clause, tree in self._clauses.trees.items():
            trial = owner[clause]
            if not ruled_out[trial]:
                truth = truth_of_tree(tree, self._all_truths)
                ruled_out[trial], waits[trial] = truth == FALSE, waits[trial] | (truth == UNKNOWN)
        codes: Codes = ((TRUE - waits) & (ruled_out - 1)).view(np.int8)
        return codes

    @cached_property
    def _all_truths(self) -> bytes:
        return b"".join(self._truths)

    @cached_property
    def truths(self) -> Codes:
        """The truth of every slot: of all tests, of all negated tests, of all groups that are conjuncts of a trial."""
        literals, of_clauses = np.frombuffer(self._all_truths, np.int8), (self._holds + self._may_hold).view(np.int8)
        for clause, tree in self._clauses.trees.items():
            of_clauses[clause] = truth_of_tree(tree, self._all_truths)
        groups = np.minimum.reduceat(of_clauses, self._clauses.starts) if len(of_clauses) else of_clauses
        return np.concatenate([literals, TRUE - literals, groups])


def _conditional_questions(bank: QuestionBank) -> tuple[str, ...]:
    """Return the questions whose value is not simply the answer.

    They have an `ask_if`, are computed, or move with the calendar.
    """
    return tuple(
        question.id
        for question in bank
        if question.ask_if is not None or question.computed or kind_of(question).is_moving(question)
    )
