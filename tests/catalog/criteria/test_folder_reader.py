"""What cannot be read in a criteria folder is a fault, wherever the folder lies; hidden files are none of it."""

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.catalog.criteria.loading import check_folder
from tests.catalog import folders
from tests.catalog.folders import CATALOG, ON, QUESTIONS, REDCAP_CODES

UNREACHABLE = "x" * 300
"""Where a link leads that even root cannot follow; `stat` refuses it as it refuses what others may not see."""
UNUSED = folders.FILES[QUESTIONS] + "- {id: idle, type: boolean, ask: Idle?}\n"


def messages(folder: Path, on: date = ON) -> list[str]:
    """Return the faults of a folder, with paths from the folder on."""
    return [str(fault).removeprefix(f"{folder}/") for fault in check_folder(folder, on)]


@pytest.mark.parametrize("name", ["trials/T2.yaml", "conditions/x.yaml", "articles/x.en.md", "consents/x.en.md"])
def test_a_file_that_the_system_refuses_is_a_fault_of_its_first_line(tmp_path: Path, name: str) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    (folder / name).symlink_to(UNREACHABLE)

    assert f"{name}:1:1: the file cannot be read: File name too long" in messages(folder)


def test_numbers_that_the_system_refuses_are_not_taken_for_none(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    (folder / REDCAP_CODES).unlink()
    (folder / REDCAP_CODES).symlink_to(UNREACHABLE)

    assert messages(folder) == [f"{REDCAP_CODES}:1:1: the file cannot be read: File name too long"]
    assert read_redcap_codes(folder)[1].exists


@pytest.mark.parametrize("name", ["trials", "conditions", "articles", "consents"])
def test_a_subfolder_that_cannot_be_looked_into_is_a_fault_and_does_not_count_as_empty(
    tmp_path: Path, name: str
) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(UNREACHABLE)

    assert f"{name}:1:1: the folder cannot be read: File name too long" in messages(folder)


def test_of_trials_that_cannot_be_looked_into_no_question_is_called_unused(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "criteria", {QUESTIONS: UNUSED})
    (folder / "trials").rename(tmp_path / "elsewhere")
    (folder / "trials").write_text("a file")

    assert messages(folder) == ["trials:1:1: the folder cannot be read: Not a directory"]


HIDDEN = ["trials/._T1.yaml", "conditions/.x.yaml", "articles/._x.en.md", "consents/.x.en.md"]
COPIES = [
    *("trials/T1.yaml~", "trials/#T1.yaml#", "trials/.#T1.yaml", "trials/.T1.yaml.swp", "trials/T1.yaml.swp"),
    *("conditions/back-pain.yaml~", "articles/#sciatica.en.md#", "consents/2026-11.en.md~"),
]


BESIDE = ["README.md", "REVIEW.md", "questions.yaml~"]


@pytest.mark.parametrize("name", HIDDEN + COPIES + BESIDE)
def test_files_that_are_not_criteria_are_left_alone(tmp_path: Path, name: str) -> None:
    folder = folders.write(tmp_path / "criteria", {})
    (folder / name).write_bytes(b"\x00\x05\xff")

    assert messages(folder) == []


@pytest.mark.parametrize("name", ["trials", "conditions", "articles", "consents"])
def test_the_name_of_the_folder_itself_changes_nothing(tmp_path: Path, name: str) -> None:
    altered = {QUESTIONS: UNUSED, CATALOG: folders.FILES[CATALOG].replace("[en]", "[en, es]")}
    expected = messages(folders.write(tmp_path / "criteria", altered))

    assert messages(folders.write(tmp_path / name, altered)) == expected
    assert len(expected) > 20
