"""`prescreen assess`: its output, and its errors for answers that cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.catalog.folders import CONDITION, FILES, QUESTIONS, TRIAL, altered, write
from tests.cli.conftest import Judge, Run

FITS = {"age": 44, "leg_pain": True, "pain_duration": "6 wk", "sex": "female", "pregnancy": ["none"]}


def assessed(result: Result) -> Any:
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if " is left out: " not in line] == []
    return json.loads(result.stdout)


def refused(result: Result) -> str:
    """Return the one line on standard error of a command that found its data at fault."""
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.isprintable()
    return line


def test_what_is_printed_has_exactly_the_documented_shape(judge: Judge) -> None:
    printed = assessed(judge("assess", {"answers": {"age": 17, "sex": "female"}}))

    assert printed == {
        "on": "2026-11-23",
        "trials": [
            {
                "id": "T1",
                "determination": "ineligible",
                "findings": [
                    {
                        "criterion": "adult",
                        "kind": "inclusion",
                        "rule": "false",
                        "permits": "false",
                        "open_questions": [],
                    },
                    {
                        "criterion": "leg-pain",
                        "kind": "inclusion",
                        "rule": "unknown",
                        "permits": "unknown",
                        "open_questions": ["leg_pain", "pain_duration"],
                    },
                    {
                        "criterion": "pregnant",
                        "kind": "exclusion",
                        "rule": "unknown",
                        "permits": "unknown",
                        "open_questions": ["pregnancy"],
                    },
                ],
                "still_to_check": ["mri"],
            }
        ],
        "next_question": "numb",
    }


@pytest.mark.parametrize(
    ("changes", "determination"),
    [
        ({}, "potentially_eligible"),
        ({"age": 18}, "potentially_eligible"),
        ({"age": 17}, "ineligible"),
        ({"age": 70}, "potentially_eligible"),
        ({"age": 70.999999}, "potentially_eligible"),
        ({"age": "851 mo"}, "potentially_eligible"),
        ({"age": 71}, "ineligible"),
        ({"age": 17.999999}, "ineligible"),
        ({"pain_duration": 42}, "potentially_eligible"),
        ({"pain_duration": 41.999999}, "ineligible"),
        ({"pain_duration": "1.5 mo"}, "potentially_eligible"),
        ({"age": None}, "undetermined"),
        ({"pregnancy": []}, "potentially_eligible"),
        ({"pregnancy": ["pregnant", "feeding"]}, "ineligible"),
        ({"sex": "male", "pregnancy": ["pregnant"]}, "potentially_eligible"),
        ({"sex": None}, "undetermined"),
    ],
)
def test_a_person_is_judged_at_the_edges(judge: Judge, changes: dict[str, object], determination: str) -> None:
    printed = assessed(judge("assess", {"answers": {**FITS, **changes}}))

    assert printed["trials"][0]["determination"] == determination


def test_null_is_do_not_know_and_is_not_open_any_more(judge: Judge) -> None:
    [trial] = assessed(judge("assess", {"answers": {"age": None}}))["trials"]

    assert trial["findings"][0]["rule"] == "unknown"
    assert trial["findings"][0]["open_questions"] == []


def test_nobody_is_asked_anything_once_nothing_can_change(judge: Judge) -> None:
    assert assessed(judge("assess", {"answers": {"age": 17, "numb": False}}))["next_question"] is None


@pytest.mark.parametrize(
    ("answered_on", "determination"),
    [("2026-11-23", "ineligible"), ("2026-11-22", "potentially_eligible"), (None, "ineligible")],
)
def test_numbers_grow_from_the_day_of_answering(judge: Judge, answered_on: str | None, determination: str) -> None:
    answers = {"answers": {**FITS, "pain_duration": 41}, "answered_on": answered_on}

    assert assessed(judge("assess", answers))["trials"][0]["determination"] == determination


def test_without_a_day_it_is_judged_today(folder: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "answers.json").write_text('{"answers": {}}')

    printed = assessed(run("assess", tmp_path / "answers.json", "--criteria", folder))

    assert len(printed["on"]) == len("2026-11-23")


@pytest.mark.parametrize(("condition", "trials"), [(None, ["T1", "T2"]), ("back-pain", ["T1"]), ("neck-pain", ["T2"])])
def test_a_condition_narrows_the_trials(folder: Path, judge: Judge, condition: str | None, trials: list[str]) -> None:
    second = (
        FILES[TRIAL]
        .replace("id: T1", "id: T2")
        .replace("[back-pain]", "[neck-pain]")
        .replace("RECRUITING", "COMPLETED")
    )
    write(folder, {"trials/T2.yaml": second, "conditions/neck-pain.yaml": "name: Neck pain\n"})

    printed = assessed(judge("assess", {"answers": {}}, *(["--condition", condition] if condition else [])))

    assert [trial["id"] for trial in printed["trials"]] == trials


def test_a_failing_case_does_not_keep_from_judging(folder: Path, judge: Judge) -> None:
    write(folder, altered(TRIAL, "because: [adult]", "because: [leg-pain]"))

    assert assessed(judge("assess", {"answers": FITS}))


def test_a_folder_that_cannot_be_read_is_told_line_by_line(folder: Path, judge: Judge) -> None:
    write(
        folder,
        {**altered(TRIAL, "status: RECRUITING", "status: OPEN"), **altered(CONDITION, "[leg_pain]", "[lg_pain]")},
    )

    result = judge("assess", {"answers": {}})

    assert result.exit_code == 1
    assert [line.split(":")[0].split("/")[-1] for line in result.stderr.splitlines()] == ["back-pain.yaml", "T1.yaml"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "this is not JSON"),
        ("{", "this is not JSON"),
        ("[]", 'expects an object such as {"answers": {"age": 44}}'),
        ("null", "expects an object"),
        ('"answers"', "expects an object"),
        ("{}", "'answers' must be an object"),
        ('{"answers": []}', "'answers' must be an object"),
        ('{"answers": null}', "'answers' must be an object"),
        ('{"answer": {}}', "unknown key 'answer'; did you mean 'answers'?"),
        ('{"answers": {}, "on": "2026-11-01"}', "unknown key 'on'"),
        ('{"answers": {"aeg": 44}}', "unknown question 'aeg'; did you mean 'age'?"),
        ('{"answers": {"": 44}}', "unknown question ''"),
        ('{"answers": {"age": "44"}}', "'age': expects a number, not"),
        ('{"answers": {"age": true}}', "'age': expects a number, not true"),
        ('{"answers": {"age": [44]}}', "'age': expects a number"),
        ('{"answers": {"age": 121}}', "'age': 121 lies outside 0 to 120 a"),
        ('{"answers": {"age": -1}}', "'age': -1 lies outside"),
        ('{"answers": {"age": "44 kg"}}', "'kg' cannot be converted to 'a'"),
        ('{"answers": {"age": NaN}}', "'age': NaN is not a number; leave the question out"),
        ('{"answers": {"age": Infinity}}', "'age': Infinity is not a number"),
        ('{"answers": {"age": -Infinity}}', "'age': -Infinity is not a number"),
        ('{"answers": {"pregnancy": [NaN]}}', "'pregnancy': expects a list of option ids"),
        ('{"answers": {}, "answered_on": NaN}', "'answered_on' must be a day such as"),
        ("NaN", "expects an object"),
        ('{"answers": {"age": 1e999}}', "too large"),
        ('{"answers": {"age": 1e-999}}', "too"),
        ('{"answers": {"age": 1e9999999999999999999999}}', "too large"),
        ('{"answers": {"age": 1e-9999999999999999999999}}', "too"),
        ('{"answers": {"age": ' + "9" * 4000 + "}}", "too large"),
        ('{"answers": {"age": ' + "9" * 5000 + "}}", "'age': a number of 5,000 digits is too large to be meant"),
        ('{"answers": {"age": -' + "9" * 5000 + "}}", "'age': a number of 5,000 digits is too large to be meant"),
        ('{"answers": {"age": 0.' + "1" * 5000 + "}}", "too"),
        ('{"answers": {"leg_pain": "yes"}}', "'leg_pain': expects true or false"),
        ('{"answers": {"leg_pain": 1}}', "'leg_pain': expects true or false, not 1"),
        ('{"answers": {"sex": "man"}}', "'man' is not one of its options: female, male"),
        ('{"answers": {"sex": ["male"]}}', "'sex': expects the id of one option"),
        ('{"answers": {"pregnancy": "none"}}', "'pregnancy': expects a list of option ids"),
        ('{"answers": {"pregnancy": ["none", "pregnant"]}}', "'none' cannot be chosen with others"),
        ('{"answers": {"pregnancy": ["pregnant", "pregnant"]}}', "names an option twice"),
        ('{"answers": {"age": 1, "age": 2}}', "the key 'age' is given twice"),
        ('{"answers": {}, "answers": {}}', "the key 'answers' is given twice"),
        ('{"answers": {"age": 1}, "answered_on": "2026-11-24"}', "after the day of the assessment"),
        ('{"answers": {}, "answered_on": "yesterday"}', "'answered_on' must be a day such as"),
        ('{"answers": {}, "answered_on": "20261101"}', "'answered_on' must be a day such as"),
        ('{"answers": {}, "answered_on": "2026-W44-7"}', "'answered_on' must be a day such as"),
        ('{"answers": {}, "answered_on": "2026-02-30"}', "'answered_on' must be a day such as"),
        ('{"answers": {}, "answered_on": 5}', "'answered_on' must be a day such as"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"answers": {"sex": "\xe9"}}', "UTF-8"),
        ('{"answers": {"\\ud800": 1}}', "unknown question"),
        ('{"answers": {"sex": "\\ud800"}}', "not one of its options"),
        ('{"answers": {"a\\nb": 1}}', "unknown question"),
        ('{"answers": {"\\u001b[31mage": 1}}', "unknown question"),
        ('{"answers": {"sex": "a\\r\\nb"}}', "not one of its options"),
        ('{"a\\nb": 1}', "unknown key"),
        ('{"a\\nb": 1, "a\\nb": 1}', "given twice"),
    ],
)
def test_answers_that_cannot_be_read_are_one_line_and_exit_one(
    judge: Judge, tmp_path: Path, content: str | bytes, problem: str
) -> None:
    line = refused(judge("assess", content))

    assert problem in line
    assert line.count(str(tmp_path / "answers.json")) == 1


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("NaN", "'age': NaN is not a number"),
        ("9" * 5000, "'age': a number of 5,000 digits"),
        ("1e99999999999999999999", "'age': the number is too large or too fine"),
        ("121", "'age': 121 lies outside"),
        ('44,\n"age": 45', "the key 'age' is given twice"),
        ('44,\n"aeg": 45', "unknown question 'aeg'"),
    ],
)
def test_in_a_file_of_many_lines_a_refusal_names_line_and_question(judge: Judge, value: str, problem: str) -> None:
    line = refused(judge("assess", f'{{\n  "answers": {{\n    "sex": "male",\n    "age" : {value}\n  }}\n}}\n'))

    where = 5 if "\n" in value else 4
    assert f"answers.json: line {where}: {problem}" in line
    assert "set_int_max_str_digits" not in line


def test_an_answer_that_does_not_apply_says_nothing_about_the_person(judge: Judge) -> None:
    given = {**FITS, "sex": "male", "pregnancy": ["pregnant"]}

    with_it, without = (judge("assess", {"answers": one}) for one in (given, {**FITS, "sex": "male"}))

    # FITS itself tells of a pregnancy question, which a man is not asked.
    assert assessed(with_it) == assessed(without)
    assert assessed(judge("interview", {"answers": given})) == assessed(
        judge("interview", {"answers": {name: one for name, one in given.items() if name != "pregnancy"}})
    )


@pytest.mark.parametrize("depth", [100, 900, 950, 970, 975, 980, 985, 990, 1000, 5000, 100_000])
@pytest.mark.parametrize("content", ['{"answers": {"age": %s}}', '{"answers": {}, "answered_on": %s}', "%s"])
def test_deep_nesting_is_refused_in_one_line_at_every_depth(judge: Judge, content: str, depth: int) -> None:
    assert len(refused(judge("assess", content % ("[" * depth + "]" * depth)))) < 400


@pytest.mark.parametrize("content", ['{"answers": {"%s": 1}}', '{"answers": {"sex": "%s"}}', '{"%s": 1}'])
def test_a_refusal_is_short_whatever_the_file_holds(judge: Judge, content: str) -> None:
    assert len(refused(judge("assess", content % ("x" * 1_000_000)))) < 500


@pytest.mark.parametrize("value", ["25", "null"])
def test_an_answer_to_a_computed_question_is_refused(folder: Path, judge: Judge, value: str) -> None:
    body = "".join(
        f"- {{id: {name}, type: number, ask: X?, unit: {unit}}}\n"
        for name, unit in [("height_cm", "cm"), ("weight_kg", "kg")]
    )
    write(folder, {QUESTIONS: FILES[QUESTIONS] + body + "- {id: bmi, type: number, ask: X, computed: bmi}\n"})

    assert "'bmi'" in refused(judge("assess", f'{{"answers": {{"bmi": {value}}}}}'))


@pytest.mark.parametrize(
    "options",
    [
        ("--on", "today"),
        ("--on", "2026-13-01"),
        ("--on", "23.11.2026"),
        ("--on", "2026-1-1"),
        ("--condition", "back-pan"),
        ("--criteria", "/nowhere"),
        ("--frobnicate",),
    ],
)
def test_a_call_at_fault_is_one_line_and_exit_two(judge: Judge, options: tuple[str, ...]) -> None:
    result = judge("assess", {"answers": {}}, *options)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_an_unknown_condition_is_answered_with_the_nearest(judge: Judge) -> None:
    result = judge("assess", {"answers": {}}, "--condition", "back-pan")

    assert result.stderr == "unknown condition 'back-pan'; did you mean 'back-pain'?\n"


@pytest.mark.parametrize("arguments", [(), ("/nowhere.json",), (".",), ("a", "b")])
def test_a_call_without_a_readable_file_is_exit_two(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("assess", *arguments)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["assess", "interview", "ask", "check"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_a_byte_order_mark_and_windows_lines_are_read(judge: Judge) -> None:
    assert assessed(judge("assess", b'\xef\xbb\xbf{\r\n"answers": {}\r\n}\r\n'))
