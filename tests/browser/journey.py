"""A walk through every page and state that people see; the caller inspects each."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser import person
from tests.browser.service import Service

NAME = "Wilhelmina Quackenbush"
LANGUAGES = ("en", "es")
# A sample sends nothing and shows no form; one opened elsewhere before can still be sent.
ASK_AGAIN = """() => {
  const form = Object.assign(document.createElement('form'), {method: 'post', action: '/my/again'});
  form.append(Object.assign(document.createElement('input'), {name: 'email', value: 'nobody@example.org'}));
  document.body.append(form);
  form.submit();
}"""


def participants(page: Page, *, to_the_end: bool, language: str = "en") -> Iterator[str]:
    """Walk as a visitor; yield the name of each state while the page shows it.

    `to_the_end`: answer every question, not only those that are seen and those that one trial needs. Elements are found
    by what they are, not by their text, so that the walk is the same in every language.
    """
    page.goto(f"{person.START}?lang={language}")
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
    page.locator(f"[id='{person.prefix_on(page, question_id)}answer']").fill("a while")
    page.locator("form[action*='/screener/'] button.go").click()
    yield "question refused"


def _answer_for_one_trial(page: Page) -> None:
    for question_id in person.NEEDED:
        page.goto(f"{person.START}/screener/{question_id}?from=review")
        person.answer(page)


def _results(page: Page) -> Iterator[str]:
    page.locator("main a[href$='/results']").click()
    yield "results"
    results = page.url
    yield from _distances(page)
    page.goto(f"{results}?not=1")
    yield "results, what does not fit"
    page.goto(f"{results}?treatment=exercise&placebo=none&remote=yes")
    yield "results, filtered"
    page.goto(f"{person.START}/sheet?trial={person.TRIAL}")
    yield "sheet, ticked"
    page.goto(f"{person.START}/sheet")
    yield "sheet"
    page.goto(results)
    person.card_of(page, person.TRIAL).get_by_role("link").first.click()
    yield "trial"
    yield from _note(page)


def _distances(page: Page) -> Iterator[str]:
    page.locator("#filters summary").click()
    page.locator("#near").fill("946")
    page.locator("#filters button").first.click()
    yield "results, ZIP refused"
    page.locator("#near").fill("94612")
    page.locator("#within").select_option("50")
    page.locator("#filters button").first.click()
    yield "results with distances"


def _note(page: Page) -> Iterator[str]:
    trial = page.url
    page.locator("main a[href$='/notes']").click()
    yield "note, which line"
    page.locator("main a[href*='/notes/']").first.click()
    yield "note"
    page.locator("main form[action*='/notes/'] button").click()
    yield "note refused"
    page.locator("input[value=unclear]").check()
    page.locator("main form[action*='/notes/'] button").click()
    yield "note thanks"
    page.goto(trial)


def _details(page: Page) -> Iterator[str]:
    page.locator("a.go[href*='/interest']:visible").first.click()
    yield "interest"
    for box in ("adult", "share", "name", "email"):
        page.locator(f"#{box}").evaluate("field => field.required = false")
    page.locator("form[action*='/interest'] button.go:not([name])").click()
    yield "interest refused"
    person.fill_interest_form(page, NAME)
    page.locator("form[action*='/interest'] button.go:not([name])").click()
    yield "thanks"


def _my_data(page: Page) -> Iterator[str]:
    page.locator("a.go[href^='/my/']").click()
    yield "my data"
    page.locator("a[href$='/my/contact']").click()
    yield "my contact"
    page.locator("#phone").fill("12")
    page.locator("form[action$='/my/contact'] button.go").click()
    yield "my contact refused"
    page.goto("/my/forged")
    yield "link ended"
    page.locator("main a[href$='/my/again']").click()
    yield "again"
    with page.expect_navigation():
        page.evaluate(ASK_AGAIN)
    yield "again sent"


def in_danger(page: Page, language: str = "en") -> Iterator[str]:
    """Walk as a visitor who needs help at once, or soon."""
    page.goto(f"{person.START}/urgent?lang={language}")
    yield "signs to know"
    page.goto(f"{person.START}/screener/cauda_equina_signs")
    person.answer(page, answers={**person.ANSWERS, "cauda_equina_signs": ("bladder", "bowel")})
    yield "urgent"
    page.locator("main a[href*='/screener/']").click()
    person.answer(page, ("none",))
    person.answer_until(page, "warning_signs")
    person.answer(page, answers={**person.ANSWERS, "warning_signs": ("fever",)})
    yield "see a doctor"
    page.goto("/nowhere/at/all")
    yield "not found"


def helpers(page: Page, language: str = "en") -> Iterator[str]:
    """Walk as a visitor who answers for another person."""
    page.goto(f"{person.START}?lang={language}")
    page.locator("form[action$='/answering-for'] button").first.click()
    yield "helper article"
    person.come_to_the_wishes(page)
    page.goto(f"{person.START}/screener/warning_signs")
    person.answer(page, answers={**person.ANSWERS, "warning_signs": ("fever",)})
    yield "helper question"
    page.goto(f"{person.START}/results")
    yield "helper results"
    page.goto(f"{person.START}/interest")
    yield "helper sender"
    for sender in ("neither", "person", "guardian"):
        page.goto(f"{person.START}/sender")
        page.locator(f"input[value={sender}]").check()
        page.locator("form[action$='/sender'] button.go").click()
        yield f"helper {sender}"
    page.goto(f"{person.START}/screener/cauda_equina_signs")
    person.answer(page, answers={**person.ANSWERS, "cauda_equina_signs": ("bladder",)})
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
    page.locator("#script details").evaluate_all("all => all.forEach(one => (one.open = true))")
    page.locator("input[name=tick]").first.check()
    page.get_by_role("button", name="Save the script").click()
    page.locator("input[value=reached]").check()
    page.locator("#note").fill("Ask for her after six.")
    page.locator("#came").get_by_role("button", name="Save").click()
    yield "recruiter referral after a call"
    page.goto("/recruiter/exports")
    yield "recruiter exports"


def everything(page: Page, service: Service, *, to_the_end: bool = False) -> Iterator[str]:
    """Walk all of it, the visitors' part in every language."""
    for language in LANGUAGES:
        visitor = participants(page, to_the_end=to_the_end, language=language)
        for walk in (visitor, in_danger(page, language), helpers(page, language)):
            yield from (state if language == "en" else f"{state} ({language})" for state in walk)
            page.context.clear_cookies()
    yield from recruiters(page, service)
