"""Trials as nested functions over known values, ending at the first thing that rules them out. Best for few trials.

Truths are whole numbers: false 0, unknown 1, true 2.

A value is of the type that its question and so the test has; the checks of the catalog made sure of that. It cannot be
said in types without a branch at every comparison, so those are exempt from the check of types.
"""

from collections.abc import Callable
from fractions import Fraction

from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest, OptionTest, Test, truth_of
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.matching.known_values import NOT_APPLICABLE, Known, quick
from prescreen.eligibility.matching.normal_form import Group, Literal, Node

FALSE, UNKNOWN, TRUE = 0, 1, 2
CODE_OF = {Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN, Truth.TRUE: TRUE}

Judge = Callable[[Known], int]


def conjunction(nodes: tuple[Node, ...]) -> Judge:
    """Return the judge of "all of these hold"."""
    parts = tuple(_judge(node) for node in nodes)

    def judge(known: Known) -> int:
        truth = TRUE
        for part in parts:
            found = part(known)
            if not found:
                return FALSE
            if found < truth:
                truth = found
        return truth

    return judge


def _judge(node: Node) -> Judge:
    if isinstance(node, Literal):
        return _literal(node)
    if node.is_all:
        return conjunction(node.parts)
    return _any(node) if node.needed == 1 else _at_least(node)


def _any(group: Group) -> Judge:
    parts = tuple(_judge(node) for node in group.parts)

    def judge(known: Known) -> int:
        truth = FALSE
        for part in parts:
            found = part(known)
            if found == TRUE:
                return TRUE
            if found > truth:
                truth = found
        return truth

    return judge


def _at_least(group: Group) -> Judge:
    parts, count = tuple(_judge(node) for node in group.parts), group.needed

    def judge(known: Known) -> int:
        truths = [part(known) for part in parts]
        certain = truths.count(TRUE)
        if certain >= count:
            return TRUE
        return UNKNOWN if certain + truths.count(UNKNOWN) >= count else FALSE

    return judge


def _literal(literal: Literal) -> Judge:
    yes, no = (TRUE, FALSE) if literal.positive else (FALSE, TRUE)
    match literal.test:
        case BooleanTest(question, expected):
            return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if v is expected else no
        case OptionTest(question, options):
            return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if v in options else no
        case ChoicesTest(question, frozenset() as options, None, None):
            apart = options.isdisjoint
            return lambda known: UNKNOWN if (v := known.get(question)) is None else no if apart(v) else yes  # type: ignore[arg-type]
        case ChoicesTest(question, None, frozenset() as options, None):
            covered = options.issubset
            return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if covered(v) else no  # type: ignore[arg-type]
        case NumberTest() as test:
            return _number(test, yes, no)
        case test:
            return _any_test(test, yes, no)


def _any_test(test: Test, yes: int, no: int) -> Judge:
    """Return the judge of a test that needs no quicker way; it may leave a known value unknown."""
    question, code = test.question, {Truth.TRUE: yes, Truth.FALSE: no, Truth.UNKNOWN: UNKNOWN}

    def judge(known: Known) -> int:
        value = known.get(question)
        if value is None:
            return UNKNOWN
        return no if value is NOT_APPLICABLE else code[truth_of(test, value)]  # type: ignore[arg-type]

    return judge


def _number(test: NumberTest, yes: int, no: int) -> Judge:
    question = test.question
    low, high = _ends(test)
    if test.equal is None and test.above is None and test.below is None:
        return _between(question, low, high, (yes, no))
    equal = _bare(test.equal)
    above, below = _bare(test.above), _bare(test.below)

    def judge(known: Known) -> int:
        v = known.get(question)
        if v is None:
            return UNKNOWN
        holds = (
            v is not NOT_APPLICABLE
            and (equal is None or v == equal)
            and (low is None or v >= low)  # type: ignore[operator]
            and (high is None or v <= high)  # type: ignore[operator]
            and (above is None or v > above)  # type: ignore[operator]
            and (below is None or v < below)  # type: ignore[operator]
        )
        return yes if holds else no

    return judge


def _ends(test: NumberTest) -> tuple[int | Fraction | None, int | Fraction | None]:
    return _bare(test.min), _bare(test.max)


def _bare(limit: Fraction | None) -> int | Fraction | None:
    return None if limit is None else quick(limit)  # type: ignore[return-value]


def _between(question: str, low: int | Fraction | None, high: int | Fraction | None, truths: tuple[int, int]) -> Judge:
    yes, no = truths
    if high is None:
        return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if v >= low else no  # type: ignore[operator]
    if low is None:
        return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if v <= high else no  # type: ignore[operator]
    return lambda known: UNKNOWN if (v := known.get(question)) is None else yes if v >= low and v <= high else no  # type: ignore[operator]
