"""What a rule can still come to, and which unasked questions can bring it there.

A question that was declined stays unknown for good, so a rule may be unknown now and unable to change. The reading is
exact where each open question stands once in a rule, and exact by trying all cases where questions recur and the cases
are few. Beyond `CASES` it may name a question too many, never one too few.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise, product

from prescreen.eligibility.answers import Facts
from prescreen.eligibility.questions import Question, QuestionType
from prescreen.eligibility.rules import (
    All,
    Any,
    AtLeast,
    ChoicesTest,
    Missing,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
    Value,
    evaluate,
    questions_in,
    tests_in,
)
from prescreen.eligibility.truth import Truth

CASES = 1024
"""The greatest number of cases that are tried one by one."""

Questions = frozenset[str]
_NONE: Questions = frozenset()


@dataclass(frozen=True, slots=True)
class Prospect:
    """The questions that can make a rule true, and those that can make it false; None where nothing can.

    An empty set means that it is so already.
    """

    to_true: Questions | None
    to_false: Questions | None

    @property
    def open_questions(self) -> Questions:
        """The unasked questions that can still change the truth; empty where nothing can."""
        return (self.to_true or _NONE) | (self.to_false or _NONE)

    def __invert__(self) -> "Prospect":
        return Prospect(self.to_false, self.to_true)


_SETTLED = {
    Truth.TRUE: Prospect(_NONE, None),
    Truth.FALSE: Prospect(None, _NONE),
    Truth.UNKNOWN: Prospect(None, None),
}


def prospect(rule: Rule, facts: Facts) -> Prospect:
    """Give what `rule` can still come to for this person."""
    truth = evaluate(rule, facts)
    if truth is not Truth.UNKNOWN:
        return _SETTLED[truth]
    groups = [_group_prospect(All(tuple(parts)), facts) for parts in _groups(_conjuncts(rule), facts)]
    return _needing(len(groups), groups)


def _conjuncts(rule: Rule) -> Iterator[Rule]:
    if isinstance(rule, All):
        for part in rule.parts:
            yield from _conjuncts(part)
    else:
        yield rule


def _groups(parts: Iterable[Rule], facts: Facts) -> list[list[Rule]]:
    """Put together the parts that share an open question; what shares none can be judged apart."""
    groups: list[tuple[set[str], list[Rule]]] = []
    for part in parts:
        asked, together = set(_unasked(part, facts)), [part]
        for group in [group for group in groups if not group[0].isdisjoint(asked)]:
            groups.remove(group)
            asked |= group[0]
            together = group[1] + together
        groups.append((asked, together))
    return [together for _, together in groups]


def _unasked(rule: Rule, facts: Facts) -> tuple[str, ...]:
    reached = facts.bank.reached_from(questions_in(rule))
    return tuple(name for name in reached if name not in facts.answers and not facts.bank[name].computed)


def _group_prospect(rule: Rule, facts: Facts) -> Prospect:
    truth = evaluate(rule, facts)
    if truth is not Truth.UNKNOWN:
        return _SETTLED[truth]
    columns = None if _each_once(rule, facts) else _columns(rule, facts)
    return _structural(rule, facts) if columns is None else _tried(rule, columns, facts)


def _each_once(rule: Rule, facts: Facts) -> bool:
    seen: set[str] = set()
    for name in _open_mentions(rule, facts):
        if name in seen:
            return False
        seen.add(name)
    return True


def _open_mentions(rule: Rule, facts: Facts) -> Iterator[str]:
    """Give the open questions of a rule and of the conditions under which they apply, as often as they stand there."""
    for test in tests_in(rule):
        names = (test.question, *facts.bank.sources_of(test.question))
        yield from (name for name in names if name not in facts.answers and not facts.bank[name].computed)
        for name in names:
            gate = facts.bank[name].ask_if
            if gate is not None:
                yield from _open_mentions(gate, facts)


# Reading the tree, each open question standing once.


def _structural(rule: Rule, facts: Facts) -> Prospect:
    match rule:
        case All(parts):
            return _needing(len(parts), [_structural(part, facts) for part in parts])
        case Any(parts):
            return _needing(1, [_structural(part, facts) for part in parts])
        case AtLeast(count, parts):
            return _needing(count, [_structural(part, facts) for part in parts])
        case Not(part):
            return ~_structural(part, facts)
        case _:
            return _test_prospect(rule, facts)


def _needing(count: int, parts: list[Prospect]) -> Prospect:
    """Give the prospect of "`count` of these are true"; it is false once `len(parts) - count + 1` are false."""
    return Prospect(
        _joined([part.to_true for part in parts], count),
        _joined([part.to_false for part in parts], len(parts) - count + 1),
    )


def _joined(ways: list[Questions | None], needed: int) -> Questions | None:
    possible = [way for way in ways if way is not None]
    if len(possible) < needed:
        return None
    already = sum(not way for way in possible)
    return _NONE if already >= needed else _NONE.union(*possible)


def _test_prospect(test: Test, facts: Facts) -> Prospect:
    question = facts.bank[test.question]
    own = _value_prospect(test, question, facts)
    gates = [facts.bank[name].ask_if for name in (question.id, *facts.bank.sources_of(question.id))]
    asked_if = tuple(gate for gate in gates if gate is not None)
    if not asked_if:
        return own
    gate = _structural(All(asked_if), facts)
    return Prospect(_both(gate.to_true, own.to_true), _either(gate.to_false, _both(gate.to_true, own.to_false)))


def _both(left: Questions | None, right: Questions | None) -> Questions | None:
    return None if left is None or right is None else left | right


def _either(left: Questions | None, right: Questions | None) -> Questions | None:
    if _NONE in (left, right):
        return _NONE
    return _both(left, right) if left is not None and right is not None else left or right


def _value_prospect(test: Test, question: Question, facts: Facts) -> Prospect:
    """Give the prospect of a test from its value alone, as if the question applied."""
    sources = facts.bank.sources_of(question.id) or (question.id,)
    unasked = frozenset(name for name in sources if name not in facts.answers)
    if not unasked:
        known = facts.value_if_applicable(question.id)
        return _SETTLED[Truth.UNKNOWN if isinstance(known, Missing) else Truth.of(test.holds(known))]
    answered = [facts.value_if_applicable(name) for name in sources if name in facts.answers]
    if any(isinstance(value, Missing) for value in answered):
        return _SETTLED[Truth.UNKNOWN]
    outcomes = {test.holds(value) for value in representatives(question, [test])}
    return Prospect(unasked if True in outcomes else None, unasked if False in outcomes else None)


# Trying all cases, where an open question stands more than once. Truths are small whole numbers here, since there are
# many cases: false 0, unknown 1, true 2. Then all is the least, any the greatest, and "at least n" the n-th greatest.

_TRUTHS = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}

Chosen = tuple[int, ...]
"""One case: for each open question 0 (not answered), or the place of a value from 1."""

Case = Callable[[Chosen], int]


@dataclass(frozen=True, slots=True)
class _Column:
    """An open question, its place in every case, and one value per way in which tests can tell values apart."""

    place: int
    values: list[Value]


def _columns(rule: Rule, facts: Facts) -> dict[str, _Column] | None:
    """Give the open questions of a rule with the values to try; None if the cases would be too many."""
    bank = facts.bank
    reached = bank.reached_from(questions_in(rule))
    gates = [gate for name in reached if (gate := bank[name].ask_if)]
    tests = [test for part in (rule, *gates) for test in tests_in(part)]
    if any(bank[test.question].computed for test in tests):
        return None
    columns: dict[str, _Column] = {}
    cases = 1
    for name in _unasked(rule, facts):
        values = representatives(bank[name], [test for test in tests if test.question == name], CASES // cases)
        cases *= len(values) + 1
        if cases > CASES:
            return None
        columns[name] = _Column(len(columns), values)
    return columns


def _tried(rule: Rule, columns: dict[str, _Column], facts: Facts) -> Prospect:
    truth = _case_truth(rule, columns, facts)
    cases = product(*(range(len(column.values) + 1) for column in columns.values()))
    truths = {chosen: truth(chosen) for chosen in cases}
    names = list(columns)
    return Prospect(_pivots(names, truths, _TRUTHS[Truth.TRUE]), _pivots(names, truths, _TRUTHS[Truth.FALSE]))


def _case_truth(rule: Rule, columns: dict[str, _Column], facts: Facts) -> Case:
    match rule:
        case All(parts):
            all_parts = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: min(part(chosen) for part in all_parts)
        case Any(parts):
            any_parts = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: max(part(chosen) for part in any_parts)
        case AtLeast(count, parts):
            counted = [_case_truth(part, columns, facts) for part in parts]
            return lambda chosen: sorted((part(chosen) for part in counted), reverse=True)[count - 1]
        case Not(part):
            negated = _case_truth(part, columns, facts)
            return lambda chosen: 2 - negated(chosen)
        case _:
            return _test_truth(rule, columns, facts)


def _test_truth(test: Test, columns: dict[str, _Column], facts: Facts) -> Case:
    own = _value_truth(test, columns, facts)
    gate = facts.bank[test.question].ask_if
    if gate is None:
        return own
    applies = _case_truth(gate, columns, facts)
    # What does not apply is false, and unknown where that is unknown: the lesser of the two unless both are open.
    return lambda chosen: own(chosen) if applies(chosen) == 2 else applies(chosen)  # noqa: PLR2004


def _value_truth(test: Test, columns: dict[str, _Column], facts: Facts) -> Case:
    column = columns.get(test.question)
    if column is None:
        known = facts.value_if_applicable(test.question)
        truth = Truth.UNKNOWN if isinstance(known, Missing) else Truth.of(test.holds(known))
        constant = _TRUTHS[truth]
        return lambda chosen: constant
    place = column.place
    table = [_TRUTHS[Truth.UNKNOWN], *(_TRUTHS[Truth.of(test.holds(value))] for value in column.values)]
    return lambda chosen: table[chosen[place]]


def _pivots(names: list[str], truths: dict[Chosen, int], wanted: int) -> Questions | None:
    """Give the questions without which some case would not come to `wanted`; None if no case does."""
    reaching = [chosen for chosen, truth in truths.items() if truth == wanted]
    if not reaching:
        return None
    return frozenset(
        name
        for place, name in enumerate(names)
        if any(chosen[place] and truths[(*chosen[:place], 0, *chosen[place + 1 :])] != wanted for chosen in reaching)
    )


def representatives(question: Question, tests: Sequence[Test], most: int = CASES) -> list[Value]:
    """Give one value for each way in which the tests can tell values of the question apart.

    Where they would be more than `most`, the list stops one after.
    """
    match question.type:
        case QuestionType.BOOLEAN:
            return [True, False]
        case QuestionType.CHOICE:
            return list(_telling_options(question, tests))
        case QuestionType.CHOICES:
            return list(islice(_telling_sets(question, tests), most + 1))
        case QuestionType.NUMBER:
            return list(_telling_numbers(question, tests))


def _telling_options(question: Question, tests: Sequence[Test]) -> Iterable[str]:
    def seen_by(option: str) -> tuple[bool, ...]:
        return tuple(option in test.options for test in tests if isinstance(test, OptionTest))

    return {seen_by(option): option for option in question.option_ids}.values()


def _telling_sets(question: Question, tests: Sequence[Test]) -> Iterator[frozenset[str]]:
    """Give sets of options: options that no test tells apart are ticked all together, or (for `all_of`) all but one."""
    choices = [test for test in tests if isinstance(test, ChoicesTest)]
    alike: dict[tuple[bool, ...], list[str]] = {}
    for option in sorted(frozenset().union(*(test.mentioned for test in choices)) - question.exclusive_ids):
        seen_in = tuple(option in (part or ()) for test in choices for part in (test.any_of, test.all_of, test.none_of))
        alike.setdefault(seen_in, []).append(option)
    ways = [
        [frozenset[str](), frozenset(options), *([frozenset(options[1:])] if len(options) > 1 else [])]
        for options in alike.values()
    ]
    for chosen in product(*ways):
        yield frozenset().union(*chosen)
    yield from (frozenset([alone]) for alone in sorted(question.exclusive_ids))


def _telling_numbers(question: Question, tests: Sequence[Test]) -> Iterator[Fraction]:
    limits = {limit for test in tests if isinstance(test, NumberTest) for limit in test.limits}
    ends = {end for end in (question.range.min, question.range.max) if end is not None}
    points = sorted(limits | ends) or [Fraction(0)]
    between = [(low + high) / 2 for low, high in pairwise(points)]
    for number in [points[0] - 1, *points, *between, points[-1] + 1]:
        if number in question.range:
            yield number
