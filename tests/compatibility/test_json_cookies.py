"""Visitors who are on their way when the code changes: cookies of compressed JSON are read, and written anew packed."""

from __future__ import annotations

import json
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.catalog.assessment.answer_codec import Packing
from prescreen.catalog.assessment.json_answers import unpack_json
from prescreen.eligibility.assessment.answer_encoding import from_row
from prescreen.eligibility.assessment.answers import Answer
from prescreen.web.interview import answer_cookie
from prescreen.web.sealed_cookies import unseal, unsealed
from tests.eligibility.samples import bank, boolean, choice, choices, dated, number
from tests.web.visitor import Visitor

MADE = json.loads((Path(__file__).parent / "json_cookies.json").read_text())
DATED = bank(
    dated("day"),
    dated("month", months=True),
    number("n"),
    choices("s", "a", "b", "c", exclusive="none"),
    choice("c", "x", "y"),
    boolean("b"),
)


def answers_of(rows: dict[str, list[str]]) -> list[tuple[str, Answer]]:
    return [(name, Answer(from_row(kind, text), date.fromisoformat(on))) for name, (kind, text, on) in rows.items()]


def reading(app: Flask, cookie: str) -> Any:
    return app.test_request_context("/back-pain", headers={"Cookie": f"prescreen-back-pain={cookie}"})


@pytest.mark.parametrize("name", MADE["cookies"])
def test_a_cookie_of_json_holds_the_same_visit(app: Flask, name: str):
    made = MADE["cookies"][name]
    with reading(app, made["cookie"]):
        visit = answer_cookie.read_visit("back-pain")

    assert list(visit.answers.given.items()) == answers_of(made["answers"])
    marks = ("emergency", "for_another", "sender", "counted", "source")
    assert {one: getattr(visit, one) for one in marks} == {one: made[one] for one in marks}
    assert list(visit.flags) == made["flags"]
    # What they note of the next page is passed over.
    assert visit.progress is None


@pytest.mark.parametrize("name", MADE["cookies"])
def test_what_is_written_anew_is_packed_and_the_same_visit(app: Flask, name: str):
    made = MADE["cookies"][name]["cookie"]
    with reading(app, made):
        visit, response = answer_cookie.read_visit("back-pain"), app.response_class()
        answer_cookie.write_visit(response, "back-pain", visit)
    written = response.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    with reading(app, written):
        assert answer_cookie.read_visit("back-pain") == visit
        assert unseal(written, "visit back-pain")[:1] != b"x" == unseal(made, "visit back-pain")[:1]

    assert len(written) < len(made)


def test_the_next_answer_rewrites_a_cookie_of_json(visitor: Visitor):
    made = MADE["cookies"]["every kind of answer, over midnight"]["cookie"]
    visitor.client.set_cookie("prescreen-back-pain", made, path="/back-pain")

    visitor.answers({"age": "45"})

    assert len(visitor.cookie()) < len(made)
    assert visitor.page("/screener/review").text.count("9 weeks") == 1
    assert "45 years" in visitor.page("/screener/review").text


def test_another_sealed_cookie_of_json_is_read(app: Flask):
    made = MADE["sealed"]
    with app.test_request_context("/back-pain"):
        found = unsealed(made["text"], made["purpose"])

    assert {name: found[name] for name in made["data"]} == made["data"]


def test_dates_of_json_are_read():
    data = json.loads(zlib.decompress(bytes.fromhex(MADE["dated"]["content"])))

    assert list(unpack_json(Packing(DATED), data["a"]).given.items()) == answers_of(MADE["dated"]["answers"])
