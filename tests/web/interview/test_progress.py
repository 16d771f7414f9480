"""Where an interview stands is noted with each answer: pages made from the note are those made from the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from random import Random

import pytest
import time_machine
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.matching.planner import Planner, Standing
from prescreen.web.interview import answer_cookie
from prescreen.web.interview.answer_cookie import Reached
from prescreen.web.interview.progress import Progress, read_noted
from tests.web.markup import Element, read
from tests.web.result_cards import everywhere
from tests.web.visitor import DO_NOT_KNOW, NOON, RATHER_NOT_SAY, SETTLED, SLUG, Visitor, where
from tests.web.visits import visit_of, with_visit

POTENTIALLY_ELIGIBLE, UNDETERMINED = Determination.POTENTIALLY_ELIGIBLE, Determination.UNDETERMINED
NOTED = Progress("stamp", 740_000, "age", 2, 14, 7, 3, (0, 2), flags_settled=True)


def replied(page: str, chance: Random) -> dict[str, str | list[str]]:
    """Return an answer to the question of a page: one that can be chosen, else that it is not known."""
    fields = [one for one in read(page).all("input") if one.attributes.get("name") in ("answer", "declined")]
    ticks = [one for one in fields if one.attributes.get("type") in ("radio", "checkbox")]
    one = chance.choice(ticks)
    return {one["name"]: one["value"]}


@pytest.mark.parametrize("seed", range(3))
def test_a_page_made_from_the_note_is_the_one_made_from_the_answers(app: Flask, visitor: Visitor, seed: int):
    chance, path, asked = Random(f"progress {seed}"), f"/{SLUG}/screener/diagnosed", list[str]()  # noqa: S311
    while len(asked) < 14 and not path.endswith(("review", "urgent")):
        asked.append(path)
        path = where(visitor.client.post(path, data=replied(visitor.client.get(path).text, chance)))
        if path.endswith("/wishes"):
            path = where(visitor.post("/wishes", {"skip": "yes"}))
        visit = visit_of(visitor, app)
        plain = with_visit(app, replace(visit, progress=None))

        assert visit.emergency or visit.progress
        for page in (*asked[-2:], path, f"{asked[0]}?from=review", f"/{SLUG}/screener/review", f"/{SLUG}/screener/age"):
            noted, worked_out = visitor.client.get(page), plain.client.get(page)
            assert (noted.status_code, noted.location, noted.text) == (
                worked_out.status_code, worked_out.location, worked_out.text,
            )  # fmt: skip
    assert len(asked) > 1


def said_of(page: Element) -> list[str]:
    """Return what a page says of the interview, beside its comb."""
    return [one.text for one in page.one("div", class_="row apart sm").all("span") if "aria-hidden" not in one]


def test_a_page_says_of_the_interview_what_the_plan_says(app: Flask, visitor: Visitor, shipped_criteria: LiveCatalog):
    visitor.answers({**SETTLED, "age": "44"})
    catalog, visit = shipped_criteria.current(NOON.date()), visit_of(visitor, app)
    assert visit.progress is not None
    planned = catalog.planner(SLUG).at(Facts(catalog.bank, visit.answers, date.fromordinal(visit.progress.day)))
    asked = [name for name in (*SETTLED, "age", visit.progress.waiting, "scan", "circumstances") if name]
    settled = {name: planned.deciding(name) for name in asked}
    may = planned.count(POTENTIALLY_ELIGIBLE) + planned.count(UNDETERMINED)
    many = f"{may} of {len(catalog.trials_for(SLUG))} trials may still fit."
    left = f"About {planned.pages_left.about} pages left."

    pages = {name: visitor.page(f"/screener/{name}") for name in asked}
    alone = {name for name, page in pages.items() if not page.all("input", name="asked")}

    assert sum(settled[name] > 1 for name in alone) >= 1
    assert 0 < len(alone) < len(pages)
    assert visit.progress.waiting == planned.next_question
    for name, page in pages.items():
        can_settle = f"Your answer here can settle {settled[name]} trials."
        assert said_of(page) == [many, left]
        assert (can_settle in page.one("main").one("aside").text) == (name in alone and settled[name] > 1)
        assert [len(page.one("div", class_="row apart sm").all("i", **kind)) for kind in ({}, {"class_": "n"})] == [
            len(catalog.trials_for(SLUG)),
            len(catalog.trials_for(SLUG)) - may,
        ]


@pytest.mark.parametrize("more", [{}, {"age": "44"}, {"age": "17"}, {"age": "44", "pain_site": "neither"}])
def test_a_page_counts_the_trials_that_the_results_list(visitor: Visitor, more: dict[str, str]):
    visitor.has_answered(SETTLED | more)
    listed = everywhere(visitor)
    fits, unsure, total = len(listed["May fit"]), len(listed["Not clear yet"]), sum(map(len, listed.values()))

    assert said_of(visitor.page("/screener/circumstances"))[0] == f"{fits + unsure} of {total} trials may still fit."


def test_with_the_note_no_page_that_waits_and_no_question_alone_plans_the_interview(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    visitor.has_answered({})
    for name, answer in SETTLED.items():
        visitor.answer(name, answer)
    led_to = where(visitor.answer("circumstances", "none"))

    def planned(planner: Planner, *_: object) -> Standing:
        raise AssertionError(planner)

    monkeypatch.setattr(Planner, "at", planned)
    changes = [f"/{SLUG}/screener/{name}?from=review" for name in SETTLED]
    pages = [f"/{SLUG}/screener/circumstances", *changes, led_to, f"/{SLUG}/screener/review"]
    assert [visitor.client.get(page).status_code for page in pages] == [HTTPStatus.OK] * 8
    with pytest.raises(AssertionError):
        visitor.answer("age", "44")


def test_the_start_that_is_kept_is_no_ones(app: Flask):
    pages = ["/screener/diagnosed", "/screener/age", "/trials/NCT03386149", ""]
    before = [Visitor(app.test_client()).get(page).text for page in pages]
    app.extensions.pop("prescreen.starts")
    helper = Visitor(app.test_client())
    helper.post("/answering-for", {"who": "another"})
    theirs = [helper.get(page).text for page in pages]

    assert [Visitor(app.test_client()).get(page).text for page in pages] == before
    assert [one != other for one, other in zip(theirs, before, strict=True)] == [True] * 4
    assert "Not them" not in "".join(before)


def test_a_note_of_another_day_or_of_another_catalog_holds_no_longer():
    day = date.fromordinal(740_000)

    assert NOTED.holds("stamp", day)
    assert not NOTED.holds("another", day)
    assert not NOTED.holds("stamp", day + timedelta(days=1))


def test_a_note_that_no_longer_holds_is_not_shown(app: Flask, visitor: Visitor):
    visitor.answers(SETTLED)
    visit = visit_of(visitor, app)
    assert visit.progress is not None
    wrong = with_visit(app, replace(visit, progress=replace(visit.progress, stamp="another", left=9)))
    believed = with_visit(app, replace(visit, progress=replace(visit.progress, left=9)))

    page = "/screener/age"
    assert "About 9 pages left" in believed.page(page).text
    assert wrong.get(page).text == visitor.get(page).text


def test_past_midnight_the_page_is_worked_out_for_the_new_day(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        clock.move_to(NOON.replace(hour=23, minute=30))
        led_to = [where(visitor.answer(name, answer)) for name, answer in SETTLED.items()][-1]
        clock.shift(timedelta(hours=1))

        assert visitor.client.get(led_to).status_code == HTTPStatus.OK


@pytest.mark.parametrize("noted", [NOTED, replace(NOTED, waiting=None, raised=(), flags_settled=False)])
def test_what_was_noted_is_read_again(noted: Progress):
    assert read_noted(noted.noted()) == noted


@pytest.mark.parametrize(
    "other", [None, [], {}, "note", NOTED.noted()[:-1], [*NOTED.noted(), 1], ["stamp", 7, "age", False, "", 1, 2, 3]]
)
def test_anything_else_is_no_note(other: object):
    assert read_noted(other) is None


def test_a_cookie_that_notes_the_next_page_as_earlier_ones_did_is_read(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    visitor.answers({"diagnosed": "yes"})
    visit = visit_of(visitor, app)
    note = ["stamp", 740_000, "taken_medication", False, "diagnosed", 23, 23, 9, 0, [], False]
    monkeypatch.setattr(answer_cookie, "_marks", lambda _: {"n": note, "c": 1})
    earlier = visit_of(with_visit(app, visit), app)

    assert earlier == replace(visit, counted=True, reached=Reached.NOT_COUNTED, progress=None, fewest=None)


def test_declining_notes_as_much_as_answering(app: Flask, visitor: Visitor):
    visitor.answers({"diagnosed": DO_NOT_KNOW, "taken_medication": RATHER_NOT_SAY})
    progress = visit_of(visitor, app).progress

    assert progress is not None
    assert progress.waiting == "cauda_equina_signs"


def test_an_emergency_notes_nothing(app: Flask, visitor: Visitor):
    visitor.answers({"diagnosed": "yes", "cauda_equina_signs": ["saddle_numbness"]})

    assert visit_of(visitor, app).progress is None
