"""How long the results are for somebody whom seven of the trials may fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from tests.browser.shown import show_each
from tests.databases import sqlite_template
from tests.web.tour import seven_fit
from tests.web.toured import Mexican, Pages, toured

__all__ = ["sqlite_template"]

MOST_HIGH = {1280: 2_000, 390: 4_500}


@pytest.fixture(scope="module", params=[FlaskClient, Mexican])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Pages:
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, seven_fit, request.param)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", list(MOST_HIGH))
def test_the_results_are_short(page: Page, pages: Pages, width: int, request: pytest.FixtureRequest):
    page.set_viewport_size({"width": width, "height": 800})
    spanish = "Mexican" in request.node.name

    for _one in show_each(page, {"results": pages["results, seven fit"]}):
        # Spanish words are a third longer, the page is not.
        most = MOST_HIGH[width] * (1.15 if spanish else 1)
        assert int(page.evaluate("document.documentElement.scrollHeight")) <= most
