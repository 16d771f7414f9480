"""The smallest change of answers with which a trial would not be ruled out today.

Only known answers are changed: answering what is unknown never turns a "no" into another result (Kleene logic is
monotonic), so no smallest change needs it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice, repeat
from typing import cast

from prescreen.eligibility.assessment.alternative_values import alternatives
from prescreen.eligibility.assessment.answers import Answer, Facts
from prescreen.eligibility.assessment.determination import forbids
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import Rule, Test, Value, questions_in, tests_in
from prescreen.eligibility.criteria.trials import Criterion, Trial

MOST_CHANGES = 3
"""At most how many answers are changed together."""

CASES = 1024
"""At most how many cases are tried for each number of changed answers."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed answer. `to` replaces what was said, on the day on which it was said."""

    question: str
    to: Value


@dataclass(frozen=True, slots=True)
class _Case:
    """The answers with some of them changed, and the criteria that forbid in that case.

    After the last change allowed, one criterion stands for all that forbid.
    """

    facts: Facts
    changed: tuple[str, ...]
    forbidding: tuple[Criterion, ...]

    def value(self, question_id: str) -> Value:
        """Return the value of a question that is known to be answered."""
        return cast(Answer, self.facts.answers.get(question_id)).value  # type: ignore[return-value]  # answered with a value


