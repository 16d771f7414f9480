"""Questions about dates and the rules on them, as authors write them: what they mean and what is wrong with them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.assessment.answer_codec import Packing
from prescreen.catalog.assessment.evidence import read_evidence
from prescreen.catalog.assessment.evidence_reader import read_rule
from prescreen.catalog.assessment.fingerprints import canonical, trial_evidence
from prescreen.catalog.base.date_limits import age_test
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.dates import DateRange, DayBound, PartialDate, Precision, whole_years
from prescreen.eligibility.criteria.rules import All, DateTest, Missing, NumberTest, Rule, evaluate
from tests.catalog.dated_folder import DATED, DATED_QUESTIONS
from tests.catalog.folders import FILES, ON, QUESTIONS, TRIAL, reports, write
from tests.eligibility.samples import bank, dated, facts, number, on_day

BANK = bank(
    dated("dose", DayBound(date(2000, 1, 1)), DayBound(days=0)),
    dated("onset", months=True),
    dated("season", DayBound(date(2026, 5, 1)), DayBound(date(2026, 6, 30))),
    dated("visit", DayBound(days=0)),
)


def read(text: str) -> tuple[Rule | None, list[str]]:
    document = Document("rule")
    parse(text, document)
    rule = RuleReader(document, BANK.questions).rule(document.data, ())
    return rule, [f"{fault.column}: {fault.message}" for fault in document.faults]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("dose: {before: 2026-01-01}", {"last": date(2025, 12, 31)}),
        ("dose: {after: 2026-01-01}", {"first": date(2026, 1, 2)}),
        ("dose: {before: 2026-03}", {"last": date(2026, 2, 28)}),
        ("dose: {after: 2026-02}", {"first": date(2026, 3, 1)}),
        ("dose: {after: 2025-12-31, before: 2027-01}", {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}),
        ("dose: {ago: {min: 6 wk}}", {"min_days": 42}),
        ("dose: {ago: {min: 6 mo}}", {"min_days": 183}),
        ("dose: {ago: {above: 6 wk}}", {"min_days": 43}),
        ("dose: {ago: {max: 6 mo}}", {"max_days": 182}),
        ("dose: {ago: {below: 6 wk}}", {"max_days": 41}),
        ("dose: {ago: {min: 10, max: 90}}", {"min_days": 10, "max_days": 90}),
        ("dose: {ago: {min: 10, above: 10}}", {"min_days": 11}),
        ("dose: {age: {min: 18, max: 70}}", {"min_months": 216, "max_months": 851}),
        ("dose: {age: {above: 18 a, below: 70 a}}", {"min_months": 228, "max_months": 839}),
        ("dose: {age: {min: 18 mo, max: 24 mo}}", {"min_months": 18, "max_months": 24}),
        ("dose: {age: {above: 18 mo, below: 24 mo}}", {"min_months": 19, "max_months": 23}),
        ("dose: {after: 2020-01-01, ago: {min: 2 wk}}", {"first": date(2020, 1, 2), "min_days": 14}),
        ("visit: {ago: {min: -30, max: -1}}", {"min_days": -30, "max_days": -1}),
    ],
)
def test_limits_of_dates_are_read(text: str, limits: dict[str, object]) -> None:
    assert read(text) == (DateTest(text.partition(":")[0], **limits), [])  # type: ignore[arg-type]


def test_limits_that_can_be_met_on_some_later_day_are_no_fault() -> None:
    assert read("season: {ago: {min: 6 wk, max: 12 wk}}")[1] == []
    assert read("dose: {after: 2300-01-01}")[1] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("dose: 2026-01-01", "7: 'dose' is a date question; its test is a mapping with before, after, ago or age"),
        ("dose: {}", "7: 'dose' is a date question"),
        ("dose: {befor: 2026-01-01}", "8: unknown test 'befor'; did you mean 'before'?"),
        ("dose: {before: 1 January}", "16: 'before' expects a day such as 2026-01-01, or a month such as 2026-01"),
        ("dose: {before: 2026-02-30}", "16: 'before' expects a day"),
        ("dose: {before: [2026-01-01]}", "16: 'before' expects a day"),
        ("dose: {before: 0001-01-01}", "16: no day lies before 0001-01-01"),
        ("dose: {after: 9999-12}", "15: no day lies after 9999-12"),
        ("dose: {ago: 6 wk}", "13: 'ago' expects limits: min, max, above, below"),
        ("dose: {ago: {}}", "13: 'ago' expects limits"),
        ("dose: {ago: {least: 6 wk}}", "14: unknown test 'least'"),
        ("dose: {ago: {min: 6 kg}}", "19: 'kg' cannot be converted to 'd'"),
        ("dose: {ago: {min: soon}}", "19: 'soon' is not a number"),
        ("dose: {ago: {min: [6]}}", "19: expects a length of time such as '6 wk'"),
        ("dose: {age: {min: 18.5}}", "19: expects whole years such as '18', or whole months such as '18 mo'"),
        ("dose: {age: {min: 6 wk}}", "19: expects whole years"),
        ("dose: {ago: {min: 90, max: 10}}", "7: no answer to 'dose' lies within these limits"),
        ("dose: {after: 2026-01-01, before: 2026-01-02}", "7: no answer to 'dose' lies within these limits"),
        ("dose: {before: 2000-01-01}", "7: no answer to 'dose' lies within these limits"),
        ("dose: {ago: {max: -1}}", "7: no answer to 'dose' lies within these limits"),
        ("visit: {ago: {min: 1}}", "8: no answer to 'visit' lies within these limits"),
    ],
)
def test_a_fault_is_told_where_it_stands(text: str, fault: str) -> None:
    rule, faults = read(text)

    assert rule is None
    assert [one for one in faults if fault in one] == faults
    assert len(faults) == 1


def test_every_fault_of_a_test_is_told() -> None:
    assert len(read("dose: {before: x, ago: {min: x, max: y}, age: {min: z}}")[1]) == 4


def test_the_dated_folder_has_no_faults_today_or_in_a_year(tmp_path: Path) -> None:
    assert reports(tmp_path, DATED) == []
    later = [one for one in reports(tmp_path, DATED, date(2027, 11, 23)) if "warning" not in one]
    assert later == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("precision: month", "precision: week", "unknown word 'week'"),
        (
            "min: -2 a",
            "min: -2 years",
            "'-2 years' is no day; write it as 2026-11-01, as today, or as a time from today",
        ),
        ("min: -2 a", "min: 2026-02-30", "'2026-02-30' is no day"),
        ("min: -2 a", "min: 1 d", "the range is empty: its min is after its max"),
        ("  precision: month\n", "  precision: month\n  unit: d\n", "only a number question has 'unit'"),
        ("  precision: month\n", "  precision: month\n  grows: daily\n", "only a number question has 'grows'"),
        (
            "  precision: month\n",
            "  precision: month\n  options: [{id: a, label: A}]\n",
            "a date question has no options",
        ),
        (
            "  precision: month\n",
            "  precision: month\n  prevalence: {a: 0.5}\n",
            "only a boolean, choice, choices or number question has 'prevalence'",
        ),
        (
            "type: boolean\n  ask: Are you numb",
            "type: boolean\n  precision: day\n  ask: Are you numb",
            "only a date question",
        ),
    ],
)
def test_a_fault_of_a_date_question_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert DATED_QUESTIONS.count(old) == 1
    found = reports(tmp_path, {**DATED, QUESTIONS: DATED_QUESTIONS.replace(old, new)})

    assert any(message in one for one in found)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("last_dose: tomorrow", "expects a day such as 2026-03-27, not"),
        ("last_dose: 2026-12-24", "lies outside"),
        ("last_dose: 2026-11", "expects a day such as 2026-03-27, not"),
        ("last_dose: 6 wk", "lies outside"),
    ],
)
def test_a_fault_in_the_answer_of_a_case_is_told(tmp_path: Path, answer: str, message: str) -> None:
    trial = DATED[TRIAL].replace("last_dose: -6 wk", answer, 1)

    assert any(message in one for one in reports(tmp_path, {**DATED, TRIAL: trial}))


def test_a_criterion_that_no_date_of_today_can_fulfil_is_told(tmp_path: Path) -> None:
    trial = DATED[TRIAL].replace("{ago: {min: 6 wk}}", "{after: 2027-01-01}")

    assert any("washout" in one and "never" in one for one in reports(tmp_path, {**DATED, TRIAL: trial}))


def test_evidence_of_dates_is_read_back_with_rules_that_judge(tmp_path: Path) -> None:
    catalog = load_to_judge(write(tmp_path, DATED), ON)
    trial = catalog.trials["T1"]

    evidence = read_evidence(trial_evidence(trial, catalog.bank))

    assert {one.id: one.rule for one in evidence.rules.values()} == {one.id: one.rule for one in trial.ruled}
    for name in ("last_dose", "onset", "birthday"):
        asked, kept = catalog.bank[name], evidence.questions[name]
        assert (kept.type, kept.precision, kept.dates) == (asked.type, asked.precision, asked.dates)
    assert catalog.bank["onset"].precision is Precision.MONTH
    assert catalog.bank["onset"].dates == DateRange(DayBound(months=-24), DayBound(days=0))


def test_every_field_of_a_test_on_dates_is_read_back() -> None:
    whole = All((DateTest("d", ON, ON, 1, 2, 3, 4), DateTest("d", min_days=0)))
    assert read_rule(canonical(whole)) == whole


def test_dates_come_back_out_of_the_cookie(tmp_path: Path) -> None:
    bank = load_to_judge(write(tmp_path, DATED), ON).bank
    said = Answers({"last_dose": Answer(on_day("2026-10-01"), ON), "onset": Answer(on_day("2026-03"), ON)})

    assert Packing(bank).unpack(Packing(bank).pack(said)) == said


def test_what_a_question_without_dates_is_written_as_has_no_new_keys() -> None:
    assert {"precision", "dates"}.isdisjoint(canonical(number("n", 0, 10)))


COMPUTED = """\
- id: age
  type: number
  ask: Age
  unit: a
  range: {min: 0, max: 120}
  computed: age
