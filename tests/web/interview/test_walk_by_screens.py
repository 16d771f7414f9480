"""Whole interviews by the pages, each form filled in as it stands: they ask what a walk of the plan asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from flask import Flask

from benchmarks.interview.walks import screens_of_walk
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.questions import Question, plain
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.units import factor
from prescreen.web.base.request_context import today
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.workflow.demo.synthetic_answers import value_drawn
from tests.web.markup import Element, read
from tests.web.visitor import NOON, SLUG, Visitor, way_back, where
from tests.web.visitor import SETTLED as VISITED

BEGIN = "/screener/diagnosed"
"""The page of the first question; beside the article the question stands alone."""
SETTLED = {"cauda_equina_signs": frozenset({"none"}), "warning_signs": frozenset({"none"})}


def person(catalog: Catalog, seed: int, on: date) -> dict[str, Answer]:
    """Draw a person without warning signs, as common as the bank says."""
    chance = Random(f"screens {seed}")  # noqa: S311
    drawn = {one.id: in_offered_unit(one, value_drawn(one, chance, on)) for one in catalog.bank if not one.computed}
    return {name: Answer(SETTLED.get(name, value), on) for name, value in drawn.items()}


def in_offered_unit(question: Question, value: Value | Declined) -> Value | Declined:
    """Return a number as a whole one in the first unit that the page offers; any other value as it is."""
    if not question.units or not isinstance(value, Fraction):
        return value
    return int(value / unit_of(question)) * unit_of(question)


def unit_of(question: Question) -> Fraction:
    return factor(question.units[0], question.unit or "")


def sent(question: Question, answer: Answer, names: set[str]) -> dict[str, list[str]]:
    """Return what a browser sends of a question's field; `names` are those of the field, without the prefix."""
    match answer.value:
        case Declined() as declined:
            return {"declined" if "declined" in names else "answer": [f"?{declined.value}"]}
        case bool() as value:
            return {"answer": ["yes" if value else "no"]}
        case str() as value:
            return {"answer": [value]}
        case Fraction() as value:
            unit = question.units[:1]
            return {
                "answer": [plain(value / unit_of(question) if unit else value)],
                **({"unit": list(unit)} if unit else {}),
            }
        case frozenset() as ticked:
            return {"answer": sorted(ticked)}
        case PartialDate(first):
            return {f"answer-{part}": [str(getattr(first, part))] for part in ("day", "month", "year")}
    raise AssertionError(answer)


def form_of(page: Element) -> Element:
    return next(one for one in page.all("form") if "/screener/" in one["action"])


def asked_on(page: Element) -> list[str]:
    """Return the questions of a page."""
    form = form_of(page)
    return [one["value"] for one in form.all("input", name="asked")] or [question_of(form)]


def question_of(form: Element) -> str:
    """Return the question at whose address a page lies."""
    return form["action"].partition("?")[0].rsplit("/", 1)[-1]


def filled_in(page: Element, catalog: Catalog, said: dict[str, Answer]) -> tuple[str, dict[str, list[str]]]:
    """Fill in the form of a page as far as it applies: where it is sent, and what is sent."""
    form, asked = form_of(page), asked_on(page)
    own = question_of(form)
    data = defaultdict(list, {"asked": asked} if len(asked) > 1 else {})
    facts = Facts(catalog.bank, Answers(said), next(iter(said.values())).on)
    for name in asked:
        if facts.applies(name).value != "true":
            continue
        prefix = "" if name == own else f"q-{name}-"
        fields = form.all("input") + form.all("select")
        names = {one["name"].removeprefix(prefix) for one in fields if one["name"].startswith(prefix)}
        data |= {f"{prefix}{field}": value for field, value in sent(catalog.bank[name], said[name], names).items()}
    return form["action"], data


def walk(visitor: Visitor, catalog: Catalog, said: dict[str, Answer], start: str = BEGIN) -> Iterator[Element]:
    """Yield each page of the visitor's interview, from a page on, before it is filled in and sent."""
    page = read(visitor.client.get(f"/{SLUG}{start}", follow_redirects=True).text)
    while True:
        yield page
        action, data = filled_in(page, catalog, said)
        led_to = where(visitor.client.post(action, data=data))
        if led_to.endswith("/wishes"):
            led_to = where(visitor.post("/wishes", {"skip": "yes"}))
        if "/screener/" not in led_to or led_to.endswith("/review"):
            return
        page = read(visitor.client.get(led_to).text)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_ask_what_a_walk_by_screens_asks(app: Flask, shipped_criteria: LiveCatalog, seed: int, language: str):
    catalog, on = shipped_criteria.current(NOON.date()), today_of(app)
    said, visitor = person(catalog, seed, on), Visitor(app.test_client())
    asked = [asked_on(page) for page in walk(visitor, catalog, said, f"{BEGIN}?lang={language}")]

    planner = catalog.planner(SLUG)
    planned = screens_of_walk(planner.at, catalog.bank, said, on, planner.interview.opening_questions)
    assert asked == [list(one.shown) for one in planned]
    assert answered(app, visitor) == {name: said[name] for one in planned for name in one.answered}


@pytest.mark.parametrize("seed", [3, 7, 10])
def test_back_leads_through_all_pages_as_they_were(app: Flask, shipped_criteria: LiveCatalog, seed: int):
    catalog, on = shipped_criteria.current(NOON.date()), today_of(app)
    said, visitor = person(catalog, seed, on), Visitor(app.test_client())
    *before, last = walk(visitor, catalog, said)

    again = [asked_on(page) for page in pages_back(visitor, last)]

    assert again == [asked_on(page) for page in reversed(before)]
    groups = Counter(catalog.bank.together_with(asked[0]) for asked in again)
    assert max(groups.values()) > 1, "no group was asked on two pages"


@pytest.mark.parametrize(("trial", "seed"), [("NCT03386149", 5), ("NCT03607838", 11), ("NCT05233254", 2)])
def test_back_leads_through_the_pages_for_one_trial_as_they_were(
    app: Flask, shipped_criteria: LiveCatalog, trial: str, seed: int
):
    catalog, on = shipped_criteria.current(NOON.date()), today_of(app)
    said, visitor = person(catalog, seed, on), Visitor(app.test_client())
    visitor.answers(VISITED)
    *before, last = walk(visitor, catalog, said, f"/trials/{trial}/questions")

    again = [asked_on(page) for page in pages_back(visitor, last)]

    assert len(before) > 1
    assert again[: len(before)] == [asked_on(page) for page in reversed(before)]
    assert again[len(before) :] == [["cauda_equina_signs", "warning_signs", "cancer_history"], list(VISITED)[:2]]


def pages_back(visitor: Visitor, page: Element) -> Iterator[Element]:
    """Yield the pages to which Back leads from a page on."""
    while "/screener/" in (back := way_back(page)):
        page = read(visitor.client.get(back).text)
        yield page


def answered(app: Flask, visitor: Visitor) -> dict[str, Answer]:
    """Return the answers in the visitor's cookie."""
    with app.test_request_context(headers={"Cookie": f"prescreen-{SLUG}={visitor.cookie()}"}):
        return dict(read_visit(SLUG).answers.given)


def today_of(app: Flask) -> date:
    """Return the day on which the service takes these answers."""
    with app.test_request_context():
        return today()
