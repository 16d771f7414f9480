"""The whole path by keyboard only, on a phone's width, from the article to the private page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.keys import follow, press, stop_at, tab_to


def test_the_whole_path_can_be_walked_by_keys_alone(open_page: Callable[..., Page]):
    page = open_page(width=320)
    page.goto(person.START)
    for name, value, is_last in (
        ("answer", "yes", True),
        ("answer", "yes", True),
        ("answer", "none", False),
        ("q-warning_signs-answer", "none", False),
        ("q-cancer_history-answer", "never", True),
    ):
        press(page, f"input[name='{name}'][value={value}], input[name='{name}'][type=radio]", "Space")
        assert page.locator(f"input[name='{name}'][value={value}]").is_checked()
        if is_last:
            follow(page, "form[action*='/screener/'] button.go")
    follow(page, "button[name=skip]")
    follow(page, "main a[href$='/results']")
    press(page, "#choose input[name=trial]", "Space")
    follow(page, "#choose button.go")
    assert page.locator("input[name=trial]").first.is_checked()
    if page.locator("#trials select").count():
        press(page, "#trials select", "ArrowDown")
    for field, typed in {"#name": "Wilhelmina Keys", "#email": "w.keys@example.org"}.items():
        tab_to(page, field)
        page.keyboard.type(typed)
    for box in ("#adult", "#share", "#by-email"):
        press(page, box, "Space")
    follow(page, "form[action*='/interest'] button.go:not([name])")
    follow(page, "a.go[href^='/my/']")

    expect(page.get_by_text("Wilhelmina Keys")).to_be_visible()


def test_a_trial_is_added_by_keys_alone_without_a_script_and_nothing_typed_is_lost(open_page: Callable[..., Page]):
    page = open_page(width=320, java_script_enabled=False)
    person.settle(page)
    page.goto(f"{person.START}/interest?trial={person.TRIAL}")
    page.locator("#name").fill("Wilhelmina Keys")
    page.locator("#future").check()
    added = page.locator("button[name=add]").first.get_attribute("value")

    page.locator("#trials input").last.focus()
    stop_at(page, page.locator("#add-another"))
    page.keyboard.press("Enter")
    stop_at(page, page.locator("button[name=add]").first)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    card = page.locator(f"#chosen-{added}")
    expect(card.get_by_role("checkbox")).to_be_checked()
    expect(card).to_be_in_viewport()
    expect(card).to_contain_text("Nothing was sent.")
    expect(page.locator("#name")).to_have_value("Wilhelmina Keys")
    expect(page.locator("#future")).to_be_checked()
    expect(page.locator(f"input[name=trial][value={person.TRIAL}]")).to_be_checked()
    page.keyboard.press("Tab")
    expect(card.get_by_role("checkbox")).to_be_focused()


def test_enter_in_a_field_of_the_form_adds_no_trial(open_page: Callable[..., Page]):
    page = open_page(width=320, java_script_enabled=False)
    person.settle(page)
    page.goto(f"{person.START}/interest?trial={person.TRIAL}")
    for box in ("#adult", "#share"):
        page.locator(box).check()
    page.locator("#email").fill("w.keys@example.org")
    page.locator("#name").fill("Wilhelmina Keys")

    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Tick at least one way to reach you.")
    expect(page.locator("input[name=trial]")).to_have_count(1)
