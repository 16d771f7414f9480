"""Faults in a rule are reported at the word that is wrong."""

from pathlib import Path
from time import process_time

import pytest

from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.eligibility.criteria.questions import Growth
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
from tests.catalog.folders import FILES, QUESTIONS, TRIAL, pointed, reports
from tests.eligibility.samples import bank, boolean, choice, choices, number

BANK = bank(
    number("age", 0, 120, unit="a", grows=Growth.YEARLY),
    choice("sex", "female", "male"),
    choices("pregnancy", "pregnant", "feeding", exclusive="none"),
    boolean("leg_pain"),
    number("pain_duration", 0, 36525, unit="d"),
    number("score", 0, 10, unit="{score_0_10}"),
    number("count", 0, None),
)


def read(text: str) -> tuple[Rule | None, list[str]]:
    document = Document("rule")
    parse(text, document)
    rule = RuleReader(document, BANK.questions).rule(document.data, ())
    return rule, [f"{fault.column}: {fault.message}" for fault in document.faults]


FEMALE = OptionTest("sex", frozenset({"female"}))
LEG = BooleanTest("leg_pain", True)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("leg_pain: true", LEG),
        ("leg_pain: 'false'", BooleanTest("leg_pain", False)),
        ("sex: female", FEMALE),
        ("sex: [female, male]", OptionTest("sex", frozenset({"female", "male"}))),
        ("age: 18", NumberTest("age", equal=18)),
        ("age: {min: 18, max: 70}", NumberTest("age", min=18, max=70)),
        ("age: {above: 0, below: 120}", NumberTest("age", above=0, below=120)),
        ("age: {min: 24 mo}", NumberTest("age", min=2)),
        ("pain_duration: {min: 6 wk, below: 90 d}", NumberTest("pain_duration", min=42, below=90)),
        ("score: {min: 40 mm}", NumberTest("score", min=4)),
        ("count: {max: 3}", NumberTest("count", max=3)),
        ("pregnancy: {any_of: [pregnant]}", ChoicesTest("pregnancy", any_of=frozenset({"pregnant"}))),
        (
            "pregnancy: {all_of: [pregnant], none_of: [feeding]}",
            ChoicesTest("pregnancy", all_of=frozenset({"pregnant"}), none_of=frozenset({"feeding"})),
        ),
        ("{leg_pain: true, sex: female}", All((LEG, FEMALE))),
        ("{all: [{leg_pain: true}, {sex: female}]}", All((LEG, FEMALE))),
        ("{any: [{leg_pain: true}, {sex: female}]}", Any((LEG, FEMALE))),
        ("{not: {leg_pain: true}}", Not(LEG)),
        ("{not: {leg_pain: true, sex: female}}", Not(All((LEG, FEMALE)))),
        ("{at_least: {count: 2, of: [{leg_pain: true}, {sex: female}]}}", AtLeast(2, (LEG, FEMALE))),
        ("{leg_pain: true, not: {sex: female}}", All((LEG, Not(FEMALE)))),
    ],
)
def test_a_rule_is_read_as_it_is_written(text: str, rule: Rule) -> None:
    assert read(text) == (rule, [])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", "1: a rule is a mapping, such as {age: {min: 18}}"),
        ("[{age: 18}]", "1: a rule is a mapping"),
        ("age", "1: a rule is a mapping"),
        ("{aeg: 18}", "2: unknown question 'aeg'; did you mean 'age'?"),
        ("{an: [{age: 18}]}", "2: unknown question 'an'; did you mean 'any'?"),
        ("{xyzzy: 1}", "2: unknown question 'xyzzy'"),
        ("{any: []}", "7: 'any' expects a list of rules, one or more"),
        ("{all: {age: 18}}", "7: 'all' expects a list of rules, one or more"),
        ("{any: [age]}", "8: a rule is a mapping"),
        ("{any: [{age: 18}, {}]}", "19: a rule is a mapping"),
        ("{not: [{age: 18}]}", "7: a rule is a mapping"),
        ("{not: ~}", "7: a rule is a mapping"),
        ("{at_least: 2}", "12: 'at_least' expects {count: number, of: [rules]}"),
        ("{at_least: {count: 1}}", "12: 'at_least' expects"),
        ("{at_least: {count: 1, of: [{age: 1}], or: 2}}", "12: 'at_least' expects"),
        ("{at_least: {count: 0, of: [{age: 1}]}}", "20: 'count' expects a whole number, 1 or more"),
        ("{at_least: {count: 1.5, of: [{age: 1}]}}", "20: 'count' expects a whole number, 1 or more"),
        ("{at_least: {count: [1], of: [{age: 1}]}}", "20: 'count' expects a whole number, 1 or more"),
        ("{at_least: {count: 3, of: [{age: 1}, {age: 2}]}}", "20: 3 of 2 rules can never hold; lower the count"),
        ("{at_least: {count: 1, of: []}}", "27: 'of' expects a list of rules, one or more"),
        ("{leg_pain: yes}", "12: 'leg_pain' is a boolean question; its test is true or false"),
        ("{leg_pain: True}", "12: 'leg_pain' is a boolean question"),
        ("{leg_pain: [true]}", "12: 'leg_pain' is a boolean question"),
        ("{leg_pain: {min: 1}}", "12: 'leg_pain' is a boolean question"),
        ("{leg_pain: ~}", "12: 'leg_pain' is a boolean question"),
        ("{sex: femal}", "7: unknown option 'femal' of question 'sex'; did you mean 'female'?"),
        ("{sex: [female, no]}", "16: unknown option 'no' of question 'sex'; it has: female, male"),
        ("{sex: []}", "7: 'sex' expects option ids, one or a list of them"),
        ("{sex: [[female]]}", "7: 'sex' expects option ids"),
        ("{sex: {any_of: [female]}}", "7: 'sex' expects option ids"),
        ("{sex: ~}", "7: 'sex' expects option ids"),
        ("{pregnancy: pregnant}", "13: 'pregnancy' is a choices question; its test is any_of, all_of or none_of"),
        ("{pregnancy: [pregnant]}", "13: 'pregnancy' is a choices question"),
        ("{pregnancy: {}}", "13: 'pregnancy' is a choices question"),
        ("{pregnancy: {any: [pregnant]}}", "14: unknown test 'any'; did you mean 'any_of'?"),
        ("{pregnancy: {any_of: pregnant}}", "22: 'pregnancy' expects option ids"),
        (
            "{pregnancy: {any_of: [pregnent]}}",
            "23: unknown option 'pregnent' of question 'pregnancy'; did you mean 'pre",
        ),
        ("{pregnancy: {all_of: [pregnant, none]}}", "22: an exclusive option is never chosen with others"),
        ("{age: {mn: 18}}", "8: unknown test 'mn'; did you mean 'min'?"),
        ("{age: {from: 18}}", "8: unknown test 'from'; use min, max, above, below"),
        ("{age: {}}", "7: 'age' is a number question; its test is a number, or limits: min, max, above, below"),
        ("{age: [18]}", "7: 'age' is a number question"),
        ("{age: ~}", "7: 'age' is a number question"),
        ("{age: {min: [18]}}", "13: expects a number, or a number and a unit such as '6 wk'"),
        ("{age: {min: ~}}", "13: expects a number"),
        ("{age: eighteen}", "7: 'eighteen' is not a number"),
        ("{age: {min: 18 kg}}", "13: 'kg' cannot be converted to 'a'; give the number in 'a'"),
        ("{age: {min: 18 years}}", "13: 'years' cannot be converted to 'a'"),
        ("{count: {min: 3 wk}}", "15: 'wk'"),
        ("{age: {min: 121}}", "13: 121 lies outside the range of question 'age'"),
        ("{age: {max: -1}}", "13: -1 lies outside the range of question 'age'"),
        ("{age: {min: 70, max: 18}}", "7: no answer to 'age' lies within these limits"),
        ("{age: {above: 18, below: 18}}", "7: no answer to 'age' lies within these limits"),
        ("{age: {min: 18, below: 18}}", "7: no answer to 'age' lies within these limits"),
        ("{age: {above: 18, max: 18}}", "7: no answer to 'age' lies within these limits"),
        ("{age: {above: 120}}", "7: no answer to 'age' lies within these limits"),
        ("{age: {below: 0}}", "7: no answer to 'age' lies within these limits"),
    ],
)
def test_a_fault_is_told_at_its_column(text: str, fault: str) -> None:
    rule, faults = read(text)

    assert rule is None
    assert [told for told in faults if told.startswith(fault)], faults


