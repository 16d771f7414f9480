"""One trial alone, in a browser: every state on the way from the results to its own page, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.journey import LANGUAGES
from tests.browser.survey import survey


def one_trial(page: Page, language: str) -> Iterator[str]:
    """Answer for one trial alone; yield the name of each state while the page shows it."""
    person.settle(page)
    page.goto(f"{person.START}/results?lang={language}")
    yield "results so far"
    person.card_of(page, person.TRIAL).locator("a[href$='/questions']").click()
    yield "a question for one trial"
    page.locator("form[action*='/screener/'] button.act").click()
    yield "its answer refused"
    while "/screener/" in page.url:
        person.answer(page)
    yield "its own page, settled"
    page.goto(f"{person.START}/screener/age?only=NCT99999999")
    yield "a trial that is lost"
    page.goto(f"{person.START}/interest?trial=NCT06053242")
    yield "what is still open, before sending"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_focus_is_accessible_and_narrow(open_page: Callable[..., Page], language: str):
    page = open_page()
    found = survey(page, one_trial(page, language))

    assert len(found.states) == 6
    assert found.violations == {}
    assert found.beyond_the_edge == {}


def test_the_back_button_and_a_second_window_keep_to_their_trial(open_page: Callable[..., Page]):
    page = open_page(width=320)
    person.settle(page)
    other = page.context.new_page()
    page.goto(f"{person.START}/trials/{person.TRIAL}/questions")
    other.goto(f"{person.START}/trials/NCT03386149/questions")
    first, theirs = page.url, other.locator(".note b").inner_text()
    person.answer(page)
    page.go_back()

    assert page.url == first
    person.answer(other)
    expect(other.locator(".note b")).to_have_text(theirs)
    expect(page.locator(".note b")).not_to_have_text(theirs)
