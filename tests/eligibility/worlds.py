"""Small random question banks, rules, trials and people, and every way in which a person's answers can continue.

A strategy is made once and drawn from often: to look a new one over takes hypothesis longer than to draw from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import chain, combinations, product
from math import prod

from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.dates import DayBound, PartialDate
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Test,
    Value,
)
from prescreen.eligibility.criteria.trials import Cohort, Criterion, Trial
from prescreen.eligibility.interview.question_selection import Interview, RedFlag, Urgency
from tests.eligibility.samples import (
    ON,
    bank,
    boolean,
    choice,
    choices,
    dated,
    exclude,
    grouped,
    include,
    number,
    text,
    trial,
)

MOST_WAYS = 200
"""The greatest number of ways in which the questions of a bank can be answered or left open; all are tried."""

_LIMITS = st.sampled_from([Fraction(0), Fraction(1), Fraction(2)])
_STEPS = [Fraction(step, 2) for step in range(5)]
_BODY = {"height_cm": [Fraction(100), Fraction(160), Fraction(200)], "weight_kg": [Fraction(40), Fraction(64)]}
# One date for each way in which the tests below can judge it on the day ON, 2026-11-23.
_DAYS, _MONTHS = ("2026-10-14", "2026-11-21", "2026-11-22", "2026-11-23"), ("2026-09", "2026-10", "2026-11")
_SPANS: dict[str, date | int] = {
    "first": date(2026, 11, 22),
    "last": date(2026, 11, 21),
    "min_days": 2,
    "max_days": 1,
    "min_months": 1,
    "max_months": 0,
}
_INDEXES = st.sampled_from([Fraction(10), Fraction(25), Fraction(40)])


def values_of(question: Question) -> list[Value]:
    """Return every value that matters: all there are, or for numbers the limits and a number between each two."""
    match question.type:
        case QuestionType.BOOLEAN:
            return [True, False]
        case QuestionType.CHOICE:
            return list(question.option_ids)
        case QuestionType.CHOICES:
            return list(_sets_of(question))
        case QuestionType.NUMBER:
            return list(_BODY.get(question.id, _STEPS))
        case QuestionType.DATE:
            return [PartialDate.parse(one) for one in (_MONTHS if question.precision else _DAYS)]


def _sets_of(question: Question) -> Iterator[frozenset[str]]:
    together = [option for option in question.option_ids if option not in question.exclusive_ids]
    sizes = range(len(together) + 1)
    yield from map(frozenset, chain.from_iterable(combinations(together, size) for size in sizes))
    yield from (frozenset({alone}) for alone in question.exclusive_ids)


# Banks.

_KINDS = {
    "boolean": boolean("?"),
    "two": choice("?", "x", "y"),
    "three": choice("?", "x", "y", "z"),
    "set": choices("?", "x", "y", exclusive="none"),
    "number": number("?", 0, 2),
    "day": dated("?", DayBound(date(2026, 10, 14)), DayBound(days=0)),
    "month": dated("?", DayBound(date(2026, 9, 14)), DayBound(days=0), months=True),
}


_KIND_NAMES = st.sampled_from(sorted(_KINDS))
_GATED = st.sampled_from([None, BooleanTest("gate", True)])


@st.composite
def banks(draw: st.DrawFn, *, computed: bool = False) -> QuestionBank:
    """Draw a bank of two to five questions, some of which apply only after certain answers to earlier ones."""
    questions: list[Question] = _body(draw) if computed and draw(st.booleans()) else []
    for name in "abcd"[: draw(st.integers(2, 4))]:
        kind = draw(_KIND_NAMES)
        question = replace(_KINDS[kind], id=name, ask_if=_gate(draw, questions))
        if _ways([*questions, question]) <= MOST_WAYS:
            questions.append(question)
    return bank(*draw(st.permutations(questions)))


def _gate(draw: st.DrawFn, questions: list[Question]) -> Rule | None:
    return draw(rules(questions, depth=1)) if questions and draw(st.integers(0, 2)) == 0 else None


def _body(draw: st.DrawFn) -> list[Question]:
    gate = boolean("gate")
    tall = number("height_cm", 100, 200, unit="cm", ask_if=draw(_GATED))
    index = replace(number("bmi"), computed="bmi")
    return [gate, tall, number("weight_kg", 40, 64, unit="kg"), index]


def _ways(questions: list[Question]) -> int:
    return prod(len(values_of(question)) + 1 for question in questions if not question.computed)


# Rules.

Rules = st.SearchStrategy[Rule]
_COMBINING = st.sampled_from(["test", "test", "test", "all", "any", "not", "at_least"])


def rules(questions: Sequence[Question], *, depth: int = 2) -> Rules:
    """Draw a tree of tests; the same question often occurs in several."""
    asked, drawn = st.sampled_from(questions), None
    for _ in range(depth + 1):
        drawn = _tree(asked, drawn)
    assert drawn is not None
    return drawn


@st.composite
def _tree(draw: st.DrawFn, asked: st.SearchStrategy[Question], smaller: Rules | None) -> Rule:
    kind = "test" if smaller is None else draw(_COMBINING)
    if smaller is None or kind == "test":
        return _test(draw, draw(asked))
    if kind == "not":
        return Not(draw(smaller))
    parts = tuple(draw(smaller) for _ in range(draw(st.integers(1, 3))))
    if kind == "at_least":
        return AtLeast(draw(st.integers(1, len(parts))), parts)
    return All(parts) if kind == "all" else Any(parts)


def _test(draw: st.DrawFn, question: Question) -> Test:
    match question.type:
        case QuestionType.BOOLEAN:
            return BooleanTest(question.id, draw(st.booleans()))
        case QuestionType.CHOICE:
            return OptionTest(question.id, draw(_options(question)))
        case QuestionType.CHOICES:
            keys = draw(_SETS)
            return ChoicesTest(question.id, **{key: draw(_options(question)) for key in keys})
        case QuestionType.NUMBER:
            keys = draw(_BOUNDS)
            limits = _INDEXES if question.computed else _LIMITS
            return NumberTest(question.id, **{key: draw(limits) for key in keys})
        case QuestionType.DATE:
            keys = draw(_SOME_SPANS)
            return DateTest(question.id, **{key: _SPANS[key] for key in keys})


_SETS = st.sampled_from(
    [("any_of",), ("all_of",), ("none_of",), ("any_of", "none_of"), ("any_of", "all_of", "none_of")]
)
_BOUNDS = st.sampled_from(
    [("equal",), ("min",), ("max",), ("above",), ("below",), ("min", "max"), ("above", "below"), ("min", "below")]
)
_SOME_SPANS = st.lists(st.sampled_from(sorted(_SPANS)), min_size=1, max_size=2, unique=True)


def _options(question: Question) -> st.SearchStrategy[frozenset[str]]:
    return _SUBSETS[question.option_ids]


_SUBSETS = {
    ids: st.sampled_from([frozenset(some) for size in range(1, len(ids) + 1) for some in combinations(ids, size)])
    for ids in (question.option_ids for question in _KINDS.values() if question.option_ids)
}


# Trials and interviews.


@st.composite
def interviews(draw: st.DrawFn, *, computed: bool = False, flags: bool = True) -> Interview:
    """Draw one to three trials of one to three criteria over one bank, with opening questions and red flags."""
    questions = draw(banks(computed=computed))
    listed = list(questions)
    deep = rules(listed)
    trials = tuple(_trial(draw, deep, name) for name in ["T1", "T2", "T3"][: draw(st.integers(1, 3))])
    if not flags:
        return Interview(questions, trials)
    free = [question.id for question in listed if not question.computed and question.ask_if is None]
    opening = draw(st.lists(st.sampled_from(free), max_size=2, unique=True))
    alarming = draw(st.lists(rules(listed, depth=1), max_size=1))
    return Interview(questions, trials, tuple(opening), tuple(map(_flag, alarming)))


def _flag(rule: Rule) -> RedFlag:
    return RedFlag(rule, Urgency.SEE_DOCTOR, text("See a doctor."))


def _trial(draw: st.DrawFn, deep: Rules, trial_id: str) -> Trial:
    common = [_criterion(draw, deep, str(place)) for place in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 3)):
        return trial(*common, trial_id=trial_id)
    return grouped(*common, cohorts=tuple(_cohort(draw, deep, name) for name in "pq"), trial_id=trial_id)


def _cohort(draw: st.DrawFn, deep: Rules, name: str) -> Cohort:
    """Draw a cohort; few have no rule."""
    own = tuple(_criterion(draw, deep, f"{name}{place}") for place in range(draw(st.integers(1, 2))))
    has_rules = draw(st.integers(0, 4)) > 0
    return Cohort(name, text(name), own if has_rules else tuple(replace(one, rule=None) for one in own))


@st.composite
def trials_with_cohorts(draw: st.DrawFn, questions: QuestionBank) -> Trial:
    """Draw a trial of no or one common criterion and two or three cohorts."""
    deep = rules(list(questions))
    common = [_criterion(draw, deep, str(place)) for place in range(draw(st.integers(0, 1)))]
    return grouped(*common, cohorts=tuple(_cohort(draw, deep, name) for name in "pqr"[: draw(st.integers(2, 3))]))


_EITHER = st.sampled_from([include, exclude])


def _criterion(draw: st.DrawFn, deep: Rules, criterion_id: str) -> Criterion:
    kind = draw(_EITHER)
    return kind(criterion_id, draw(deep))


# People.

Person = Mapping[str, Value | Declined]


@cache
def _replies(values: tuple[Value, ...]) -> st.SearchStrategy[Value | Declined | None]:
    return st.none() | st.sampled_from(list(Declined)) | st.sampled_from(values)


@st.composite
def people(draw: st.DrawFn, questions: QuestionBank) -> Person:
    """Draw a person who answers, declines or leaves out each question, also those that do not apply."""
    person: dict[str, Value | Declined] = {}
    for question in asked_of(questions):
        answer = draw(_replies(tuple(values_of(question))))
        if answer is not None:
            person[question.id] = answer
    return person


def asked_of(questions: QuestionBank) -> list[Question]:
    return [question for question in questions if not question.computed]


def known(questions: QuestionBank, person: Person) -> Facts:
    return Facts(questions, Answers({name: Answer(value, ON) for name, value in person.items()}), ON)


def learning(facts: Facts, question_id: str, value: Value | Declined) -> Facts:
    return Facts(facts.bank, facts.answers.having(question_id, Answer(value, ON)), ON)


# The oracle: every way in which the answers can continue.


@dataclass(frozen=True)
class Ways:
    """The outcome of each way to answer the open questions; None in a way leaves its question open."""

    names: list[str]
    outcomes: Mapping[tuple[Value | None, ...], object]

    def outcomes_reached(self) -> set[object]:
        """Return all outcomes that are still possible."""
        return set(self.outcomes.values())

    def matters(self, name: str) -> bool:
        """Return whether in some way the answer to this question makes a difference."""
        place = self.names.index(name)
        return any(
            way[place] is not None and self.outcomes[(*way[:place], None, *way[place + 1 :])] != outcome
            for way, outcome in self.outcomes.items()
        )

    def needed_for(self, wanted: object) -> frozenset[str]:
        """Return the questions without whose answer some way would not have the wanted outcome."""
        reaching = [way for way, outcome in self.outcomes.items() if outcome == wanted]
        return frozenset(
            name
            for place, name in enumerate(self.names)
            if any(self.outcomes[(*way[:place], None, *way[place + 1 :])] != wanted for way in reaching)
        )


def ways(facts: Facts, outcome) -> Ways:
    """Try every way to answer what is open."""
    open_now = [question for question in asked_of(facts.bank) if question.id not in facts.answers]
    names = [question.id for question in open_now]
    tried = product(*([None, *values_of(question)] for question in open_now))
    return Ways(names, {way: outcome(_going_on(facts, names, way)) for way in tried})


def _going_on(facts: Facts, names: list[str], way: tuple[Value | None, ...]) -> Facts:
    given = {name: Answer(value, ON) for name, value in zip(names, way, strict=True) if value is not None}
    return Facts(facts.bank, Answers({**facts.answers.given, **given}), ON)


def determinations(trials: tuple[Trial, ...], facts: Facts) -> tuple[Determination, ...]:
    return tuple(assess(one, facts).determination for one in trials)
