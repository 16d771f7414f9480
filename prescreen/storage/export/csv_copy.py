"""Referrals as lines of CSV that PostgreSQL itself makes (COPY): a million in seconds, a page at a time.

Which columns there are, and what stands in them, is the caller's: here a query is put together, paged, and its texts
are written as `export.csv` writes those of rows. A test holds the two together, byte for byte.
"""

# ruff: noqa: S608 - only texts of this program are put into statements; what is given goes in as parameters.

import csv
from collections.abc import Collection
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from sqlalchemy.orm import Session

# Not only the characters themselves: some spreadsheets run what folds to them (NFKC), such as full-width ones, alike.
FORMULA_STARTS = (
    "\0\t\n\r+-=@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
"""What a cell must not begin with, spaces apart, if no spreadsheet is to take it for a formula."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands in a column, in SQL: of the referral `r`, its lead `l`, and what `join` puts beside them."""

    sql: str
    join: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which referrals, what stands in their cells, and at which place among these the referral's id.

    `mark` is a text that no cell can hold, before what is sealed; `as_kept`: without apostrophes.
    """

    trial_id: str
    site_ids: Collection[str] | None
    states: Collection[str]
    cells: tuple[Expression, ...]
    id_at: int
    mark: str
    as_kept: bool = False


@dataclass(frozen=True, slots=True)
class LinePage:
    """Lines without their ends. `last` is the last referral where more may follow, None at the end."""

    lines: list[bytes]
    last: UUID | None


def are_made_here(session: Session) -> bool:
    """Return whether this database can make lines."""
    return session.get_bind().dialect.name == "postgresql"


def page(session: Session, wanted: Lines, after: UUID | None, limit: int) -> LinePage:
    """Return the next lines after a referral, oldest first."""
    driver = session.connection().connection.dbapi_connection
    if driver is None:
        return LinePage([], None)
    given = {
        "trial": wanted.trial_id,
        "sites": None if wanted.site_ids is None else list(wanted.site_ids),
        "states": list(wanted.states),
        "after": after or UUID(int=0),
        "most": limit,
        "mark": wanted.mark,
        "runs": _NOTHING if wanted.as_kept else _RUNS,
    }
    cursor = driver.cursor()
    cursor.execute(_ROW_BY_ROW)
    with cursor.copy(f"COPY ({_select(wanted)} ORDER BY r.id LIMIT %(most)s) TO STDOUT (FORMAT csv)", given) as copy:
        lines = [bytes(line[:-1]) for line in copy]
    return LinePage(lines, _id_in(lines[-1], wanted) if len(lines) == limit else None)


def _id_in(line: bytes, wanted: Lines) -> UUID:
    (cells,) = csv.reader(StringIO(line.decode(), newline=""))
    return UUID(cells[wanted.id_at])


def _which(wanted: Lines) -> str:
    parts = ["r.trial_id = %(trial)s", "r.id > %(after)s"]
    if wanted.site_ids is not None:
        parts.append("r.site_id = ANY(%(sites)s)")
    if wanted.states:
        parts.append("r.state = ANY(%(states)s)")
    return " AND ".join(parts)


def _select(wanted: Lines) -> str:
    cells = ", ".join(cell.sql for cell in wanted.cells)
    joins = " ".join(dict.fromkeys(cell.join for cell in wanted.cells))
    return f"SELECT {cells} FROM referral r JOIN lead l ON l.id = r.lead_id {joins} WHERE {_which(wanted)}"


# Left alone, the planner would read all leads for every page, or start helpers and compile code for some milliseconds.
_ROW_BY_ROW = "; ".join(
    f"SET LOCAL {setting}"
    for setting in (
        "enable_seqscan = off",
        "enable_hashjoin = off",
        "enable_mergejoin = off",
        "max_parallel_workers_per_gather = 0",
        "jit = off",
    )
)
_RUNS = "^ *[" + FORMULA_STARTS.strip("\0").replace("-", "") + "-]"
_NOTHING = "^(?=a)b"


def lateral(alias: str, select: str) -> str:
    """Return a join that puts the one row of a query beside each referral."""
    return f"LEFT JOIN LATERAL ({select}) {alias} ON true"


def standing(sql: str) -> str:
    """Return an expression that is NULL for a withdrawn referral."""
    return f"CASE WHEN r.withdrawn_at IS NULL THEN {sql} END"


def safe(sql: str) -> str:
    """Return the expression of a text that no spreadsheet runs."""
    # Most cells begin with a letter or digit, which is far quicker to see than a pattern.
    return (
        f"CASE WHEN ascii({sql}) BETWEEN 65 AND 122 OR ascii({sql}) BETWEEN 48 AND 57 THEN {sql} "
        f"WHEN {sql} ~ %(runs)s THEN '''' || {sql} ELSE NULLIF({sql}, '') END"
    )


def moment(sql: str) -> str:
    """Return the expression of a moment, to the second with its zone."""
    # The session's time zone is UTC.
    return f"replace(date_trunc('second', {sql})::text, ' ', 'T') || ':00'"


def yes_no(sql: str) -> str:
    """Return the expression of a truth value as a word."""
    return f"CASE WHEN {sql} THEN 'yes' WHEN NOT {sql} THEN 'no' END"


_SEALED = standing("l.id::text || encode(l.contact, 'hex')")
SEALED = Expression(f"%(mark)s || COALESCE({_SEALED}, '') || '.'")
"""What stands where identity is to be: the mark, id and sealed contact of the lead, a full stop."""
