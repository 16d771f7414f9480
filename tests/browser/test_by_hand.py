"""What people do by hand: keyboard only, a sign of danger, the back button, a shared device."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person

MOST_TABS = 40
FOCUSED = (
    "() => [document.activeElement.tagName, document.activeElement.name, document.activeElement.textContent.trim()]"
)
# A box shows its focus on the frame around it.
HAS_OUTLINE = """() => {
  const focused = document.activeElement;
  const shown = focused.closest('.choice') || focused;
  return getComputedStyle(shown).outlineStyle !== 'none' && parseFloat(getComputedStyle(shown).outlineWidth) >= 2;
}"""


def tab_to(page: Page, tag: str, name: str = "", text: str = "") -> None:
    """Press Tab until this has the focus; each stop on the way must show that it has it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(HAS_OUTLINE), page.evaluate(FOCUSED)
        if (
            page.evaluate(FOCUSED)[: 2 if name else 1] == [tag, *([name] if name else [])]
            and text in page.evaluate(FOCUSED)[2]
        ):
            return
    pytest.fail(f"{tag} {name} {text} cannot be reached by Tab")


def test_a_question_can_be_answered_by_keys_alone(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(f"{person.START}/screener/cancer_history?from=review")

    tab_to(page, "INPUT", "answer")
    page.keyboard.press("ArrowDown")
    tab_to(page, "BUTTON", text="Continue")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/screener/review"))
    page.goto(f"{person.START}/screener/cancer_history?from=review")
    expect(page.locator("input[value=past]")).to_be_checked()


def test_boxes_and_a_number_can_be_filled_in_by_keys_alone(open_page: Callable[..., Page]):
    page = open_page(width=320)
    page.goto(f"{person.START}/screener/warning_signs?from=review")

    tab_to(page, "INPUT", "answer")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/screener/review"))

    page.goto(f"{person.START}/screener/age?from=review")
    tab_to(page, "INPUT", "answer")
    page.keyboard.type("44")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/screener/review"))

    page.goto(f"{person.START}/screener/review")
    expect(page.get_by_text("44 years")).to_be_visible()
    expect(page.get_by_text("Pain or numbness in both legs that is old and has not changed")).to_be_visible()


def test_the_first_stop_skips_to_the_page(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(person.START)

    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the page")).to_be_in_viewport()


def test_an_error_leads_to_its_field(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(f"{person.START}/screener/age")
    page.get_by_role("button", name="Continue").click()

    page.get_by_role("alert").get_by_role("link", name="Type").click()

    expect(page.locator("#answer")).to_be_focused()


@pytest.mark.parametrize("way", [{"width": 1280}, {"width": 320, "java_script_enabled": False}], ids=str)
def test_a_sign_of_danger_stops_everything_until_it_is_corrected(open_page: Callable[..., Page], way: dict[str, int]):
    page = open_page(**way)
    page.goto(f"{person.START}/screener/cauda_equina_signs")

    person.answer(page, ("saddle_numbness",))

    expect(page.get_by_role("alert")).to_contain_text("Get help now")
    expect(page.get_by_role("alert").get_by_role("link", name="911").first).to_have_attribute("href", "tel:911")
    page.goto(f"{person.START}/interest")
    expect(page).to_have_url(re.compile("/urgent$"))
    page.get_by_role("link", name="Correct my answer").click()
    person.answer(page, ("none",))
    expect(page).to_have_url(re.compile("/screener/diagnosed$"))


def test_the_back_button_leads_back_to_the_answer_as_it_was_given(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(f"{person.START}/screener/age")
    person.answer(page, "44")
    page.wait_for_url(re.compile("/screener/(?!age)"))

    page.go_back()

    expect(page.locator("#answer")).to_have_value("44")


def test_the_screener_stands_beside_the_article_where_there_is_room(open_page: Callable[..., Page]):
    page = open_page(width=1280)
    page.goto(person.START)
    screener, article = page.locator("#screener").bounding_box(), page.locator("main article").bounding_box()
    assert screener is not None
    assert article is not None

    assert screener["x"] >= article["x"] + article["width"]
    expect(page.locator("#screener").get_by_role("heading", level=2).first).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_screener_stands_before_the_article(open_page: Callable[..., Page]):
    page = open_page(width=320)
    page.goto(person.START)
    screener, article = page.locator("#screener").bounding_box(), page.locator("main article").bounding_box()
    assert screener is not None
    assert article is not None

    assert screener["y"] + screener["height"] <= article["y"]


def test_on_a_shared_device_nothing_is_left_after_clearing(open_page: Callable[..., Page]):
    page = open_page()
    page.goto(f"{person.START}/screener/age")
    person.answer(page, "44")

    page.get_by_role("button", name="Clear my answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are cleared")
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_two_presses_of_tab_and_enter_leave_the_site_with_nothing_kept(open_page: Callable[..., Page]):
    page = open_page(java_script_enabled=False)
    page.goto(person.START)
    person.answer(page)
    page.goto(f"{person.START}/screener/age")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")

    # Blocked by the page's own policy, the form would ask nothing of another host.
    with page.expect_request("https://www.weather.gov/") as asked:
        page.keyboard.press("Enter")

    assert asked.value.method == "GET"
    assert "referer" not in asked.value.headers
    assert page.context.cookies() == []
