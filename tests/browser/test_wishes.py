"""Wishes in a browser: on a phone and wide, in both languages, with and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import person
from tests.browser.service import Service
from tests.browser.survey import survey

BUTTON = "form[action$='/wishes'] button.go"


def wishing(page: Page, language: str) -> Iterator[str]:
    """Open the page of wishes as it comes, with faults, and what it leads to."""
    page.goto(f"{person.START}?lang={language}")
    person.settle(page)
    page.goto(f"{person.START}/wishes")
    yield "empty"
    page.locator("#near").fill("Springfield")
    page.locator("#within").select_option("50")
    page.locator("input[name=refused][value=surgery]").check()
    page.locator(BUTTON).click()
    yield "several places"
    page.locator("#near").fill("qqqq")
    page.locator(BUTTON).click()
    yield "no such place"
    page.locator("#near").fill("Seoul")
    page.locator(BUTTON).click()
    yield "a question within wishes"
    page.goto(f"{person.START}/results")
    yield "results within"
    page.goto(f"{person.START}/results?outside=1")
    yield "results outside"
    page.goto(f"{person.START}/wishes?from=results")
    yield "looked at again"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_of_wishes_meet_wcag_2_2_aa_and_fit_a_phone(browser: Browser, service: Service, language: str):
    context = browser.new_context(base_url=service.address)

    found = survey(context.new_page(), wishing(context.pages[0], language))
    context.close()

    assert (found.violations, found.beyond_the_edge) == ({}, {})
    assert len(found.states) == 7
    assert [one for one in found.complaints if "Failed to load resource" not in one] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_comes_after_the_warning_signs_and_a_town_narrows_the_interview(
    open_page: Callable[..., Page], scripts: bool
):
    page = open_page(width=320, java_script_enabled=scripts)
    person.come_to_the_wishes(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where, and what kind of trial?")

    page.get_by_label("How far would you go?").select_option("50")
    page.get_by_label("Town, or US ZIP code").fill("soul city")
    page.get_by_label("Town, or US ZIP code").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("We do not know this place.")
    page.get_by_label("Town, or US ZIP code").fill("seul")
    page.get_by_label("Town, or US ZIP code").press("Enter")
    expect(page.get_by_text("5 of 23 trials are within your wishes")).to_be_visible()

    page.goto(f"{person.START}/results")
    page.get_by_role("link", name="Show the trials outside").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("18 trials outside your wishes")
    page.get_by_role("button", name="Ask me about these too").click()
    expect(page.get_by_text("are within your wishes")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_it_is_skipped_with_one_press(open_page: Callable[..., Page], scripts: bool):
    page = open_page(width=320, java_script_enabled=scripts)
    person.come_to_the_wishes(page)

    page.get_by_role("button", name="Skip this").click()

    expect(page).not_to_have_url(re.compile("/wishes$"))
    assert person.asked_on(page)