"""
BORN = "  type: boolean\n  ask: Were you born?\n"
ASKED = FILES[QUESTIONS][: FILES[QUESTIONS].index("- id: sex")]


def with_computed_age(computed: str = COMPUTED) -> dict[str, str]:
    trial = DATED[TRIAL].replace("{birthday: {age: {min: 18, max: 70}}}", "{age: {min: 18, max: 70}}")
    trial = trial.replace("answers: {age: 30,", "answers: {birthday: -30 a,")
    return {QUESTIONS: DATED_QUESTIONS.replace(ASKED, computed), TRIAL: trial}


def test_rules_on_an_age_are_the_same_where_it_is_worked_out_from_the_birthday(tmp_path: Path) -> None:
    assert reports(tmp_path, with_computed_age()) == []

    catalog = load_to_judge(tmp_path, ON)
    trial = catalog.trials["T1"]
    [adult] = [one for one in trial.ruled if one.id == "adult"]
    assert adult.rule == DateTest("birthday", min_months=216, max_months=851)
    assert read_evidence(trial_evidence(trial, catalog.bank)).criteria["adult"].tested == ("birthday",)


@given(
    st.dates(date(1920, 1, 1), ON),
    st.dictionaries(
        st.sampled_from(["equal", "min", "max", "above", "below"]),
        st.integers(0, 220).map(lambda halves: Fraction(halves, 2)),
        max_size=3,
    ),
)
def test_a_test_of_an_age_says_the_same_of_the_date_of_birth(born: date, limits: dict[str, Fraction]) -> None:
    test, birthday = NumberTest("age", **limits), dated("birthday")
    age = replace(number("age", unit="a"), computed="age")
    known = facts(bank(birthday, age), birthday=PartialDate(born))

    assert known.value("age") == whole_years(born, ON)
    assert evaluate(age_test("birthday", test), known) is evaluate(test, known)


@pytest.mark.parametrize(("born", "years"), [("1982-10", 44), ("1982-11", None), ("1982-12", 43)])
def test_an_age_is_unknown_in_the_month_of_the_birthday(born: str, years: int | None) -> None:
    age = replace(number("age", unit="a"), computed="age")
    known = facts(bank(dated("birthday", months=True), age), birthday=on_day(born))

    assert known.value("age") == (Missing.UNKNOWN if years is None else years)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  type: date\n  ask: When were you born?\n  range: {min: -120 a, max: today}\n",
            BORN,
            "worked out from 'birthday'",
        ),
        ("- id: birthday", "- id: born", "which must be an asked date question"),
        ("  unit: a\n", "  unit: d\n", "an age is in years: write 'unit: a'"),
    ],
)
def test_an_age_that_cannot_be_worked_out_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    files = with_computed_age()
    found = reports(tmp_path, {**files, QUESTIONS: files[QUESTIONS].replace(old, new, 1)})

    assert any(message in one for one in found)
    assert not any("chain" in one for one in found)
