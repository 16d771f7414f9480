"""Two recruiters at work on one referral, in browsers of their own; the caller inspects each state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import load_keys
from tests.browser import person
from tests.browser.service import Service
from tests.people import PASSWORD
from tests.web.referred import TRIAL, refer

COLLEAGUE = "colleague@example.org"


def referred(service: Service, *names: str) -> None:
    """Refer people without the pages, and let two recruiters work on them."""
    refer_each(service, *names)
    service.add_recruiter(TRIAL)
    added = ("recruiters", "add", COLLEAGUE, "--name", "Col League", "--trial", TRIAL, "--password-stdin")
    service.run(*added, given=PASSWORD)


def refer_each(service: Service, *names: str) -> None:
    """Refer people without the pages."""
    settings = Settings.from_environment({"PRESCREEN_INSTANCE": str(service.instance)})
    database = Database(settings.database_url)
    catalog = LiveCatalog(SHIPPED_CRITERIA, date.today(), lambda _: None).current(date.today())
    for name in names:
        refer(database, load_keys(settings), catalog, trial_id=TRIAL, name=name)
    database.close()


def sign_in(page: Page, service: Service, email: str) -> None:
    """Sign in with the password that all accounts have."""
    page.goto(f"{service.address}/recruiter/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")


def working(mine: Page, theirs: Page, service: Service, name: str) -> Iterator[str]:
    """Walk from a new referral to its end, with two conflicts on the way; yield the name of each state."""
    person.sign_in(mine, service.address)
    sign_in(theirs, service, COLLEAGUE)
    for page in (mine, theirs):
        page.get_by_role("link", name=name).click()
    yield "team, untouched"
    _reached(theirs)
    mine.check("input[name=outcome][value=left_message]")
    mine.fill("#note", "Her daughter picked up.")
    mine.select_option("#state", "not_eligible")
    mine.select_option("#reason", index=1)
    mine.fill("#reason_words", "Said so on the phone.")
    yield "team, reason asked for"
    mine.click("#came button")
    yield "conflict of states"
    mine.click("text=Use mine")
    yield "team, ended"
    yield from _words(mine, theirs)
    mine.click("summary:has-text('Take back')")
    mine.click("#undo")
    yield "team, taken back"
    yield from _reminders(mine)


def _reached(page: Page) -> None:
    page.check("input[name=outcome][value=reached]")
    page.select_option("#state", "contacted")
    page.fill("#note", "Rings back on Monday, after six.\nSpeaks softly: use the landline.")
    page.click("#came button")
    page.fill("#tags", "evenings, needs lift")
    page.click("text=Save these")


def _words(mine: Page, theirs: Page) -> Iterator[str]:
    for page, words in ((mine, "Rings back on Tuesday."), (theirs, "Rings back on Monday or Wednesday.")):
        page.reload()
        page.click("li:has-text('Speaks softly') summary:has-text('Edit') >> nth=0")
        page.locator("details[open] textarea[name=note]").fill(words)
    for page in (mine, theirs):
        page.click("details[open] >> text=Save the edit")
    theirs.wait_for_selector("text=Somebody else was quicker")
    yield "team, note edited"
    mine.fill("#tags", "ring 617 555 0100")
    mine.click("text=Save these")
    yield "team, tag refused"
    mine.click("text=Back to the referral")


def _reminders(mine: Page) -> Iterator[str]:
    mine.click("summary:has-text('Remind me')")
    mine.fill("#reminder", "Ask whether the MRI has come.")
    mine.fill("#due_on", (datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    mine.click("button:has-text('Remind me')")
    yield "team, reminded"
    mine.goto("/recruiter/reminders")
    yield "reminders"
