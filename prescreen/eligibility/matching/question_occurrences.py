"""Where each question stands in the trials: one row for every test of a trial and every question it hangs on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.kinds.kind import ANY_DAY
from prescreen.eligibility.criteria.kinds.registry import kind_of, representatives
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import truth_of
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.priors import UNTOLD, chance
from prescreen.eligibility.matching.learned_weights import Floats, experienced
from prescreen.eligibility.matching.literals import Slots
from prescreen.eligibility.matching.normal_form import Literal, Node

Numbers = NDArray[np.int64]

# What one answer does inside a group counts less: other parts may settle the group.
_IN_GROUP_FAILING, _IN_GROUP_SETTLING = 0.25, 0.5


@dataclass(frozen=True, slots=True)
class _Row:
    trial: int
    test: int
    part: int
    question: int
    failing: float
    settling: float
    decisive: bool


class Occurrences:
    """The rows of all trials, side by side; `part` numbers the conjuncts of all trials, in order."""

    failing: Floats

    def __init__(
        self,
        bank: QuestionBank,
        asked: Sequence[tuple[Sequence[Node], Sequence[Criterion]]],
        slots: Slots,
        tops: Numbers,
    ) -> None:
        self._bank, self._slots = bank, slots
        self.questions = tuple(question.id for question in bank)
        self.places = {name: place for place, name in enumerate(self.questions)}
        self._failing: dict[tuple[int, bool], tuple[float, bool]] = {}
        parts = [
            (trial, part, criterion)
            for trial, (own, asking) in enumerate(asked)
            for part, criterion in zip(own, asking, strict=True)
        ]
        rows = [
            row
            for number, (trial, part, criterion) in enumerate(parts)
            for row in self._rows(trial, number, part, told=criterion.is_told)
        ]
        self.trial = np.array([row.trial for row in rows], np.int64)
        self.test = np.array([row.test for row in rows], np.int64)
        self.part = np.array([row.part for row in rows], np.int64)
        self.question = np.array([row.question for row in rows], np.int64)
        self.failing = np.array([row.failing for row in rows])
        self.settling = np.array([row.settling for row in rows])
        self.decisive: NDArray[np.bool_] = np.array([row.decisive for row in rows], bool)
        self.parts = np.array([len(own) for own, _ in asked], np.int64)
        self.part_trial = np.array([trial for trial, _, _ in parts], np.int64)
        self.part_slot = _slots_of_parts([part for _, part, _ in parts], slots, tops)

    def learn(self, powers: Floats) -> None:
        """Take in what earlier people came to: a power for each conjunct of `experience`."""
        self.failing = experienced(self.failing, powers[self.part])

    def _rows(self, trial: int, number: int, part: Node, *, told: bool) -> Iterator[_Row]:
        top = isinstance(part, Literal)
        for literal in _literals(part):
            yield from self._literal_rows(trial, number, literal, top=top, told=told)

    def _literal_rows(self, trial: int, number: int, literal: Literal, *, top: bool, told: bool) -> Iterator[_Row]:
        name = literal.test.question
        likely, can_fail = self._chances(literal)
        failing = likely if told else UNTOLD
        for reached in self._bank.reached_from((name,)):
            if self._bank[reached].computed:
                continue
            alone = top and reached == name
            yield _Row(
                trial=trial,
                test=self._slots.of(literal.test),
                part=number,
                question=self.places[reached],
                failing=failing * (1.0 if alone else _IN_GROUP_FAILING),
                settling=1.0 if alone else _IN_GROUP_SETTLING,
                decisive=alone and can_fail,
            )

    def _chances(self, literal: Literal) -> tuple[float, bool]:
        """Return the chance that a literal fails, and whether some answer to its question makes it fail."""
        key = id(literal.test), literal.positive
        if key not in self._failing:
            holding = chance(literal.test, self._bank)
            self._failing[key] = (1 - holding if literal.positive else holding), self._can_fail(literal)
        return self._failing[key]

    def _can_fail(self, literal: Literal) -> bool:
        """Return whether some answer makes it fail on every day; False where that hangs on the day."""
        question = self._bank[literal.test.question]
        if kind_of(question).hangs_on_day:
            return False
        failing = Truth.FALSE if literal.positive else Truth.TRUE
        values = representatives(question, [literal.test], ANY_DAY)
        return any(truth_of(literal.test, value) is failing for value in values)


def _slots_of_parts(parts: Sequence[Node], slots: Slots, tops: Numbers) -> Numbers:
    """Return the slot that holds the truth of each conjunct; of a negated test it is the test's, unknown with it."""
    found = np.array([slots.of(part.test) if isinstance(part, Literal) else -1 for part in parts], np.int64)
    found[found < 0] = tops
    return found


def _literals(node: Node) -> Iterator[Literal]:
    if isinstance(node, Literal):
        yield node
    else:
        for part in node.parts:
            yield from _literals(part)