class _Search:
    """What all cases share, worked out for the questions and criteria that the search comes to."""

    def __init__(self, trial: Trial, facts: Facts, forbidding: Sequence[Criterion]) -> None:
        self.facts, self.forbidding, self._ruled = facts, forbidding, trial.ruled
        self._reached = {one.id: reached(one, facts.bank) for one in self._ruled}
        withheld = [self._reached[one.id] for one in self._ruled if not one.is_told]
        self._withheld = frozenset[str]().union(*withheld)
        self._values: dict[str, Sequence[Value]] = {}
        self._bearing: dict[str, frozenset[str]] = {}
        self._affected: dict[str, Sequence[Criterion]] = {}

    def affected(self, question_id: str) -> Sequence[Criterion]:
        """Return the criteria whose truth a changed answer to a question can change, in the author's order."""
        found = self._affected.get(question_id)
        if found is None:
            found = [one for one in self._ruled if question_id in self._reached[one.id]]
            self._affected[question_id] = found
        return found

    def affects(self, question_id: str, criterion: Criterion) -> bool:
        """Return whether a changed answer to a question can change the truth of a criterion."""
        return question_id in self._reached[criterion.id]

    def bearing(self, criterion: Criterion) -> frozenset[str]:
        """Return the questions that affect a criterion and whose answers may and can be changed."""
        found = self._bearing.get(criterion.id)
        if found is None:
            free = self._reached[criterion.id] - self._withheld
            found = self._bearing[criterion.id] = frozenset(name for name in free if self.values(name))
        return found

    def values(self, question_id: str) -> Sequence[Value]:
        """Return what could have been said instead, the nearest first."""
        found = self._values.get(question_id)
        if found is None:
            found = alternatives(self.facts.bank[question_id], self._tests, self.facts)
            self._values[question_id] = found
        return found

    @cached_property
    def _tests(self) -> Sequence[Test]:
        return tests_met((rule for one in self._ruled if (rule := one.rule)), self.facts.bank)

    @cached_property
    def asked_about(self) -> frozenset[str]:
        """The questions that the criteria which forbid today test; of a body the weight, as height does not change."""
        bank = self.facts.bank
        tested = [name for one in self.forbidding if one.rule for name in questions_in(one.rule)]
        return frozenset(asked for name in tested for asked in bank.sources_of(name)[1:] or (name,))

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each question in the bank."""
        return {question.id: place for place, question in enumerate(self.facts.bank)}


def smallest_change(trial: Trial, facts: Facts, blockers: Sequence[Criterion] | None = None) -> tuple[Change, ...]:
    """Return the fewest changed answers with which the trial is not ineligible today, in the order of the bank.

    Among equally small changes, those that the forbidding criteria ask about directly are preferred (a pregnant woman
    is not told "be a man", to whom the question does not apply), then the least burden, then the bank's order, then
    nearness to what was said. Empty where the trial is not ineligible, or where `MOST_CHANGES` answers or `CASES` cases
    are not enough. Questions that affect a criterion which visitors are not shown in full are not changed, since a
    value would reveal its limits. `blockers` are the criteria that forbid today, where they are known already.
    """
    forbidding = [one for one in trial.ruled if forbids(one, facts)] if blockers is None else blockers
    search, now = _Search(trial, facts, forbidding), _Case(facts, (), tuple(forbidding))
    for count in range(1, MOST_CHANGES + 1):
        tried = islice(_cases(search, now, count), CASES)
        found = [case for case in tried if case and not case.forbidding]
        if found:
            return _told(search, min(found, key=lambda case: _cost(search, case)))
    return ()


def reached(criterion: Criterion, bank: QuestionBank) -> frozenset[str]:
    """Return the questions that can affect a criterion, those among them that other questions depend on."""
    return frozenset(bank.reached_from(questions_in(criterion.rule))) if criterion.rule else frozenset()


def tests_met(rules: Iterable[Rule], bank: QuestionBank) -> list[Test]:
    """Return every test of the rules, and of the conditions under which the questions that they reach apply."""
    listed = list(rules)
    reached = bank.reached_from(tuple(name for rule in listed for name in questions_in(rule)))
    gates = [gate for name in reached if (gate := bank[name].ask_if)]
    return [test for rule in (*listed, *gates) for test in tests_in(rule)]


# The search relies on this: a change that makes all criteria permit affects each one that forbids.


def _cases(search: _Search, case: _Case, left: int) -> Iterator[_Case | None]:
    """Yield each case of at most `left` more changes after which the trial might not be ruled out.

    Yield None in place of a case in which some criterion is known to forbid still: it counts as tried.
    """
    bearing = sorted((search.bearing(one) for one in case.forbidding), key=len)
    if not bearing or left < _needed(bearing):
        return
    for name in sorted(bearing[0].difference(case.changed), key=search.order.__getitem__):
        if left == 1 and not all(search.affects(name, one) for one in case.forbidding):
            yield from repeat(None, len(search.values(name)))
            continue
        for value in search.values(name):
            further = _with(search, case, name, value, is_last=left == 1)
            yield further
            yield from _cases(search, further, left - 1)


def _needed(bearing: list[frozenset[str]]) -> int:
    """Return a lower bound for the number of changes needed: one for each of these sets that share no question."""
    apart: list[frozenset[str]] = []
    for names in bearing:
        if all(names.isdisjoint(others) for others in apart):
            apart.append(names)
    return len(apart)


def _with(search: _Search, case: _Case, name: str, value: Value, *, is_last: bool = False) -> _Case:
    facts = case.facts.replacing(name, value)
    forbidding = [one for one in case.forbidding if not search.affects(name, one)]
    affected = (one for one in search.affected(name) if forbids(one, facts))
    forbidding.extend(islice(affected, 1 if is_last else None))
    changed = case.changed if name in case.changed else (*case.changed, name)
    return _Case(facts, changed, tuple(forbidding))


def _cost(search: _Search, case: _Case) -> tuple[int, Fraction, list[int], list[int]]:
    names = sorted(case.changed, key=search.order.__getitem__)
    roundabout = sum(name not in search.asked_about for name in names)
    burden = sum((search.facts.bank[name].burden for name in names), Fraction())
    nearness = [search.values(name).index(case.value(name)) for name in names]
    return roundabout, burden, [search.order[name] for name in names], nearness


def _told(search: _Search, case: _Case) -> tuple[Change, ...]:
    for name in case.changed:
        case = _with_fewer_ticks(search, case, name)
    return tuple(Change(name, case.value(name)) for name in sorted(case.changed, key=search.order.__getitem__))


def _with_fewer_ticks(search: _Search, case: _Case, name: str) -> _Case:
    """Undo changed ticks that are not needed, one by one; where no tick is left, tick "none of these" if it exists."""
    before, question = search.facts.answers.get(name), search.facts.bank[name]
    if before is None or not isinstance(before.value, frozenset):
        return case
    for option in question.option_ids:
        ticks = cast(frozenset[str], case.value(name))
        if option in ticks ^ before.value:
            case = _if_permitted(search, case, name, ticks ^ {option})
    for alone in () if case.value(name) else sorted(question.exclusive_ids):
        case = _if_permitted(search, case, name, frozenset({alone}))
    return case


def _if_permitted(search: _Search, case: _Case, name: str, value: Value) -> _Case:
    said = cast(Answer, search.facts.answers.get(name))
    try:
        other = _with(search, case, name, accept(search.facts.bank[name], value, said.on), is_last=True)
    except ValueRefusedError:
        return case
    return case if other.forbidding else other
