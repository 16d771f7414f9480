"""The files opened in LibreOffice: no formula runs, and telephone numbers are as typed."""

import csv
from pathlib import Path

import openpyxl
import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format
from tests.export.exported import HOSTILE, as_typed, hostile_people, made, wanted
from tests.people import CONTACT, SHARE_A, TO_A, submitted
from tests.services.libreoffice import converted

# Rows with line breaks are what a converter may lay out anew; the words themselves are compared without.
LINE_BREAKS = str.maketrans("", "", "\r\n")


@pytest.mark.parametrize("form", [Format.XLSX, Format.CSV])
def test_nothing_becomes_a_formula_and_telephone_numbers_stay(
    database: Database, keys: Keys, tmp_path: Path, form: Format
) -> None:
    hostile_people(database, keys)
    submitted(database, keys, id="plain", consents=(SHARE_A,), referrals=(TO_A,))
    file = tmp_path / f"export.{form.value}"
    file.write_bytes(made(database, keys, wanted(form)))

    saved = converted(file, "xlsx", _folder(tmp_path, "xlsx"))
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    shown = converted(file, "csv", _folder(tmp_path, "csv"))
    with shown.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.hyperlink] == []
    assert len(rows) == len(HOSTILE) + 2
    read = as_typed if form is Format.CSV else str
    names = {read(row["name"]).translate(LINE_BREAKS) for row in rows}
    assert names == {*(word.translate(LINE_BREAKS) for word in HOSTILE), CONTACT.name, ""}
    assert CONTACT.phone in {read(row["phone"]) for row in rows}


@pytest.mark.parametrize("separators", [";", "\t|", ",;\t|"])
def test_a_spreadsheet_that_splits_at_other_signs_finds_no_formula_either(
    database: Database, keys: Keys, tmp_path: Path, separators: str
) -> None:
    hostile_people(database, keys)
    file = tmp_path / "export.csv"
    file.write_bytes(made(database, keys, wanted()))

    saved = converted(file, "xlsx", _folder(tmp_path, "xlsx"), separators)
    sheet = openpyxl.load_workbook(saved).worksheets[0]

    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert sheet.max_row > len(HOSTILE)


def _folder(above: Path, name: str) -> Path:
    folder = above / name
    folder.mkdir()
    return folder
