"""One rule over columns, in polars and in bit planes, against the plain evaluator person by person."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
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
from prescreen.storage.cohort.bitsets import engine
from tests.eligibility.samples import ON, answers, bank, body, boolean, choice, choices, number, requiring
from tests.storage.crowds import DAYS, Crowd, crowds, truths, truths_in_planes

KEYS = ("equal", "min", "max", "above", "below")
KLEENE = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}
STEADY = settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def in_polars(crowd: Crowd) -> dict[str, list[bool | None]]:
    rows = polars_engine.judged(crowd.frame(), judging(crowd.trial, crowd.bank, ON, polars_engine.PolarsColumns()))
    return truths(rows, len(crowd.trial.ruled))


def in_planes(crowd: Crowd) -> dict[str, list[bool | None]]:
    rows = engine.judged(crowd.planes(), judging(crowd.trial, crowd.bank, ON, engine.PlaneColumns()))
    return truths_in_planes(crowd, rows, len(crowd.trial.ruled))


def in_columns(crowd: Crowd) -> dict[str, list[bool | None]]:
    """Return what both engines find, which must be the same row by row."""
    found = in_polars(crowd)
    assert in_planes(crowd) == found
    return found


def plainly(crowd: Crowd) -> dict[str, list[bool | None]]:
    people = crowd.plainly()
    return {str(row): [KLEENE[one.permits] for one in person.findings] for row, person in enumerate(people)}


def judged_alone(rule: Rule, questions: QuestionBank, given: Answers) -> bool | None:
    return in_columns(Crowd(questions, requiring(rule), [given]))["0"][0]


@STEADY
@given(crowds())
def test_polars_finds_what_the_plain_evaluator_finds(crowd: Crowd) -> None:
    assert in_polars(crowd) == plainly(crowd)


@STEADY
@given(crowds(most_people=4), st.integers(1, 40))
def test_bit_planes_find_what_the_plain_evaluator_finds_however_many_the_people(crowd: Crowd, times: int) -> None:
    many = crowd.repeated(times)

    assert list(in_planes(many).values()) == list(plainly(crowd).values()) * times


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
    assert in_columns(crowd) == plainly(crowd)


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
        assert in_columns(crowd) == plainly(crowd)
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

    assert in_columns(crowd) == {"0": [True]}
    assert in_columns(Crowd(now, crowd.trial, crowd.people, packed_by=then)) == {"0": [None]}


def test_rules_without_parts_are_judged_for_everybody() -> None:
    questions = bank(boolean("q"))
    crowd = Crowd(questions, requiring(AtLeast(0, ()), AtLeast(1, ())), [answers(), answers(q=True)])

    assert in_columns(crowd) == plainly(crowd) == {"0": [True, False], "1": [True, False]}


@pytest.mark.parametrize("value", [Fraction(1, 7), Fraction(1, 10**9), Fraction(10**20), Fraction(121)])
def test_a_number_that_no_column_holds_leaves_its_row_to_the_plain_evaluator(value: Fraction) -> None:
    crowd = Crowd(bank(number("age", 0, 120)), requiring(NumberTest("age", min=Fraction(18))), [answers(age=value)])

    columns = crowd.columns()

    assert (columns.left.tolist(), columns.rows.tolist(), crowd.frame().height, crowd.planes().size) == ([0], [], 0, 0)
