"""Screenshots of every page: `python -m tests.browser.screenshots` writes them to var/screenshots."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import journey
from tests.browser.person import TRIAL
from tests.browser.service import Service, running
from tests.services import chromium

FOLDER = Path(__file__).parents[2] / "var" / "screenshots"
WIDTHS = (320, 1280)
MOST_HEIGHT = 1600
ALSO_DARK = ("article", "results", "urgent", "recruiter list")


def main() -> None:
    """Take all screenshots."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as instance, running(Path(instance)) as service, sync_playwright() as playwright:
        service.add_recruiter(TRIAL)
        path = chromium.find_or_install()
        _take(playwright.chromium.launch(executable_path=path, args=chromium.LAUNCH_ARGS), service)
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}\n")


def _take(browser: Browser, service: Service) -> None:
    page = browser.new_context(base_url=service.address).new_page()
    for number, name in enumerate(journey.everything(page, service, to_the_end=True), start=1):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            _picture(page, f"{number:02} {name} {width}")
            if name in ALSO_DARK:
                page.emulate_media(color_scheme="dark")
                _picture(page, f"{number:02} {name} {width} dark")
                page.emulate_media(color_scheme="light")


def _picture(page: Page, name: str) -> None:
    """Take a long page in parts, each readable without zooming."""
    page.wait_for_load_state()
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    for part, top in enumerate(range(0, height, MOST_HEIGHT)):
        clip = {"x": 0, "y": top, "width": width, "height": min(MOST_HEIGHT, height - top)}
        path = FOLDER / f"{name}{f' part {part + 1}' if part else ''}.png".replace(" ", "-")
        page.screenshot(path=path, full_page=True, clip=clip)


if __name__ == "__main__":
    main()
