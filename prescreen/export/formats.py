"""Files of referrals: one function streams every format."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from prescreen.export import csv, csv_copy, ndjson
from prescreen.export.columns.table import cell_pages, parts
from prescreen.export.redcap import fields, redcap_chunks
from prescreen.export.redcap_fields.criteria import Criteria
from prescreen.export.xlsx import xlsx_chunks
from prescreen.storage import Transactions
from prescreen.storage.base.keys import Keys
from prescreen.storage.export.csv_copy import are_made_here
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import Format, ReferralRow, Wanted, row_pages


@dataclass(frozen=True, slots=True)
class Kind:
    """What browsers and people are told about a format. `last_words` end a failed file so that readers notice."""

    words: str
    mimetype: str
    ending: str
    last_words: bytes = b""


KINDS = {
    Format.CSV: Kind("CSV", "text/csv", "csv", csv.LAST_WORDS),
    Format.CSV_EXCEL: Kind("CSV for Excel", "text/csv", "excel.csv", csv.LAST_WORDS),
    Format.XLSX: Kind("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    Format.NDJSON: Kind("NDJSON", "application/x-ndjson", "ndjson", ndjson.LAST_WORDS),
    Format.REDCAP: Kind("REDCap import", "application/zip", "redcap.zip"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """The source of referrals, and the criteria that explain them."""

    database: Transactions
    keys: Keys
    criteria: Criteria


def chunks(source: Source, wanted: Wanted, *, with_header: bool = True) -> Iterator[Chunk]:
    """Return a file piece by piece. Without the header, the lines of a CSV can be added to those of another."""
    pages = _pages(source, wanted)
    match wanted.format:
        case Format.CSV:
            return _csv(source, wanted, with_header=with_header)
        case Format.CSV_EXCEL:
            mark = [Chunk(BOM_UTF8)] if with_header else []
            return chain(mark, _csv(source, wanted, with_header=with_header))
        case Format.NDJSON:
            return ndjson.ndjson_chunks(pages, wanted.columns)
        case Format.XLSX if _by_database(source):
            return xlsx_chunks(csv_copy.cell_pages(source.database, source.keys, wanted), wanted.columns)
        case Format.XLSX:
            return xlsx_chunks(cell_pages(pages, wanted.columns), wanted.columns)
        case Format.REDCAP:
            return redcap_chunks(pages, fields(wanted.columns, source.criteria))


def _pages(source: Source, wanted: Wanted) -> Iterator[list[ReferralRow]]:
    return row_pages(source.database, source.keys, wanted, parts(wanted.columns))


def _csv(source: Source, wanted: Wanted, *, with_header: bool) -> Iterator[Chunk]:
    if _by_database(source):
        return csv_copy.line_chunks(source.database, source.keys, wanted, with_header=with_header)
    return csv.csv_chunks(_pages(source, wanted), wanted.columns, with_header=with_header)


def _by_database(source: Source) -> bool:
    with source.database.reading_apart() as session:
        return are_made_here(session)
