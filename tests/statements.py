"""Statements compiled once a process, whichever of the tests' databases they are sent to.

Each test opens a database of its own, and SQLAlchemy keeps what it compiled for one engine alone: half of all
statements would be compiled anew, which takes longer than to run them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Dialect, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from prescreen import database

_DIALECTS: tuple[type[Dialect], ...] = (SQLiteDialect_pysqlite, PGDialect_psycopg)


def _hash_of_class(dialect: Dialect) -> int:
    return hash(type(dialect))


def _is_of_same_class(dialect: Dialect, other: object) -> bool:
    return type(dialect) is type(other)


@pytest.fixture(scope="session", autouse=True)
def statements_once() -> Iterator[None]:
    """Let all databases of one kind share what was compiled; all are of one version, and set up in one place."""
    with pytest.MonkeyPatch.context() as patch:
        for dialect in _DIALECTS:
            # A dialect is part of the key under which a compiled statement is kept.
            patch.setattr(dialect, "__hash__", _hash_of_class)
            patch.setattr(dialect, "__eq__", _is_of_same_class)
        shared = partial(create_engine, execution_options={"compiled_cache": {}})
        patch.setattr(database, "create_engine", shared)
        yield
