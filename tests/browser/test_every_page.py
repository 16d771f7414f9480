"""What holds for every page and state of visitors and of the desk, narrow and wide, light and dark.

In Spanish the pages are the same but for their words, so that one look at each is enough.

The pages are those of the tours in process, shown in a browser.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.shown import show_each
from tests.browser.survey import EVERY_LOOK, ONE_LOOK, Survey, survey
from tests.databases import sqlite_template
from tests.web.toured import WALKS, toured

__all__ = ["sqlite_template"]

FEWEST = 40
LOOKS = {"visitors": EVERY_LOOK, "Spanish": ONE_LOOK, "desk": EVERY_LOOK}


@pytest.fixture(scope="module", params=WALKS)
def found(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Survey:
    pages = toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS[request.param])
    context = browser.new_context()
    page = context.new_page()
    surveyed = survey(page, show_each(page, pages), LOOKS[request.param])
    context.close()
    return surveyed


# One test of all of it: a walk takes a minute, and another process would walk again.
@pytest.mark.slow
def test_every_page_meets_wcag_2_2_aa_and_best_practices_and_stays_within_a_narrow_phone(found: Survey):
    assert len(found.states) == len(set(found.states)) >= FEWEST
    assert found.violations == {}
    assert found.beyond_the_edge == {}
    # What no field for a day can have was typed into an address.
    assert [one for one in found.complaints if "does not conform to the required format" not in one] == []
