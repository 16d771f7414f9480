"""CSV with the mark by which Excel reads it as UTF-8: readers must not take the mark for a part of the first column."""

import csv
from codecs import BOM_UTF8
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import polars
import pytest

from prescreen.database import Database
from prescreen.export.columns.table import HEADER
from prescreen.export.formats import Source, chunks
from prescreen.export.redcap_fields.criteria import NO_CRITERIA
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format
from tests.export.exported import hostile_people, made, wanted
from tests.people import CONTACT, submitted
from tests.services.libreoffice import converted

ZOE = replace(CONTACT, name="Zoë Ωmega 李")


def test_it_is_the_plain_csv_behind_the_mark(database: Database, keys: Keys) -> None:
    hostile_people(database, keys)

    plain = made(database, keys, wanted(Format.CSV))

    assert made(database, keys, wanted(Format.CSV_EXCEL)) == BOM_UTF8 + plain
    assert not plain.startswith(BOM_UTF8)


def test_the_rest_that_is_added_to_a_file_has_no_mark_in_its_midst(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    source = Source(database, keys, NO_CRITERIA)

    rest, plain = (
        b"".join(chunk.data for chunk in chunks(source, wanted(form), with_header=False))
        for form in (Format.CSV_EXCEL, Format.CSV)
    )

    assert rest == plain


@pytest.mark.parametrize("form", [Format.CSV, Format.CSV_EXCEL])
def test_programs_read_it(database: Database, keys: Keys, form: Format) -> None:
    submitted(database, keys, contact=ZOE)
    data = made(database, keys, wanted(form))

    (row,) = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))
    frame = polars.read_csv(BytesIO(data))

    assert (tuple(row), row["name"]) == (HEADER, ZOE.name)
    assert (tuple(frame.columns), frame["name"].to_list()) == (HEADER, [ZOE.name])


def test_a_spreadsheet_opens_it(database: Database, keys: Keys, tmp_path: Path) -> None:
    submitted(database, keys, contact=ZOE)
    file = tmp_path / "export.csv"
    file.write_bytes(made(database, keys, wanted(Format.CSV_EXCEL)))
    folder = tmp_path / "saved"
    folder.mkdir()

    with converted(file, "csv", folder).open(newline="", encoding="utf-8") as lines:
        (row,) = csv.DictReader(lines)

    assert (next(iter(row)), row["name"]) == ("reference", ZOE.name)
