"""All rows of a database, read as lines at one moment, and written into tables that are made anew.

The tables are named by the caller's transaction: what is read is what it sees, what is written is committed with it.
"""

# ruff: noqa: S608 - names of tables and columns are those of the schema, and quoted.

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from prescreen.storage.backup.lines import blocks, joined, line_in_sql, rows_of
from prescreen.storage.backup.manifest import TableOf
from prescreen.storage.backup.sealed_frames import BackupError
from prescreen.storage.tables import Base, Heartbeat, KnownBrowser, RecruiterSession, SignInAttempt, VisitorPosts

LEFT_OUT = frozenset(
    one.__tablename__ for one in (RecruiterSession, KnownBrowser, SignInAttempt, Heartbeat, VisitorPosts)
)
"""Tables of what was true at one moment alone: a session that was ended since must not be open again."""

_VERSIONS = "alembic_version"
_AT_ONCE = 2_000


def revision(session: Session) -> str:
    """Return the revision of the schema that the transaction sees."""
    return str(session.scalar(text(f"SELECT version_num FROM {_VERSIONS}")))


def kind(session: Session) -> str:
    """Return `postgresql` or `sqlite`."""
    return session.get_bind().dialect.name


def tables() -> list[TableOf]:
    """Return the tables that a backup holds, each before those that refer to it."""
    kept = (table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT)
    return [TableOf(table.name, tuple(column.name for column in table.columns)) for table in kept]


def without_time_limit(session: Session) -> None:
    """Let the statements of this transaction take as long as they need."""
    if kind(session) == "postgresql":
        limits = ("statement_timeout", "idle_in_transaction_session_timeout")
        session.execute(text("; ".join(f"SET LOCAL {limit} = 0" for limit in limits)))


def lines_of(session: Session, table: TableOf) -> Iterator[bytes]:
    """Yield the rows of a table as blocks of whole lines, in the order in which the database keeps them."""
    return _copied_out(session, table) if kind(session) == "postgresql" else _selected(session, table)


def _copied_out(session: Session, table: TableOf) -> Iterator[bytes]:
    cursor = _driver(session).cursor()
    # Concurrent readers of a table may else begin in its midst, and what was restored have another digest.
    cursor.execute("SET LOCAL synchronize_seqscans = off; SET LOCAL bytea_output = hex; SET LOCAL datestyle = ISO")
    with cursor.copy(f"COPY {_quoted(table.name)} ({_names(table)}) TO STDOUT") as copy:
        yield from blocks(copy)


def _selected(session: Session, table: TableOf) -> Iterator[bytes]:
    declared = _declared(session, table)
    columns = zip(map(_quoted, table.columns), declared, strict=True)
    cursor = _driver(session).cursor()
    cursor.execute(f"SELECT {line_in_sql(columns)} FROM {_quoted(table.name)}")
    while rows := cursor.fetchmany(_AT_ONCE):
        yield joined(rows)
    cursor.close()


def held(session: Session) -> tuple[int, int]:
    """Return how many people who were not deleted, and how many accounts, the database holds, whatever its schema."""
    names = inspect(session.connection()).get_table_names()
    people = "SELECT count(*) FROM lead WHERE deleted_at IS NULL"
    queries = {"lead": people, "recruiter": "SELECT count(*) FROM recruiter"}
    first, second = (_counted(session, query) if name in names else 0 for name, query in queries.items())
    return first, second


def _counted(session: Session, query: str) -> int:
    (count,) = _driver(session).cursor().execute(query).fetchone()
    return int(count)


def drop(session: Session) -> None:
    """Drop all tables of the service; those of others stay."""
    found = set(inspect(session.connection()).get_table_names())
    others = " CASCADE" if kind(session) == "postgresql" else ""
    for name in (*(table.name for table in reversed(Base.metadata.sorted_tables)), _VERSIONS):
        if name in found:
            session.execute(text(f"DROP TABLE {_quoted(name)}{others}"))
    if kind(session) == "postgresql":
        session.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))


@dataclass(frozen=True, slots=True)
class Aside:
    """Statements that take away what slows loading down, and those that put it back."""

    away: tuple[str, ...]
    back: tuple[str, ...]


def set_aside(session: Session) -> Aside:
    """Drop indexes and, on PostgreSQL, constraints: they are made faster for all rows at once. Return how."""
    found = _constraints(session) if kind(session) == "postgresql" else _indexes(session)
    for statement in found.away:
        _driver(session).cursor().execute(statement)
    return found


