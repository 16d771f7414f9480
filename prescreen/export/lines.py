"""CSV out of lines that the database made: identity is opened here and put where it stands in the columns."""

import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from prescreen.export.columns import IDENTITY
from prescreen.export.csv import header, safe
from prescreen.storage import Transactions, lines
from prescreen.storage.contacts import open_parts
from prescreen.storage.keys import Keys
from prescreen.storage.lines import SEALED, LinePage, Lines
from prescreen.storage.sealing import KeyRing
from prescreen.workflow.export_runs import Chunk
from prescreen.workflow.exporting import Wanted

FIRST_PAGE, PAGE = 500, 4_000
_ID_LENGTH = 36
# A text that needs neither quotes nor an apostrophe, and one that needs quotes.
_harmless = re.compile(r'[A-Za-z0-9][^,"\r\n]*').fullmatch
_quoted = re.compile(r'[,"\r\n]').search


def line_chunks(database: Transactions, keys: Keys, wanted: Wanted, *, with_header: bool) -> Iterator[Chunk]:
    """Give the file page by page; the first page is small, so that it leaves at once."""
    mark = secrets.token_hex(16)
    finish = _opening(keys.ring, mark, wanted) if wanted.with_identity else _as_they_are
    head = header(wanted.columns).encode() if with_header else b""
    # While one page is finished and leaves, the database makes the next.
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(_page, database, wanted, mark, wanted.after, FIRST_PAGE)
        while True:
            page = coming.result()
            if page.last is not None:
                coming = beside.submit(_page, database, wanted, mark, page.last, PAGE)
            yield Chunk(head + b"\r\n".join([*finish(page.lines), b""]), len(page.lines), page.last)
            if page.last is None:
                return
            head = b""


def _page(database: Transactions, wanted: Wanted, mark: str, after: UUID | None, limit: int) -> LinePage:
    made = Lines(wanted.trial_id, wanted.sites, wanted.states, _columns(wanted), mark)
    with database.reading() as session:
        return lines.page(session, made, after, limit)


def _columns(wanted: Wanted) -> tuple[str, ...]:
    """Give the columns with one mark where identity stands."""
    return tuple(dict.fromkeys(SEALED if name in IDENTITY else name for name in wanted.columns))


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
        lead_id = sealed[:_ID_LENGTH].decode()
        parts = open_parts(ring, lead_id, bytes.fromhex(sealed[_ID_LENGTH:].decode()))
        return ",".join([_written(parts[name] or "") for name in names]).encode()

    return finish


def _written(text: str) -> str:
    """Write a cell as the csv module would, at a fraction of its time."""
    if not text or _harmless(text):
        return text
    shown = safe(text)
    return '"' + shown.replace('"', '""') + '"' if _quoted(shown) else shown
