"""Pictures of every page and state: `python -m tests.browser.screenshots [WORD ...]` writes them to var/screenshots.

With words, only of pages whose names have one of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from tests.browser.shown import show_each
from tests.browser.survey import Scheme
from tests.databases import sqlite_file
from tests.services import chromium
from tests.web.toured import WALKS, Pages, toured

FOLDER = Path(__file__).parents[2] / "var" / "screenshots"
SIZES = ((390, 700), (1280, 800))
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
MOST_HEIGHT = 2400


def main(*words: str) -> None:
    """Take all pictures, or those of the pages that are named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find_or_install(), args=chromium.LAUNCH_ARGS)
        for group, pages in _tours():
            named = {name: page for name, page in pages.items() if not words or any(word in name for word in words)}
            _take(browser, group, named)
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}\n")


def _tours() -> Iterator[tuple[str, Pages]]:
    with tempfile.TemporaryDirectory() as folder:
        template = sqlite_file(Path(folder) / "template.sqlite3")
        for group, walk in WALKS.items():
            instance = Path(folder) / group
            instance.mkdir()
            yield group, toured(instance, template, *walk)


def _take(browser: Browser, group: str, pages: Pages) -> None:
    page = browser.new_context().new_page()
    for number, name in enumerate(show_each(page, pages), start=1):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                _picture(page, f"{group} {number:03} {name} {width} {scheme}")
    page.context.close()


def _picture(page: Page, name: str) -> None:
    """Take a long page in parts, each readable without zooming."""
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    for part, top in enumerate(range(0, height, MOST_HEIGHT)):
        clip = FloatRect(x=0, y=top, width=width, height=min(MOST_HEIGHT, height - top))
        file = f"{name}{f' part {part + 1}' if part else ''}.png".replace(" ", "-").replace("/", "")
        page.screenshot(path=FOLDER / file, full_page=True, clip=clip)


if __name__ == "__main__":
    main(*sys.argv[1:])
