import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from prescreen.database import Database
from prescreen.export import xlsx
from prescreen.export.columns.column import Cell
from prescreen.export.columns.table import BY_NAME, HEADER, cell_pages
from prescreen.export.xlsx import DICTIONARY, LONGEST_TEXT, xlsx_chunks
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format, ReferralRow
from prescreen.workflow.participants.submission import Contact
from tests.export.exported import HOSTILE, REFERRAL, ROW, hostile_people, made, wanted


def written(*pages: list[ReferralRow]) -> bytes:
    return b"".join(chunk.data for chunk in xlsx_chunks(cell_pages(pages, HEADER), HEADER))


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(book: Workbook, row: int = 2, sheet: str = "Referrals") -> dict[str, Cell]:
    return {name.value: cell.value for name, cell in zip(book[sheet][1], book[sheet][row], strict=True)}  # type: ignore[misc]


def test_cells_have_their_types() -> None:
    row = cells(opened(written([ROW])))

    assert tuple(row) == HEADER
    assert row["created_at"] == datetime(2026, 11, 23, 9, 30)
    assert (row["miles"], row["is_test"]) == (12, "yes")
    assert row["phone"] == "+1 617 555 0100"
    assert row["findings"] == "adult=permits; fever=unknown"
    assert row["state_changed_at"] is None


def test_the_second_sheet_says_what_the_columns_mean() -> None:
    book = opened(written([ROW]))

    told = {row[0].value: row[3].value for row in book[DICTIONARY].iter_rows(min_row=2)}
    assert book.sheetnames == ["Referrals", DICTIONARY]
    assert told == {name: BY_NAME[name].meaning for name in HEADER}


def test_the_header_stays_in_sight() -> None:
    assert opened(written([ROW]))["Referrals"].freeze_panes == "A2"


@pytest.mark.parametrize("word", HOSTILE)
def test_text_is_never_a_formula_or_a_link_and_reads_back(word: str) -> None:
    book = opened(written([replace(ROW, contact=Contact(word, "a@example.org", word, None, word, "en"))]))
    (row,) = book["Referrals"].iter_rows(min_row=2)
    name = row[HEADER.index("name")]

    assert name.data_type in ("s", "inlineStr")
    assert re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), name.value) == word
    assert name.hyperlink is None


def test_signs_that_xml_cannot_hold_do_not_break_the_workbook() -> None:
    name = "".join(map(chr, range(32))) + "\x7f\ufffe\uffff"

    assert "_x0000_" in str(
        cells(opened(written([replace(ROW, referral=replace(REFERRAL, site_name=name))])))["site_name"]
    )


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    cell = str(cells(opened(written([replace(ROW, referral=replace(REFERRAL, site_name="x" * 40_000))])))["site_name"])

    assert (len(cell), cell[-1]) == (LONGEST_TEXT, "…")


def test_what_is_too_much_for_a_sheet_goes_on_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)

    book = opened(written([ROW, ROW], [ROW, ROW], [ROW]))

    assert book.sheetnames == ["Referrals", "Referrals 2", "Referrals 3", DICTIONARY]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [3, 3, 2]


def test_no_referral_is_a_sheet_with_a_header() -> None:
    assert opened(written())["Referrals"].max_row == 1


def test_half_a_workbook_does_not_open() -> None:
    pieces = [chunk.data for chunk in xlsx_chunks(cell_pages([[ROW] * 500] * 3, HEADER), HEADER)]

    with pytest.raises(zipfile.BadZipFile):
        opened(b"".join(pieces[:-1]))


def test_a_withdrawn_referral_stays_as_a_line_without_details(database: Database, keys: Keys) -> None:
    hostile_people(database, keys)

    book = opened(made(database, keys, wanted(Format.XLSX)))
    rows = [cells(book, row) for row in range(2, len(HOSTILE) + 3)]

    (gone,) = [row for row in rows if row["state"] == "withdrawn"]
    assert {name for name, cell in gone.items() if cell is not None} == {
        *("reference", "referral_id", "trial_id", "site_id", "site_name", "state", "created_at", "is_test"),
        "state_changed_at",
    }


def test_a_page_of_cells_ends_with_its_last_referral() -> None:
    later = replace(ROW, referral=replace(REFERRAL, id=UUID(int=8)))

    [page] = cell_pages([[ROW, later]], HEADER)

    assert (len(page.rows), page.last) == (2, UUID(int=8))
