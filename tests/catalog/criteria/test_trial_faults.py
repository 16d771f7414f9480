"""Schema faults in a trial's file are reported at their place."""

from pathlib import Path

import pytest

from tests.catalog.folders import FILES, TRIAL, altered, pointed, report, reports

STATUS = "status: RECRUITING\n"
ADULT = "    rule: {age: {min: 18, max: 70}}\n"
MRI = "    checked: records\n"
FITS = "  - name: fits\n"
TOO_YOUNG = "    answers: {age: 17, leg_pain: true, pain_duration: 6 wk, sex: male}\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: T1", "id: ⌖T 1", "'T 1' is no id"),
        ("id: T1", "id: ⌖[T1]", "expects a text"),
        ("title: A pill for leg pain", "title: ⌖~", "this is empty; give a value or leave the key out"),
        ("title: A pill for leg pain", "title: {en: ⌖''}", "expects a text that is not empty"),
        ("title: A pill for leg pain\n", "", "'title' is missing"),
        ("conditions: [back-pain]", "conditions: ⌖back-pain", "expects a list"),
        ("conditions: [back-pain]", "conditions: [⌖[back-pain]]", "expects a text"),
        (
            "conditions: [back-pain]",
            "conditions: [back-pain, ⌖bak-pain]",
            "unknown condition 'bak-pain'; did you mean 'ba",
        ),
        (STATUS, "status: ⌖RECRUTING\n", "unknown word 'RECRUTING'; did you mean 'RECRUITING'?"),
        (STATUS, "status: ⌖open\n", "unknown word 'open'; it must be one of: RECRUITING,"),
        (STATUS, "status: ⌖{}\n", "expects a text"),
        (STATUS, STATUS + "⌖phse: PHASE2\n", "unknown key 'phse'; did you mean 'phase'?"),
        (STATUS, STATUS + "source: ⌖x\n", "expects keys and values"),
        (STATUS, STATUS + "source: {registry: ⌖[x]}\n", "expects a text"),
        (STATUS, STATUS + "practical: ⌖many visits\n", "expects keys and values"),
        (STATUS, STATUS + "practical: {visits: ⌖five}\n", "expects a number, not 'five'"),
        (STATUS, STATUS + "practical: {placebo: ⌖no}\n", "expects true or false, not 'no'"),
        (STATUS, STATUS + "practical: {⌖visit: 5}\n", "unknown key 'visit'; did you mean 'visits'?"),
        (STATUS, STATUS + "practical: {remote: ⌖sometimes}\n", "expects true or false, not 'sometimes'"),
        (STATUS, STATUS + "practical: {treatments: ⌖exercise}\n", "expects a list"),
        (STATUS, STATUS + "practical: {treatments: [⌖exercises]}\n", "unknown word 'exercises'; did you mean 'exerc"),
        (STATUS, STATUS + "ethics: ⌖{approval: x}\n", "'board' is missing"),
        (
            STATUS,
            STATUS + "ethics: {board: x, approved_on: ⌖2026-02-30}\n",
            "'2026-02-30' is not a day; write it as 2026-11-01",
        ),
        ("confirmed: 2026-11-01", "confirmed: ⌖1 November", "'1 November' is not a day"),
        ("confirmed: 2026-11-01", "confirmed: ⌖20261101", "'20261101' is not a day"),
        ("[{id: leeds, name: Leeds Hospital}]", "⌖{id: leeds}", "expects a list"),
        ("[{id: leeds, name: Leeds Hospital}]", "[⌖{id: leeds}]", "'name' is missing"),
        (
            "[{id: leeds, name: Leeds Hospital}]",
            "[{id: a, name: A}, {id: ⌖a, name: B}]",
            "the site 'a' stands here a second",
        ),
        ("name: Leeds Hospital}", "name: L, latitude: ⌖north}", "expects a number, not 'north'"),
        ("name: Leeds Hospital}", "name: L, status: ⌖OPEN}", "unknown word 'OPEN'"),
        ("name: Leeds Hospital}", "name: L, reply_within: ⌖soon}", "expects a number"),
        (ADULT, ADULT.replace("rule", "⌖rul"), "unknown key 'rul'; did you mean 'rule'?"),
        (ADULT, "    rule: ⌖~\n", "this is empty"),
        (ADULT, ADULT.replace("age", "⌖aeg"), "unknown question 'aeg'; did you mean 'age'?"),
        (MRI, "    checked: ⌖record\n", "unknown word 'record'; did you mean 'records'?"),
        (
            "  - id: mri\n    text: A scan shows a slipped disc.\n" + MRI,
            "  - ⌖id: mri\n    text: A scan.\n",
            "needs either 'rule' or 'checked'",
        ),
        (
            "  - id: mri\n",
            "  - ⌖id: mri\n    rule: {leg_pain: true}\n",
            "needs either 'rule' or 'checked', and not both",
        ),
        ("  - id: mri\n", "  - id: ⌖adult\n", "the criterion 'adult' stands here a second time; rename one"),
        ("  - id: pregnant\n", "  - id: ⌖adult\n", "the criterion 'adult' stands here a second time; rename one"),
        (MRI, MRI + "    show: ⌖end\n", "'show: end' needs 'public_text', a wording without limits"),
        (MRI, MRI + "    show: ⌖direction\n", "'show: direction' needs 'public_text'"),
        (MRI, MRI + "    show: ⌖never\n", "unknown word 'never'"),
        (FITS, "  - ⌖nam: fits\n", "unknown key 'nam'; did you mean 'name'?"),
        (TOO_YOUNG, "    answers: ⌖[17]\n", "expects an answer for each question id"),
        (TOO_YOUNG, "    answers: {⌖aeg: 17}\n", "unknown question 'aeg'; did you mean 'age'?"),
        (TOO_YOUNG, "    answers: {age: ⌖121}\n", "121 lies outside 0 to 120 a"),
        (TOO_YOUNG, "    answers: {age: ⌖[17]}\n", "expects a number"),
        (TOO_YOUNG, "    answers: {age: ⌖17 kg}\n", "'kg' cannot be converted to 'a'"),
        (TOO_YOUNG, "    answers: {sex: ⌖man}\n", "'man' is not one of its options: female, male"),
        (TOO_YOUNG, "    answers: {leg_pain: ⌖yes}\n", "expects true or false"),
        (TOO_YOUNG, "    answers: {pregnancy: ⌖none}\n", "expects a list of option ids"),
        (TOO_YOUNG, "    answers: {pregnancy: ⌖[none, pregnant]}\n", "'none' cannot be chosen with others"),
        (TOO_YOUNG, "    answers: {pregnancy: ⌖[pregnant, pregnant]}\n", "names an option twice"),
        ("because: [adult]", "because: [⌖adlt]", "unknown criterion 'adlt'; did you mean 'adult'?"),
        ("because: [adult]", "because: ⌖adult", "expects a list"),
    ],
)
def test_a_fault_is_named_at_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    files, place = pointed(TRIAL, old, new if "⌖" in new else new + "⌖")
    told = reports(tmp_path, files)

    expected = place if "⌖" in new else "trials/T1.yaml:1:1: "
    assert [line for line in told if line.startswith(expected) and message in line], told


