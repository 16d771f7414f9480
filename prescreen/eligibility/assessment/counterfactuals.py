"""The smallest change of answers with which a trial would not be ruled out today.

Only known answers are changed: answering what is unknown never turns a "no" into another result (Kleene logic is
monotonic), so no smallest change needs it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import cast

from prescreen.eligibility.assessment.alternative_values import alternatives
from prescreen.eligibility.assessment.answers import Answer, Facts
from prescreen.eligibility.assessment.determination import find
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import Rule, Test, Value, questions_in, tests_in
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth

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
class _Search:
    """What all cases share: the alternatives to each answer, in the order of the bank, and what affects each criterion.

    `direct` are the questions that the criteria which forbid today ask about directly.
    """

    trial: Trial
    facts: Facts
    values: Mapping[str, Sequence[Value]]
    bearing: Mapping[str, frozenset[str]]
    direct: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Case:
    """The answers with some of them changed, and the criteria that forbid in that case."""

    facts: Facts
    changed: tuple[str, ...]
    forbidding: tuple[Criterion, ...]

    def value(self, question_id: str) -> Value:
        """Return the value of a question that is known to be answered."""
        return cast(Answer, self.facts.answers.get(question_id)).value  # type: ignore[return-value]  # answered with a value


def smallest_change(trial: Trial, facts: Facts) -> tuple[Change, ...]:
    """Return the fewest changed answers with which the trial is not ineligible today, in the order of the bank.

    Among equally small changes, those that the forbidding criteria ask about directly are preferred (a pregnant woman
    is not told "be a man", to whom the question does not apply), then the least burden, then the bank's order, then
    nearness to what was said. Empty where the trial is not ineligible, or where `MOST_CHANGES` answers or `CASES` cases
    are not enough. Questions that affect a criterion which visitors are not shown in full are not changed, since a
    value would reveal its limits.
    """
    now = _Case(facts, (), forbidding(trial.ruled, facts))
    search = _search(trial, now)
    for count in range(1, MOST_CHANGES + 1):
        tried = islice(_cases(search, now, count), CASES)
        found = [case for case in tried if not case.forbidding]
        if found:
            return _told(search, min(found, key=lambda case: _cost(search, case)))
    return ()


def forbidding(criteria: Iterable[Criterion], facts: Facts) -> tuple[Criterion, ...]:
    """Return those of these criteria, all with a rule, that forbid taking part."""
    return tuple(criterion for criterion in criteria if find(criterion, facts).permits is Truth.FALSE)


def tests_met(criteria: Iterable[Criterion], bank: QuestionBank) -> list[Test]:
    """Return every test in the criteria, and in the conditions under which their questions apply."""
    rules = [criterion.rule for criterion in criteria if criterion.rule]
    reached = bank.reached_from(tuple(name for rule in rules for name in questions_in(rule)))
    gates = [gate for name in reached if (gate := bank[name].ask_if)]
    return [test for rule in (*rules, *gates) for test in tests_in(rule)]


# The search relies on this: a change that makes all criteria permit affects each one that forbids.


def _search(trial: Trial, now: _Case) -> _Search:
    facts = now.facts
    reached = {one.id: _reached(one.rule, facts.bank) for one in trial.ruled if one.rule}
    withheld = frozenset().union(*(reached[one.id] for one in trial.ruled if not one.is_told))
    free = frozenset().union(*reached.values()) - withheld
    tests = tests_met(trial.ruled, facts.bank)
    values = {question.id: alternatives(question, tests, facts) for question in facts.bank if question.id in free}
    changeable = {name: others for name, others in values.items() if others}
    bearing = {key: names & changeable.keys() for key, names in reached.items()}
    return _Search(trial, facts, changeable, bearing, _asked_about(now.forbidding, facts.bank))


def _reached(rule: Rule, bank: QuestionBank) -> frozenset[str]:
    return frozenset(bank.reached_from(questions_in(rule)))


def _asked_about(criteria: Iterable[Criterion], bank: QuestionBank) -> frozenset[str]:
    """Return the questions that the criteria test; for a body mass index the weight, as height does not change."""
    tested = [name for one in criteria if one.rule for name in questions_in(one.rule)]
    return frozenset(asked for name in tested for asked in bank.sources_of(name)[1:] or (name,))


def _cases(search: _Search, case: _Case, left: int) -> Iterator[_Case]:
    """Yield each case of at most `left` more changes after which the trial might not be ruled out."""
    bearing = sorted((search.bearing[one.id] for one in case.forbidding), key=len)
    if not bearing or left < _needed(bearing):
        return
    for name in (name for name in search.values if name in bearing[0] and name not in case.changed):
        for value in search.values[name]:
            further = _with(search, case, name, value)
            yield further
            yield from _cases(search, further, left - 1)


def _needed(bearing: list[frozenset[str]]) -> int:
    """Return a lower bound for the number of changes needed: one for each of these sets that share no question."""
    apart: list[frozenset[str]] = []
    for names in bearing:
        if all(names.isdisjoint(others) for others in apart):
            apart.append(names)
    return len(apart)


def _with(search: _Search, case: _Case, name: str, value: Value) -> _Case:
    said = cast(Answer, search.facts.answers.get(name))
    facts = Facts(case.facts.bank, case.facts.answers.having(name, Answer(value, said.on)), case.facts.on)
    touched = [one for one in search.trial.ruled if name in search.bearing[one.id]]
    untouched = [one for one in case.forbidding if name not in search.bearing[one.id]]
    changed = case.changed if name in case.changed else (*case.changed, name)
    return _Case(facts, changed, (*untouched, *forbidding(touched, facts)))


def _cost(search: _Search, case: _Case) -> tuple[int, Fraction, list[int], list[int]]:
    names = [name for name in search.values if name in case.changed]
    roundabout = sum(name not in search.direct for name in names)
    burden = sum((search.facts.bank[name].burden for name in names), Fraction())
    order = list(search.values)
    nearness = [search.values[name].index(case.value(name)) for name in names]
    return roundabout, burden, [order.index(name) for name in names], nearness


def _told(search: _Search, case: _Case) -> tuple[Change, ...]:
    for name in case.changed:
        case = _with_fewer_ticks(search, case, name)
    return tuple(Change(name, case.value(name)) for name in search.values if name in case.changed)


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
        other = _with(search, case, name, accept(search.facts.bank[name], value, said.on))
    except ValueRefusedError:
        return case
    return case if other.forbidding else other
