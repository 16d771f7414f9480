"""Where each question occurs in the trials: one row for every test of a trial and question that it depends on."""

from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.kinds.kind import ANY_DAY
from prescreen.eligibility.criteria.kinds.registry import kind_of, representatives
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import truth_of
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.priors import UNTOLD, chance
from prescreen.eligibility.matching.learned_weights import Floats, experienced
from prescreen.eligibility.matching.literals import Slots
from prescreen.eligibility.matching.normal_form import Conjunction, Literal, Node

Numbers = NDArray[np.int64]

# An answer inside a group counts less: other parts may settle the group.
_IN_GROUP_FAILING, _IN_GROUP_SETTLING = 0.25, 0.5
_MOST_CERTAIN = 0.98
_LEAST_CHANCE = 1e-3


_Row = tuple[int, int, int, int, float, float, bool]
_ROW = np.dtype(
    [
        ("trial", np.int64),
        ("test", np.int64),
        ("part", np.int64),
        ("question", np.int64),
        ("failing", np.float64),
        ("settling", np.float64),
        ("decisive", np.bool_),
    ]
)


class Occurrences:
    """The rows of all trials as parallel arrays; `part` numbers the conjuncts of all trials, in order.

    `pair` is the row's combination of test and question, `need` its combination of trial and question. `soonest` are
    the rows of each trial in the order in which their questions rule it out soonest.
    """

    def __init__(self, bank: QuestionBank, asked: Sequence[Conjunction], slots: Slots) -> None:
        self.questions = tuple(question.id for question in bank)
        self._lay_pages(bank)
        self.trials = len(asked)
        parts = [part for one in asked for part in one.nodes]
        self.part_trial = np.repeat(np.arange(len(asked)), [len(one.nodes) for one in asked])
        self.part_slot = _slots_of_parts(parts, slots)
        reader = _RowReader(bank, slots)
        telling = (criterion.is_told for one in asked for criterion in one.asking)
        numbered = zip(self.part_trial.tolist(), parts, telling, strict=True)
        listed = (
            row
            for number, (trial, part, told) in enumerate(numbered)
            for row in reader.rows(trial, number, part, told=told)
        )
        self._lay(np.fromiter(listed, _ROW))
        self._weigh()

    def _lay_pages(self, bank: QuestionBank) -> None:
        places = {name: place for place, name in enumerate(self.questions)}
        page = np.array([places[bank.together_with(name)[0]] for name in self.questions], np.int64)
        self._by_page = np.argsort(page, kind="stable")
        self._pages = np.unique(page[self._by_page], return_index=True)[1]

    def greatest_of_pages(self, values: Floats) -> Floats:
        """Return, for each page of questions, the greatest of their values (shape: pages)."""
        return np.maximum.reduceat(values[self._by_page], self._pages) if len(values) else values

    def _lay(self, rows: NDArray[np.void]) -> None:
        many = len(self.questions)
        self.trial, self.part = rows["trial"].astype(np.int32), rows["part"].astype(np.int32)
        self.question, self.decisive = rows["question"].astype(np.int16), rows["decisive"].copy()
        self.failing, self.settling = rows["failing"].copy(), rows["settling"].astype(np.float32)
        pairs, pair = np.unique(rows["test"] * many + rows["question"], return_inverse=True)
        self.pair, self.pair_test, self.pair_question = pair.astype(np.int32), pairs // many, pairs % many
        needs, need = np.unique(rows["trial"] * many + rows["question"], return_inverse=True)
        self.need, self.needs = need.astype(np.int32), len(needs)

    def _weigh(self) -> None:
        """Work out what depends on the probabilities."""
        surely = np.minimum(self.failing, _MOST_CERTAIN)
        self.staying: Floats = np.log(np.maximum(1 - self.failing, _LEAST_CHANCE))
        self.staying_surely: Floats = np.log1p(-surely)
        self.soonest = np.lexsort((self.question, -surely, self.trial)).astype(np.int32)

    def learn(self, powers: Floats) -> None:
        """Apply learned weights: an exponent for each conjunct, from `learned_weights`."""
        self.failing = experienced(self.failing, powers[self.part])
        self._weigh()


class _RowReader:
    """Reads the rows of conjuncts; what it works out of tests and questions is needed only while it reads."""

    def __init__(self, bank: QuestionBank, slots: Slots) -> None:
        self._bank, self._slots = bank, slots
        self._places = {question.id: place for place, question in enumerate(bank)}
        self._failing: dict[tuple[int, bool], tuple[float, bool]] = {}
        self._reached: dict[str, tuple[int, ...]] = {}

    def rows(self, trial: int, number: int, part: Node, *, told: bool) -> Iterator[_Row]:
        """Yield the rows of one conjunct."""
        top = isinstance(part, Literal)
        for literal in _literals(part):
            yield from self._literal_rows(trial, number, literal, top=top, told=told)

    def _literal_rows(self, trial: int, number: int, literal: Literal, *, top: bool, told: bool) -> Iterator[_Row]:
        name = literal.test.question
        likely, can_fail = self._chances(literal)
        failing, test = likely if told else UNTOLD, self._slots.of(literal.test)
        for reached in self._reached_from(name):
            alone = top and reached == self._places[name]
            failing_here = failing * (1.0 if alone else _IN_GROUP_FAILING)
            settling = 1.0 if alone else _IN_GROUP_SETTLING
            yield trial, test, number, reached, failing_here, settling, alone and can_fail

    def _reached_from(self, name: str) -> tuple[int, ...]:
        """Return the places of the questions to ask that a question's value hangs on, itself among them."""
        if name not in self._reached:
            asked = (one for one in self._bank.reached_from((name,)) if not self._bank[one].computed)
            self._reached[name] = tuple(self._places[one] for one in asked)
        return self._reached[name]

    def _chances(self, literal: Literal) -> tuple[float, bool]:
        """Return the probability that a literal fails, and whether any answer to its question makes it fail."""
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


def _slots_of_parts(parts: Sequence[Node], slots: Slots) -> Numbers:
    """Return the slot that holds each conjunct's truth; those of groups follow the tests and negated tests."""
    groups = count(2 * len(slots))
    found = (slots.of_literal(part) if isinstance(part, Literal) else next(groups) for part in parts)
    return np.fromiter(found, np.int64, len(parts))


def _literals(node: Node) -> Iterator[Literal]:
    if isinstance(node, Literal):
        yield node
    else:
        for part in node.parts:
            yield from _literals(part)
