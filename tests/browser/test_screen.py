"""A page with several questions: on a phone and wide, in both languages, by keys, with and without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import person
from tests.browser.service import Service
from tests.browser.survey import survey

TOGETHER = ("age", "sex_at_birth", "height_cm", "weight_kg")
BUTTON = "form[action*='/screener/'] button.act"


def screens(page: Page, language: str) -> Iterator[str]:
    """Open pages of several questions: beside the article, empty, refused, and looked at again."""
    page.goto(f"{person.START}?lang={language}")
    yield "beside the article"
    person.settle(page)
    page.goto(f"{person.START}/screener/pain_site")
    yield "empty, hanging on another"
    page.locator(BUTTON).click()
    yield "refused"
    page.goto(f"{person.START}/screener/age")
    yield "answered"


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_of_several_questions_meets_wcag_2_2_aa_and_fits_a_phone(
    browser: Browser, service: Service, language: str
):
    context = browser.new_context(base_url=service.address)

    found = survey(context.new_page(), screens(context.pages[0], language))
    context.close()

    assert (found.violations, found.beyond_the_edge) == ({}, {})
    assert len(found.states) == 4
    assert [one for one in found.complaints if "Failed to load resource" not in one] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_one_fault_keeps_what_was_typed_and_its_link_leads_to_the_field(open_page: Callable[..., Page], scripts: bool):
    page = open_page(width=320, java_script_enabled=scripts)
    page.goto(f"{person.START}/screener/age")
    assert person.asked_on(page) == list(TOGETHER)
    page.locator("#answer").fill("44")
    page.locator("input[name=q-sex_at_birth-answer][value=female]").check()
    page.locator("#q-height_cm-answer").fill("17")
    page.locator("#q-weight_kg-answer").fill("150")
    page.locator("#q-weight_kg-unit").select_option("[lb_av]")
    page.locator(BUTTON).click()

    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        "How tall are you? Type a number from 100 to 250 centimeters, such as 170."
    )
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#q-height_cm-answer")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("170")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.goto(f"{person.START}/screener/age")
    expect(page.locator("#answer")).to_have_value("44")
    expect(page.locator("#q-height_cm-answer")).to_have_value("170")
    expect(page.locator("#q-weight_kg-answer")).to_have_value("150")
    expect(page.locator("#q-weight_kg-unit")).to_have_value("[lb_av]")
    expect(page.locator("input[name=q-sex_at_birth-answer][value=female]")).to_be_checked()
