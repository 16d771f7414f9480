"""Exports from PostgreSQL: beside bare COPY, a raw driver export that opens four sealed fields a row, and openpyxl.

    python -m benchmarks.export.exports 100000 [--workbook 10000]

All write to nowhere. Ours is the whole export, as a download is: on record, with its digest and progress notes.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import IO

import openpyxl
import psycopg
import xlsxwriter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.base.report import Section, Table, Target, ranged, timed
from benchmarks.base.timing import Range, mean_time, times_faster
from benchmarks.export.synthetic_referrals import KEY, KEYS, SEALED, TRIAL, filled_database
from benchmarks.sections import Sizes
from prescreen.database import Database
from prescreen.export.columns.table import HEADER, CellPage, chosen
from prescreen.export.csv import safe
from prescreen.export.csv_copy import cell_pages
from prescreen.export.formats import Source, chunks
from prescreen.export.redcap_fields.criteria import NO_CRITERIA
from prescreen.export.xlsx import xlsx_chunks
from prescreen.storage.audit.events import Actor, ActorKind
from prescreen.workflow.export.export_runs import Recorder, begin
from prescreen.workflow.export.referral_rows import Format, Wanted

ROUNDS = 3
_SIDE_TABLES = ("channels", "findings", "answers", "consents", "consent_given_by", "tags")
OWN = tuple(name for name in HEADER if name not in _SIDE_TABLES)
"""What a referral has itself. The rest is put together from other tables, for which there is no bare column."""

BARE, OURS = "bare COPY", "prescreen, formula-safe"
BARE_ALL, OURS_ALL = "bare COPY, with answers, findings and consents", "prescreen, the same"
RAW, OURS_NAMED = "raw driver, four sealed fields a row", "prescreen, with identity"
OPENPYXL, XLSXWRITER, OURS_XLSX = "openpyxl, write-only", "XlsxWriter, constant memory", "prescreen, XLSX"

_PLAIN = """l.reference, r.id, r.trial_id, r.site_id, r.site_name, r.state, r.determination, r.created_at, l.is_test,
  l.language, r.state_changed_at, r.contacted_at, r.reason, r.due_at, r.miles"""
_FROM = "FROM referral r JOIN lead l ON l.id = r.lead_id WHERE r.trial_id = 'NCT00000001'"
_MORE = """(SELECT string_agg(c.purpose, '; ') FROM consent c WHERE c.lead_id = r.lead_id),
  (SELECT string_agg(f.criterion || '=' || f.permits, '; ')
   FROM jsonb_to_recordset(r.findings) f(criterion text, permits text)),
  (SELECT string_agg(a.question_id || '=' || a.value, '; ') FROM answer a WHERE a.lead_id = r.lead_id),
  (SELECT string_agg(c.purpose || '=' || c.version, '; ') FROM consent c WHERE c.lead_id = r.lead_id),
  (SELECT min(c.given_by) FROM consent c WHERE c.lead_id = r.lead_id),
  (SELECT string_agg(t.tag, '; ') FROM referral_tag t WHERE t.referral_id = r.id)"""
_RAW_ROWS = "SELECT * FROM bench_raw"
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Measured:
    """Ratios of the same round, and what a process of its own needs for the largest export."""

    without_identity: Range
    everything: Range
    with_identity: Range
    workbook: Range
    seconds: dict[str, Range]
    idle: float
    peak: float
    first_byte: float
    megabytes: float


def exports(sizes: Sizes) -> Section:
    """Measure the exports and say how they stand."""
    count, workbook = sizes.exported, sizes.workbook
    found = measured(count, workbook)
    rows = [[name, timed(seconds)] for name, seconds in found.seconds.items()]
    section = Section(
        "Exports",
        f"{count:,} referrals on PostgreSQL, {found.megabytes:,.0f} MB of CSV without identity; XLSX of {workbook:,} "
        "rows. All contestants read the database. The raw driver export reads one table with everything side by side.",
        [Table(["", "time"], rows)],
        notes=[
            f"first byte after {found.first_byte * 1000:.0f} ms; {found.idle:.0f} MB idle, {found.peak:.0f} MB at most",
            f"against bare COPY with answers, findings and consents put together: {ranged(found.everything)}",
        ],
    )
    section.targets += [
        Target(f"CSV of {count:,} without identity, against bare COPY", 0.5, None, found.without_identity),
        Target(f"CSV of {count:,} with identity, against four sealed fields", 1.0, None, found.with_identity),
        Target(f"XLSX of {workbook:,}, against openpyxl write-only", 1.6, None, found.workbook),
        Target("memory of an export above idle", 25, None, _one(found.peak - found.idle), " MB", less_is_better=True),
        Target("first byte of an export", 0.3, None, _one(found.first_byte), " s", less_is_better=True),
    ]
    return section


def _one(figure: float) -> Range:
    return Range(figure, figure, figure)


def measured(count: int, workbook: int) -> Measured:
    """Fill a database of its own and measure all exports from it."""
    with filled_database(max(count, workbook)) as (database, url):
        return _measured(database, url, count, workbook)


def _measured(database: Database, url: str, count: int, workbook: int) -> Measured:
    csvs: dict[str, Callable[[int], object]] = {
        BARE: lambda _: _bare(url, _PLAIN),
        OURS: lambda _: _ours(database, _wanted(OWN, with_identity=False)),
        RAW: lambda _: _raw(url),
        OURS_NAMED: lambda _: _ours(database, _wanted(OWN, with_identity=True)),
    }
    everything: dict[str, Callable[[int], object]] = {
        BARE_ALL: lambda _: _bare(url, f"{_PLAIN}, {_MORE}"),
        OURS_ALL: lambda _: _ours(database, _wanted(HEADER, with_identity=False)),
    }
    books: dict[str, Callable[[int], object]] = {
        OPENPYXL: lambda _: _openpyxl(database, workbook),
        XLSXWRITER: lambda _: _xlsxwriter(database, workbook),
        OURS_XLSX: lambda _: _workbook(database, workbook),
    }
    times = {
        **_turns(csvs, ROUNDS),
        **_turns(everything, ROUNDS),
        **_turns(books, ROUNDS),
    }
    alone = _alone(url)
    return Measured(
        without_identity=times_faster(times, OURS, BARE),
        everything=times_faster(times, OURS_ALL, BARE_ALL),
        with_identity=times_faster(times, OURS_NAMED, RAW),
        workbook=times_faster(times, OURS_XLSX, OPENPYXL),
        seconds={name: mean_time(times, name) for name in times},
        **alone,
    )


def _turns(contestants: dict[str, Callable[[int], object]], rounds: int) -> dict[str, list[list[float]]]:
    """Time all in turns, without the warming up that would take as long again."""
    times: dict[str, list[list[float]]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            start = perf_counter()
            work(0)
            times[name].append([perf_counter() - start])
    return times


def _wanted(columns: tuple[str, ...], *, with_identity: bool, form: Format = Format.CSV) -> Wanted:
    return Wanted(TRIAL, form, chosen(columns, with_identity=with_identity), with_identity, "for the benchmark")


def _pieces(database: Database, wanted: Wanted) -> Iterator[bytes]:
    run = begin(database, wanted, Actor(ActorKind.OPERATOR), datetime.now(UTC))
    recorder = Recorder(database, run, lambda: datetime.now(UTC), on_the_way=16 << 20)
    return recorder.passed(chunks(Source(database, KEYS, NO_CRITERIA), wanted))


def _ours(database: Database, wanted: Wanted) -> int:
    with _nowhere() as out:
        return sum(out.write(piece) for piece in _pieces(database, wanted))


def _nowhere() -> IO[bytes]:
    return Path(os.devnull).open("wb")


def _bare(url: str, columns: str) -> int:
    statement = f"COPY (SELECT {columns} {_FROM}) TO STDOUT (FORMAT csv, HEADER)"
    written = 0
    with (
        psycopg.connect(url.replace("+psycopg", "")) as connection,
        _nowhere() as out,
        connection.cursor().copy(statement) as copy,
    ):
        for data in copy:
            written += out.write(data)
    return written


def _raw(url: str) -> None:
    """Do as one would by hand: rows of the driver, each sealed field opened, every cell made safe, the csv module."""
    cipher = AESGCM(KEY)
    with (
        psycopg.connect(url.replace("+psycopg", "")) as connection,
        connection.cursor("raw") as cursor,
        open(os.devnull, "w", newline="") as out,
    ):
        cursor.execute(_RAW_ROWS)
        writer = csv.writer(out)
        names = [column.name for column in cursor.description or ()]
        writer.writerow(names)
        first = names.index(SEALED[0])
        while rows := cursor.fetchmany(_AT_ONCE):
            writer.writerows(_opened(cipher, row, first) for row in rows)


def _opened(cipher: AESGCM, row: tuple[object, ...], first: int) -> list[str]:
    # Bound to the referral here, where our own fields are bound to the lead: the work is the same.
    opened = [_open(cipher, value, field, row) for value, field in zip(row[first : first + 4], SEALED, strict=True)]
    texts = [*row[:first], *opened, *row[first + 4 :]]
    return [safe("" if one is None else str(one)) for one in texts]


def _open(cipher: AESGCM, value: object, field: str, row: tuple[object, ...]) -> str:
    assert isinstance(value, bytes)
    return cipher.decrypt(value[:12], value[12:], f"lead|{field}|{row[1]}".encode()).decode()


def _rows(database: Database, wanted: Wanted, count: int) -> Iterator[list[object]]:
    """Yield the same cells to the others, read as ours are."""
    for page in _cut(cell_pages(database, KEYS, wanted), count):
        for row in page.rows:
            yield [_naive(cell) for cell in row]


def _naive(cell: object) -> object:
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


_BOOK = _wanted(OWN, with_identity=True, form=Format.XLSX)


def _openpyxl(database: Database, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _rows(database, _BOOK, count):
        sheet.append(row)
    with _nowhere() as out:
        book.save(out)


def _xlsxwriter(database: Database, count: int) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(Path(folder) / "out.xlsx", {**options, "default_date_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        for number, row in enumerate(_rows(database, _BOOK, count)):
            sheet.write_row(number, 0, row)
        book.close()


def _workbook(database: Database, count: int) -> None:
    with _nowhere() as out:
        for chunk in xlsx_chunks(_cut(cell_pages(database, KEYS, _BOOK), count), _BOOK.columns):
            out.write(chunk.data)


def _cut(pages: Iterator[CellPage], count: int) -> Iterator[CellPage]:
    left = count
    for page in pages:
        yield CellPage(page.rows[:left], page.last)
        left -= len(page.rows)
        if left <= 0:
            return


_ALONE = r"""
import json, re, sys, time
from pathlib import Path
from prescreen.database import Database
from benchmarks.export.exports import OWN, _pieces, _wanted
database = Database(sys.argv[1])
def megabytes(which):
    return int(re.search(which + r":\s*(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
with database.reading() as session:
    session.connection()
Path("/proc/self/clear_refs").write_text("5")
idle, start, size, first = megabytes("VmRSS"), time.perf_counter(), 0, 0.0
for piece in _pieces(database, _wanted(OWN, with_identity=False)):
    first, size = first or time.perf_counter() - start, size + len(piece)
for piece in _pieces(database, _wanted(OWN, with_identity=True)):
    pass
print(json.dumps({"idle": idle, "peak": megabytes("VmHWM"), "first_byte": first, "megabytes": size / 1e6}))
"""


def _alone(url: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", _ALONE, url], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--workbook", type=int, default=100_000)
    chosen_sizes = parser.parse_args()
    print(measured(chosen_sizes.count, chosen_sizes.workbook))
