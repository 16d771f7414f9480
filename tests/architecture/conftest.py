"""Empty databases for the tests of migrations."""

from tests.databases import empty_database_url

__all__ = ["empty_database_url"]
