"""“This seems wrong”: an anonymous note for a trial's authors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import RateLimit
from prescreen.database import Database
from prescreen.storage.tables import AuditEvent, CriterionNote
from tests.web.kept import count, rows
from tests.web.markup import Element, read
from tests.web.untold_criteria import Open, opened
from tests.web.visitor import SETTLED, Visitor, where

__all__ = ["opened"]

TRIAL = "/trials/NCT03386149"
NOTE = f"{TRIAL}/notes/2"


def form(visitor: Visitor, path: str = NOTE) -> Element:
    return next(one for one in visitor.page(path).all("form") if one["action"].endswith(path))


def send(visitor: Visitor, **changes: Any) -> TestResponse:
    shown = form(visitor).one("input", name="shown")["value"]
    return visitor.post(NOTE, {"shown": shown, "reason": "unclear", "text": "What is a disc?", **changes})


def test_every_point_of_a_trial_has_the_way_to_it(visitor: Visitor, shipped_criteria: LiveCatalog):
    trial = shipped_criteria.current(None).trials["NCT03386149"]  # type: ignore[arg-type]

    [way] = {one["href"] for one in visitor.page(TRIAL).all("a") if "/notes" in one["href"]}
    links = visitor.page(way.removeprefix("/low-back-pain")).one("ul", class_="plain stack").all("a")

    expected = {f"/low-back-pain{TRIAL}/notes/{place}" for place in range(len(trial.criteria))}
    assert {one["href"] for one in links} == expected
    for one in links:
        assert visitor.page(one["href"].removeprefix("/low-back-pain")).one("b", id="shown").text == one.text


def test_a_page_has_at_most_one_way_to_it(visitor: Visitor):
    visitor.has_answered(SETTLED)

    ways = {
        path: [one for one in visitor.page(path).all("a") if "/notes" in one["href"]] for path in ("/results", TRIAL)
    }
    assert {path: len(found) for path, found in ways.items()} == {"/results": 0, TRIAL: 1}


def test_a_note_is_kept_with_trial_criterion_version_and_day_alone(
    visitor: Visitor, database: Database, shipped_criteria: LiveCatalog
):
    visitor.has_answered(SETTLED)

    assert where(send(visitor)) == f"/low-back-pain{TRIAL}/notes/thanks"

    [(trial, criterion, reason, text)] = rows(
        database, CriterionNote.trial_id, CriterionNote.criterion_id, CriterionNote.reason, CriterionNote.text
    )
    expected = shipped_criteria.current(None).trials["NCT03386149"].criteria[2].id  # type: ignore[arg-type]
    assert (trial, criterion, reason, text) == ("NCT03386149", expected, "unclear", "What is a disc?")
    assert count(database, AuditEvent) == 0


def test_a_note_needs_no_answers_and_sets_no_cookie(visitor: Visitor, database: Database):
    response = send(visitor)

    assert response.headers.getlist("Set-Cookie") == []
    assert "can read it now" in visitor.page(f"{TRIAL}/notes/thanks").text
    assert count(database, CriterionNote) == 1


def test_nothing_of_a_note_is_logged(visitor: Visitor, capsys: pytest.CaptureFixture[str]):
    send(visitor, text="a rare Quackenbush")

    out, err = capsys.readouterr()
    assert "noting.leave" in out
    assert "Quackenbush" not in out + err


def test_the_page_warns_against_writing_who_one_is(visitor: Visitor):
    field = form(visitor).one("textarea")

    hint = visitor.page(NOTE).one("p", id=field["aria-describedby"].split()[0])
    assert "Do not write who you are" in hint.text


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"reason": ""}, 422, "Choose what seems wrong"),
        ({"reason": "hate"}, 422, "Choose what seems wrong"),
        ({"text": "x" * 501}, 422, "longer than 500 characters"),
        ({"shown": ""}, 409, "has changed since you opened this page"),
        ({"shown": "f" * 64}, 409, "has changed since you opened this page"),
    ],
)
def test_a_note_that_cannot_be_kept_comes_back_as_typed(
    visitor: Visitor, database: Database, changes: dict[str, str], status: int, message: str
):
    response = send(visitor, **changes)
    page = read(response.text)

    assert response.status_code == status
    assert message in page.one("div", role="alert").text
    assert page.one("textarea").text == changes.get("text", "What is a disc?")
    chosen = [one["value"] for one in page.all("input", name="reason") if "checked" in one]
    assert chosen == ([] if "reason" in changes else ["unclear"])
    assert count(database, CriterionNote) == 0


def test_signs_that_nobody_can_see_are_left_out(visitor: Visitor, database: Database):
    send(visitor, text="  one\r\ntwo\x00\u202e\x1b ")

    assert rows(database, CriterionNote.text) == [("one\ntwo",)]


def test_a_line_end_counts_once(visitor: Visitor, database: Database):
    assert send(visitor, text="\r\n".join(["x"] * 250)).status_code == 303
    assert count(database, CriterionNote) == 1


@pytest.mark.parametrize("path", [f"{TRIAL}/notes/999", f"{TRIAL}/notes/-1", f"{TRIAL}/notes/x", "/trials/T9/notes/0"])
def test_there_is_no_note_about_what_is_not_there(visitor: Visitor, path: str):
    assert visitor.get(path).status_code == 404
    assert visitor.post(path, {"reason": "unclear"}).status_code in (404, 405)


def test_what_is_kept_back_until_the_end_cannot_be_noted_before(opened: Open):
    visitor = Visitor(opened(pain="end").test_client(), "back-pain")
    visitor.answers({"leg_pain": "yes", "numb": "no"})

    assert visitor.get("/trials/T1/notes/0").status_code == 200
    assert visitor.get("/trials/T1/notes/1").status_code == 404
    offered = [one["href"] for one in visitor.page("/trials/T1/notes").one("ul", class_="plain stack").all("a")]
    assert "/back-pain/trials/T1/notes/0" in offered
    assert "/back-pain/trials/T1/notes/1" not in offered


def test_notes_are_limited_like_every_post(serve: Callable[..., Flask]):
    visitor = Visitor(serve(visitor_rate_limit=RateLimit(2, 60)).test_client())

    assert [send(visitor).status_code for _ in range(3)] == [303, 303, 429]
