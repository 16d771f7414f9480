"""Whether any answers give rules the truths that are wanted, where some of the answers differ from rule to rule.

The search is exact: it answers one question after another, and leaves a branch once three-valued logic shows that no
further answer can help. A computed question counts as free of those that it is computed from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from prescreen.eligibility.assessment.counterfactuals import tests_met
from prescreen.eligibility.criteria.kinds.registry import representatives
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Missing, Rule, Test, Tested, evaluate, questions_in
from prescreen.eligibility.criteria.truth import Truth, all_of, any_of

MOST_STEPS = 4096
"""At most how many partial answers are tried; beyond them, no answers count as found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A truth that a rule is to have where these questions are answered so."""

    rule: Rule
    truth: Truth
    given: Mapping[str, Tested]


@dataclass(frozen=True, slots=True)
class _Person:
    """The values that tests see: what is given, else what is assumed so far."""

    bank: QuestionBank
    given: Mapping[str, Tested]
    assumed: Mapping[str, Tested]

    def value(self, question: str) -> Tested | Missing:
        """Return the value of a question, or why it has none."""
        applies = all_of(evaluate(gate, self) for gate in self.bank.gates_of(question))
        if applies is not Truth.TRUE:
            return Missing.NOT_APPLICABLE if applies is Truth.FALSE else Missing.UNKNOWN
        return self.given.get(question, self.assumed.get(question, Missing.UNKNOWN))


Clause = tuple[Wanted, ...]
"""Of these wishes at least one is to hold."""


def can_all_hold(clauses: Sequence[Clause], bank: QuestionBank, on: date) -> bool:
    """Return whether the questions that are not given can be answered so that every clause holds on a day."""
    wanted = [one for clause in clauses for one in clause]
    free = _Free.of(wanted, bank, on)
    waiting: list[Mapping[str, Tested]] = [{}]
    for _ in range(MOST_STEPS):
        if not waiting:
            return False
        assumed = waiting.pop()
        known = all_of(_held(clause, bank, assumed) for clause in clauses)
        if known is Truth.TRUE:
            return True
        if known is Truth.UNKNOWN:
            waiting.extend(free.further(assumed))
    return False


def _held(clause: Clause, bank: QuestionBank, assumed: Mapping[str, Tested]) -> Truth:
    truths = ((evaluate(one.rule, _Person(bank, one.given, assumed)), one.truth) for one in clause)
    return any_of(found if found is Truth.UNKNOWN else Truth.of(found is wanted) for found, wanted in truths)


@dataclass(frozen=True, slots=True)
class _Free:
    """The questions to answer, those that others depend on first, and one value for each way to judge their values."""

    bank: QuestionBank
    on: date
    names: tuple[str, ...]
    tests: Sequence[Test]
    known: dict[str, Sequence[Tested]] = field(default_factory=dict)

    @classmethod
    def of(cls, wanted: Sequence[Wanted], bank: QuestionBank, on: date) -> "_Free":
        tested = tuple(name for one in wanted for name in questions_in(one.rule))
        reached = bank.reached_from(tuple(dict.fromkeys(tested)))
        always = set(wanted[0].given).intersection(*(one.given for one in wanted))
        names = tuple(name for name in reached if name not in always)
        return cls(bank, on, names, tests_met([one.rule for one in wanted], bank))

    def further(self, assumed: Mapping[str, Tested]) -> Iterator[Mapping[str, Tested]]:
        """Yield the assumed answers with one to the next question, for each of its values; nothing after the last."""
        if len(assumed) < len(self.names):
            name = self.names[len(assumed)]
            if name not in self.known:
                self.known[name] = values_told_apart(name, self.tests, self.bank, self.on)
            yield from ({**assumed, name: value} for value in self.known[name])


def values_told_apart(name: str, tests: Sequence[Test], bank: QuestionBank, on: date) -> list[Tested]:
    """Return one value of a question for each way in which the tests judge its values on a day."""
    return representatives(bank[name], [test for test in tests if test.question == name], on)