@pytest.mark.parametrize(
    ("old", "line"),
    [("title: A pill for leg pain", 2), ("confirmed: 2026-11-01", 5), (ADULT.strip(), 10), (MRI.strip(), 16)],
)
def test_a_key_without_a_value_is_named_in_its_own_line(tmp_path: Path, old: str, line: int) -> None:
    told = reports(tmp_path, altered(TRIAL, old, old.split(":")[0] + ":"))

    assert [one for one in told if one.startswith(f"{TRIAL}:{line}:") and "this is empty" in one], told


@pytest.mark.parametrize("key", ["id", "title", "conditions", "status"])
def test_a_missing_key_of_the_trial_is_named_at_the_start_of_the_file(tmp_path: Path, key: str) -> None:
    lines = [line for line in FILES[TRIAL].splitlines() if not line.startswith(f"{key}:")]

    assert report(tmp_path, {TRIAL: "\n".join(lines)}) == f"trials/T1.yaml:1:1: '{key}' is missing"


@pytest.mark.parametrize("key", ["name", "answers", "determination"])
def test_a_missing_key_of_a_case_is_named_at_the_case(tmp_path: Path, key: str) -> None:
    case = (
        "  - name: fits\n    answers: {age: 44, leg_pain: true, pain_duration: 6 wk, sex: female, pregnancy: [none]}\n"
    )
    lines = {"name": "name: x", "answers": "answers: {}", "determination": "determination: undetermined"}
    left = "\n    ".join(line for name, line in lines.items() if name != key)
    files, place = pointed(TRIAL, case + "    determination: potentially_eligible\n", f"  - ⌖{left}\n")

    assert report(tmp_path, files) == f"{place}'{key}' is missing"


