"""The staff pages from the invitation on: a recruiter joins, signs in, calls the next person, undoes, and conflicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.service import Service, running
from tests.people import PASSWORD

ADMINISTRATOR, COLLEAGUE = "head@example.org", "colleague@example.org"
LINK = re.compile(r"http://\S+/recruiter/join/\S+")


@dataclass(frozen=True)
class Phone:
    """An authenticator app that knows one key; it never shows the code of one moment twice."""

    key: str

    def code(self, steps_ahead: int = 0) -> str:
        return pyotp.TOTP(self.key).at(datetime.now(UTC), counter_offset=steps_ahead)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run a service of its own, where nobody has an account yet and some people have sent their details."""
    with running(tmp_path_factory.mktemp("desk")) as started:
        started.run("leads", "sample", "40", "--seed", "7")
        yield started


def first_link(service: Service) -> str:
    found = LINK.search((service.instance / "log").read_text())
    assert found, "no link for the first administrator"
    return found[0]


def join(page: Page, link: str, name: str, email: str | None = None) -> Phone:
    """Make an account by a link, set up the second factor, keep the recovery codes."""
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    if email:
        page.get_by_label("Your work e-mail address").fill(email)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    phone = Phone(page.locator("code.typed").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill(phone.code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("main ol.card li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    return phone


def sign_in(page: Page, email: str, phone: Phone) -> None:
    """Sign in with the password and the next code of the phone."""
    page.goto("/recruiter/login")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill(phone.code(steps_ahead=1))
    page.get_by_role("button", name="Sign in").click()


def invite(page: Page, email: str) -> str:
    """Invite a recruiter for every trial, and give the link."""
    page.get_by_role("link", name="Accounts").click()
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("E-mail address").fill(email)
    page.locator("input[name=role][value=recruiter]").check()
    page.locator("input[name=place][value='*']").check()
    for right in page.locator("input[name=right]").all():
        right.check()
    page.get_by_role("button", name="Make the link").click()
    return page.locator(".typed code").inner_text()


def test_the_desk_from_the_first_link_to_a_disagreement(open_page: Callable[..., Page], service: Service) -> None:
    head, colleague = open_page(), open_page()
    phone = join(head, first_link(service), "Head Recruiter", ADMINISTRATOR)
    expect(head.get_by_role("heading", level=1)).to_have_text("Call next")
    join(colleague, invite(head, COLLEAGUE), "Colleague Recruiter")
    sign_out_and_in_again(head, phone)

    person = the_next_person(head)
    follow_the_script(head)
    change_the_state_and_take_it_back(head)
    disagree(head, colleague, person)


def sign_out_and_in_again(page: Page, phone: Phone) -> None:
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, ADMINISTRATOR, phone)
    expect(page.get_by_role("heading", level=1)).to_have_text("Call next")


def the_next_person(page: Page) -> str:
    """Narrow the list to new referrals that may fit, the longest overdue first, and open the first of them."""
    page.goto("/recruiter/?state=new&determination=potentially_eligible&sort=overdue")
    first = page.locator("table.list tbody tr a[href*='/recruiter/referrals/']").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def follow_the_script(page: Page) -> None:
    page.locator("#script details").evaluate_all("all => all.forEach(one => (one.open = true))")
    box = page.locator("input[name=tick]").first
    box.check()
    page.get_by_role("button", name="Save the script").click()
    expect(page.locator("input[name=tick]").first).to_be_checked()
    expect(page.locator("#script label").first).to_contain_text("Head Recruiter, today")


def change_the_state_and_take_it_back(page: Page) -> None:
    page.locator("#state").select_option("contacted")
    page.locator("#came").get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("State: contacted")
    page.get_by_text("Take back", exact=True).click()
    page.locator("#undo").click()
    expect(page.locator(".facts")).to_contain_text("State: new")


def disagree(head: Page, colleague: Page, person: str) -> None:
    """Both open the page; who saves second sees both versions, and what was typed is kept."""
    head.goto(person)
    colleague.goto(person)
    head.locator("#tags").fill("call in the evening")
    head.get_by_role("button", name="Save these").click()
    colleague.locator("#tags").fill("waits for a scan")
    colleague.get_by_role("button", name="Save these").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Somebody else was quicker")
    expect(colleague.locator("main")).to_contain_text("call in the evening")
    expect(colleague.locator("main")).to_contain_text("by Head Recruiter")
    colleague.get_by_role("button", name="Use mine").click()
    expect(colleague.locator("#tags")).to_have_value("waits for a scan")


def test_a_link_serves_once(open_page: Callable[..., Page], service: Service) -> None:
    page = open_page()
    page.goto(first_link(service))

    expect(page.get_by_label("New password")).to_have_count(0)
