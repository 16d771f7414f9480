"""The programs beside Python, once a session. What is heavy is imported late: tests/eligibility needs only pytest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL cluster for the session; each user makes databases of its own on it."""
    from tests.services import postgres

    with postgres.throwaway() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Give the path of a Chromium, installed if need be."""
    from tests.services import chromium

    return chromium.find_or_install()


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Launch Chromium once; a test opens its own context in it."""
    from playwright.sync_api import sync_playwright

    from tests.services import chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.LAUNCH_ARGS)
        yield browser
        browser.close()
