"""Workbooks (Office Open XML) that are written row by row straight into the archive, without temporary files.

Text is written where it stands, as text: no cell is a formula or a link, and no text is shared between cells.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from prescreen.export.archives import Archive
from prescreen.export.columns import Cell
from prescreen.export.csv import runs

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
"""What a sheet and a cell can hold."""

# Excel's files stay below 2 GB a part, or their archive would need what Excel does not read.
MOST_BYTES = 1_500_000_000
_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)
_DAY_SECONDS = 86_400
_SECOND = timedelta(seconds=1)
_HEAD, _MOMENT, _QUOTED = 1, 2, 3
# What XML cannot hold is written as _xHHHH_, and so what looks like that already must be.
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
    """One sheet in the making: a header that stays in sight, then rows."""

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
        """Write rows."""
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
        """Write what closes the sheet."""
        self._write("</sheetData></worksheet>")

    def _write(self, text: str) -> None:
        data = text.encode()
        self.bytes += len(data)
        self._part.write(data)


def letters(place: int) -> str:
    """Give the letters of a column.

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
    # Excel shows a text in a cell of this style with an apostrophe, and keeps it text when somebody edits the cell.
    shown = style or (_QUOTED if runs(text) else 0)
    kept = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    written = escape(_unwritable.sub(_as_code, kept))
    return f'<c r="{at}" t="inlineStr" s="{shown}"><is><t xml:space="preserve">{written}</t></is></c>'


def _as_code(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _serial(at: datetime) -> str:
    """Give a moment as days since day 0, to the second; sheets know no zone, so it is in UTC."""
    return repr((at - _DAY_0) // _SECOND / _DAY_SECONDS)


def add_frame(archive: Archive, names: Sequence[str]) -> None:
    """Add what makes an archive of sheets a workbook; `names` are the sheets' names."""
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
