"""Before consent, answers are in one encrypted cookie in the visitor's browser and nowhere else."""

import base64
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from prescreen.catalog.assessment.answer_codec import LONGEST_SOURCE, Packing, most_cookie_bytes
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.geography import Point
from prescreen.eligibility.wishes.wishes import COUNTRY, NO_WISHES, Place, Wishes
from prescreen.web.base.request_context import catalog
from prescreen.web.interview import answer_cookie
from prescreen.web.interview.answer_cookie import Reached, Visit, read_visit, write_visit
from prescreen.web.interview.progress import Progress
from prescreen.web.sealed_cookies import compressed, seal
from tests.catalog.assessment.full_banks import fullest as fullest_answers
from tests.eligibility.samples import answers
from tests.web.visitor import DO_NOT_KNOW, NOON, SETTLED, Visitor, is_gone, where

SEOUL = Place("Seoul", "KR", Point(37.57, 126.98))
FULLEST_WISHES = Wishes(Place("a" * 200, "US", Point(-90, -180)), None, frozenset(Treatment), without_placebo=True)


def contents(folder: Path) -> dict[str, list[str] | bytes]:
    """Return all that is kept in a folder: a database as SQL, other files as bytes."""
    kept = [
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".sqlite3-wal", ".sqlite3-shm")
    ]
    return {path.name: dump(path) if path.suffix == ".sqlite3" else path.read_bytes() for path in kept}


