"""One rule over columns, in polars, against the plain evaluator person by person; a broken engine is found out."""

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.cohort import TooFineError, judging
from prescreen.eligibility.criteria.questions import Growth, Question, QuestionBank
from prescreen.eligibility.criteria.rules import (
    AtLeast,
    BooleanTest,
    ChoicesTest,
    NumberTest,
    OptionTest,
    Rule,
    evaluate,
)
from prescreen.eligibility.criteria.truth import Truth
from prescreen.storage.cohort import polars_engine
from prescreen.storage.cohort.engines import BLOCKERS, FITS
from prescreen.storage.cohort.polars_engine import PolarsColumns
from tests.eligibility.samples import ON, answers, bank, body, boolean, choice, choices, number, requiring
from tests.storage.crowds import DAYS, Crowd, crowds, truths

KEYS = ("equal", "min", "max", "above", "below")
KLEENE = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}
STEADY = settings(
    max_examples=min(150, settings().max_examples),
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def in_polars(crowd: Crowd) -> dict[str, list[bool | None]]:
    rows = polars_engine.judged(crowd.frame(), judging(crowd.trial, crowd.bank, ON, polars_engine.PolarsColumns()))
    return truths(rows, len(crowd.trial.ruled))


def plainly(crowd: Crowd) -> dict[str, list[bool | None]]:
    people = crowd.plainly()
    return {str(row): [KLEENE[one.permits] for one in person.findings] for row, person in enumerate(people)}


def judged_alone(rule: Rule, questions: QuestionBank, given: Answers) -> bool | None:
    return in_polars(Crowd(questions, requiring(rule), [given]))["0"][0]


@STEADY
@given(crowds())
def test_polars_finds_what_the_plain_evaluator_finds(crowd: Crowd) -> None:
    assert in_polars(crowd) == plainly(crowd)


UNITS = [("d", ("wk", "mo", "a")), ("kg", ("[lb_av]",)), ("/wk", ("/d", "/a")), (None, ()), ("{score_0_10}", ("mm",))]
SIXTH = Fraction(1, 10**6)
LIMITS = st.fractions(min_value=-50, max_value=400, max_denominator=10**9)


@STEADY
@example(("d", ("mo",)), None, Fraction(42), Fraction(42), ON)
@example(("a", ()), Growth.YEARLY, Fraction(17), Fraction(18), ON)
@given(
    st.sampled_from(UNITS),
    st.sampled_from([None, Growth.DAILY, Growth.MONTHLY, Growth.YEARLY]),
    st.one_of(st.decimals(0, 300, places=6).map(Fraction), st.integers(0, 300).map(Fraction)),
    LIMITS | st.none(),
    st.sampled_from(DAYS),
)
def test_a_number_beside_a_limit_is_never_rounded(
    units: tuple[str | None, tuple[str, ...]],
    grows: Growth | None,
    value: Fraction,
    limit: Fraction | None,
    day: object,
) -> None:
    unit, offered = units
    timed = grows if unit == "d" else None
    question = Question("n", number("n").type, number("n").ask, unit=unit, units=offered, grows=timed)
    given = Answers({"n": Answer(value, day)})
    facts = Facts(bank(question), given, ON)
    edge = facts.value("n") if limit is None else limit

    limits = [edge - SIXTH / 7, edge, edge + SIXTH / 7]
    crowd = Crowd(
        bank(question), requiring(*(NumberTest("n", **{key: one}) for key in KEYS for one in limits)), [given]
    )
    assert in_polars(crowd) == plainly(crowd)


@STEADY
@example(Fraction("65.5"), Fraction(65), ON)
@given(st.decimals(0, 120, places=2).map(Fraction), st.fractions(0, 120, max_denominator=4), st.sampled_from(DAYS))
def test_an_age_is_judged_by_completed_years_though_it_was_kept_with_a_fraction(
    age: Fraction, limit: Fraction, day: object
) -> None:
    questions = bank(number("age", 0, 120, unit="a", grows=Growth.YEARLY))
    given = Answers({"age": Answer(age, day)})

    crowd = Crowd(questions, requiring(*(NumberTest("age", **{key: limit}) for key in KEYS)), [given])
    assert in_polars(crowd) == plainly(crowd)


@STEADY
@given(
    st.decimals(100, 250, places=2).map(Fraction), st.decimals(25, 350, places=2).map(Fraction), LIMITS, st.booleans()
)
@example(Fraction(160), Fraction(64), Fraction(25), False)
@example(Fraction(160), Fraction(64), Fraction(25), True)
def test_a_body_mass_index_at_its_limit_is_never_rounded(
    height: Fraction, weight: Fraction, limit: Fraction, exactly: bool
) -> None:
    tall = Question("height_cm", number("n").type, number("n").ask, unit="cm", units=("cm", "[in_i]"))
    heavy = Question("weight_kg", number("n").type, number("n").ask, unit="kg", units=("kg", "[lb_av]"))
    questions = body(tall, heavy)
    given = answers(height_cm=height, weight_kg=weight)
    facts = Facts(questions, given, ON)
    edge = facts.value("bmi") if exactly else limit

    crowd = Crowd(questions, requiring(*(NumberTest("bmi", **{key: edge}) for key in KEYS)), [given])
    try:
        assert in_polars(crowd) == plainly(crowd)
    except TooFineError:
        assert edge.denominator > 10**6


def test_an_index_without_height_is_unknown() -> None:
    questions = body(number("height_cm", unit="cm"), number("weight_kg", unit="kg"))

    assert judged_alone(NumberTest("bmi", min=Fraction(20)), questions, answers(height_cm=0, weight_kg=60)) is None


@pytest.mark.parametrize("ticked", [{"o0"}, {"o61"}, {"o62"}, {"o0", "o99"}, set()])
def test_a_question_may_have_more_options_than_a_number_has_bits(ticked: set[str]) -> None:
    questions = bank(choices("c", *(f"o{place}" for place in range(100))))
    given = answers(c=ticked)
    facts = Facts(questions, given, ON)

    for key in ("any_of", "all_of", "none_of"):
        for wanted in (frozenset({"o0"}), frozenset({"o62", "o99"}), frozenset({"o0", "o99"}), frozenset()):
            rule = ChoicesTest("c", **{key: wanted})
            assert judged_alone(rule, questions, given) is KLEENE[evaluate(rule, facts)]


def test_a_gate_that_is_unknown_leaves_a_test_unknown_that_would_fail() -> None:
    questions = bank(boolean("gate"), boolean("q", ask_if=BooleanTest("gate", expected=True)))

    assert judged_alone(BooleanTest("q", expected=True), questions, answers(q=False)) is None
    assert judged_alone(BooleanTest("q", expected=True), questions, answers(q=True, gate=False)) is False


def test_an_answer_whose_question_changed_since_is_unknown() -> None:
    then, now = bank(choice("sex", "female", "male")), bank(choice("sex", "female", "male", "other"))
    rule = OptionTest("sex", frozenset({"male"}))
    crowd = Crowd(then, requiring(rule), [answers(sex="male")])

    assert in_polars(crowd) == {"0": [True]}
    assert in_polars(Crowd(now, crowd.trial, crowd.people, packed_by=then)) == {"0": [None]}


def test_rules_without_parts_are_judged_for_everybody() -> None:
    questions = bank(boolean("q"))
    crowd = Crowd(questions, requiring(AtLeast(0, ()), AtLeast(1, ())), [answers(), answers(q=True)])

    assert in_polars(crowd) == plainly(crowd) == {"0": [True, False], "1": [True, False]}


@pytest.mark.parametrize("value", [Fraction(1, 7), Fraction(1, 10**9), Fraction(10**20), Fraction(121)])
def test_a_number_that_no_column_holds_leaves_its_row_to_the_plain_evaluator(value: Fraction) -> None:
    crowd = Crowd(bank(number("age", 0, 120)), requiring(NumberTest("age", min=Fraction(18))), [answers(age=value)])

    columns = crowd.columns()

    assert (columns.left.tolist(), columns.rows.tolist(), crowd.frame().height) == ([0], [], 0)


def test_people_of_whom_there_are_none_are_judged() -> None:
    crowd = Crowd(bank(boolean("q")), requiring(BooleanTest("q", expected=True)), [])

    assert in_polars(crowd) == {}


@pytest.mark.parametrize("people", [0, 3])
def test_a_trial_without_rules_fits_everyone(people: int) -> None:
    crowd = Crowd(bank(boolean("q")), requiring(), [answers()] * people)

    rows = polars_engine.judged(crowd.frame(), judging(crowd.trial, crowd.bank, ON, polars_engine.PolarsColumns()))

    assert (rows[FITS].to_list(), rows[BLOCKERS].to_list()) == ([True] * people, [0] * people)


# A broken engine is found out.


def _two_valued(dialect: PolarsColumns, column: pl.Expr, numbers: tuple[int, ...]) -> pl.Expr:
    return UNBROKEN.among(dialect, column, numbers).fill_null(value=False)


UNBROKEN = SimpleNamespace(
    **{name: getattr(PolarsColumns, name) for name in ("among", "bits", "calendar", "count", "days", "whole")}
)
BROKEN: dict[str, tuple[str, Callable[..., object]]] = {
    "a choice that is unknown fails": ("among", _two_valued),
    "an option is forgotten": ("bits", lambda self, column, mask: UNBROKEN.bits(self, column, mask & mask - 1)),
    "what is unknown counts as certain": (
        "count",
        lambda self, column, *, unknown: UNBROKEN.count(self, column, unknown=True),
    ),
    "limits of an index are one step off": ("whole", lambda self, number: UNBROKEN.whole(self, number + 1)),
    "days are one off": ("days", lambda self, column: UNBROKEN.days(self, column) + 1),
    "months are one off": ("calendar", lambda self, column: (*UNBROKEN.calendar(self, column)[:2], pl.lit(0))),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_engine_that_is_broken_is_convicted(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, wrong = BROKEN[broken]
    many = settings(max_examples=2_000, derandomize=True, phases=[Phase.generate], database=None)

    monkeypatch.setattr(PolarsColumns, name, wrong)

    assert find(crowds(), lambda crowd: in_polars(crowd) != plainly(crowd), settings=many)
