"""Every page works with an account of the database that can change no table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from prescreen.storage.connections import durability
from tests.databases import postgres_database, serving_account, upgraded
from tests.web.staff_tour import staff_tour
from tests.web.tour import tour


@pytest.mark.slow
@pytest.mark.postgres
def test_no_page_needs_more_than_rows(
    serve: Callable[..., Flask], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests' own server gives up durability for speed, and the service would not start on it.
    monkeypatch.setattr(durability, "require", lambda _: None)
    with postgres_database(postgres_url) as owned:
        upgraded(owned)
        app = serve(database_url=serving_account(owned, "prescreen_pages"))
        pages = {**tour(app), **staff_tour(app)}

    assert len(pages) > 100
    assert [name for name, page in pages.items() if page.status_code == 500] == ["error 500"]
