"""Files from lines of CSV that the database makes; identity is decrypted here and inserted into its columns."""

import csv
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from io import StringIO
from uuid import UUID

from prescreen.export.columns.column import Cell, Column, Kind
from prescreen.export.columns.consents import SEALED, ways_in
from prescreen.export.columns.table import BY_NAME, IDENTITY, CellPage
from prescreen.export.csv import header, safe
from prescreen.storage import Transactions
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.export import csv_copy
from prescreen.storage.export.csv_copy import SEPARATORS, LinePage, Lines
from prescreen.storage.participants.contact_details import is_allowed
from prescreen.storage.participants.contacts import open_parts
from prescreen.storage.participants.purposes import CHANNELS
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import Wanted

FIRST_PAGE, PAGE = 500, 4_000
_ID_LENGTH = 36
_CONTACT_AT = _ID_LENGTH + len(CHANNELS)
# The pattern of a text that needs neither quotes nor an apostrophe, and of one that needs quotes.
_harmless = re.compile(f'[A-Za-z0-9][^"{SEPARATORS}]*').fullmatch
_quoted = re.compile(r'[,"\r\n]').search


def line_chunks(database: Transactions, keys: Keys, wanted: Wanted, *, with_header: bool) -> Iterator[Chunk]:
    """Yield a CSV page by page."""
    made = _made(wanted)
    finish = _opening(keys.ring, made.mark, wanted) if wanted.with_identity else _as_they_are
    head = header(wanted.columns).encode() if with_header else b""
    for page in _pages(database, made, wanted.after):
        yield Chunk(head + b"\r\n".join([*finish(page.lines), b""]), len(page.lines), page.last)
        head = b""


def cell_pages(database: Transactions, keys: Keys, wanted: Wanted) -> Iterator[CellPage]:
    """Yield the cells page by page, as a workbook takes them."""
    made = replace(_made(wanted), as_kept=True)
    read = _reading(keys.ring, made, wanted)
    for page in _pages(database, made, wanted.after):
        text = b"\r\n".join(page.lines).decode()
        yield CellPage([read(row) for row in csv.reader(StringIO(text, newline=""))], page.last)


def _made(wanted: Wanted) -> Lines:
    copied = _copied(wanted)
    id_at = copied.index(BY_NAME["referral_id"])
    cells = tuple(column.expression for column in copied)
    return Lines(wanted.trial_id, wanted.sites, wanted.states, cells, id_at, secrets.token_hex(16))


def _copied(wanted: Wanted) -> list[Column]:
    """Return the columns, but only the first of identity: one encrypted value stands for all of those."""
    first = next((name for name in wanted.columns if name in IDENTITY), None)
    return [BY_NAME[name] for name in wanted.columns if name == first or name not in IDENTITY]


def _pages(database: Transactions, made: Lines, after: UUID | None) -> Iterator[LinePage]:
    """Yield the pages; the first is small, so that it is sent at once, and while one is sent the next is made."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(_page, database, made, after, FIRST_PAGE)
        while True:
            page = coming.result()
            if page.last is not None:
                coming = beside.submit(_page, database, made, page.last, PAGE)
            yield page
            if page.last is None:
                return


def _page(database: Transactions, made: Lines, after: UUID | None, limit: int) -> LinePage:
    with database.reading_apart() as session:
        return csv_copy.page(session, made, after, limit)


def _as_they_are(made: list[bytes]) -> list[bytes]:
    return made


def _opening(ring: KeyRing, mark: str, wanted: Wanted) -> Callable[[list[bytes]], list[bytes]]:
    names = [name for name in wanted.columns if name in IDENTITY]
    nobody = b"," * (len(names) - 1)
    marked = mark.encode()

    def finish(made: list[bytes]) -> list[bytes]:
        finished = []
        for one in made:
            before, _, rest = one.partition(marked)
            sealed, _, behind = rest.partition(b".")
            finished.append(before + (opened(sealed) if sealed else nobody) + behind)
        return finished

    def opened(sealed: bytes) -> bytes:
        return ",".join([_written(one or "") for one in _leaving(ring, sealed.decode(), names)]).encode()

    return finish


def _leaving(ring: KeyRing, sealed: str, names: Sequence[str]) -> list[str | None]:
    """Return these details of one person; None for those that were not given or may not leave."""
    agreed = ways_in(sealed[_ID_LENGTH:_CONTACT_AT])
    parts = open_parts(ring, sealed[:_ID_LENGTH], bytes.fromhex(sealed[_CONTACT_AT:]))
    return [parts[name] or None if is_allowed(name, agreed) else None for name in names]


def _written(text: str) -> str:
    """Return a cell as the csv module would write it, in a fraction of the time."""
    if not text or _harmless(text):
        return text
    shown = safe(text)
    return '"' + shown.replace('"', '""') + '"' if _quoted(shown) else shown


def _reading(ring: KeyRing, made: Lines, wanted: Wanted) -> Callable[[list[str]], list[Cell]]:
    """Return a function that converts the texts of a line into cells."""
    names = [name for name in wanted.columns if name in IDENTITY]
    reads = [_READ.get(column.kind) for column in _copied(wanted)]
    sealed_at = made.cells.index(SEALED) if names else len(made.cells)

    def read(texts: list[str]) -> list[Cell]:
        found: list[Cell] = [
            as_cell(text) if as_cell and text else text for as_cell, text in zip(reads, texts, strict=True)
        ]
        if names:
            found[sealed_at : sealed_at + 1] = person(texts[sealed_at][len(made.mark) : -1])
        return found

    def person(sealed: str) -> list[Cell]:
        return [*_leaving(ring, sealed, names)] if sealed else [None] * len(names)

    return read


_READ: dict[Kind, Callable[[str], Cell]] = {Kind.MOMENT: datetime.fromisoformat, Kind.NUMBER: int}
