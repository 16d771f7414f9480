"""A page with several questions: on a phone and wide, in both languages, by keys, with and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import person
from tests.browser.service import Service
from tests.browser.survey import survey

TOGETHER = ("back_pain_score", "leg_pain_score", "pain_duration", "leg_pain_duration")
BUTTON = "form[action*='/screener/'] button.go"


def screens(page: Page, language: str) -> Iterator[str]:
    """Open pages of several questions: beside the article, empty, refused, and looked at again."""
    page.goto(f"{person.START}?lang={language}")
    yield "beside the article"
    person.settle(page)
    page.goto(f"{person.START}/screener/pain_site")
    yield "empty, hanging on another"
    page.locator(BUTTON).click()
    yield "refused"
    person.answer(page)
    page.goto(f"{person.START}/screener/pain_site")
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
    come_to(page, "leg_pain_score", TOGETHER)
    page.locator("input[name=q-back_pain_score-answer][value='4']").check()
    page.locator("#q-pain_duration-answer").fill("5")
    page.locator("#q-pain_duration-unit").select_option("mo")
    page.locator("input[name=q-leg_pain_duration-declined]").first.check()
    page.locator(BUTTON).click()

    link = page.get_by_role("alert").get_by_role("link")
    expect(link).to_have_text(re.compile("^How strong was your leg pain .* Choose a number from 0 to 10"))
    link.click()
    expect(page.locator("#answer")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.goto(f"{person.START}/screener/leg_pain_score")
    expect(page.locator("input[name=q-back_pain_score-answer][value='4']")).to_be_checked()
    expect(page.locator("input[name=answer][value='6']")).to_be_checked()
    expect(page.locator("#q-pain_duration-answer")).to_have_value("5")
    expect(page.locator("#q-pain_duration-unit")).to_have_value("mo")
    expect(page.locator("input[name=q-leg_pain_duration-declined]").first).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_one_blank_keeps_what_was_chosen_and_its_link_leads_to_the_first_choice(
    open_page: Callable[..., Page], scripts: bool
):
    page = open_page(width=320, java_script_enabled=scripts)
    come_to(page, "cauda_equina_signs", ("cauda_equina_signs", "warning_signs", "cancer_history"))
    page.locator("input[name=answer][value=none]").check()
    page.locator("input[name=q-cancer_history-answer][value=never]").check()
    page.locator(BUTTON).click()

    page.get_by_role("alert").get_by_role("link", name="warning signs").click()
    expect(page.locator("#q-warning_signs-answer")).to_be_focused()
    expect(page.locator("input[name=answer][value=none]")).to_be_checked()
    expect(page.locator("input[name=q-cancer_history-answer][value=never]")).to_be_checked()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/wishes$"))


def come_to(page: Page, question_id: str, together: tuple[str, ...]) -> None:
    """Answer from the article on, until the page of these questions comes."""
    page.goto(person.START)
    person.answer_until(page, question_id)
    assert person.asked_on(page) == list(together)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_answer_is_seen_at_once_on_a_phone(open_page: Callable[..., Page], language: str):
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"{person.START}/screener/diagnosed?lang={language}")
    seen = {}
    while not page.url.endswith("/review"):
        box = page.locator("main form[action*='/screener/'] :is(.picks, .scale, .flat)").first.bounding_box()
        seen[person.question_on(page)] = round(box["y"]) if box else 700
        person.answer(page)

    assert len(seen) > 8
    assert {name: y for name, y in seen.items() if y > 660} == {}
