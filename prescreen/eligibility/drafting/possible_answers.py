"""Whether any answers give rules the truths that are wanted, where some of the answers differ from rule to rule.

The search is exact: it answers one question after another, and leaves a branch once three-valued logic shows that no
further answer can help. A computed question counts as free of those that it is computed from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from prescreen.eligibility.assessment.counterfactuals import tests_met
from prescreen.eligibility.criteria.kinds.registry import representatives
from prescreen.eligibility.criteria.questions import QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Missing, Rule, Test, Tested, evaluate, questions_in, truth_of
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
class Person:
    """The values that tests see: what is given, else what is assumed so far."""

    bank: QuestionBank
    given: Mapping[str, Tested]
    assumed: Mapping[str, Tested]

    def value(self, question: str) -> Tested | Missing:
        """Return the value of a question, or why it has none."""
        gates = self.bank.gates_of(question)
        applies = all_of(evaluate(gate, self) for gate in gates) if gates else Truth.TRUE
        if applies is not Truth.TRUE:
            return Missing.NOT_APPLICABLE if applies is Truth.FALSE else Missing.UNKNOWN
        return self.given.get(question, self.assumed.get(question, Missing.UNKNOWN))


Clause = tuple[Wanted, ...]
"""Of these wishes at least one is to hold."""


@dataclass(frozen=True, slots=True)
class Space:
    """The questions that some rules reach, those that others depend on first, and how tests judge their values."""

    bank: QuestionBank
    on: date
    names: tuple[str, ...]
    tests: Sequence[Test]
    known: dict[str, list[Tested]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, rules: Sequence[Rule], bank: QuestionBank, on: date) -> "Space":
        """Return the space of all answers that matter to these rules on a day."""
        tested = dict.fromkeys(name for rule in rules for name in questions_in(rule))
        return cls(bank, on, bank.reached_from(tuple(tested)), tests_met(rules, bank))

    def values(self, name: str) -> list[Tested]:
        """Return one value of a question for each way in which the tests judge its values, few ticks first."""
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = self._told_apart(name)
        return found

    def _told_apart(self, name: str) -> list[Tested]:
        question, tests = self.bank[name], [test for test in self.tests if test.question == name]
        alone = (frozenset({one}) for one in (question.option_ids if question.type is QuestionType.CHOICES else ()))
        alike: dict[tuple[Truth, ...], Tested] = {}
        for value in sorted([*alone, *representatives(question, tests, self.on)], key=_ticks):
            alike.setdefault(tuple(truth_of(test, value) for test in tests), value)
        return list(alike.values())

    def answers_with(self, clauses: Sequence[Clause]) -> Mapping[str, Tested] | None:
        """Return answers to the questions that some wish does not give with which every clause holds; else None.

        The rules of the wishes, and what they give, must be within the space. Questions that do not matter may be left
        out.
        """
        names = self._free(clauses)
        waiting: list[tuple[Mapping[str, Tested], Sequence[Clause]]] = [({}, clauses)]
        for _ in range(MOST_STEPS):
            if not waiting:
                return None
            assumed, left = waiting.pop()
            held = [(clause, _held(clause, self.bank, assumed)) for clause in left]
            if all(truth is Truth.TRUE for _, truth in held):
                return assumed
            if len(assumed) < len(names) and all(truth is not Truth.FALSE for _, truth in held):
                # What is true of some answers stays true of all that add to them.
                still, name = [clause for clause, truth in held if truth is Truth.UNKNOWN], names[len(assumed)]
                waiting.extend(({**assumed, name: value}, still) for value in reversed(self.values(name)))
        return None

    def _free(self, clauses: Sequence[Clause]) -> list[str]:
        """Return the questions that some wish does not give."""
        given = [one.given.keys() for clause in clauses for one in clause]
        return [name for name in self.names if not all(name in names for names in given)]


def _ticks(value: Tested) -> tuple[bool, int]:
    """Return the key by which sets of ticks come in the order of their sizes, with the empty one last."""
    return (not value, len(value)) if isinstance(value, frozenset) else (False, 0)


def _held(clause: Clause, bank: QuestionBank, assumed: Mapping[str, Tested]) -> Truth:
    truths = ((evaluate(one.rule, Person(bank, one.given, assumed)), one.truth) for one in clause)
    return any_of(found if found is Truth.UNKNOWN else Truth.of(found is wanted) for found, wanted in truths)
