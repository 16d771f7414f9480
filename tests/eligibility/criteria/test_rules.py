"""Each kind of test at its limits, with unknown values and with questions that do not apply."""

from fractions import Fraction

import pytest

from prescreen.eligibility.criteria import rules
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
    evaluate,
    questions_in,
)
from prescreen.eligibility.criteria.truth import Truth
from tests.eligibility.samples import DO_NOT_KNOW, RATHER_NOT_SAY, Given, bank, boolean, choice, choices, facts, number

BANK = bank(
    boolean("smokes"),
    choice("sex", "female", "male", "intersex"),
    choices(
        "pregnancy",
        "pregnant",
        "feeding",
        "planning",
        exclusive="none",
        ask_if=OptionTest("sex", frozenset({"female"})),
    ),
    number("age", 0, 120),
)
AGE = NumberTest("age", min=Fraction(18))
PREGNANT = ChoicesTest("pregnancy", any_of=frozenset({"pregnant"}))


@pytest.mark.parametrize(
    ("expected", "given", "truth"),
    [(True, True, "true"), (True, False, "false"), (False, False, "true"), (False, True, "false")],
)
def test_a_boolean_test_compares(expected: bool, given: bool, truth: str) -> None:
    assert evaluate(BooleanTest("smokes", expected), facts(BANK, smokes=given)) is Truth(truth)


@pytest.mark.parametrize(
    ("options", "given", "truth"),
    [
        ({"male"}, "male", "true"),
        ({"male"}, "female", "false"),
        ({"male", "intersex"}, "intersex", "true"),
        ({"male", "intersex"}, "female", "false"),
    ],
)
def test_an_option_test_holds_for_any_of_its_options(options: set[str], given: str, truth: str) -> None:
    assert evaluate(OptionTest("sex", frozenset(options)), facts(BANK, sex=given)) is Truth(truth)


@pytest.mark.parametrize(
    ("key", "options", "given", "truth"),
    [
        ("any_of", {"pregnant", "feeding"}, {"feeding", "planning"}, "true"),
        ("any_of", {"pregnant", "feeding"}, {"planning"}, "false"),
        ("any_of", {"pregnant"}, set(), "false"),
        ("all_of", {"pregnant", "feeding"}, {"pregnant", "feeding", "planning"}, "true"),
        ("all_of", {"pregnant", "feeding"}, {"pregnant"}, "false"),
        ("all_of", {"pregnant"}, set(), "false"),
        ("none_of", {"pregnant", "feeding"}, {"planning"}, "true"),
        ("none_of", {"pregnant", "feeding"}, {"planning", "pregnant"}, "false"),
        ("none_of", {"pregnant"}, set(), "true"),
        ("any_of", {"none"}, {"none"}, "true"),
    ],
)
def test_a_choices_test_looks_at_the_ticked_set(key: str, options: set[str], given: set[str], truth: str) -> None:
    rule = ChoicesTest("pregnancy", **{key: frozenset(options)})

    assert evaluate(rule, facts(BANK, sex="female", pregnancy=given)) is Truth(truth)


@pytest.mark.parametrize(
    ("given", "truth"),
    [({"planning"}, "true"), ({"planning", "feeding"}, "false"), ({"feeding"}, "false"), (set(), "false")],
)
def test_several_sets_in_one_choices_test_must_all_hold(given: set[str], truth: str) -> None:
    rule = ChoicesTest("pregnancy", any_of=frozenset({"planning"}), none_of=frozenset({"feeding"}))

    assert evaluate(rule, facts(BANK, sex="female", pregnancy=given)) is Truth(truth)


EDGES = [
    ("equal", "18", "true"),
    ("equal", "18.000001", "false"),
    ("min", "18", "true"),
    ("min", "17.999999", "false"),
    ("max", "18", "true"),
    ("max", "18.000001", "false"),
    ("above", "18", "false"),
    ("above", "18.000001", "true"),
    ("below", "18", "false"),
    ("below", "17.999999", "true"),
]


@pytest.mark.parametrize(("limit", "given", "truth"), EDGES)
def test_limits_are_inclusive_or_not_as_they_say(limit: str, given: str, truth: str) -> None:
    rule = NumberTest("age", **{limit: Fraction(18)})

    assert evaluate(rule, facts(BANK, age=Fraction(given))) is Truth(truth)


