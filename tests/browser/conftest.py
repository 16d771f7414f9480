"""One running service for all browser tests, and pages in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.person import TRIAL
from tests.browser.service import Service, running

TIMEOUT_MS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the service, with a recruiter for one trial."""
    with running(tmp_path_factory.mktemp("instance")) as started:
        started.add_recruiter(TRIAL)
        yield started


@pytest.fixture
def open_page(browser: Browser, service: Service) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a new browser context."""
    with ExitStack() as opened:

        def new_page(width: int = 1280, **options: Any) -> Page:
            viewport = {"width": width, "height": 800}
            context = browser.new_context(base_url=service.address, viewport=viewport, **options)
            opened.callback(context.close)
            context.set_default_timeout(TIMEOUT_MS)
            return context.new_page()

        yield new_page
