"""What the look promises in pixels: what is seen at once, and how long the long pages are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import prescreen.web
from tests.browser.shown import show_each
from tests.databases import sqlite_template
from tests.web.toured import WALKS, Pages, toured

__all__ = ["sqlite_template"]

SHEET = Path(prescreen.web.__file__).parent / "static" / "prescreen.css"
MOST_BYTES = 15_000
PHONE, DESK = (390, 700), (1280, 800)
MOST_HEAD = 90
MOST_ROW = {PHONE: 110, DESK: 56}
MOST_PERSON, MOST_BUTTONS = 1_600, 3


@pytest.fixture(scope="module", params=["visitors", "Spanish"])
def visitors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Pages:
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS[request.param])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Pages:
    return toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS["desk"])


@contextmanager
def shown(browser: Browser, pages: Pages, name: str, size: tuple[int, int]) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    for _one in show_each(page, {name: pages[name]}):
        yield page
    page.context.close()


def bottom(page: Page, selector: str) -> float:
    """Return how far down the page the last of these elements ends, in pixels."""
    return float(page.locator(selector).last.evaluate("one => one.getBoundingClientRect().bottom + scrollY"))


def height(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollHeight"))


def test_the_style_sheet_is_small():
    assert len(SHEET.read_bytes()) <= MOST_BYTES


def test_on_a_phone_head_and_sample_line_are_low(browser: Browser, visitors: Pages):
    with shown(browser, visitors, "article", PHONE) as page:
        assert bottom(page, ".sample") <= MOST_HEAD


@pytest.mark.parametrize("width", [320, 390])
def test_the_name_in_the_head_is_not_cut(browser: Browser, visitors: Pages, width: int):
    with shown(browser, visitors, "urgent", (width, 640)) as page:
        name, head = (page.locator(one).bounding_box() for one in (".brand", ".bar"))
        whole = page.locator(".brand").evaluate("one => one.scrollHeight")

        assert name is not None
        assert head is not None
        assert head["y"] <= name["y"]
        assert whole <= name["height"] <= head["height"]


@pytest.mark.parametrize(("name", "size"), [("trial that may fit", PHONE), ("trial, not clear yet", DESK)])
def test_no_place_of_the_tiles_is_empty(browser: Browser, visitors: Pages, name: str, size: tuple[int, int]):
    with shown(browser, visitors, name, size) as page:
        room = page.locator("dl.tiles").evaluate("one => one.clientWidth * one.clientHeight")
        filled = page.locator("dl.tiles > div").evaluate_all(
            "all => all.reduce((sum, one) => sum + one.offsetWidth * one.offsetHeight, 0)"
        )

        assert filled >= 0.97 * room


def test_on_a_phone_the_first_question_and_its_button_are_on_the_first_screen(browser: Browser, visitors: Pages):
    with shown(browser, visitors, "article", PHONE) as page:
        assert bottom(page, "#screener button.go") <= PHONE[1]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_row_of_the_work_list_is_low(browser: Browser, desk: Pages, size: tuple[int, int]):
    with shown(browser, desk, "work list", size) as page:
        rows = page.locator(".list tbody tr").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().height)"
        )

        assert len(rows) >= 20
        assert [one for one in rows if one > MOST_ROW[size]] == []


@pytest.mark.parametrize("name", ["person, new", "person, contacted", "person, screening"])
def test_the_page_of_a_person_is_short_and_has_few_buttons(browser: Browser, desk: Pages, name: str):
    with shown(browser, desk, name, DESK) as page:
        buttons = page.locator("main button:visible").all_inner_texts()

        assert len(buttons) <= MOST_BUTTONS
        assert height(page) <= MOST_PERSON
