"""What holds for every page and state of visitors and of the desk, in both languages, narrow and wide, light and dark.

The pages are those of the tours in process, shown in a browser.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import SHIPPED_CRITERIA
from tests.browser.shown import show_each
from tests.browser.survey import Survey, survey
from tests.databases import sqlite_template
from tests.web.staff_tour import staff_tour
from tests.web.tour import tour
from tests.web.toured import Mexican, settings_in, toured

__all__ = ["sqlite_template"]

Pages = dict[str, TestResponse]
FEWEST = 40


@pytest.fixture(scope="module", params=["visitors", "visitors in Spanish", "desk"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Pages:
    criteria = LiveCatalog(SHIPPED_CRITERIA, datetime.now(UTC).date(), lambda _: None)
    settings = settings_in(tmp_path_factory.mktemp("tour"), sqlite_template)
    if request.param == "desk":
        return toured(settings, criteria, staff_tour)
    return toured(settings, criteria, tour, *([Mexican] if "Spanish" in request.param else []))


@pytest.fixture(scope="module")
def found(browser: Browser, pages: Pages) -> Survey:
    context = browser.new_context()
    page = context.new_page()
    surveyed = survey(page, show_each(page, pages), with_axe=True)
    context.close()
    return surveyed


# One test of all of it: a walk takes a minute, and another process would walk again.
@pytest.mark.slow
def test_every_page_meets_wcag_2_2_aa_and_best_practices_and_stays_within_a_narrow_phone(found: Survey):
    assert len(found.states) == len(set(found.states)) >= FEWEST
    assert found.violations == {}
    assert found.beyond_the_edge == {}
    assert found.complaints == []
