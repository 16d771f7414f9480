"""A rule that is written as data is read back as the same rule."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prescreen.catalog.base.yaml_documents import Document
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.catalog.drafts.rule_writing import rule_data
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import DateTest, NumberTest, Rule
from prescreen.eligibility.criteria.rules import tests_in as every_test_in
from tests.eligibility.samples import bank, dated, number
from tests.eligibility.worlds import banks, rules


def read(data: object, questions: QuestionBank) -> tuple[Rule | None, list[str]]:
    document = Document("x")
    rule = RuleReader(document, questions.questions).rule(data, ())  # type: ignore[arg-type]
    return rule, [fault.message for fault in document.faults]


@given(st.data())
def test_every_rule_is_read_back_as_it_was(data: st.DataObject) -> None:
    questions = data.draw(banks())
    rule = data.draw(rules(list(questions)))
    found, told = read(rule_data(rule, questions), questions)

    # The reader refuses limits between which no answer lies; nobody writes those.
    assume(not any("lies within these limits" in message or "exclusive option" in message for message in told))
    assume(not any(isinstance(test, DateTest) and _is_double(test) for test in every_test_in(rule)))
    assert (found, told) == (rule, [])


def _is_double(test: DateTest) -> bool:
    return (test.min_months or 0) > 0 and test.max_months == 0


def test_every_shipped_rule_is_read_back_as_it_was() -> None:
    catalog = load_to_judge(SHIPPED_CRITERIA, date(2026, 11, 30))

    for trial in catalog.trials.values():
        for criterion in trial.ruled:
            assert criterion.rule is not None
            assert read(rule_data(criterion.rule, catalog.bank), catalog.bank) == (criterion.rule, [])


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ("42", "6 wk"),
        ("91.3125", "3 mo"),
        ("365.25", "1 a"),
        ("30", "30 d"),
        ("84", "12 wk"),
        ("365", "365 d"),
        ("182.625", "6 mo"),
        ("0.5", "12 h"),
        ("0", "0 d"),
    ],
)
def test_a_length_of_time_is_written_in_the_unit_that_reads_best_and_is_exact(days: str, told: str) -> None:
    questions = bank(number("pain", unit="d"))
    rule = NumberTest("pain", min=Fraction(days))

    assert rule_data(rule, questions) == {"pain": {"min": told}}
    assert read(rule_data(rule, questions), questions) == (rule, [])


@given(
    st.integers(0, 1200), st.integers(0, 1200), st.integers(-300, 40_000), st.dates(date(1900, 1, 2), date(2100, 1, 1))
)
def test_limits_of_dates_are_read_back(least: int, most: int, days: int, day: date) -> None:
    questions = bank(dated("born"))
    for rule in (
        DateTest("born", min_months=least),
        DateTest("born", max_months=most),
        DateTest("born", min_days=days),
        DateTest("born", last=day),
        DateTest("born", first=day),
    ):
        assert read(rule_data(rule, questions), questions)[0] == rule
