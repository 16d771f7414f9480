"""Databases and keys for this folder's tests."""

from tests.databases import database, database_url, empty_database_url, postgres, sqlite_template
from tests.hashes import quick_hashes
from tests.people import keys
from tests.people_first import people_first
from tests.shipped import shipped_once
from tests.statements import statements_once

__all__ = [
    "database",
    "database_url",
    "empty_database_url",
    "keys",
    "people_first",
    "postgres",
    "quick_hashes",
    "shipped_once",
    "sqlite_template",
    "statements_once",
]
