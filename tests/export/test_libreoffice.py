"""The files opened in LibreOffice: no formula runs, and telephone numbers are as typed."""

import csv
from pathlib import Path

import openpyxl
import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format
from tests.export.exported import HOSTILE, hostile_people, made, wanted
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
    names = {row["name"].removeprefix("'").translate(LINE_BREAKS) for row in rows}
    assert names == {*(word.removeprefix("'").translate(LINE_BREAKS) for word in HOSTILE), CONTACT.name, ""}
    assert CONTACT.phone in {row["phone"].removeprefix("'") for row in rows}


def _folder(above: Path, name: str) -> Path:
    folder = above / name
    folder.mkdir()
    return folder
