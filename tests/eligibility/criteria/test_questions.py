"""The values that a question can have, and the dependencies between questions."""

from dataclasses import replace
from fractions import Fraction
from time import process_time

import pytest

from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, Range, ValueRefusedError, plain
from prescreen.eligibility.criteria.rules import All, BooleanTest, Value
from prescreen.eligibility.criteria.text import Text
from tests.eligibility.samples import ON, bank, body, boolean, choice, choices, number

SMOKES = boolean("smokes")
SEX = choice("sex", "female", "male")
SIGNS = choices("signs", "fever", "weakness", exclusive="none")
AGE = number("age", 0, 120, unit="a")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (SMOKES, False),
        (SEX, "male"),
        (SIGNS, frozenset()),
        (SIGNS, frozenset({"fever", "weakness"})),
        (SIGNS, frozenset({"none"})),
        (AGE, Fraction(0)),
        (AGE, Fraction(120)),
        (number("any"), Fraction(-(10**15))),
    ],
)
def test_a_value_of_the_right_type_is_accepted(question: Question, value: Value) -> None:
    assert accept(question, value, ON) == value


@pytest.mark.parametrize(
    ("question", "value", "problem"),
    [
        (SMOKES, "true", "true or false"),
        (SMOKES, Fraction(1), "true or false"),
        (SEX, "other", "'other' is not one of its options: female, male"),
        (SEX, frozenset({"male"}), "not one of its options"),
        (SEX, True, "not one of its options"),
        (SIGNS, "fever", "a list"),
        (SIGNS, frozenset({"cough"}), "'cough' is not one of its options"),
        (SIGNS, frozenset({"none", "fever"}), "'none' cannot be chosen with others"),
        (AGE, True, "a number"),
        (AGE, "44", "a number"),
        (AGE, Fraction(-1, 1000), "outside 0 to 120 a"),
        (AGE, Fraction(121), "121 lies outside 0 to 120 a"),
        (number("score", 0, 10), Fraction(10_001, 1000), "10.001 lies outside 0 to 10"),
        (number("least", 5, None), Fraction(4), "at least 5"),
        (number("most", None, 0), Fraction(1), "at most 0"),
    ],
)
def test_any_other_value_is_refused_with_a_reason(question: Question, value: Value, problem: str) -> None:
    with pytest.raises(ValueRefusedError, match=problem) as error:
        accept(question, value, ON)

    assert error.value.question_id == question.id


def test_a_computed_question_takes_no_answer() -> None:
    with pytest.raises(ValueRefusedError, match="worked out"):
        accept(body()["bmi"], Fraction(25), ON)


def test_what_a_question_depends_on_is_reached_first_and_once() -> None:
    a, b = boolean("a"), boolean("b", ask_if=BooleanTest("a", True))
    c = boolean("c", ask_if=BooleanTest("b", True))

    assert bank(c, b, a).reached_from(("c", "a", "b")) == ("a", "b", "c")


def test_a_computed_question_reaches_its_inputs_and_their_conditions() -> None:
    weight = number("weight_kg", ask_if=BooleanTest("has_scales", True))

    reached = body(None, weight, boolean("has_scales")).reached_from(("bmi",))

    assert reached == ("height_cm", "has_scales", "weight_kg", "bmi")


def test_a_question_applies_under_its_own_condition_and_those_of_what_it_is_computed_from() -> None:
    has_scales, weighed = BooleanTest("has_scales", True), BooleanTest("was_weighed", True)
    scales = boolean("has_scales", ask_if=weighed)

    questions = body(None, number("weight_kg", ask_if=has_scales), scales, boolean("was_weighed"))

    assert {one.id: questions.gates_of(one.id) for one in questions} == {
        "height_cm": (),
        "weight_kg": (has_scales,),
        "bmi": (has_scales,),
        "has_scales": (weighed,),
        "was_weighed": (),
    }


def test_what_is_reached_takes_a_moment_where_each_question_depends_on_two_others() -> None:
    def both(place: int) -> All:
        return All((BooleanTest(f"q{place - 2}", True), BooleanTest(f"q{place - 1}", True)))

    gated = [boolean(f"q{place}", ask_if=both(place)) for place in range(2, 28)]
    questions = bank(boolean("q0"), boolean("q1"), *gated)

    started = process_time()
    reached = questions.reached_from(("q27",))

    assert process_time() - started < 0.2
    assert sorted(reached) == sorted(f"q{place}" for place in range(28))


@pytest.mark.parametrize(
    ("number", "written"),
    [("42", "42"), ("-7", "-7"), ("5/2", "2.5"), ("1/3", "0.333333"), ("100", "100"), ("1/8", "0.125"), ("0", "0")],
)
def test_numbers_are_written_the_short_way(number: str, written: str) -> None:
    assert plain(Fraction(number)) == written


def test_a_range_may_lack_either_end() -> None:
    assert Fraction(10**9) in Range(min=Fraction(0))
    assert Fraction(-1) not in Range(min=Fraction(0))
    assert Fraction(-(10**9)) in Range(max=Fraction(0))
    assert Fraction(5) in Range()


def test_the_bank_knows_its_questions_by_id() -> None:
    questions = bank(SMOKES, AGE)

    assert "age" in questions
    assert "height" not in questions
    assert [question.id for question in questions] == ["smokes", "age"]
    with pytest.raises(KeyError):
        SEX.option("other")


def test_answers_stand_by_page_in_the_order_of_the_bank_and_none_is_lost() -> None:
    zone, ache, age, sex = (boolean("zone"), boolean("ache"), number("age"), boolean("sex"))
    asked = bank(replace(zone, together="where"), age, replace(ache, together="where"), sex)

    assert asked.by_page({"sex", "ache", "gone", "age", "zone"}) == [("zone", "ache"), ("age",), ("sex",), ("gone",)]
    assert asked.by_page(["ache", "b", "a"]) == [("ache",), ("a",), ("b",)]
    assert asked.by_page(()) == []


def test_answers_stand_under_the_headings_of_their_pages_and_those_without_one_together() -> None:
    where = Text({"en": "Where it hurts"})
    zone, ache = (replace(boolean(name), together="where") for name in ("zone", "ache"))
    asked = bank(boolean("sex"), replace(zone, page_title=where), boolean("smokes"), ache)

    others = ("sex", "smokes", "gone")
    assert asked.by_heading(["ache", "gone", "smokes", "sex"]) == [(where, ("ache",)), (None, others)]
    assert asked.by_heading(["zone"]) == [(where, ("zone",))]
    assert asked.by_heading(()) == []
