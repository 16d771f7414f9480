"""What holds for every state of a walk through the running service, narrow and wide, for visitors and recruiters."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import journey
from tests.browser.person import TRIAL
from tests.browser.service import Service
from tests.browser.survey import Survey, survey


@pytest.fixture(scope="module")
def found(browser: Browser, service: Service) -> Survey:
    context = browser.new_context(base_url=service.address)
    page = context.new_page()
    surveyed = survey(page, journey.everything(page, service))
    context.close()
    return surveyed


@pytest.mark.slow
def test_the_walk_saw_every_state(found: Survey):
    assert len(found.states) == len(set(found.states)) >= 65


@pytest.mark.slow
def test_no_state_scrolls_sideways(found: Survey):
    assert found.beyond_the_edge == {}


@pytest.mark.slow
def test_the_browser_complains_of_nothing(found: Survey):
    # A page that is refused on purpose is told of as a failed load.
    assert [one for one in found.complaints if "Failed to load resource" not in one] == []


@pytest.mark.slow
def test_no_state_asks_anything_of_another_host(found: Survey, service: Service):
    assert found.hosts == {urlsplit(service.address).netloc}


@pytest.mark.parametrize("path", ["", "/screener/pain_duration", "/urgent", f"/trials/{TRIAL}"])
def test_letters_of_twice_the_size_make_no_page_scroll_sideways(open_page: Callable[..., Page], path: str):
    page = open_page(width=640)
    page.goto(f"/low-back-pain{path}")

    page.evaluate("document.documentElement.style.fontSize = '225%'")

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
