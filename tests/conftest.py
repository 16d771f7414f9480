"""Services beside Python, once a session. Heavy imports are late: tests/eligibility needs only pytest."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_GARBAGE = (50_000, 20, 20)
"""After how many new objects, and rounds over the younger ones, garbage is looked for."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are processors: much of the time is waiting for programs to start and stop."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples hypothesis tries: always the same ones, so that a failure is due to the change.

    To search longer and at random: pytest tests/eligibility --hypothesis-profile=long
    """
    if not config.pluginmanager.hasplugin("hypothesispytest"):
        return
    from hypothesis import HealthCheck, settings

    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    settings.register_profile("steady", max_examples=200, derandomize=True, deadline=None, suppress_health_check=slow)
    settings.register_profile("quick", settings.get_profile("steady"), max_examples=50)
    settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=slow)
    if settings.get_current_profile_name() != "long":
        settings.load_profile("steady")


def pytest_collection() -> None:
    """Let the garbage collector wait: all that is imported and collected stays to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end, over which it would walk again and again."""
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL cluster for the session; each user creates databases of its own on it."""
    from tests.services import postgres

    with postgres.throwaway() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return the path of a Chromium, installed if need be."""
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