def dump(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return list(connection.iterdump())


def play_to_the_end(visitor: Visitor) -> None:
    """Read, err, answer everything, look at the results and the form."""
    visitor.get()
    led_to = where(visitor.answer("diagnosed", "yes"))
    while "/screener/" in led_to and "/review" not in led_to:
        visitor.client.post(led_to, data={"answer": "nonsense"})
        name = "declined" if 'name="declined"' in visitor.client.get(led_to).text else "answer"
        led_to = where(visitor.client.post(led_to, data={name: DO_NOT_KNOW}))
        if led_to.endswith("/wishes"):
            led_to = where(visitor.post("/wishes", {"near": "Seoul", "within": "50", "refused": "medicine"}))
    for path in ("/screener/review", "/results", "/trials/NCT03386149", "/interest"):
        assert visitor.get(path).status_code == 200


def fullest(question: Question) -> str | list[str]:
    """Return an answer that takes as much space as any."""
    match question.type:
        case QuestionType.BOOLEAN:
            return "yes"
        case QuestionType.NUMBER:
            return str(min(question.range.max or 9, 7)) + ".123457"
        case QuestionType.CHOICE:
            return question.option_ids[-1]
        case QuestionType.CHOICES:
            return [option.id for option in question.options if not option.exclusive]


def test_a_whole_interview_stores_nothing_on_the_server_and_never_asks_the_database(
    visitor: Visitor, database: Database, tmp_path: Path
):
    begun: list[object] = []
    before = contents(tmp_path)
    event.listen(database.engine, "begin", begun.append)

    play_to_the_end(visitor)

    assert begun == []
    assert contents(tmp_path) == before


def test_the_visit_is_one_cookie_of_its_condition_that_scripts_and_other_sites_cannot_use(client: FlaskClient):
    response = client.post("/low-back-pain/screener/diagnosed", data={"answer": "yes"})

    [cookie] = response.headers.getlist("Set-Cookie")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/low-back-pain", "Max-Age=7200"} <= attributes
    assert "Secure" not in attributes


def test_over_https_the_cookie_travels_over_https_only(serve: Callable[..., Flask]):
    client = serve(https=True).test_client()

    response = client.post("/low-back-pain/screener/diagnosed", data={"answer": "yes"})

    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_reading_alone_sets_no_cookie(visitor: Visitor):
    pages = [visitor.get(path) for path in ("", "/screener/age", "/urgent", "/trials/NCT03386149", "/results")]

    assert [page.headers.getlist("Set-Cookie") for page in pages] == [[]] * 5


def test_the_cookie_does_not_tell_the_answers(visitor: Visitor):
    visitor.answers(SETTLED)

    raw = base64.urlsafe_b64decode(visitor.cookie() + "==")

    assert not any(word.encode() in raw for word in ("diagnosed", "cancer", "never", "yes", '{"a"'))


def test_the_same_answers_never_give_the_same_cookie_twice(visitor: Visitor):
    visitor.answer("diagnosed", "yes")
    first = visitor.cookie()

    visitor.answer("diagnosed", "yes")

    assert visitor.cookie() != first


def test_every_question_answered_at_length_still_fits_into_the_cookie(visitor: Visitor, shipped_criteria: LiveCatalog):
    bank = shipped_criteria.current(NOON.date()).bank

    for question in bank:
        if not question.computed and question.id != "cauda_equina_signs":
            visitor.answer(question.id, fullest(question))

    assert len(visitor.cookie()) < most_cookie_bytes(bank) < 900


@pytest.mark.parametrize(
    "visit",
    [
        Visit(),
        Visit(source="a" * LONGEST_SOURCE),
        Visit(for_another=True),
        Visit(for_another=True, sender="guardian", counted=True, source="é"),
        Visit(answers(age=44, cancer_history="never"), counted=True),
        Visit(answers(age=44), reached=Reached.BEGUN),
        Visit(emergency="cauda_equina_signs", flags=(0,), reached=Reached.FINISHED),
        Visit(answers(age=44), progress=Progress("stamp", 740_000, "habits", 2, 14, 7, 3, (0, 2), flags_settled=True)),
        Visit(emergency="cauda_equina_signs", flags=(0, 300), source="google", for_another=True, sender="neither"),
        Visit(answers(age=44), fewest=0),
        Visit(answers(age=44), fewest=17, counted=True),
        Visit(answers(age=44), fewest_alone=("NCT03386149", 4)),
        Visit(answers(age=44), wishes=NO_WISHES),
        Visit(answers(age=44), wishes=Wishes(SEOUL, 50, frozenset({Treatment.SURGERY}), without_placebo=True)),
        Visit(answers(age=44), wishes=Wishes(SEOUL, COUNTRY)),
        Visit(answers(age=44), wishes=Wishes(None, None, frozenset(Treatment))),
    ],
)
def test_a_visit_comes_back_as_it_was_written(app: Flask, visit: Visit):
    written = cookie_of(app, visit)

    with app.test_request_context("/low-back-pain", headers={"Cookie": f"prescreen-low-back-pain={written}"}):
        assert read_visit("low-back-pain") == visit


def test_the_fullest_visit_stays_within_the_bound_of_its_cookie(app: Flask, shipped_criteria: LiveCatalog):
    bank = shipped_criteria.current(NOON.date()).bank
    asked = QuestionBank({one.id: one for one in bank if not one.computed})
    fullest = Visit(
        fullest_answers(asked),
        for_another=True,
        sender="guardian",
        counted=True,
        reached=Reached.FINISHED,
        source="a" * LONGEST_SOURCE,
        wishes=FULLEST_WISHES,
        fewest=999,
    )

    assert most_cookie_bytes(bank) * 0.9 < len(cookie_of(app, fullest)) <= most_cookie_bytes(bank)


@pytest.mark.parametrize(
    "path", ["", "/screener/age", "/screener/review", "/results", "/trials/NCT03386149", "/interest"]
)
def test_a_request_opens_the_cookie_and_unpacks_the_answers_once(
    visitor: Visitor, path: str, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    unseal, unpack = answer_cookie.unseal, Packing.unpack
    visitor.answers({**SETTLED, "age": "44"})
    monkeypatch.setattr(answer_cookie, "unseal", lambda *given: opened.append("unsealed") or unseal(*given))
    monkeypatch.setattr(Packing, "unpack", lambda *given: opened.append("unpacked") or unpack(*given))

    assert visitor.get(path).status_code == 200

    assert opened == ["unsealed", "unpacked"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=99) | st.binary(max_size=99).map(b"\0\2{}".__add__))
@example(b"")
@example(b"x")
@example(b"\0\2[]")
@example(b"\0\2{}\x15\0\0\0")
@example(b"\x0e\0" + b"[" * 3584)
@example(compressed({"t": 10**12}))
@example(compressed({"t": 10**12, "a": {"x": 1}}))
def test_sealed_content_of_no_form_is_a_visit_without_answers(app: Flask, content: bytes):
    with app.test_request_context("/low-back-pain"):
        sealed = seal(content, "visit low-back-pain")
    with app.test_request_context("/low-back-pain", headers={"Cookie": f"prescreen-low-back-pain={sealed}"}):
        assert read_visit("low-back-pain") == Visit()


def test_the_longest_marks_of_a_visit_are_what_the_bound_counts_for_them(app: Flask):
    beside = {"source": "a" * LONGEST_SOURCE, "wishes": FULLEST_WISHES, "fewest": 999}
    marks = Visit(for_another=True, sender="guardian", counted=True, reached=Reached.FINISHED, **beside)
    no_answers = most_cookie_bytes(QuestionBank({}))

    assert no_answers - 14 <= len(cookie_of(app, marks, edition=99_999)) <= no_answers


def test_progress_is_left_out_where_it_does_not_fit(app: Flask):
    progress = Progress("x" * 4000, 740_000, "habits", 2, 14, 7, 3, (), flags_settled=True)
    written = cookie_of(app, Visit(answers(age=44), progress=progress))

    with app.test_request_context("/low-back-pain", headers={"Cookie": f"prescreen-low-back-pain={written}"}):
        assert read_visit("low-back-pain") == Visit(answers(age=44))


def cookie_of(app: Flask, visit: Visit, edition: int = 0) -> str:
    """Return the cookie in which a visit is stored under an edition of the criteria."""
    with app.test_request_context("/low-back-pain"):
        g.catalog = replace(catalog(), edition=edition)
        response = app.response_class()
        write_visit(response, "low-back-pain", visit)
    return response.headers["Set-Cookie"].split(";")[0].partition("=")[2]


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_cookie_with_one_changed_letter_is_an_empty_visit(visitor: Visitor, place: int):
    visitor.answers(SETTLED)
    letters = list(visitor.cookie())
    letters[place] = "A" if letters[place] != "A" else "Q"

    visitor.client.set_cookie("prescreen-low-back-pain", "".join(letters), path="/low-back-pain")

    assert is_gone(visitor.get("/results"))


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "ä", "=" * 9, "A" * 4000, "%00", "eyJhIjp7fX0"])
def test_a_forged_cookie_is_an_empty_visit(visitor: Visitor, forged: str):
    visitor.client.set_cookie("prescreen-low-back-pain", forged, path="/low-back-pain")

    assert visitor.get().status_code == 200
    assert is_gone(visitor.get("/screener/review"))


