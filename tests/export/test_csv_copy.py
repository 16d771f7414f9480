"""The CSV lines made by PostgreSQL equal, byte for byte, those made from rows."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from prescreen.database import Database
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.kinds.registry import KINDS
from prescreen.export import csv_copy
from prescreen.export.columns import consents, findings
from prescreen.export.columns.column import Cell
from prescreen.export.columns.table import BY_NAME, COLUMNS, HEADER, cell_pages, parts
from prescreen.export.csv import csv_chunks
from prescreen.export.csv_copy import line_chunks
from prescreen.storage.base.keys import Keys
from prescreen.storage.export import csv_copy as copying
from prescreen.storage.export.csv_copy import FORMULA_STARTS, SEPARATORS
from prescreen.storage.participants.consents import CHANNELS, GivenBy, Purpose
from prescreen.storage.referrals.referrals import State
from prescreen.storage.tables import StoredAnswer
from prescreen.workflow.export.referral_rows import Wanted, row_pages
from tests.databases import empty_tables, migrated_on
from tests.export.exported import HOSTILE, as_typed, hostile_people, wanted

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def peopled(postgres_url: str, keys: Keys) -> Iterator[Database]:
    """A database of hostile people, which no test here changes."""
    url = migrated_on(postgres_url)
    opened = Database(url)
    hostile_people(opened, keys)
    yield opened
    opened.close()
    empty_tables(url)


def by_database(database: Database, keys: Keys, what: Wanted, *, with_header: bool = True) -> bytes:
    return b"".join(chunk.data for chunk in line_chunks(database, keys, what, with_header=with_header))


def by_rows(database: Database, keys: Keys, what: Wanted) -> bytes:
    pages = row_pages(database, keys, what, parts(what.columns))
    return b"".join(chunk.data for chunk in csv_chunks(pages, what.columns))


@pytest.mark.parametrize("with_identity", [True, False])
def test_both_ways_make_the_same_bytes_of_hostile_people(peopled: Database, keys: Keys, with_identity: bool) -> None:
    what = wanted(with_identity=with_identity)

    found = by_database(peopled, keys, what)

    assert found == by_rows(peopled, keys, what)
    rows = list(csv.DictReader(io.StringIO(found.decode(), newline="")))
    assert len(rows) == len(HOSTILE) + 1
    if with_identity:
        assert {as_typed(row["name"]) for row in rows} == {*HOSTILE, ""}


@pytest.mark.parametrize("column", HEADER)
def test_both_ways_make_the_same_bytes_of_every_column_alone(peopled: Database, keys: Keys, column: str) -> None:
    assert differing(peopled, keys, (column,)) == []


def differing(database: Database, keys: Keys, columns: Iterable[str]) -> list[str]:
    """Return those columns that the two ways write differently."""
    each = {name: wanted(columns=(name,)) for name in columns}
    return [name for name, what in each.items() if by_database(database, keys, what) != by_rows(database, keys, what)]


def test_the_people_show_all_that_a_column_can_say(peopled: Database, keys: Keys) -> None:
    rows = [row for page in row_pages(peopled, keys, wanted()) for row in page]

    shown = {column.name: {column.cell(row) for row in rows} - {None, ""} for column in COLUMNS}
    held = {
        "state": set(State),
        "determination": set(Determination),
        "consent_given_by": set(GivenBy),
        "consents": set(Purpose),
        "channels": set(CHANNELS),
    }
    said = {name: {word for cell in shown[name] for word in re.split("=[^;]*|; ", str(cell))} for name in held}
    assert [name for name, cells in shown.items() if not cells] == []
    assert {name: words - said[name] for name, words in held.items()} == {name: set() for name in held}
    assert {column.name for column in COLUMNS if column.words} <= set(held)


def test_the_people_answered_in_every_kind_of_answer(peopled: Database) -> None:
    with peopled.reading() as session:
        assert set(session.scalars(select(StoredAnswer.kind))) == {
            "declined",
            *(kind.row_name for kind in KINDS.values()),
        }


TWINS = {
    "consent_given_by": {"sql": consents.GIVEN_BY_SQL.replace("read_out", "self")},
    "consents": {"sql": consents.VERSIONS_SQL.replace("another_site", "share")},
    "channels": {"sql": "'email'"},
    "state": {"sql": "replace(r.state, 'taken_over', 'new')"},
    "findings": {"sql": "replace(f.pairs, 'does not permit', 'permits')"},
    "miles": {"sql": "NULL"},
    "is_test": {"sql": "r.withdrawn_at IS NULL"},
    "reason": {"sql": "r.reason", "words": {"reason": "1"}},
    "language": {"part": None, "read": lambda _: None},
    "contacted_at": {"stays": True, "sql": "now()"},
    "tags": {"part": None},
    "cohorts_that_may_fit": {"join": findings.COHORTS.replace(" AND NOT g.shut", "")},
}


@pytest.mark.parametrize("column", TWINS)
def test_a_column_whose_sql_says_something_else_is_found(
    peopled: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    monkeypatch.setitem(BY_NAME, column, replace(BY_NAME[column], **TWINS[column]))

    assert differing(peopled, keys, HEADER) == [column]


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
def test_both_ways_narrow_alike(peopled: Database, keys: Keys, narrowed: dict[str, object]) -> None:
    what = wanted(**narrowed)

    assert by_database(peopled, keys, what) == by_rows(peopled, keys, what)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_join_without_loss_or_repetition(
    peopled: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(csv_copy, "FIRST_PAGE", size)
    monkeypatch.setattr(csv_copy, "PAGE", size)

    found = by_database(peopled, keys, wanted())

    assert found == by_rows(peopled, keys, wanted())


def test_the_rest_after_any_page_is_exactly_the_rest(
    peopled: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_copy, "FIRST_PAGE", 4)
    monkeypatch.setattr(csv_copy, "PAGE", 4)
    pieces = list(line_chunks(peopled, keys, wanted(), with_header=True))
    whole = b"".join(piece.data for piece in pieces)

    for place, piece in enumerate(pieces[:-1]):
        assert piece.cursor is not None
        had = b"".join(one.data for one in pieces[: place + 1])
        assert had + by_database(peopled, keys, wanted(after=piece.cursor), with_header=False) == whole


@pytest.mark.parametrize("with_identity", [True, False])
def test_both_ways_give_workbooks_the_same_cells(peopled: Database, keys: Keys, with_identity: bool) -> None:
    what = wanted(with_identity=with_identity)

    ours = [row for page in csv_copy.cell_pages(peopled, keys, what) for row in page.rows]
    pages = [row for page in cell_pages(row_pages(peopled, keys, what), what.columns) for row in page.rows]

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
    assert folding("=+-@\t\r\n\0") == set(FORMULA_STARTS)


def test_every_sign_that_folds_to_a_separator_or_breaks_a_line_is_known() -> None:
    breaking = {sign for sign in SIGNS if len(f"a{sign}b".splitlines()) > 1}

    assert folding(",;|\t") | breaking == set(SEPARATORS)


SIGNS = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]


def folding(to: str) -> set[str]:
    return {sign for sign in SIGNS if unicodedata.normalize("NFKC", sign)[:1] in set(to)}


@pytest.mark.parametrize("pattern", ["STARTS_FORMULA", "HOLDS_FORMULA"])
def test_a_pattern_that_only_one_way_knows_is_found(
    peopled: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    monkeypatch.setattr(copying, pattern, copying._NOTHING)

    assert {"site_name", "tags", "reason", "answers"} <= {*differing(peopled, keys, HEADER)}
