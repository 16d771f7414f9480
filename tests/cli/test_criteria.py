"""`prescreen check`: every fault on standard output, and the exit status."""

import json
from pathlib import Path

import pytest

from tests.catalog.folders import CONSENT, FILES, QUESTIONS, REDCAP_CODES, TRIAL, altered, write
from tests.cli.conftest import Run

FAULTY = altered(TRIAL, "because: [adult]", "because: [leg-pain]")
FAULT = "case 'too young' comes to ineligible because of adult, but names leg-pain"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return write(tmp_path / "faulty", FAULTY)


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    return write(tmp_path / "warned", altered(TRIAL, "confirmed: 2026-11-01", "confirmed: 2001-01-01"))


def test_a_clean_folder_says_so_and_exits_zero(folder: Path, run: Run) -> None:
    result = run("check", folder)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 faults, 0 warnings\n"


def test_a_fault_is_a_line_with_its_place_and_exits_one(faulty: Path, run: Run) -> None:
    result = run("check", faulty)

    assert result.exit_code == 1
    assert result.stdout == f"{faulty}/trials/T1.yaml:28:5: {FAULT}\n"
    assert result.stderr == "1 fault, 0 warnings\n"


def test_a_warning_says_so_and_exits_zero(warned: Path, run: Run) -> None:
    result = run("check", warned)

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{warned}/trials/T1.yaml:5:12: warning: confirmed on 2001-01-01")
    assert result.stderr == "0 faults, 1 warning\n"


def test_a_fault_of_the_vocabulary_is_reported_too(tmp_path: Path, run: Run) -> None:
    vocabulary = "terms:\n  - words: [gout]\n    exact: {gaut: true}\n"
    result = run("check", write(tmp_path / "words", {"vocabulary/words.yaml": vocabulary}))

    assert result.exit_code == 1
    assert "vocabulary/words.yaml:3:13: unknown question 'gaut'" in result.stdout


def test_as_json_each_fault_has_its_parts(faulty: Path, run: Run) -> None:
    result = run("check", faulty, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {"path": f"{faulty}/trials/T1.yaml", "line": 28, "column": 5, "message": FAULT, "warning": False}
    ]


def test_as_json_a_clean_folder_is_an_empty_list(folder: Path, run: Run) -> None:
    assert json.loads(run("check", folder, "--json").stdout) == []


@pytest.mark.parametrize("arguments", [("/nowhere",), (__file__,), (".", "."), ("--on", "2026-11-01")])
def test_a_call_at_fault_is_one_line_and_exit_two(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("check", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_the_folder_of_the_settings_is_checked_if_none_is_given(faulty: Path, run: Run) -> None:
    assert FAULT in run("check", env={"PRESCREEN_CRITERIA": str(faulty)}).stdout


def test_a_folder_full_of_hostile_files_is_refused_within_seconds(tmp_path: Path, run: Run) -> None:
    laughs = "a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    hostile = {f"trials/H{n}.yaml": text for n, text in enumerate(["[" * 20_000, "{a: " * 20_000, laughs, '"\\ud800"'])}
    root = write(tmp_path / "hostile", {**hostile, CONSENT: "---\n" + "[" * 20_000 + "\n---\n"})

    result = run("check", root)

    assert result.exit_code == 1
    assert {line.split(":")[0].removeprefix(f"{root}/") for line in result.stdout.splitlines()} >= {*hostile, CONSENT}


NEW = altered(QUESTIONS, "{id: male, label: Male}", "{id: intersex, label: Intersex}\n    - {id: male, label: Male}")


def test_new_options_get_the_next_numbers_and_the_others_keep_theirs(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "criteria", NEW)
    assert run("check", folder).exit_code == 1

    given = run("codes", folder)

    assert (given.exit_code, given.stdout, given.stderr) == (0, "sex: intersex 3\n", "1 number given\n")
    assert "sex:\n  female: 1\n  male: 2\n  intersex: 3\npregnancy:\n" in (folder / REDCAP_CODES).read_text()
    assert run("check", folder).exit_code == 0
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_a_folder_without_numbers_gets_them_in_the_order_of_the_options(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "criteria", {REDCAP_CODES: None})

    assert run("codes", folder).stderr == "5 numbers given\n"
    assert FILES[REDCAP_CODES] in (folder / REDCAP_CODES).read_text()


def test_where_no_number_is_missing_the_file_stays_as_it_is(folder: Path, run: Run) -> None:
    before = (folder / REDCAP_CODES).read_text()

    assert run("codes", folder).stderr == "0 numbers given\n"
    assert (folder / REDCAP_CODES).read_text() == before


@pytest.mark.parametrize(
    "files",
    [{**NEW, REDCAP_CODES: "sex:\n  male: 2\n"}, altered(QUESTIONS, "ask: What is your sex?", "aks: What?")],
)
def test_numbers_are_not_given_on_top_of_a_fault(tmp_path: Path, run: Run, files: dict[str, str]) -> None:
    folder = write(tmp_path / "criteria", files)
    before = (folder / REDCAP_CODES).read_text()

    refused = run("codes", folder)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{folder}/")
    assert (folder / REDCAP_CODES).read_text() == before


def test_a_file_of_numbers_that_cannot_be_written_is_one_line(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "criteria", NEW)
    (folder / f".{REDCAP_CODES}.part").mkdir()

    refused = run("codes", folder)

    assert (refused.exit_code, refused.stderr) == (1, f"{folder}/{REDCAP_CODES} cannot be written: Is a directory\n")


def test_as_sarif_each_fault_is_a_result(faulty: Path, run: Run) -> None:
    result = run("check", faulty, "--format", "sarif")

    assert result.exit_code == 1
    [found] = json.loads(result.stdout)["runs"][0]["results"]
    assert (found["ruleId"], found["level"], found["message"]["text"]) == ("case", "error", FAULT)


def test_a_record_is_held_against_its_trial_and_counted(folder: Path, tmp_path: Path, run: Run) -> None:
    record = tmp_path / "T1.txt"
    record.write_text("Inclusion Criteria:\n\n* Leg pain for six weeks\n\nExclusion Criteria:\n\n* Pregnant women\n")

    result = run("check", folder, "--record", record)

    assert result.exit_code == 0
    assert "the record says 'Leg pain for six weeks'; no criterion quotes it" in result.stdout
    assert "T1: 0 of 2 criteria of the record are quoted" in result.stderr


def test_a_record_of_a_trial_that_the_folder_lacks_is_refused(folder: Path, tmp_path: Path, run: Run) -> None:
    record = tmp_path / "T9.txt"
    record.write_text("Inclusion Criteria:\n\n* Leg pain for six weeks\n")

    result = run("check", folder, "--record", record)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "T9" in result.stderr


def test_the_report_lists_the_texts_that_are_hardest_to_read_first(run: Run) -> None:
    grades = [one["grade"] for one in json.loads(run("check", "criteria", "--report", "--json").stdout)]

    assert grades == sorted(grades, reverse=True)
    assert grades
