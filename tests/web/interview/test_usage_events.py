"""The events that pages count: each prescreening once, without delaying requests and without persons."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import event

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key, month_of
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.interview import usage_counters as counting
from tests.catalog import folders
from tests.catalog.paged_folder import PAGED, PERSON
from tests.web.visitor import ANSWERS, DO_NOT_KNOW, Visitor, where

MOST_SECONDS = 10.0
FINDINGS = {
    Key(CounterKind.PERMITS, "T1", "adult"): 1,
    Key(CounterKind.PERMITS, "T1", "leg-pain"): 1,
    Key(CounterKind.PERMITS, "T1", "pregnant"): 1,
}

Serving = Callable[..., Visitor]


@pytest.fixture
def criteria(tmp_path: Path) -> Path:
    return folders.write(tmp_path / "criteria", {})


@pytest.fixture
def served(serve: Callable[..., Flask], criteria: Path) -> Serving:
    """Return what serves the small folder, with other settings, to a visitor."""
    return lambda **changes: Visitor(serve(criteria=criteria, **changes).test_client(), "back-pain")


@pytest.fixture
def stored(settings: Settings) -> Iterator[Database]:
    """Open the service's database beside it."""
    opened = Database(settings.database_url)
    yield opened
    opened.close()


def answer_all(visitor: Visitor, **changes: str) -> list[str]:
    """Answer what is asked until nothing is, and give the questions in their order."""
    given, asked = {**ANSWERS, **changes}, ["leg_pain"]
    visitor.get()
    led_to = where(visitor.answer("leg_pain", given["leg_pain"]))
    while "/review" not in led_to:
        asked.append(led_to.rsplit("/")[-1])
        visitor.client.get(led_to)
        led_to = where(visitor.answer(asked[-1], given[asked[-1]], unit="wk" if asked[-1] == "pain_duration" else "a"))
    return asked


def counted(visitor: Visitor, stored: Database, *, questions: bool = False) -> dict[Key, int]:
    """Write what waits, and give what was counted: of criteria, or of questions."""
    visitor.client.application.extensions[EXTENSION].counters.flush()
    with stored.reading() as session:
        return usage_counters.totals(session, usage_counters.OF_QUESTIONS if questions else usage_counters.OF_CRITERIA)


@pytest.mark.parametrize("sample", [True, False])
def test_a_prescreening_counts_at_its_end_in_a_sample_too(
    served: Serving, stored: Database, criteria: Path, sample: bool
):
    file = criteria / folders.CATALOG
    file.write_text(file.read_text() + f"sample: {str(sample).lower()}\n")
    visitor = served()

    answer_all(visitor)

    assert counted(visitor, stored) == FINDINGS


def test_a_prescreening_counts_once_however_often_its_answers_change_and_its_results_are_opened(
    served: Serving, stored: Database
):
    visitor = served()
    answer_all(visitor)

    for age in ("17", "45"):
        visitor.answer("age", age)
        assert visitor.get("/results").status_code == 200

    assert counted(visitor, stored) == FINDINGS


