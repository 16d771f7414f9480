"""INSERT statements that are compiled once for a database, and sent as they are from then on.

SQLAlchemy looks up a statement and the types of its values anew each time, which takes longer than SQLite needs to
insert the row. What it compiles and how it writes values is kept here instead; it still sends the statement, so that
whoever watches statements, or handles their failure, sees these too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Table, insert

Writer = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Insertion:
    """The SQL of an INSERT; the columns in the order of its parameters, with what writes a value for the driver.

    `by_name`: the driver takes parameters by the names of the columns, else by their places.
    """

    sql: str
    columns: tuple[tuple[str, Writer | None], ...]
    by_name: bool

    def parameters(self, row: Mapping[str, Any]) -> dict[str, Any] | tuple[Any, ...]:
        """Return the parameters that insert a row. Raise KeyError where it lacks a column."""
        written = [row[name] if write is None else write(row[name]) for name, write in self.columns]
        return (
            {name: one for (name, _), one in zip(self.columns, written, strict=True)} if self.by_name else (*written,)
        )


_Named = tuple[Table, tuple[str, ...]]
_COMPILED: WeakKeyDictionary[Dialect, dict[_Named, Insertion]] = WeakKeyDictionary()


def insert_compiled(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows, of each the columns with these names."""
    known = _COMPILED.setdefault(connection.dialect, {})
    insertion = known.get((table, names)) or known.setdefault((table, names), _compiled(connection, table, names))
    parameters = [insertion.parameters(row) for row in rows]
    connection.exec_driver_sql(insertion.sql, parameters[0] if len(parameters) == 1 else parameters)


def _compiled(connection: Connection, table: Table, names: tuple[str, ...]) -> Insertion:
    dialect = connection.dialect
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    order = names if compiled.positiontup is None else tuple(compiled.positiontup)
    writers = tuple((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order)
    return Insertion(str(compiled), writers, by_name=compiled.positiontup is None)