@pytest.mark.parametrize("content", ["", "~", "[]", "text", "- a", "5"])
def test_a_trial_is_a_mapping(tmp_path: Path, content: str) -> None:
    told = report(tmp_path, {TRIAL: content})

    assert (
        told == "trials/T1.yaml:1:1: expects the keys of a trial: id, title, conditions, status, inclusion, exclusion"
    )


@pytest.mark.parametrize("key", ["inclusion", "exclusion", "cases", "sites"])
@pytest.mark.parametrize("value", ["text", "{a: b}", "[text]", "[[]]", "[~]", "~"])
def test_lists_of_mappings_are_nothing_else(tmp_path: Path, key: str, value: str) -> None:
    trial = f"id: T1\ntitle: A\nconditions: [back-pain]\nstatus: RECRUITING\n{key}: {value}\n"

    told = [line for line in reports(tmp_path, {TRIAL: trial}) if line.startswith("trials/T1.yaml:5:")]

    assert len(told) == 1
    assert "expects" in told[0] or "empty" in told[0]


def test_a_trial_that_stands_twice_is_named_with_both_files(tmp_path: Path) -> None:
    told = reports(tmp_path, {"trials/T2.yaml": FILES[TRIAL]})

    assert [line for line in told if line.startswith("trials/T2.yaml:1:5: the trial 'T1' is also in ")] == told


def test_a_file_named_unlike_its_trial_is_a_warning(tmp_path: Path) -> None:
    told = report(tmp_path, {TRIAL: None, "trials/T2.yaml": FILES[TRIAL]})

    assert told == "trials/T2.yaml:1:5: warning: the file of trial 'T1' should be named so"


def test_a_file_with_another_ending_is_named_since_nobody_would_read_it(tmp_path: Path) -> None:
    told = report(tmp_path, {"trials/T2.yml": "id: T2"})

    assert told == "trials/T2.yml:1:1: files here end in '.yaml'; rename or remove this one"


def test_several_faults_of_a_trial_are_told_in_one_run(tmp_path: Path) -> None:
    text = FILES[TRIAL].replace("status: RECRUITING", "status: OPEN").replace("{age: {min: 18", "{aeg: {min: 18")
    text = text.replace("checked: records", "checked: never").replace("age: 17", "aeg: 17")

    told = [line for line in reports(tmp_path, {TRIAL: text}) if line.startswith(TRIAL)]

    assert [line.split(":")[1] for line in told] == ["4", "10", "16", "29"]


def test_no_stays_text(tmp_path: Path) -> None:
    files = altered(TRIAL, "title: A pill for leg pain", "title: no")
    files[TRIAL] += "  - {name: no, answers: {}, determination: undetermined}\n"

    assert reports(tmp_path, files) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (STATUS, "status: |\n  RECRUITING\n"),
        (STATUS, STATUS + '"a\\nb": 1\n'),
        (STATUS, STATUS + "? |\n  a\n  b\n: 1\n"),
        (ADULT, '    rule: {"a\\nb": {min: 1}}\n'),
        (ADULT, '    rule: {age: "a\\nb"}\n'),
        (ADULT, '    rule: {sex: "a\\nb"}\n'),
        (TOO_YOUNG, '    answers: {sex: "a\\nb"}\n'),
        (TOO_YOUNG, '    answers: {"a\\nb": 1}\n'),
        (TOO_YOUNG, '    answers: {age: "1\\n2"}\n'),
        ("because: [adult]", 'because: ["a\\nb"]'),
        (FITS, '  - name: "a\\nb"\n'),
        ("conditions: [back-pain]", 'conditions: ["a\\nb"]'),
        ("id: T1", 'id: "a\\nb"'),
        ("confirmed: 2026-11-01", 'confirmed: "a\\nb"'),
        (FITS, FITS + '    determination: "a\\nb"\n    because: []\n'),
    ],
)
def test_a_fault_is_one_line_whatever_the_file_holds(tmp_path: Path, old: str, new: str) -> None:
    assert [line for line in reports(tmp_path, altered(TRIAL, old, new)) if not line.isprintable()] == []


@pytest.mark.parametrize("length", [6000, 200_000])
@pytest.mark.parametrize("sign", ["9", "x"])
def test_a_fault_is_short_whatever_the_file_holds(tmp_path: Path, sign: str, length: int) -> None:
    for old, new in [(STATUS, f"status: {sign * length}\n"), (ADULT, f"    rule: {{age: {sign * length}}}\n")]:
        assert max(map(len, reports(tmp_path, altered(TRIAL, old, new)))) < 500
