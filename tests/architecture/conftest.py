"""Empty databases for the tests of migrations."""

from tests.databases import empty_database_url, sqlite_template

__all__ = ["empty_database_url", "sqlite_template"]