@pytest.mark.parametrize(("given", "truth"), [(17, "false"), (18, "true"), (69, "true"), (70, "false")])
def test_several_limits_must_all_hold(given: int, truth: str) -> None:
    assert evaluate(NumberTest("age", min=Fraction(18), below=Fraction(70)), facts(BANK, age=given)) is Truth(truth)


def test_a_limit_of_zero_is_a_limit() -> None:
    assert evaluate(NumberTest("age", max=Fraction(0)), facts(BANK, age=1)) is Truth.FALSE
    assert evaluate(NumberTest("age", equal=Fraction(0)), facts(BANK, age=1)) is Truth.FALSE
    assert NumberTest("age", max=Fraction(0)).limits == (0,)


@pytest.mark.parametrize("given", [{}, {"age": DO_NOT_KNOW}, {"age": RATHER_NOT_SAY}])
@pytest.mark.parametrize("rule", [AGE, Not(AGE), NumberTest("age", equal=Fraction(3)), All((AGE,)), Any((AGE,))])
def test_a_test_without_a_value_is_unknown(rule: Rule, given: dict[str, Given]) -> None:
    assert evaluate(rule, facts(BANK, **given)) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (PREGNANT, "false"),
        (Not(PREGNANT), "true"),
        (ChoicesTest("pregnancy", none_of=frozenset({"pregnant"})), "false"),
        (Not(ChoicesTest("pregnancy", none_of=frozenset({"pregnant"}))), "true"),
        (Not(Not(PREGNANT)), "false"),
        (AtLeast(1, (PREGNANT, Not(PREGNANT))), "true"),
    ],
)
def test_a_test_that_does_not_apply_is_false_and_its_negation_true(rule: Rule, truth: str) -> None:
    assert evaluate(rule, facts(BANK, sex="male")) is Truth(truth)


@pytest.mark.parametrize("sex", [None, DO_NOT_KNOW, RATHER_NOT_SAY])
def test_a_test_is_unknown_where_it_is_unknown_whether_it_applies(sex: Given | None) -> None:
    given = {} if sex is None else {"sex": sex}

    assert evaluate(PREGNANT, facts(BANK, pregnancy={"pregnant"}, **given)) is Truth.UNKNOWN
    assert evaluate(Not(PREGNANT), facts(BANK, pregnancy={"pregnant"}, **given)) is Truth.UNKNOWN


def test_an_answer_to_a_question_that_does_not_apply_is_ignored() -> None:
    assert evaluate(PREGNANT, facts(BANK, sex="male", pregnancy={"pregnant"})) is Truth.FALSE


@pytest.mark.parametrize(
    ("count", "given", "truth"),
    [
        (2, {"smokes": True, "age": 20}, "true"),
        (2, {"smokes": True}, "unknown"),
        (2, {"smokes": False, "sex": "female"}, "false"),
        (3, {"smokes": True, "age": 20}, "unknown"),
        (3, {"age": 10}, "false"),
        (1, {"smokes": False, "age": 10}, "unknown"),
    ],
)
def test_at_least_counts_what_is_and_what_can_still_be(count: int, given: dict[str, Given], truth: str) -> None:
    rule = AtLeast(count, (BooleanTest("smokes", True), AGE, OptionTest("sex", frozenset({"male"}))))

    assert evaluate(rule, facts(BANK, **given)) is Truth(truth)


def test_a_known_part_can_settle_a_rule_whose_other_parts_are_unknown() -> None:
    known = facts(BANK, smokes=True)

    assert evaluate(Any((AGE, BooleanTest("smokes", True))), known) is Truth.TRUE
    assert evaluate(All((AGE, BooleanTest("smokes", False))), known) is Truth.FALSE


def test_the_tests_of_a_tree_come_in_the_authors_order() -> None:
    smokes = BooleanTest("smokes", True)
    rule = All((Not(AGE), Any((smokes, AtLeast(1, (PREGNANT, AGE))))))

    assert list(rules.tests_in(rule)) == [AGE, smokes, PREGNANT, AGE]
    assert questions_in(rule) == ("age", "smokes", "pregnancy")


@pytest.mark.parametrize("rule", [AGE, PREGNANT])
def test_a_value_of_another_type_is_a_fault_of_the_caller(rule: NumberTest | ChoicesTest) -> None:
    with pytest.raises(TypeError, match=rule.question):
        rule.holds(True)