def put_back(session: Session, aside: Aside) -> None:
    """Make the indexes and constraints again. Raise BackupError where rows refer to others that are not there."""
    for statement in aside.back:
        _driver(session).cursor().execute(statement)
    if kind(session) == "sqlite" and session.execute(text("PRAGMA foreign_key_check")).first():
        raise BackupError("rows of the backup refer to others that it does not hold; take another backup")


_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text = ANY(%s)
    AND contype IN ('f', 'u', 'p') ORDER BY CASE contype WHEN 'f' THEN 1 WHEN 'u' THEN 2 ELSE 3 END, conname
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s)
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'p'))
"""


def _constraints(session: Session) -> Aside:
    names = list(Base.metadata.tables)
    cursor = _driver(session).cursor()
    constraints = cursor.execute(_CONSTRAINTS, [names]).fetchall()
    indexes = cursor.execute(_INDEXES, [names]).fetchall()
    away = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in constraints]
    back = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, made in reversed(constraints)]
    dropped = [f"DROP INDEX {name}" for name, _ in indexes]
    return Aside((*away, *dropped), (*(made for _, made in indexes), *back))


def _indexes(session: Session) -> Aside:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    found = session.execute(text(query)).all()
    return Aside(tuple(f"DROP INDEX {_quoted(name)}" for name, _ in found), tuple(sql for _, sql in found))


def load(session: Session, table: TableOf, content: Iterable[bytes]) -> None:
    """Write blocks of whole lines into a table. Raise BackupError where the database does not take them."""
    into = _copy_in if kind(session) == "postgresql" else _insert
    try:
        into(session, table, content)
    except session.get_bind().dialect.loaded_dbapi.Error as error:
        raise BackupError(f"rows of {table.name} cannot be written: {str(error).splitlines()[0]}") from error


def _copy_in(session: Session, table: TableOf, content: Iterable[bytes]) -> None:
    cursor = _driver(session).cursor()
    with cursor.copy(f"COPY {_quoted(table.name)} ({_names(table)}) FROM STDIN") as copy:
        for block in content:
            copy.write(block)


def _insert(session: Session, table: TableOf, content: Iterable[bytes]) -> None:
    declared = _declared(session, table)
    places = ", ".join("?" for _ in declared)
    statement = f"INSERT INTO {_quoted(table.name)} ({_names(table)}) VALUES ({places})"
    cursor = _driver(session).cursor()
    for block in content:
        try:
            cursor.executemany(statement, rows_of(block, declared))
        except (ValueError, KeyError) as error:
            raise BackupError(f"rows of {table.name} cannot be read; take another backup") from error


def renumber(session: Session) -> None:
    """Let every number that the database gives itself go on behind those that are there."""
    if kind(session) == "sqlite":
        return
    for table in Base.metadata.sorted_tables:
        for column in table.primary_key.columns:
            if column.autoincrement and column.type.python_type is int:
                _go_on(session, _quoted(table.name), column.name)


def _go_on(session: Session, table: str, column: str) -> None:
    # An older schema may lack the table.
    if session.scalar(text("SELECT to_regclass(:table)"), {"table": table}) is None:
        return
    query = text("SELECT pg_get_serial_sequence(:table, :column)")
    sequence = session.scalar(query, {"table": table, "column": column})
    if sequence is not None:
        last = f"(SELECT max({_quoted(column)}) FROM {table})"
        session.execute(text(f"SELECT setval('{sequence}', coalesce({last}, 1), {last} IS NOT NULL)"))


def _declared(session: Session, table: TableOf) -> list[str]:
    """Return the declared types of a table's columns on SQLite. Raise BackupError where it lacks one."""
    query = text("SELECT name, type FROM pragma_table_info(:table)")
    known: dict[str, str] = {row.name: row.type for row in session.execute(query, {"table": table.name})}
    missing = [name for name in table.columns if name not in known]
    if missing:
        raise BackupError(f"table {table.name} has no column {missing[0]} in the schema of the backup")
    return [known[name] for name in table.columns]


def _names(table: TableOf) -> str:
    return ", ".join(map(_quoted, table.columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _driver(session: Session) -> Any:
    return session.connection().connection.dbapi_connection
