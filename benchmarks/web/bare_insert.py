"""What stored submissions are compared with: `python -m benchmarks.web.bare_insert PORT`.

Two routes on the project's own server, which take the same form and keep it with SQLAlchemy Core, in a durable
transaction of its own on the database that BARE_DATABASE names. `/row` inserts the form as one row. `/same` inserts the
rows that one submission of the project made, read from BARE_TEMPLATE, under new ids. Neither checks the form, judges,
seals, composes or looks anything up.
"""

import json
import os
import secrets
import socket
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.engine.interfaces import DBAPIConnection

from prescreen.cli.serving.whole_requests import Limits
from prescreen.cli.serving.worker import serve_app
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.connections.durability import prepare_sqlite
from prescreen.storage.tables import AuditEvent, Base, KnownSubmission

THREADS = 16
_SHARED = frozenset({"consent_wording", "criteria_evidence"})

app = Flask(__name__)
# Read by the tests too, which look into every module and serve none.
_engine = sa.create_engine(os.environ.get("BARE_DATABASE", "sqlite://"), pool_size=THREADS)
_tables = sa.MetaData()
_row = sa.Table("bare_lead", _tables, sa.Column("id", sa.Text, primary_key=True), sa.Column("content", sa.Text))


@dataclass
class Template:
    """The rows of one submission by table, parents first; the values that each copy has anew; what all copies share."""

    rows: list[tuple[sa.Table, list[dict[str, Any]]]] = field(default_factory=list)
    own: set[Any] = field(default_factory=set)
    shared: list[tuple[sa.Table, list[dict[str, Any]]]] = field(default_factory=list)

    def read(self, source: sa.Connection) -> None:
        """Read the only submission of a database, with the keys of its own in every table."""
        submission = source.execute(sa.select(KnownSubmission.__table__)).mappings().one()
        self.own = {submission["id"], submission["lead_id"], str(submission["lead_id"]), submission["reference"]}
        stored = [
            (table, [dict(row) for row in source.execute(sa.select(table)).mappings()])
            for table in Base.metadata.sorted_tables
        ]
        found: dict[sa.Table, list[dict[str, Any]]] = {}
        known = -1
        # A table may come before the one by whose ids its rows are known to be of this submission.
        while known < len(self.own):
            known = len(self.own)
            for table, rows in stored:
                found[table] = [row for row in rows if self._is_own(row)]
                self._note(table, found[table])
        self.rows = [(table, rows) for table, rows in found.items() if rows]
        self.shared = [(table, rows) for table, rows in stored if table.name in _SHARED and rows]

    def _is_own(self, row: Mapping[str, Any]) -> bool:
        return not self.own.isdisjoint(one for one in row.values() if isinstance(one, str | UUID))

    def _note(self, table: sa.Table, mine: Sequence[Mapping[str, Any]]) -> None:
        """Note what of these rows no other row may have."""
        single = {one.name for one in table.columns if one.unique} | {one.name for one in table.primary_key.columns}
        self.own |= {row[name] for row in mine for name in single if isinstance(row[name], UUID)}
        self.own |= {row["message_id"] for row in mine if "message_id" in row}
        if len(table.primary_key) == 1:
            self.own |= {row[name] for row in mine for name in single if isinstance(row[name], bytes)}

    def copy(self, connection: sa.Connection) -> None:
        """Insert the rows under new ids."""
        new: dict[Any, Any] = {one: new_id(datetime.now(UTC)) for one in self.own if isinstance(one, UUID)}
        new |= {str(old): str(fresh) for old, fresh in new.items()}
        new |= {one: secrets.token_urlsafe(24) for one in self.own if isinstance(one, str) and one not in new}
        new |= {one: secrets.token_bytes(len(one)) for one in self.own if isinstance(one, bytes)}
        for table, rows in self.rows:
            copies = [{name: _swapped(new, name, value) for name, value in row.items()} for row in rows]
            if table.name == AuditEvent.__tablename__:
                _insert_numbered(connection, table, copies, new)
            else:
                connection.execute(sa.insert(table), copies)


def _swapped(new: dict[Any, Any], name: str, value: Any) -> Any:
    if name == "sequence":
        return new.get((name, value), value)
    return new.get(value, value) if isinstance(value, str | UUID | bytes) else value


def _insert_numbered(
    connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], new: dict[Any, Any]
) -> None:
    """Insert rows that the database numbers, and note their numbers."""
    for row in rows:
        before = row.pop("sequence")
        inserted = connection.execute(sa.insert(table), row).inserted_primary_key
        new["sequence", before] = inserted[0] if inserted else None


_template = Template()


@sa.event.listens_for(_engine, "connect")
def _durable(connection: DBAPIConnection, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection) and "BARE_DATABASE" in os.environ:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 10000")
        prepare_sqlite(connection)


@sa.event.listens_for(_engine, "begin")
def _immediate(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@app.post("/row")
def insert_one_row() -> ResponseReturnValue:
    """Keep a form as one row."""
    row = {"id": secrets.token_urlsafe(24), "content": json.dumps(request.form.to_dict())}
    with _engine.begin() as connection:
        connection.execute(sa.insert(_row), row)
    return redirect("/thanks", 303)


@app.post("/same")
def insert_same_rows() -> ResponseReturnValue:
    """Keep a form as the rows that a submission has."""
    request.form.to_dict()
    with _engine.begin() as connection:
        _template.copy(connection)
    return redirect("/thanks", 303)


def _prepare() -> None:
    _tables.create_all(_engine)
    source = sa.create_engine(os.environ["BARE_TEMPLATE"])
    with source.connect() as connection:
        _template.read(connection)
    source.dispose()
    with _engine.begin() as connection:
        for table, rows in _template.shared:
            connection.execute(sa.insert(table), rows)


if __name__ == "__main__":
    _prepare()
    # Named as TCP, as the project's own socket is: asyncio sends a connection's bytes without delay only then.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(("127.0.0.1", int(sys.argv[1])))
        serve_app(app, opened, Limits(body_bytes=64 * 1024, page_threads=THREADS))
