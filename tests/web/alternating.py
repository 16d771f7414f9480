"""Two groups of processes on one PostgreSQL, and browsers whose requests go to one and the other in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

import pytest
from flask import Flask
from flask.testing import FlaskClient

from prescreen.database import Database
from tests.databases import empty_tables, migrated_on

Groups = tuple[Flask, Flask]
Serve = Callable[..., Flask]


@pytest.fixture
def shared_url(postgres_url: str) -> Iterator[str]:
    """Return the address of the database that all groups share."""
    url = migrated_on(postgres_url)
    yield url
    empty_tables(url)


@pytest.fixture
def group(serve: Serve, shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Return a function that starts one more group: a folder of its own, the same keys and database."""
    # The server of tests ends with them, and would be refused.
    monkeypatch.setattr(Database, "require_durability", lambda _: None)
    number = iter(range(10))

    def start(**changes: Any) -> Flask:
        return serve(database_url=shared_url, instance=tmp_path / f"group {next(number)}", **changes)

    return start


class Alternating(FlaskClient):
    """A browser that a proxy sends to one group after the other; `went_to` are the groups of its requests."""

    def __init__(self, first: Flask, second: Flask) -> None:
        super().__init__(first)
        self._groups, self._next = (first, second), 0
        self.went_to: list[int] = []

    def run_wsgi_app(self, environ: WSGIEnvironment, buffered: bool = False) -> tuple[Iterable[bytes], str, Any]:
        """Send a request to the group whose turn it is."""
        self.went_to.append(self._next)
        self.application, self._next = self._groups[self._next], 1 - self._next
        return super().run_wsgi_app(environ, buffered)

    def goes_next_to(self, group: int) -> None:
        """Let the next request go to a group."""
        self._next = group