def test_a_sealed_cookie_of_another_kind_is_no_visit(visitor: Visitor):
    visitor.answers(SETTLED)
    visitor.send()

    visitor.client.set_cookie("prescreen-low-back-pain", visitor.cookie("prescreen-thanks"), path="/low-back-pain")

    assert is_gone(visitor.get("/results"))


def test_two_hours_after_the_last_answer_the_visit_is_over(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        kept = visitor.cookie()
        clock.shift(timedelta(hours=2, seconds=1))

        visitor.client.set_cookie("prescreen-low-back-pain", kept, path="/low-back-pain")

        assert is_gone(visitor.get("/results"))


def test_each_answer_starts_the_two_hours_anew(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        clock.shift(timedelta(minutes=119))
        visitor.answer("age", "44")
        clock.shift(timedelta(minutes=119))

        assert visitor.get("/results").status_code == 200


def test_a_visitor_whose_answers_ran_out_is_told_so(visitor: Visitor):
    led_to = where(visitor.answer("habits", "none"))

    assert "Your earlier answers are gone" in visitor.client.get(led_to).text


def test_a_browser_that_keeps_no_cookies_is_told_so_at_the_second_question(app: Flask):
    visitor = Visitor(app.test_client(use_cookies=False))
    first = where(visitor.answer("diagnosed", "yes"))
    second = where(visitor.answer("taken_medication", "yes"))

    told = ["this browser does not keep cookies" in visitor.client.get(page).text for page in (first, second)]

    assert told == [False, True]


def test_a_clock_that_is_set_back_over_midnight_breaks_nothing(visitor: Visitor):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        clock.shift(timedelta(minutes=-721 - 300))

        assert [visitor.get(path).status_code for path in ("", "/screener/age", "/screener/review")] == [200, 200, 200]
