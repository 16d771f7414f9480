"""The CSV lines made by PostgreSQL equal, byte for byte, those made from rows."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import datetime

import pytest

from prescreen.database import Database
from prescreen.export import csv_copy
from prescreen.export.columns import HEADER, Cell, cell_pages
from prescreen.export.csv import csv_chunks
from prescreen.export.csv_copy import line_chunks
from prescreen.storage.base.keys import Keys
from prescreen.storage.export.csv_copy import FORMULA_STARTS
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.export.referral_rows import Wanted, row_pages
from tests.databases import empty_tables, migrated_on
from tests.export.exported import HOSTILE, hostile_people, wanted

pytestmark = pytest.mark.postgres


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    url = migrated_on(postgres_url)
    opened = Database(url)
    yield opened
    opened.close()
    empty_tables(url)


def by_database(database: Database, keys: Keys, what: Wanted, *, with_header: bool = True) -> bytes:
    return b"".join(chunk.data for chunk in line_chunks(database, keys, what, with_header=with_header))


def by_rows(database: Database, keys: Keys, what: Wanted) -> bytes:
    return b"".join(chunk.data for chunk in csv_chunks(row_pages(database, keys, what), what.columns))


@pytest.mark.parametrize("with_identity", [True, False])
def test_both_ways_make_the_same_bytes_of_hostile_people(postgres: Database, keys: Keys, with_identity: bool) -> None:
    hostile_people(postgres, keys)
    what = wanted(with_identity=with_identity)

    found = by_database(postgres, keys, what)

    assert found == by_rows(postgres, keys, what)
    rows = list(csv.DictReader(io.StringIO(found.decode(), newline="")))
    assert len(rows) == len(HOSTILE) + 1
    if with_identity:
        assert {row["name"].removeprefix("'") for row in rows} == {*(word.removeprefix("'") for word in HOSTILE), ""}


@pytest.mark.parametrize("column", HEADER)
def test_both_ways_make_the_same_bytes_of_every_column_alone(postgres: Database, keys: Keys, column: str) -> None:
    hostile_people(postgres, keys)
    what = wanted(columns=(column,))

    assert by_database(postgres, keys, what) == by_rows(postgres, keys, what)


@pytest.mark.parametrize(
    "narrowed",
    [
        {"sites": frozenset({"leeds"})},
        {"sites": frozenset({"york"})},
        {"sites": frozenset()},
        {"states": frozenset({State.WITHDRAWN, State.ENROLLED})},
        {"states": frozenset({State.NEW}), "sites": frozenset({"leeds"})},
    ],
)
def test_both_ways_narrow_alike(postgres: Database, keys: Keys, narrowed: dict[str, object]) -> None:
    hostile_people(postgres, keys)
    what = wanted(**narrowed)

    assert by_database(postgres, keys, what) == by_rows(postgres, keys, what)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_join_without_loss_or_repetition(
    postgres: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    hostile_people(postgres, keys)
    monkeypatch.setattr(csv_copy, "FIRST_PAGE", size)
    monkeypatch.setattr(csv_copy, "PAGE", size)

    found = by_database(postgres, keys, wanted())

    assert found == by_rows(postgres, keys, wanted())


def test_the_rest_after_any_page_is_exactly_the_rest(
    postgres: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile_people(postgres, keys)
    monkeypatch.setattr(csv_copy, "FIRST_PAGE", 4)
    monkeypatch.setattr(csv_copy, "PAGE", 4)
    pieces = list(line_chunks(postgres, keys, wanted(), with_header=True))
    whole = b"".join(piece.data for piece in pieces)

    for place, piece in enumerate(pieces[:-1]):
        assert piece.cursor is not None
        had = b"".join(one.data for one in pieces[: place + 1])
        assert had + by_database(postgres, keys, wanted(after=piece.cursor), with_header=False) == whole


@pytest.mark.parametrize("with_identity", [True, False])
def test_both_ways_give_workbooks_the_same_cells(postgres: Database, keys: Keys, with_identity: bool) -> None:
    hostile_people(postgres, keys)
    what = wanted(with_identity=with_identity)

    ours = [row for page in csv_copy.cell_pages(postgres, keys, what) for row in page.rows]
    pages = [row for page in cell_pages(row_pages(postgres, keys, what), what.columns) for row in page.rows]

    assert [list(map(shown, row)) for row in ours] == [list(map(shown, row)) for row in pages]


def shown(cell: Cell) -> Cell:
    """Return a cell as a workbook shows it: nothing as nothing, moments to the second, truth values as words."""
    match cell:
        case "":
            return None
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.replace(microsecond=0)
        case _:
            return cell


def test_every_sign_that_folds_to_a_formulas_start_is_known() -> None:
    folding = {
        chr(code)
        for code in range(0x110000)
        if not 0xD800 <= code <= 0xDFFF and unicodedata.normalize("NFKC", chr(code))[:1] in set("=+-@\t\r\n\0")
    }

    assert folding == set(FORMULA_STARTS)
