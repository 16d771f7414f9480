"""CSV (RFC 4180, UTF-8, comma, CRLF) in which no spreadsheet finds a formula, at whatever sign it splits lines.

A text that a spreadsheet could run gets a leading apostrophe, which spreadsheets show as text; so a telephone number
reads `'+1 555 0100` and keeps its plus sign. A sign within a text gets one too, after any separator that a spreadsheet
may split at: where lines are split at semicolons, our quotes protect nothing. Programs take one apostrophe away at each
of these places: at the beginning and after a separator, where only blanks, quotes and more of them precede the sign.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from prescreen.export.columns.column import Cell
from prescreen.export.columns.table import cells
from prescreen.storage.export.csv_copy import HOLDS_FORMULA, STARTS_FORMULA
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import ReferralRow

LAST_WORDS = b'"STOPPED HERE: this file is not whole. Export it again, or go on after its last line.'
"""The end of a failed export: a quote that is never closed, which CSV parsers reject."""

_starts = re.compile(STARTS_FORMULA).match
_guard_inside = partial(re.compile(HOLDS_FORMULA).sub, r"\g<0>'")


def csv_chunks(
    pages: Iterable[list[ReferralRow]], columns: Sequence[str], *, with_header: bool = True
) -> Iterator[Chunk]:
    """Yield the file page by page."""
    if with_header:
        yield Chunk(header(columns).encode())
    for page in pages:
        lines = [line(text(cell) for cell in cells(row, columns)) for row in page]
        yield Chunk("".join(lines).encode(), len(page), page[-1].referral.id)


def header(columns: Sequence[str]) -> str:
    """Return the header line."""
    return line(columns)


def line(texts: Iterable[str]) -> str:
    """Return a line of cells that no spreadsheet runs as formulas."""
    written: str = _ECHO.writerow([safe(one) for one in texts])
    return written


class _Echo:
    """A file whose `write` returns the text, so that the csv module returns lines."""

    def write(self, text: str) -> str:
        return text


_ECHO = csv.writer(_Echo())


def safe(text: str) -> str:
    """Return a text in which a spreadsheet finds no formula (CWE-1236).

    >>> safe("=1+1"), safe("+44 20 7946 0000"), safe("Ann; =1+1"), safe("Ann")
    ("'=1+1", "'+44 20 7946 0000", "Ann;' =1+1", 'Ann')
    """
    guarded = _guard_inside(text)
    return f"'{guarded}" if runs(text) else guarded


def runs(text: str) -> bool:
    """Return whether a spreadsheet could run a text as a formula, where it stands in a cell of its own."""
    return _starts(text) is not None


def text(cell: Cell) -> str:
    """Return the text of a cell: times to the second with their zone, `yes` or `no`, and an empty text for None."""
    match cell:
        case None:
            return ""
        case str():
            return str(cell)
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.isoformat(timespec="seconds")
        case _:
            return str(cell)
