"""The whole path by keyboard only, on a phone's width, from the article to the private page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import person

MOST_STOPS = 150


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(MOST_STOPS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector} on {page.url}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def follow(page: Page, selector: str) -> None:
    """Press Enter on a link or a button, and wait for the page that it leads to."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_whole_path_can_be_walked_by_keys_alone(open_page: Callable[..., Page]):
    page = open_page(width=320)
    page.goto(person.START)
    for value in ("yes", "yes", "none", "none", "never"):
        press(page, f"input[name=answer][value={value}], input[name=answer][type=radio]", "Space")
        assert page.locator(f"input[name=answer][value={value}]").is_checked()
        follow(page, "form[action*='/screener/'] button.act")
    follow(page, "main a[href$='/results']")
    follow(page, "a.act[href*='/interest']")
    press(page, "input[name=trial]", "Space")
    if page.locator(".card select").count():
        press(page, ".card select", "ArrowDown")
    for field, typed in {"#name": "Wilhelmina Keys", "#email": "w.keys@example.org"}.items():
        tab_to(page, field)
        page.keyboard.type(typed)
    for box in ("#adult", "#share", "#by-email"):
        press(page, box, "Space")
    follow(page, "form[action*='/interest'] button.act")
    follow(page, "a[href^='/my/']")

    expect(page.get_by_text("Wilhelmina Keys")).to_be_visible()
