"""Referrals as lines of CSV that PostgreSQL itself makes (COPY): a million in seconds, a page at a time.

`export.csv` makes the same bytes from rows, wherever the referrals are kept; a test holds the two together.
"""

# ruff: noqa: S608 - only names from this module are put into statements; what is given goes in as parameters.

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from sqlalchemy.orm import Session

# Not only the signs themselves: some spreadsheets run what folds to them (NFKC), such as full-width ones, alike.
FORMULA_STARTS = (
    "\0\t\n\r+-=@\u207a\u207c\u208a\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
"""What a cell must not begin with, spaces apart, if no spreadsheet is to take it for a formula."""

SEALED = "sealed"
"""The column that stands where identity is to be: a mark, id and sealed contact of the lead, a full stop."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which referrals, and which of their columns, `referral_id` among them.

    `mark` is a text that no cell can hold, before what is sealed; `as_kept`: without apostrophes.
    """

    trial_id: str
    site_ids: Collection[str] | None
    states: Collection[str]
    columns: tuple[str, ...]
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
    return UUID(cells[wanted.columns.index("referral_id")])


def _which(wanted: Lines) -> str:
    parts = ["r.trial_id = %(trial)s", "r.id > %(after)s"]
    if wanted.site_ids is not None:
        parts.append("r.site_id = ANY(%(sites)s)")
    if wanted.states:
        parts.append("r.state = ANY(%(states)s)")
    return " AND ".join(parts)


def _select(wanted: Lines) -> str:
    cells = ", ".join(_CELLS[name] for name in wanted.columns)
    joins = " ".join(dict.fromkeys(_JOINS[name] for name in wanted.columns if name in _JOINS))
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
_STANDS = "r.withdrawn_at IS NULL"
_RUNS = "^ *[" + FORMULA_STARTS.strip("\0").replace("-", "") + "-]"
_NOTHING = "^(?=a)b"


def _safe(text: str) -> str:
    # Most cells begin with a letter, which is far quicker to see than a pattern.
    return (
        f"CASE WHEN ascii({text}) BETWEEN 65 AND 122 THEN {text} "
        f"WHEN {text} ~ %(runs)s THEN '''' || {text} ELSE NULLIF({text}, '') END"
    )


def _moment(column: str) -> str:
    # The session's time zone is UTC.
    return f"replace(date_trunc('second', {column})::text, ' ', 'T') || ':00'"


def _standing(expression: str) -> str:
    return f"CASE WHEN {_STANDS} THEN {expression} END"


def _beside(alias: str, select: str) -> str:
    return f"LEFT JOIN LATERAL ({select}) {alias} ON true"


_NUMBER = """CASE WHEN a.value !~ '/' THEN a.value ELSE COALESCE(
  (SELECT trim_scale(div(n.top * 1e60, n.below) * 1e-60)::text
   FROM (SELECT split_part(a.value, '/', 1)::numeric AS top, split_part(a.value, '/', 2)::numeric AS below) n
   WHERE mod(n.top * 1e60, n.below) = 0), a.value) END"""
_VALUE = f"""CASE a.kind WHEN 'boolean' THEN CASE a.value WHEN 'true' THEN 'yes' ELSE 'no' END
  WHEN 'number' THEN {_NUMBER}
  WHEN 'options' THEN COALESCE(
    NULLIF((SELECT string_agg(o, '+') FROM json_array_elements_text(a.value::json) o), ''), 'none')
  ELSE a.value END"""
_PURPOSES = ("share", "future", "email", "phone", "text")
_VERSIONS = ", ".join(f"max(c.version COLLATE \"C\") FILTER (WHERE c.purpose = '{one}') AS {one}" for one in _PURPOSES)
_AGREED = _beside(
    "c",
    f"SELECT {_VERSIONS}, count(*) AS given, "
    "bool_or(c.given_by = 'guardian') AS guardian, bool_or(c.given_by = 'assisted') AS assisted "
    f"FROM consent c WHERE c.lead_id = r.lead_id AND c.withdrawn_at IS NULL AND {_STANDS} "
    "AND (c.trial_id IS NULL OR c.trial_id = r.trial_id) AND (c.site_id IS NULL OR c.site_id = r.site_id)",
)
_JOINS = {
    "channels": _AGREED,
    "consents": _AGREED,
    "consent_given_by": _AGREED,
    "findings": _beside(
        "f",
        "SELECT string_agg(f.criterion || '=' || f.permits, '; ') AS pairs "
        "FROM jsonb_to_recordset(r.findings) f(criterion text, permits text)",
    ),
    "answers": _beside(
        "a",
        f"SELECT string_agg(a.question_id || '=' || {_VALUE}, '; ' ORDER BY a.question_id) AS pairs "
        "FROM answer a WHERE a.lead_id = r.lead_id AND r.question_ids ? a.question_id",
    ),
    "tags": _beside(
        "t",
        "SELECT string_agg(t.tag, '; ' ORDER BY t.tag COLLATE \"C\") AS words "
        f"FROM referral_tag t WHERE t.referral_id = r.id AND {_STANDS}",
    ),
}


def _joined(parts: Iterable[str]) -> str:
    return f"NULLIF(concat_ws('; ', {', '.join(parts)}), '')"


_SEALED = _standing("l.id::text || encode(l.contact, 'hex')")
_CELLS = {
    "reference": _safe("l.reference"),
    "referral_id": "r.id",
    "trial_id": _safe("r.trial_id"),
    "site_id": _safe("r.site_id"),
    "site_name": _safe("r.site_name"),
    "state": "r.state",
    "determination": "r.determination",
    "created_at": _moment("r.created_at"),
    "is_test": "CASE WHEN l.is_test THEN 'yes' ELSE 'no' END",
    SEALED: f"%(mark)s || COALESCE({_SEALED}, '') || '.'",
    "language": _standing(_safe("l.language")),
    "channels": _joined(f"CASE WHEN c.{one} IS NOT NULL THEN '{one}' END" for one in ("email", "phone", "text")),
    "findings": _safe("f.pairs"),
    "answers": _safe("a.pairs"),
    "consents": _joined(f"'{one}=' || c.{one}" for one in _PURPOSES),
    "consent_given_by": "CASE WHEN c.guardian THEN 'guardian' WHEN c.assisted THEN 'assisted' "
    "WHEN c.given > 0 THEN 'self' END",
    "state_changed_at": _moment("r.state_changed_at"),
    "contacted_at": _standing(_moment("r.contacted_at")),
    "reason": _safe("r.reason"),
    "due_at": _standing(_moment("r.due_at")),
    "miles": "r.miles",
    "tags": _safe("t.words"),
}
