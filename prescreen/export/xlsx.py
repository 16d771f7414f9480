"""XLSX: referrals on the first sheet, typed, and what the columns mean on the last.

Where one sheet cannot hold all referrals, further sheets follow before the last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from prescreen.export.columns.column import Cell, Kind
from prescreen.export.columns.table import BY_NAME, CellPage
from prescreen.export.csv import runs
from prescreen.export.zip_archive import Archive
from prescreen.workflow.export.export_runs import Chunk

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
"""The greatest number of characters in a cell."""

# Each part stays below 2 GB: beyond that the archive would need ZIP64, which Excel does not read.
MOST_BYTES = 1_500_000_000
_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)
_DAY_SECONDS = 86_400
_SECOND = timedelta(seconds=1)
_HEAD, _MOMENT, _QUOTED = 1, 2, 3
# Characters that XML cannot hold are written as _xHHHH_, so texts that look like that must be escaped too.
_unwritable = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
_FROZEN = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


class Sheet:
    """One sheet that is being written: a frozen header, then rows."""

    def __init__(self, part: IO[bytes], header: Sequence[str], widths: Sequence[int]) -> None:
        self._part, self.rows, self.bytes = part, 0, 0
        self._letters = [letters(place) for place in range(len(header))]
        columns = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(widths, start=1)
        )
        self._write(f"{_SHEET}{_FROZEN}<cols>{columns}</cols><sheetData>")
        self.add([header], _HEAD)

    def add(self, rows: Iterable[Sequence[Cell]], style: int = 0) -> None:
        """Append rows to the sheet."""
        self._write("".join([self._row(cells, style) for cells in rows]))

    def _row(self, cells: Sequence[Cell], style: int) -> str:
        self.rows += 1
        number = self.rows
        written = [
            _cell(f"{letter}{number}", cell, style)
            for letter, cell in zip(self._letters, cells, strict=True)
            if cell is not None and cell != ""
        ]
        return f'<row r="{number}">{"".join(written)}</row>'

    def end(self) -> None:
        """Write the closing tags of the sheet."""
        self._write("</sheetData></worksheet>")

    def _write(self, text: str) -> None:
        data = text.encode()
        self.bytes += len(data)
        self._part.write(data)


def letters(place: int) -> str:
    """Return the letters of the column with this index.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _cell(at: str, cell: Cell, style: int) -> str:
    match cell:
        case str():
            return _text(at, cell, style)
        case bool():
            # As a truth value, LibreOffice would turn it into a formula.
            return _text(at, "yes" if cell else "no", style)
        case datetime():
            return f'<c r="{at}" s="{_MOMENT}"><v>{_serial(cell)}</v></c>'
        case _:
            return f'<c r="{at}"><v>{cell}</v></c>'


def _text(at: str, text: str, style: int) -> str:
    # Excel shows a text in a cell of this style with an apostrophe, and keeps it a text when the cell is edited.
    shown = style or (_QUOTED if runs(text) else 0)
    kept = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    written = escape(_unwritable.sub(_as_code, kept))
    return f'<c r="{at}" t="inlineStr" s="{shown}"><is><t xml:space="preserve">{written}</t></is></c>'


def _as_code(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _serial(at: datetime) -> str:
    """Return a time as days since day 0, to the second, in UTC, since sheets have no time zones."""
    return repr((at - _DAY_0) // _SECOND / _DAY_SECONDS)


def add_frame(archive: Archive, names: Sequence[str]) -> None:
    """Add the parts that turn an archive of sheets into a workbook; `names` are the sheets' names."""
    numbers = range(1, len(names) + 1)
    archive.add("xl/styles.xml", _STYLES)
    archive.add("xl/workbook.xml", _workbook(names))
    sheets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    archive.add("xl/_rels/workbook.xml.rels", _relations([*sheets, ("rIdStyles", "styles", "styles.xml")]))
    archive.add("_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")]))
    archive.add("[Content_Types].xml", _content_types(numbers))


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1)
    )
    return f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets: Iterable[tuple[str, str, str]]) -> str:
    found = "".join(f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for name, kind, to in targets)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _content_types(numbers: Iterable[int]) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{sheets}</Types>'
    )


DICTIONARY = "Data dictionary"
_ABOUT = ("column", "group", "kind", "meaning")
_WIDTHS = {Kind.NUMBER: 8, Kind.YES_NO: 8, Kind.MOMENT: 20, Kind.PAIRS: 40}
_WIDTH = 18


def xlsx_chunks(pages: Iterable[CellPage], columns: Sequence[str]) -> Iterator[Chunk]:
    """Yield the workbook piece by piece."""
    archive, sheets = Archive(), _Sheets(columns)
    with ExitStack() as stack:
        sheets.open_next(archive, stack)
        for page in pages:
            if sheets.is_full_with(len(page.rows)):
                sheets.open_next(archive, stack)
            sheets.current.add(page.rows)
            yield Chunk(archive.take(), len(page.rows), page.last)
        sheets.end(stack)
    _add_dictionary(archive, columns, len(sheets.names) + 1)
    add_frame(archive, [*sheets.names, DICTIONARY])
    archive.close()
    yield Chunk(archive.take())


class _Sheets:
    """The sheets with referrals, written one after another."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._widths = [_WIDTHS.get(BY_NAME[name].kind, _WIDTH) for name in columns]
        self.names: list[str] = []
        self.current: Sheet

    def is_full_with(self, rows: int) -> bool:
        """Return whether the sheet cannot hold this many more rows."""
        return self.current.rows + rows > MOST_ROWS or self.current.bytes > MOST_BYTES

    def open_next(self, archive: Archive, stack: ExitStack) -> None:
        """Close the open sheet, if any, and open the next."""
        if self.names:
            self.end(stack)
        self.names.append(f"Referrals {len(self.names) + 1}" if self.names else "Referrals")
        part = stack.enter_context(archive.part(f"xl/worksheets/sheet{len(self.names)}.xml"))
        self.current = Sheet(part, self._columns, self._widths)

    def end(self, stack: ExitStack) -> None:
        """Close the open sheet."""
        self.current.end()
        stack.close()


def _add_dictionary(archive: Archive, columns: Sequence[str], number: int) -> None:
    with archive.part(f"xl/worksheets/sheet{number}.xml") as part:
        sheet = Sheet(part, _ABOUT, (20, 28, 22, 80))
        found = (BY_NAME[name] for name in columns)
        sheet.add([(one.name, one.group.value, one.kind.value, one.meaning) for one in found])
        sheet.end()
