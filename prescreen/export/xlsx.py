"""XLSX: referrals on the first sheet, typed, and what the columns mean on the last.

Where one sheet cannot hold all of them, further ones stand between.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack

from prescreen.export.archives import Archive
from prescreen.export.columns import BY_NAME, CellPage, Kind
from prescreen.export.workbooks import MOST_BYTES, MOST_ROWS, Sheet, add_frame
from prescreen.workflow.export_runs import Chunk

DICTIONARY = "Data dictionary"
_ABOUT = ("column", "group", "kind", "meaning")
_WIDTHS = {Kind.NUMBER: 8, Kind.YES_NO: 8, Kind.MOMENT: 20, Kind.PAIRS: 40}
_WIDTH = 18


def xlsx_chunks(pages: Iterable[CellPage], columns: Sequence[str]) -> Iterator[Chunk]:
    """Give the workbook piece by piece."""
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
    """The sheets with referrals, one after the other."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._widths = [_WIDTHS.get(BY_NAME[name].kind, _WIDTH) for name in columns]
        self.names: list[str] = []
        self.current: Sheet

    def is_full_with(self, rows: int) -> bool:
        """Say whether so many rows more would be too many for the sheet."""
        return self.current.rows + rows > MOST_ROWS or self.current.bytes > MOST_BYTES

    def open_next(self, archive: Archive, stack: ExitStack) -> None:
        """End the sheet that is open, and open one more."""
        if self.names:
            self.end(stack)
        self.names.append(f"Referrals {len(self.names) + 1}" if self.names else "Referrals")
        part = stack.enter_context(archive.part(f"xl/worksheets/sheet{len(self.names)}.xml"))
        self.current = Sheet(part, self._columns, self._widths)

    def end(self, stack: ExitStack) -> None:
        """End the sheet that is open."""
        self.current.end()
        stack.close()


def _add_dictionary(archive: Archive, columns: Sequence[str], number: int) -> None:
    with archive.part(f"xl/worksheets/sheet{number}.xml") as part:
        sheet = Sheet(part, _ABOUT, (20, 28, 22, 80))
        found = (BY_NAME[name] for name in columns)
        sheet.add([(one.name, one.group.value, one.kind.value, one.meaning) for one in found])
        sheet.end()
