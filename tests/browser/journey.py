"""A walk through every page and state that people see; whoever walks along looks at each."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser import person
from tests.browser.service import Service

NAME = "Wilhelmina Quackenbush"


def participants(page: Page, *, to_the_end: bool) -> Iterator[str]:
    """Walk as a visitor; give the name of each state while the page shows it.

    `to_the_end`: answer every question, not only those that are seen and those that one trial needs.
    """
    page.goto(person.START)
    yield "article"
    yield from _questions(page)
    if to_the_end:
        person.answer_everything(page)
    else:
        _answer_for_one_trial(page)
    yield "review"
    yield from _results(page)
    yield from _details(page)
    yield from _my_data(page)


def _questions(page: Page) -> Iterator[str]:
    person.answer(page)
    page.goto(f"{person.START}/screener/taken_medication")
    for kind, question_id in {
        "question yes or no": "taken_medication",
        "question several": "warning_signs",
        "question one": "cancer_history",
        "question number": "age",
        "question number with units": "pain_duration",
    }.items():
        person.answer_until(page, question_id)
        yield kind
    page.locator("#answer").fill("a while")
    page.get_by_role("button", name="Continue").click()
    yield "question refused"


def _answer_for_one_trial(page: Page) -> None:
    for question_id in person.NEEDED:
        page.goto(f"{person.START}/screener/{question_id}?from=review")
        person.answer(page)


def _results(page: Page) -> Iterator[str]:
    page.get_by_role("link", name="Show my results").click()
    yield "results"
    results = page.url
    yield from _distances(page)
    page.goto(f"{person.START}/sheet")
    yield "sheet"
    page.goto(results)
    page.locator(f"#{person.TRIAL}").get_by_role("link").first.click()
    yield "trial"
    yield from _note(page)


def _distances(page: Page) -> Iterator[str]:
    page.locator("#nearby summary").click()
    page.locator("#near").fill("946")
    page.get_by_role("button", name="Show distances").click()
    yield "results, ZIP refused"
    page.locator("#near").fill("94612")
    page.locator("#within").select_option("50")
    page.get_by_role("button", name="Show distances").click()
    yield "results with distances"


def _note(page: Page) -> Iterator[str]:
    trial = page.url
    page.get_by_role("link", name="This seems wrong").first.click()
    yield "note"
    page.get_by_role("button", name="Send this note").click()
    yield "note refused"
    page.locator("input[value=unclear]").check()
    page.get_by_role("button", name="Send this note").click()
    yield "note thanks"
    page.goto(trial)


def _details(page: Page) -> Iterator[str]:
    page.get_by_role("link", name="I'm interested").click()
    yield "interest"
    for box in ("adult", "share", "name", "email"):
        page.locator(f"#{box}").evaluate("field => field.required = false")
    page.get_by_role("button", name="Send my details").click()
    yield "interest refused"
    person.fill_interest_form(page, NAME)
    page.get_by_role("button", name="Send my details").click()
    yield "thanks"


def _my_data(page: Page) -> Iterator[str]:
    page.locator("a[href^='/my/']").click()
    yield "my data"
    page.goto("/my/forged")
    yield "link ended"


def in_danger(page: Page) -> Iterator[str]:
    """Walk as a visitor who needs help at once, or soon."""
    page.goto(f"{person.START}/urgent")
    yield "signs to know"
    page.goto(f"{person.START}/screener/cauda_equina_signs")
    person.answer(page, ("bladder", "bowel"))
    yield "urgent"
    page.get_by_role("link", name="change my answer").click()
    person.answer(page, ("none",))
    person.answer_until(page, "warning_signs")
    person.answer(page, ("fever",))
    yield "see a doctor"
    page.goto("/nowhere/at/all")
    yield "not found"


def helpers(page: Page) -> Iterator[str]:
    """Walk as somebody who answers for another person."""
    page.goto(person.START)
    page.get_by_role("button", name="answering for someone else").click()
    yield "helper article"
    for question_id in ("diagnosed", "taken_medication", "cauda_equina_signs", "warning_signs", "cancer_history"):
        page.goto(f"{person.START}/screener/{question_id}")
        person.answer(page, ("fever",) if question_id == "warning_signs" else None)
    yield "helper question"
    page.goto(f"{person.START}/results")
    yield "helper results"
    page.goto(f"{person.START}/interest")
    yield "helper sender"
    for sender in ("neither", "person", "guardian"):
        page.goto(f"{person.START}/sender")
        page.locator(f"input[value={sender}]").check()
        page.get_by_role("button", name="Continue").click()
        yield f"helper {sender}"
    page.goto(f"{person.START}/screener/cauda_equina_signs")
    page.locator("input[value=none]").uncheck()
    person.answer(page, ("bladder",))
    yield "helper urgent"


def recruiters(page: Page, service: Service) -> Iterator[str]:
    """Walk as a recruiter who has a referral."""
    page.goto("/recruiter/login")
    yield "recruiter sign-in"
    page.locator("#email").fill("nobody@example.org")
    page.locator("#password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    yield "recruiter sign-in refused"
    person.sign_in(page, service.address)
    yield "recruiter list"
    page.get_by_role("link", name=NAME).first.click()
    yield "recruiter referral"


def everything(page: Page, service: Service, *, to_the_end: bool = False) -> Iterator[str]:
    """Walk all of it."""
    yield from participants(page, to_the_end=to_the_end)
    page.context.clear_cookies()
    yield from in_danger(page)
    page.context.clear_cookies()
    yield from helpers(page)
    yield from recruiters(page, service)