@pytest.mark.parametrize("text", ["{age: {min: 18, max: 18}}", "{age: {min: 0}}", "{age: {max: 120, above: 119}}"])
def test_limits_that_leave_one_answer_are_possible(text: str) -> None:
    assert read(text)[1] == []


def test_every_fault_of_a_rule_is_told_at_once() -> None:
    _, faults = read(
        "{aeg: 1, any: [{sex: x}, {leg_pain: 1}, {not: {age: {mn: 1, max: y}}}], at_least: {count: x, of: []}}"
    )

    assert len(faults) == 7


def test_a_test_on_a_faulty_question_is_passed_over() -> None:
    document = Document("rule")
    parse("{weight: {min: 5}, age: {min: 18}}", document)

    rule = RuleReader(document, BANK.questions, faulty={"weight"}).rule(document.data, ())

    assert rule is None
    assert document.faults == []


def test_a_rule_as_deep_as_a_file_may_be_is_read_and_judged(tmp_path: Path) -> None:
    deep = "{not: " * 44 + "{age: {min: 18, max: 70}}" + "}" * 44
    files, _ = pointed(TRIAL, "{age: {min: 18, max: 70}}", deep)

    assert reports(tmp_path, files) == []


def test_a_list_of_forty_options_is_checked_within_a_second(tmp_path: Path) -> None:
    names = [f"o{place}" for place in range(40)]
    listed = "".join(f"    - {{id: {name}, label: An illness}}\n" for name in names)
    many = {
        QUESTIONS: f"{FILES[QUESTIONS]}- id: ill\n  type: choices\n  ask: What else?\n  options:\n{listed}",
        TRIAL: FILES[TRIAL].replace(
            "{leg_pain: true,", f"{{not: {{ill: {{any_of: [{', '.join(names)}]}}}}, leg_pain: true,"
        ),
    }
    started = process_time()

    assert [line for line in reports(tmp_path, many) if "comes to undetermined" in line]
    assert process_time() - started < 2
