"""Spans of statements that are sent to a database: what they do and to which table, and nothing of what they hold."""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event

from prescreen import tracing
from prescreen.storage.tables import Base

_OPERATIONS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN"})
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)")
_KEY = "open spans"


def trace_statements(engine: Engine) -> None:
    """Record a span for each statement of an engine, if spans are recorded in this process."""
    if tracing.is_on():
        event.listen(engine, "before_cursor_execute", _begin)
        event.listen(engine, "after_cursor_execute", _end)
        event.listen(engine, "handle_error", _fail)


def _begin(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    operation, table = words_of(statement)
    system = {"db.system.name": connection.dialect.name, "db.operation.name": operation}
    of_table = {"db.collection.name": table} if table else {}
    opened = tracing.open_span(f"{operation} {table}".strip(), system | of_table)
    connection.info.setdefault(_KEY, []).append(opened)


@lru_cache(maxsize=1_024)
def words_of(statement: str) -> tuple[str, str]:
    """Return what a statement does, and the first table that it names; each only if it is one that we know.

    >>> words_of("SELECT lead.id FROM lead WHERE lead.reference = 'LP-1'"), words_of("PRAGMA query_only = ON")
    (('SELECT', 'lead'), ('other', ''))
    """
    first = statement.lstrip("( \n").partition(" ")[0].upper()
    operation = "SELECT" if first == "WITH" else first
    named = (name for name in _TABLE.findall(statement) if name in Base.metadata.tables)
    return operation if operation in _OPERATIONS else "other", next(named, "")


def _end(connection: Connection, *_: Any) -> None:
    if opened := _innermost(connection):
        opened.end()


def _fail(context: ExceptionContext) -> None:
    if context.connection is not None and (opened := _innermost(context.connection)):
        tracing.note_failure(opened, type(context.original_exception).__name__)
        opened.end()


def _innermost(connection: Connection) -> Any:
    opened = connection.info.get(_KEY)
    return opened.pop() if opened else None
