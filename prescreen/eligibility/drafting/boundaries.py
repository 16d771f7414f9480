"""Where a trial's rules turn: the answers at their limits, and which of them a rule sees together.

What one rule sees of two answers together is where its faults lie; what no rule reads together needs nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import ceil, floor

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    Not,
    NumberTest,
    Rule,
    Test,
    Tested,
    evaluate,
    questions_in,
    tests_in,
    truth_of,
)
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth, all_of
from prescreen.eligibility.drafting.possible_answers import Person, Space, Wanted
from prescreen.eligibility.drafting.possible_criteria import beside

Said = Mapping[str, Tested]
"""What a person answers, by question; a computed question has the value that it comes to."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What a rule sees of an answer: a number as it is, of anything else the truths of the rule's tests.

    Tests are false of a question that does not apply. A number that nobody is asked for is seen as None.
    """

    question: str
    tests: tuple[Test, ...]
    seen: Tested | tuple[Truth, ...] | None

    @classmethod
    def of(cls, question: str, tests: Sequence[Test], value: Tested | None) -> "Trait":
        """Return what tests of one question see of an answer to it, None where it does not apply."""
        if isinstance(value, Fraction) or (value is None and isinstance(tests[0], NumberTest)):
            return cls(question, tuple(tests), value)
        return cls(
            question, tuple(tests), tuple(Truth.FALSE if value is None else truth_of(one, value) for one in tests)
        )

    def shows(self, value: Tested | None) -> bool:
        """Whether an answer looks so to the rule."""
        return self == Trait.of(self.question, self.tests, value)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One or two traits that the rule of a criterion, by its id, sees together; without traits, that a rule holds."""

    criterion: str
    traits: tuple[Trait, ...] = ()
    holds: Rule | None = None

    def shown_by(self, said: Said, bank: QuestionBank) -> bool:
        """Whether a person's answers have all these traits, and the rule holds for them."""
        if not all(one.shows(said.get(one.question)) for one in self.traits):
            return False
        return self.holds is None or evaluate(self.holds, Person(bank, said, {})) is Truth.TRUE


@dataclass(frozen=True)
class Boundaries:
    """The values at the limits of a trial's rules, by question, those that others depend on first."""

    trial: Trial
    space: Space

    @classmethod
    def of(cls, trial: Trial, bank: QuestionBank, on: date) -> "Boundaries":
        """Return the values at the limits of a trial's rules on a day."""
        return cls(trial, Space.of([one.rule for one in trial.authored if one.rule], bank, on))

    @cached_property
    def values(self) -> dict[str, list[Tested]]:
        """The values of each question that is asked or computed from others; sources of a computed one have none."""
        bank = self.space.bank
        sources = {name for one in self.space.names for name in bank.sources_of(one)}
        return {name: self._values(bank[name]) for name in self.space.names if name not in sources}

    def _values(self, question: Question) -> list[Tested]:
        tests = [one for one in self.space.tests if one.question == question.id]
        told = _at_limits(question, [one for one in tests if isinstance(one, NumberTest)])
        return [*told] or self.space.values(question.id)

    def meetings(self) -> Iterator[Meeting]:
        """Yield what the rule of each criterion sees together: each pair of traits, or of one question each trait.

        At last, that it keeps somebody out and that it lets somebody in: three questions are more than pairs.
        """
        for criterion in self.trial.authored:
            traits = self._traits(criterion.rule) if criterion.rule else []
            together = [*combinations(traits, 2)] if len(traits) > 1 else [(one,) for one in traits]
            for several in together:
                yield from (Meeting(criterion.id, seen) for seen in product(*several))
            if permits := criterion.permitting_rule:
                yield from (Meeting(criterion.id, holds=rule) for rule in (Not(permits), permits))

    def _traits(self, rule: Rule) -> list[list[Trait]]:
        """Return what a rule sees of each question that it names."""
        tests = list(tests_in(rule))
        return [self._traits_of(name, [one for one in tests if one.question == name]) for name in questions_in(rule)]

    def _traits_of(self, name: str, tests: Sequence[Test]) -> list[Trait]:
        numbers = _at_limits(self.space.bank[name], [one for one in tests if isinstance(one, NumberTest)])
        values: list[Tested | None] = [*(numbers or self.space.values(name))]
        values += [None] if self.space.bank.gates_of(name) else []
        return list(dict.fromkeys(Trait.of(name, tests, value) for value in values))

    def answers(self, trait: Trait, first: Said) -> list[Tested | None]:
        """Return the answers that have a trait, a given person's first; None where the question must not apply."""
        name = trait.question
        told = [first.get(name), *self.values[name], *self.space.values(name), None]
        return [value for value in dict.fromkeys(told) if trait.shows(value)]

    @cached_property
    def others(self) -> dict[str, dict[str, Rule]]:
        """By criterion with a rule, the rules by which all others permit that whoever meets it must meet as well.

        What stands for all groups of people is another of the common criteria, and none of those of a group.
        """
        return {one.id: dict(self._others_of(one)) for one in self.trial.authored if one.rule}

    def _others_of(self, criterion: Criterion) -> Iterator[tuple[str, Rule]]:
        is_common = criterion in self.trial.common
        for one in beside(self.trial, criterion):
            if one.permitting_rule and (is_common or not self.trial.stands_for_cohorts(one)):
                yield one.id, one.permitting_rule

    def unless(self, name: str) -> Rule:
        """Return a rule that holds where a question does not apply."""
        return Not(All(tuple(self.space.bank.gates_of(name))))

    def with_all(self, given: Said, *rules: Rule) -> Said | None:
        """Return answers to which these belong, where they apply and the rules hold; else None."""
        gates = [gate for name in given for gate in self.space.bank.gates_of(name)]
        wanted = [(Wanted(rule, Truth.TRUE, given),) for rule in (*gates, *rules)]
        found = self.space.answers_with(wanted) if wanted else {}
        if found is None:
            return None
        read = self.space.bank.reached_from(tuple(name for rule in (*gates, *rules) for name in questions_in(rule)))
        return {**{name: found[name] for name in read if name in found}, **given}

    def applies(self, name: str, said: Said) -> bool:
        """Whether a question applies to who answers so."""
        person = Person(self.space.bank, said, {})
        return all_of(evaluate(gate, person) for gate in self.space.bank.gates_of(name)) is Truth.TRUE


def _at_limits(question: Question, tests: Sequence[NumberTest]) -> list[Fraction]:
    """Return each limit of tests of a number, and the whole number before or after it where it is judged otherwise.

    Nobody answers 90.3 days: three months are missed by 91.
    """
    if question.type is not QuestionType.NUMBER:
        return []
    limits = {limit for test in tests for limit in test.limits}
    nearest = ((limit, Fraction(whole)) for limit in limits for whole in (ceil(limit) - 1, floor(limit) + 1))
    missed = {
        number for limit, number in nearest if any(truth_of(one, number) is not truth_of(one, limit) for one in tests)
    }
    return sorted(number for number in limits | missed if number in question.range)
