"""What is drawn for hand-checking hangs on the criterion alone, and rules are written as the reader reads them."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.base.yaml_documents import Document
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.rules import All, AtLeast, BooleanTest, NumberTest
from prescreen.eligibility.criteria.trials import Kind
from tests.catalog.authoring.rule_data import data_of
from tests.catalog.authoring.sampled import Ruled, drawn, table

ON = date(2026, 11, 29)
GOUT = BooleanTest("gout", True)


def ruled(number: int) -> Ruled:
    return Ruled(f"trials/{number:03}.json", Kind.EXCLUSION, f"words {number}", GOUT, True)


def test_every_shipped_rule_is_read_again_from_its_data():
    catalog = load_to_judge(SHIPPED_CRITERIA, ON)
    rules = [one.rule for trial in catalog.trials.values() for one in trial.criteria if one.rule is not None]
    for rule in rules:
        document = Document("rule", data=dict(data_of(rule)))

        assert RuleReader(document, catalog.bank.questions).rule(document.data, ()) == rule, document.faults
    assert len(rules) > 250


def test_a_number_of_rules_and_a_fraction_of_a_day_are_written_in_full():
    rule = AtLeast(1, (GOUT, NumberTest("pain", min=Fraction(2922, 32), below=Fraction(7))))

    assert data_of(rule) == {
        "at_least": {"count": "1", "of": [{"gout": "true"}, {"pain": {"min": "91.3125", "below": "7"}}]}
    }


@given(st.sets(st.integers(0, 200), min_size=20), st.integers(0, 200))
def test_what_is_drawn_stays_drawn_where_another_criterion_goes(numbers: set[int], gone: int):
    before = drawn([ruled(number) for number in sorted(numbers)], 10)
    after = drawn([ruled(number) for number in sorted(numbers - {gone})], 10)

    assert len(before) == 10
    assert {one for one in before if one != ruled(gone)} <= set(after)


def test_the_table_says_record_words_rule_and_whether_it_is_exact():
    part = Ruled(
        "trials/1.json", Kind.INCLUSION, "Gout for a week", All((GOUT, NumberTest("a", min=Fraction(7)))), False
    )

    assert list(table([part]))[2:] == [
        "| trials/1.json | inclusion | Gout for a week | {all: [{gout: true}, {a: {min: 7}}]} | part |"
    ]
