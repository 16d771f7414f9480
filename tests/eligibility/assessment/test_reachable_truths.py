"""The truths that a rule can still have, and the questions that lead there."""

from fractions import Fraction
from time import process_time

import pytest

from prescreen.eligibility.assessment.reachable_truths import Prospect, prospect
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
)
from tests.eligibility.samples import DO_NOT_KNOW, Given, bank, body, boolean, choice, choices, facts, number

A, B, C = (BooleanTest(name, True) for name in "abc")
NOT_A, NOT_B = BooleanTest("a", False), BooleanTest("b", False)
BANK = bank(
    boolean("a"),
    boolean("b"),
    boolean("c"),
    boolean("d", ask_if=A),
    number("n", 0, 10),
    choice("one", "x", "y", "z"),
    choices("some", "x", "y", "z", exclusive="none"),
)
D = BooleanTest("d", True)
NONE: frozenset[str] = frozenset()


def only(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize(
    ("rule", "given", "to_true", "to_false"),
    [
        (A, {}, only("a"), only("a")),
        (A, {"a": True}, NONE, None),
        (A, {"a": False}, None, NONE),
        (A, {"a": DO_NOT_KNOW}, None, None),
        (Not(A), {"a": True}, None, NONE),
        (All((A, B)), {}, only("a", "b"), only("a", "b")),
        (All((A, B)), {"a": True}, only("b"), only("b")),
        (All((A, B)), {"a": False}, None, NONE),
        (All((A, B)), {"a": DO_NOT_KNOW}, None, only("b")),
        (Any((A, B)), {"a": DO_NOT_KNOW}, only("b"), None),
        (Any((A, B)), {"a": True}, NONE, None),
        (AtLeast(2, (A, B, C)), {"a": DO_NOT_KNOW}, only("b", "c"), only("b", "c")),
        (AtLeast(2, (A, B, C)), {"a": DO_NOT_KNOW, "b": True}, only("c"), None),
        (AtLeast(2, (A, B, C)), {"a": DO_NOT_KNOW, "b": False}, None, only("c")),
        (D, {}, only("a", "d"), only("a", "d")),
        (D, {"a": True}, only("d"), only("d")),
        (D, {"a": False}, None, NONE),
        (D, {"a": DO_NOT_KNOW}, None, None),
        (D, {"d": DO_NOT_KNOW}, None, only("a")),
        (D, {"d": True}, only("a"), only("a")),
        (D, {"d": False}, None, only("a")),
        (Not(D), {"d": DO_NOT_KNOW}, only("a"), None),
    ],
)
def test_where_each_question_stands_once(
    rule: Rule, given: dict[str, Given], to_true: frozenset[str] | None, to_false: frozenset[str] | None
) -> None:
    assert prospect(rule, facts(BANK, **given)) == Prospect(to_true, to_false)


@pytest.mark.parametrize(
    ("rule", "to_true", "to_false"),
    [
        (All((A, NOT_A)), None, only("a")),
        (Any((A, NOT_A)), only("a"), None),
        (All((A, Not(A))), None, only("a")),
        (Any((All((A, B)), All((NOT_A, B)))), only("a", "b"), only("b")),
        (AtLeast(2, (A, NOT_A, B)), only("a", "b"), only("a", "b")),
        (All((A, D)), only("a", "d"), only("a", "d")),
        (All((NOT_A, D)), None, only("a")),
        (All((NOT_A, Not(D))), only("a"), only("a")),
        (All((NumberTest("n", below=Fraction(3)), NumberTest("n", above=Fraction(3)))), None, only("n")),
        (All((NumberTest("n", max=Fraction(3)), NumberTest("n", min=Fraction(3)))), only("n"), only("n")),
        (All((NumberTest("n", above=Fraction(3)), NumberTest("n", below=Fraction(4)))), only("n"), only("n")),
        (All((OptionTest("one", only("x", "y")), OptionTest("one", only("y", "z")))), only("one"), only("one")),
        (All((OptionTest("one", only("x")), OptionTest("one", only("z")))), None, only("one")),
        (Any((OptionTest("one", only("x", "y")), OptionTest("one", only("z")))), only("one"), None),
        (
            All((ChoicesTest("some", any_of=only("x")), ChoicesTest("some", any_of=only("none")))),
            None,
            only("some"),
        ),
        (
            All((ChoicesTest("some", any_of=only("x", "y")), ChoicesTest("some", none_of=only("x")))),
            only("some"),
            only("some"),
        ),
        (
            All((ChoicesTest("some", all_of=only("x", "y")), ChoicesTest("some", none_of=only("y", "z")))),
            None,
            only("some"),
        ),
    ],
)
def test_where_a_question_stands_more_than_once(
    rule: Rule, to_true: frozenset[str] | None, to_false: frozenset[str] | None
) -> None:
    assert prospect(rule, facts(BANK)) == Prospect(to_true, to_false)


@pytest.mark.parametrize(
    ("rule", "to_true", "to_false"),
    [
        (NumberTest("n", max=Fraction(10)), True, False),
        (NumberTest("n", above=Fraction(10)), False, True),
        (NumberTest("n", below=Fraction(0)), False, True),
        (NumberTest("n", min=Fraction(10)), True, True),
        (NumberTest("n", above=Fraction(4), below=Fraction(4)), False, True),
        (OptionTest("one", only("x", "y", "z")), True, False),
        (ChoicesTest("some", any_of=only("x"), none_of=only("x")), False, True),
        (ChoicesTest("some", all_of=only("x", "none")), False, True),
        (ChoicesTest("some", any_of=only("none"), none_of=only("x", "y", "z")), True, True),
        (ChoicesTest("some", any_of=only("x", "y", "z", "none")), True, True),
        (ChoicesTest("some", all_of=only("x", "y"), any_of=only("z")), True, True),
    ],
)
def test_a_test_may_be_unable_to_hold_or_to_fail(rule: Rule, to_true: bool, to_false: bool) -> None:
    can = prospect(rule, facts(BANK))

    assert (can.to_true is not None, can.to_false is not None) == (to_true, to_false)


def test_the_condition_of_a_question_may_name_one_question_twice() -> None:
    impossible = All((A, Any((B, NOT_A)), NOT_B))
    questions = bank(boolean("a"), boolean("b"), boolean("d", ask_if=impossible))

    assert prospect(D, facts(questions)).to_true is None


@pytest.mark.parametrize(
    ("given", "to_true", "to_false"),
    [
        ({}, only("height_cm", "weight_kg"), only("height_cm", "weight_kg")),
        ({"height_cm": 160}, only("weight_kg"), only("weight_kg")),
        ({"height_cm": DO_NOT_KNOW}, None, None),
        ({"height_cm": 160, "weight_kg": DO_NOT_KNOW}, None, None),
        ({"height_cm": 160, "weight_kg": 64}, NONE, None),
        ({"height_cm": 160, "weight_kg": 65}, None, NONE),
    ],
)
def test_a_computed_question_is_open_through_its_inputs(
    given: dict[str, Given], to_true: frozenset[str] | None, to_false: frozenset[str] | None
) -> None:
    rule = NumberTest("bmi", max=Fraction(25))

    assert prospect(rule, facts(body(), **given)) == Prospect(to_true, to_false)


def test_a_computed_question_can_come_to_apply_after_its_inputs_were_answered() -> None:
    questions = body(number("height_cm", unit="cm", ask_if=A), None, boolean("a"))

    can = prospect(NumberTest("bmi", max=Fraction(25)), facts(questions, height_cm=160, weight_kg=64))

    assert can == Prospect(only("a"), only("a"))


@pytest.mark.parametrize("key", ["any_of", "all_of", "none_of"])
def test_a_test_of_forty_options_takes_a_moment(key: str) -> None:
    options = tuple(f"o{place}" for place in range(40))
    questions = bank(choices("ill", *options, exclusive="none"))
    rule = ChoicesTest("ill", **{key: frozenset(options[:20])})
    started = process_time()

    assert prospect(rule, facts(questions)) == Prospect(only("ill"), only("ill"))
    assert process_time() - started < 0.5


def test_many_tests_of_one_long_question_take_a_moment() -> None:
    options = tuple(f"o{place}" for place in range(40))
    questions = bank(choices("ill", *options, exclusive="none"))
    parts = tuple(Not(ChoicesTest("ill", any_of=frozenset(options[at : at + 8]))) for at in range(0, 40, 2))
    started = process_time()

    assert prospect(All(parts), facts(questions)) == Prospect(only("ill"), only("ill"))
    assert process_time() - started < 1
