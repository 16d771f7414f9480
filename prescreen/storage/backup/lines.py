r"""Rows as lines of text, in the format of PostgreSQL's COPY: columns between tabs, `\N` for NULL.

Ids, times, bytes and truths are written as PostgreSQL writes them; SQLite's own forms are translated here, so that a
backup of one database can be restored into the other.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

Stored = str | bytes | int | None

BLOCK_BYTES = 1 << 20
"""About how many bytes of lines are handled at once."""

NULL = "\\N"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_MEANT = {"b": "\b", "f": "\f", "v": "\v", "t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_ESCAPED = re.compile(r"\\(.)")
_HYPHENS_BEHIND = (8, 12, 16, 20)


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, each with its line end, in blocks of about a MiB."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held.clear()
            size = 0
    if held:
        yield b"".join(held)


def line_in_sql(columns: Iterable[tuple[str, str]]) -> str:
    """Return SQLite's expression of a row as a line, from the quoted name and the declared type of each column."""
    cells = (f"coalesce({_cell_in_sql(name, declared)}, '{NULL}')" for name, declared in columns)
    return " || char(9) || ".join(cells)


def _cell_in_sql(name: str, declared: str) -> str:
    if declared == "CHAR(32)":
        parts = zip((0, *_HYPHENS_BEHIND), (*_HYPHENS_BEHIND, 32), strict=True)
        return " || '-' || ".join(f"substr({name}, {first + 1}, {last - first})" for first, last in parts)
    if declared == "BLOB":
        # hex() of NULL is an empty text.
        return f"CASE WHEN {name} IS NOT NULL THEN '\\\\x' || lower(hex({name})) END"
    if declared == "BOOLEAN":
        return f"CASE {name} WHEN 1 THEN 't' WHEN 0 THEN 'f' END"
    if declared == "DATETIME":
        return f"{name} || '+00'"
    if declared in ("INTEGER", "BIGINT", "DATE"):
        return f"CAST({name} AS TEXT)"
    escaped = name
    for plain, sign in _ESCAPES.items():
        escaped = f"replace({escaped}, char({ord(plain)}), '{sign}')"
    return escaped


def rows_of(block: bytes, declared: Iterable[str]) -> list[list[Stored]]:
    """Return the rows of a block of whole lines as SQLite stores them, given the declared types of their columns.

    Raise ValueError for a line that is not such a row.
    """
    # A carriage return and its like are no ends of lines.
    lines = block.decode().removesuffix("\n").split("\n")
    cells = zip(*(line.split("\t") for line in lines), strict=True)
    columns = [_column(texts, one) for texts, one in zip(cells, declared, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _column(texts: Iterable[str], declared: str) -> list[Stored]:
    read = _READ.get(declared, unescaped)
    return [None if text == NULL else read(text) for text in texts]


def unescaped(text: str) -> str:
    r"""Return a text without the signs that COPY puts before what would end a column or a line.

    >>> unescaped(r"a\tb\\n")
    'a\tb\\n'
    """
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\\\x"))


def _moment(text: str) -> str:
    """Return a time as SQLite keeps it: in UTC, always with six places.

    >>> _moment("2026-11-23 09:30:00.5+00"), _moment("2026-11-23 09:30:00+00")
    ('2026-11-23 09:30:00.500000', '2026-11-23 09:30:00.000000')
    """
    whole, _, fraction = text.removesuffix("+00").partition(".")
    return f"{whole}.{fraction:0<6}"


_READ: dict[str, Callable[[str], Stored]] = {
    "CHAR(32)": lambda text: text.replace("-", ""),
    "BLOB": _bytes,
    "BOOLEAN": lambda text: {"t": 1, "f": 0}[text],
    "DATETIME": _moment,
    "INTEGER": int,
    "BIGINT": int,
}


def joined(rows: Iterable[tuple[str]]) -> bytes:
    """Return rows of one text each as lines."""
    return "".join(chain.from_iterable((text, "\n") for (text,) in rows)).encode()
