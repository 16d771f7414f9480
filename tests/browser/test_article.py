"""The article in a browser: the question beside it, its drawings, and the fold of its sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.journey import LANGUAGES

SMALLEST_LETTERS = 12
_HEIGHTS_OF_WORDS = """() => [...document.querySelectorAll('article svg text')].map(one =>
    parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
_WORDS_OUTSIDE = """() => [...document.querySelectorAll('article svg text')].filter(it =>
    it.getBoundingClientRect().right > it.ownerSVGElement.getBoundingClientRect().right).map(it => it.textContent)"""


def test_wide_the_question_stays_beside_the_text(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(person.START)
    page.locator("#outlook").scroll_into_view_if_needed()

    expect(page.locator("#screener h2")).to_be_in_viewport()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_drawings_can_be_read_on_the_smallest_phone_and_fit(open_page: Callable[..., Page], language: str):
    page = open_page(width=320)
    page.goto(f"{person.START}?lang={language}")

    heights = page.evaluate(_HEIGHTS_OF_WORDS)
    assert len(heights) > 10
    assert min(heights) >= SMALLEST_LETTERS
    assert page.evaluate(_WORDS_OUTSIDE) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_citation_opens_the_sources(open_page: Callable[..., Page], scripts: bool):
    page = open_page(width=390, java_script_enabled=scripts)
    page.goto(person.START)
    expect(page.locator("#references")).to_be_hidden()

    page.locator("#causes a[href='#references']").first.click()

    expect(page.locator("#references h2")).to_be_in_viewport()


def test_an_address_that_leads_to_the_sources_opens_them(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(f"{person.START}#references")

    expect(page.locator("#references")).to_be_visible()
