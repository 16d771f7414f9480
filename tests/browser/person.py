"""What a person does in a browser, from the article to the thank-you page, and what a recruiter does then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.service import RECRUITER
from tests.people import PASSWORD

START = "/low-back-pain"
TRIAL = "NCT06688773"
# The questions that decide it.
NEEDED = ("age", "procedures", "planned_treatment", "health_areas", "circumstances")
# A person with sciatica from a slipped disc. Other questions are answered "None of these", else "I don't know".
Replies = Mapping[str, str | tuple[str, ...]]
ANSWERS: Replies = {
    "diagnosed": "yes",
    "taken_medication": "yes",
    "cancer_history": "never",
    "age": "44",
    "sex_at_birth": "female",
    "height_cm": "170",
    "weight_kg": "72",
    "pain_site": "leg_more",
    "leg_reach": "calf",
    "leg_side": "left",
    "back_pain_score": "4",
    "leg_pain_score": "6",
    "pain_duration": "10",
    "leg_pain_duration": "8",
    "scan": ("mri",),
    "findings": ("herniation", "nerve_root", "nerve_pressed"),
    "disc_level": ("l5_s1",),
    "procedures": ("advised",),
    "planned_treatment": ("disc_removal",),
    "treatments_tried": ("physio", "nsaid"),
    "treatment_length": "7",
}

# An older person without pain at present: far fewer questions matter.
FREE_OF_PAIN: Replies = {**ANSWERS, "age": "78", "pain_site": "neither"}


def card_of(page: Page, trial_id: str) -> Locator:
    """Return the card of a trial on the results; where it is folded with others, unfold them."""
    card = page.locator(f"#{trial_id}")
    fold = page.locator("#choose details", has=card)
    if fold.count() and not card.is_visible():
        fold.locator("summary").click()
    return card


def question_on(page: Page) -> str:
    """Return the id of the question that the page asks."""
    action = page.locator("form[action*='/screener/']").first.get_attribute("action") or ""
    return urlsplit(action).path.rsplit("/", 1)[-1]


def asked_on(page: Page) -> list[str]:
    """Return the ids of all questions of the page."""
    form = page.locator("form[action*='/screener/']").first
    several = form.locator("input[name=asked]").evaluate_all("inputs => inputs.map(one => one.value)")
    return several or [question_on(page)]


def prefix_on(page: Page, question_id: str) -> str:
    """Return what goes before the names and ids of a question's fields on the page."""
    return "" if question_id == question_on(page) else f"q-{question_id}-"


def answer(page: Page, reply: str | tuple[str, ...] | None = None, answers: Replies = ANSWERS) -> None:
    """Answer the questions on the page likewise, and go on; the page of wishes, where it comes next, is skipped."""
    fill(page, reply, answers)
    if page.url.endswith("/wishes"):
        page.locator("button[name=skip]").click()


def fill(page: Page, reply: str | tuple[str, ...] | None = None, answers: Replies = ANSWERS) -> None:
    """Answer the questions on the page, the one that it lies at with `reply` if that is given, and send them."""
    form = page.locator("form[action*='/screener/']").first
    for question_id in asked_on(page):
        own = reply if question_id == question_on(page) else None
        _fill(page, prefix_on(page, question_id), own or answers.get(question_id))
    form.locator("button.go").click()


def _fill(page: Page, prefix: str, chosen: str | tuple[str, ...] | None) -> None:
    typed = page.locator(f"input[id='{prefix}answer'][inputmode]")
    if isinstance(chosen, str) and typed.count():
        typed.fill(chosen)
        return
    for ticked in page.locator(f"input[name='{prefix}answer'][type=checkbox]:checked").all():
        ticked.uncheck()
    for value in (chosen,) if isinstance(chosen, str) else chosen or (_nothing(page, prefix),):
        names = ", ".join(f"input[name='{prefix}{name}'][value='{value}']" for name in ("answer", "declined"))
        page.locator(names).check()


def _nothing(page: Page, prefix: str) -> str:
    return "none" if page.locator(f"input[name='{prefix}answer'][value=none]").count() else "?do_not_know"


def come_to_the_wishes(page: Page) -> None:
    """Answer from the article on, until the page of wishes comes."""
    page.goto(START)
    while not page.url.endswith("/wishes"):
        fill(page)


def settle(page: Page) -> None:
    """Answer what must be answered before details can be left."""
    come_to_the_wishes(page)
    page.goto(f"{START}/screener/age")
    answer(page)


def answer_until(page: Page, question_id: str) -> None:
    """Answer questions until a certain one is asked."""
    while question_id not in asked_on(page):
        answer(page)


def answer_everything(page: Page, answers: Replies = ANSWERS) -> int:
    """Answer every question; return how many there were."""
    count = 0
    while not page.url.endswith("/review"):
        count += len(asked_on(page))
        answer(page, answers=answers)
    return count


def fill_interest_form(page: Page, name: str, trial_id: str = TRIAL) -> None:
    """Choose a trial with its site, type the details and tick what is needed."""
    row = page.locator(f"#chosen-{trial_id}")
    row.get_by_role("checkbox").check()
    if row.locator("select").count():
        row.locator("select").select_option(index=1)
    page.locator("#name").fill(name)
    page.locator("#email").fill("w.quackenbush@example.org")
    page.locator("#phone").fill("+1 617 555 0143")
    page.locator("#best_time").select_option("evenings")
    for box in ("adult", "share", "by-email", "by-phone"):
        page.locator(f"#{box}").check()


def sign_in(page: Page, address: str) -> None:
    """Sign in as the recruiter."""
    page.goto(f"{address}/recruiter/login")
    page.locator("#email").fill(RECRUITER)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/recruiter/$"))


def ask_for_export(page: Page, form: str, reason: str) -> None:
    """Fill in the form of exports for the trial, with who people are, and send it."""
    page.locator("#trial").select_option(TRIAL)
    page.get_by_label(form).first.check()
    page.get_by_label("With identity").check()
    page.get_by_label("What is it for?").fill(reason)
    page.get_by_role("button", name="Export").click()
