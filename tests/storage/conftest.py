"""Databases and keys for this folder's tests."""

from tests.databases import database, database_url, empty_database_url, postgres, sqlite_template
from tests.hashes import quick_hashes
from tests.people import keys
from tests.statements import statements_once

__all__ = [
    "database",
    "database_url",
    "empty_database_url",
    "keys",
    "postgres",
    "quick_hashes",
    "sqlite_template",
    "statements_once",
]