def test_a_prescreening_without_its_mark_would_count_twice(
    served: Serving, stored: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("prescreen.web.interview.usage_events.replace", lambda visit, **_: visit)
    visitor = served()
    answer_all(visitor)

    visitor.answer("age", "45")

    assert counted(visitor, stored) == dict.fromkeys(FINDINGS, 2)


def test_whoever_clears_their_answers_and_starts_again_is_another_prescreening(served: Serving, stored: Database):
    visitor = served()
    answer_all(visitor)
    visitor.post("/clear", {})

    answer_all(visitor)

    assert counted(visitor, stored) == dict.fromkeys(FINDINGS, 2)


def test_a_prescreening_that_is_not_at_its_end_does_not_count(served: Serving, stored: Database):
    visitor = served()
    visitor.answers({"leg_pain": "yes", "numb": "no", "age": "44"})

    assert visitor.get("/results").status_code == 200
    assert counted(visitor, stored) == {}


def test_what_alone_shuts_somebody_out_is_counted(served: Serving, stored: Database):
    visitor = served()

    answer_all(visitor, age="17")

    found = counted(visitor, stored)
    assert (
        found[Key(CounterKind.SOLE_BLOCKER, "T1", "adult")]
        == found[Key(CounterKind.DOES_NOT_PERMIT, "T1", "adult")]
        == 1
    )


def test_looking_at_the_results_after_the_end_does_not_keep_the_answers_longer(served: Serving):
    visitor = served()
    answer_all(visitor)

    assert visitor.get("/results").headers.getlist("Set-Cookie") == []


def test_questions_count_when_shown_and_first_answered_and_not_when_changed(served: Serving, stored: Database):
    visitor = served()

    for path in ("", "/screener/leg_pain"):
        visitor.get(path)
    visitor.answer("leg_pain", "nonsense")
    visitor.answer("leg_pain", "yes")
    visitor.get("/screener/leg_pain")
    visitor.answer("leg_pain", "no")
    visitor.post("/screener/age", {"answer": DO_NOT_KNOW})

    assert counted(visitor, stored, questions=True) == {
        Key(CounterKind.SHOWN, "leg_pain"): 2,
        Key(CounterKind.ANSWERED, "leg_pain"): 1,
        Key(CounterKind.DECLINED, "age"): 1,
    }


def test_of_a_page_with_several_questions_each_counts_as_shown_and_answered(
    serve: Callable[..., Flask], stored: Database, tmp_path: Path
):
    app = serve(criteria=folders.write(tmp_path / "paged", PAGED))
    for sex, ticked in (("female", {"q-pregnancy-answer": "none"}), ("male", {})):
        visitor = Visitor(app.test_client(), "back-pain")
        visitor.answers({"leg_pain": "yes", "numb": "no", "fever": "no"})
        declined = {"q-weight-declined": DO_NOT_KNOW, "q-scan-declined": DO_NOT_KNOW}
        form = {"asked": list(PERSON), "answer": "44", "q-sex-answer": sex, **declined, **ticked}
        visitor.get("/screener/age")
        assert visitor.post("/screener/age", {**form, "answer": "old"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert where(visitor.post("/screener/age", form)) == "/back-pain/screener/review"
        visitor.get("/screener/age")
        visitor.post("/screener/age", form)

    found = counted(visitor, stored, questions=True)
    # What turns out not to apply to the man is not counted as shown: he did not stop there.
    assert {name: found.get(Key(CounterKind.SHOWN, name)) for name in PERSON} == {
        **dict.fromkeys(PERSON, 2),
        "pregnancy": 1,
    }
    assert [found.get(Key(CounterKind.ANSWERED, name)) for name in PERSON] == [None, 2, 2, 1, None]
    assert [found.get(Key(CounterKind.DECLINED, name)) for name in PERSON] == [2, None, None, None, 2]


def test_after_an_emergency_its_question_does_not_count_again(served: Serving, stored: Database):
    visitor = served()
    visitor.answers({"numb": "yes"})

    visitor.get("/screener/numb")
    visitor.answer("numb", "no")

    assert counted(visitor, stored, questions=True) == {Key(CounterKind.ANSWERED, "numb"): 1}


def test_only_a_thread_of_its_own_asks_the_database(served: Serving, stored: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counting, "FLUSH_SECONDS", 0.005)
    visitor, begun = served(), set[str]()
    database = visitor.client.application.extensions[EXTENSION].database
    event.listen(database.engine, "begin", lambda _: begun.add(threading.current_thread().name))

    answer_all(visitor)
    for _ in range(int(MOST_SECONDS / 0.01)):
        with stored.reading() as session:
            if FINDINGS.items() <= usage_counters.totals(session).items():
                break
        threading.Event().wait(0.01)

    assert begun == {"counters"}
    assert counted(visitor, stored) == FINDINGS


def test_a_database_that_is_away_loses_counts_and_no_request_and_is_told_of_once(
    served: Serving, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def away(_: Database) -> NoReturn:
        raise ConnectionError("gone")

    visitor = served()
    monkeypatch.setattr(Database, "writing", away)
    for _ in range(2):
        answer_all(visitor)
        assert visitor.get("/results").status_code == 200
        visitor.client.application.extensions[EXTENSION].counters.flush()
        visitor.post("/clear", {})

    told = [line for line in capsys.readouterr().out.splitlines() if "counters_failed" in line]
    assert len(told) == 1
    assert "ConnectionError" in told[0]


def test_nothing_is_counted_where_the_operator_wants_no_counters(served: Serving, stored: Database):
    visitor = served(counters=False)

    answer_all(visitor)

    assert visitor.client.application.extensions[EXTENSION].counters is None
    with stored.reading() as session:
        assert usage_counters.totals(session) == {}


def seen_before(stored: Database, blocking: str) -> None:
    """Count a hundred earlier people whom one criterion of T1 ruled out, and no other."""
    kinds = {key.part: CounterKind.DOES_NOT_PERMIT if key.part == blocking else CounterKind.PERMITS for key in FINDINGS}
    with stored.writing() as session:
        counts = {(month_of(datetime.now(UTC).date()), Key(kind, "T1", part)): 100 for part, kind in kinds.items()}
        usage_counters.add(session, counts)


@pytest.mark.parametrize(("blocking", "first"), [("adult", "age"), ("pregnant", "sex")])
def test_what_earlier_people_came_to_decides_what_is_asked_first(
    served: Serving, stored: Database, blocking: str, first: str
):
    seen_before(stored, blocking)

    asked = answer_all(served())

    assert asked[:3] == ["leg_pain", "numb", first]
    assert sorted(asked) == sorted(ANSWERS)


def test_without_counters_the_order_rests_on_the_bank_alone(served: Serving, stored: Database):
    usual = answer_all(served(counters=False))
    seen_before(stored, "pregnant")

    assert answer_all(served(counters=False)) == usual
    assert answer_all(served()) != usual
