"""Referrals as lines of CSV that PostgreSQL itself makes (COPY): a million in seconds, in pages.

The caller decides on the columns and their contents; this module builds the query, runs it in pages, and writes texts
as `export.csv` does. A test compares the output of both byte for byte.
"""

# ruff: noqa: S608 - only texts of this program are put into statements; data is passed as parameters.

import csv
from collections.abc import Collection
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from sqlalchemy.orm import Session

# Also characters that fold to these (NFKC), such as full-width ones: some spreadsheets treat them alike.
FORMULA_SIGNS = "+=@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20-"
"""The signs that begin a formula. The hyphen comes last, since patterns hold them in brackets."""
FORMULA_STARTS = f"\0\t\n\r{FORMULA_SIGNS}"
"""The characters that no cell may begin with: the signs, and what some spreadsheet skips before one."""
SEPARATORS = ",;|\t\u037e\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b\uff5c\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Where another cell may begin, even within quotes: those count only where lines are split at the comma."""
SKIPPED = ' "\xa0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff'
"""What a spreadsheet may skip before a formula's sign: blanks, and the quotes of a cell."""
# Apostrophes too, behind which a sign is harmless: what had one gets another, so that the added one can be told.
_GUARDED = f"'*[{SKIPPED}]*"
STARTS_FORMULA = f"^{_GUARDED}[{FORMULA_STARTS}]"
"""The pattern of a formula at the beginning of a cell."""
HOLDS_FORMULA = f"[{SEPARATORS}](?={_GUARDED}[{FORMULA_SIGNS}])"
"""The pattern of a separator before a formula."""


@dataclass(frozen=True, slots=True)
class Expression:
    """The SQL of a column, over the referral `r`, its lead `l`, and the rows that `join` adds."""

    sql: str
    join: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which referrals to export, the expressions of their cells, and the index of the cell with the referral's id.

    `mark` is a text that no cell can hold, put before an encrypted value; `as_kept`: no apostrophes are added.
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
    """Lines without line ends. `last` is the last referral where more may follow, None at the end."""

    lines: list[bytes]
    last: UUID | None


def are_made_here(session: Session) -> bool:
    """Return whether this database can make the lines itself, as PostgreSQL can."""
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
        "starts": _NOTHING if wanted.as_kept else STARTS_FORMULA.replace("\0", ""),
        "holds": _NOTHING if wanted.as_kept else HOLDS_FORMULA,
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


# By default the planner would read all leads for every page, or spend milliseconds on parallel workers and JIT.
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
_NOTHING = "^(?=a)b"


def lateral(alias: str, select: str) -> str:
    """Return a lateral join that adds the one row of a query to each referral."""
    return f"LEFT JOIN LATERAL ({select}) {alias} ON true"


def standing(sql: str) -> str:
    """Return this expression, but NULL for a withdrawn referral."""
    return f"CASE WHEN r.withdrawn_at IS NULL THEN {sql} END"


def safe(sql: str) -> str:
    """Return the expression of a text in which no spreadsheet finds a formula; NULL for an empty one."""
    # Most cells begin with a letter or digit, which is far faster to test than a pattern.
    first = f"ascii({sql})"
    return (
        f"CASE WHEN {sql} ~ %(holds)s THEN {_guarded(_guarded_inside(sql))} "
        f"WHEN {first} BETWEEN 65 AND 122 OR {first} BETWEEN 48 AND 57 THEN {sql} ELSE {_guarded(sql)} END"
    )


def _guarded_inside(sql: str) -> str:
    return f"regexp_replace({sql}, %(holds)s, '\\&''', 'g')"


def _guarded(sql: str) -> str:
    return f"CASE WHEN {sql} ~ %(starts)s THEN '''' || {sql} ELSE NULLIF({sql}, '') END"


def moment(sql: str) -> str:
    """Return the expression of a timestamp, to the second with its time zone."""
    # The session's time zone is UTC.
    return f"replace(date_trunc('second', {sql})::text, ' ', 'T') || ':00'"


def yes_no(sql: str) -> str:
    """Return the expression of a boolean as the word yes or no."""
    return f"CASE WHEN {sql} THEN 'yes' WHEN NOT {sql} THEN 'no' END"


def sealed(consents: str, join: str) -> Expression:
    """Return the placeholder for identity: the mark, the lead's id, what it agreed to, its encrypted contact, a dot.

    `consents` is the expression of a text of fixed length, over the join, by which the caller decides what may leave.
    """
    written = standing(f"l.id::text || {consents} || encode(l.contact, 'hex')")
    return Expression(f"%(mark)s || COALESCE({written}, '') || '.'", join)
