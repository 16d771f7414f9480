"""A coordinator's work, counted: from signing in to a call that is stored with its state and when to call back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person, teamwork
from tests.browser.keys import follow, press, tab_to
from tests.browser.service import Service

MOST_CLICKS = 4
NAMES = ("Click Placeholder", "Keys Placeholder")
COUNTED = "addEventListener('click', event => { if (event.detail) console.debug('clicked') }, true)"


@pytest.fixture(scope="module")
def at_work(service: Service) -> Service:
    """Return the service with two people to call."""
    teamwork.referred(service, *NAMES)
    return service


def signed_in(open_page: Callable[..., Page], service: Service) -> Page:
    page = open_page()
    person.sign_in(page, service.address)
    return page


def back() -> datetime:
    """Return a time to call back, in the afternoon of some day to come."""
    return (datetime.now(UTC) + timedelta(days=3)).replace(hour=14, minute=30)


def type_call_back(page: Page, at: datetime) -> None:
    """Type into the field of the day and time, as the browser of an American reads it."""
    page.keyboard.type(f"{at:%m%d%Y}")
    page.keyboard.press("ArrowRight")
    page.keyboard.type(f"{at:%I%M%p}")
    expect(page.locator("#call_back_at")).to_have_value(f"{at:%Y-%m-%dT%H:%M}")


def is_stored(page: Page, at: datetime) -> None:
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.locator(".facts")).to_contain_text("State: contacted")
    newest = page.locator("ol.time li").first
    expect(newest).to_contain_text("Call: reached")
    expect(newest).to_contain_text(f"{at:%H:%M}")


def test_a_call_with_its_state_and_a_call_back_takes_few_clicks(
    open_page: Callable[..., Page], at_work: Service
) -> None:
    page, clicks, at = signed_in(open_page, at_work), [], back()
    page.on("console", lambda message: clicks.append(message.text) if message.text == "clicked" else None)
    page.add_init_script(COUNTED)
    page.reload()

    page.get_by_role("link", name=NAMES[0]).click()
    page.get_by_text("reached", exact=True).click()
    page.keyboard.press("Tab")
    page.keyboard.type("contacted")
    page.keyboard.press("Tab")
    type_call_back(page, at)
    page.locator("#came").get_by_role("button", name="Save").click()

    is_stored(page, at)
    assert 3 <= len(clicks) <= MOST_CLICKS


def test_the_same_call_needs_no_mouse_and_leads_on_to_the_next_person(
    open_page: Callable[..., Page], at_work: Service
) -> None:
    page, at = signed_in(open_page, at_work), back()

    follow(page, f"table.list a[href='{page.get_by_role('link', name=NAMES[1]).get_attribute('href')}']")
    # Of radios, Tab finds the chosen one, "no call", and an arrow goes round to the first.
    press(page, "input[name=outcome]", "ArrowDown")
    expect(page.locator("input[value=reached]")).to_be_checked()
    tab_to(page, "#state")
    page.keyboard.type("contacted")
    tab_to(page, "#call_back_at")
    type_call_back(page, at)
    follow(page, "#came button")

    is_stored(page, at)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(NAMES[1])
    follow(page, "main a[accesskey=n]")
    expect(heading).not_to_have_text(NAMES[1])


def test_who_has_just_come_fits_into_the_narrowest_list(open_page: Callable[..., Page], at_work: Service) -> None:
    teamwork.refer_each(at_work, "Just Placeholder")
    page = open_page(width=320)
    person.sign_in(page, at_work.address)

    expect(page.locator(".list .tag").filter(has_text="waits less than a minute").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
