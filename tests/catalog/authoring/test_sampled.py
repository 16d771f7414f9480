"""What is drawn for hand-checking hangs on the criterion alone, and is shown with its rule as files hold it."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.rules import All, NumberTest
from prescreen.eligibility.criteria.trials import Kind
from tests.catalog.authoring.sampled import Ruled, drawn, table

ADULT = NumberTest("age", min=Fraction(18))


def ruled(number: int) -> Ruled:
    return Ruled(f"trials/{number:03}.json", Kind.EXCLUSION, f"words {number}", ADULT, True)


@given(st.sets(st.integers(0, 200), min_size=20), st.integers(0, 200))
def test_what_is_drawn_stays_drawn_where_another_criterion_goes(numbers: set[int], gone: int) -> None:
    before = drawn([ruled(number) for number in sorted(numbers)], 10)
    after = drawn([ruled(number) for number in sorted(numbers - {gone})], 10)

    assert len(before) == 10
    assert {one for one in before if one != ruled(gone)} <= set(after)


def test_the_table_says_record_words_rule_and_whether_it_is_exact() -> None:
    weeks = NumberTest("pain_duration", min=Fraction(42))
    part = Ruled("trials/1.json", Kind.INCLUSION, "Adults in pain", All((ADULT, weeks)), False)

    assert list(table([part]))[2:] == [
        "| trials/1.json | inclusion | Adults in pain | {age: {min: 18}, pain_duration: {min: 6 wk}} | part |"
    ]
