"""Visits counted once each, from the first answer to what is sent: no step can exceed the one before."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind
from prescreen.storage.tables import CounterRow
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.statistics.visit_steps import STEPS
from tests.catalog import folders
from tests.web.visitor import ANSWERS, DETAILS, Visitor, where

FORM = {**DETAILS, "language": "en"}


@pytest.fixture
def app(serve: Callable[..., Flask], tmp_path: Path) -> Flask:
    return serve(criteria=folders.write(tmp_path / "criteria", {}))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client(), "back-pain")


@pytest.fixture
def stored(settings: Settings) -> Iterator[Database]:
    opened = Database(settings.database_url)
    yield opened
    opened.close()


def counted(visitor: Visitor, stored: Database, *others: CounterKind) -> dict[CounterKind, int]:
    """Return how many visits came to each step, of whatever source, and what else is asked for."""
    visitor.client.application.extensions[EXTENSION].counters.flush()
    with stored.reading() as session:
        found = usage_counters.totals(session, (*STEPS, *others))
    kinds = {kind: sum(count for key, count in found.items() if key.kind is kind) for kind in (*STEPS, *others)}
    return {kind: count for kind, count in kinds.items() if count}


def answer_all(visitor: Visitor, answers: Mapping[str, str] = ANSWERS, **changes: str) -> None:
    for name, value in {**answers, **changes}.items():
        visitor.answer(name, value, unit="wk" if name == "pain_duration" else "a")


def test_a_visit_that_sends_counts_once_at_every_step(visitor: Visitor, stored: Database) -> None:
    answer_all(visitor)
    for _ in range(3):
        visitor.get("/results")
        visitor.get("/interest")

    assert where(visitor.send(**FORM)) == "/back-pain/thanks"

    assert counted(visitor, stored) == dict.fromkeys(STEPS, 1)


def test_a_second_form_of_the_same_visit_counts_as_sent_and_not_as_another_visit(
    visitor: Visitor, stored: Database
) -> None:
    answer_all(visitor)
    for email in ("a@example.org", "b@example.org"):
        visitor.send(**{**FORM, "email": email})

    assert counted(visitor, stored, CounterKind.SENT) == {**dict.fromkeys(STEPS, 1), CounterKind.SENT: 2}


def test_a_visit_whose_trial_is_ruled_out_is_not_left_in(visitor: Visitor, stored: Database) -> None:
    answer_all(visitor, age="17")

    assert counted(visitor, stored) == {CounterKind.BEGAN: 1, CounterKind.FINISHED: 1}


def test_what_is_sent_after_an_answer_was_changed_follows_from_no_end_that_was_counted(
    visitor: Visitor, stored: Database
) -> None:
    answer_all(visitor, age="17")
    visitor.answer("age", "44", unit="a")

    visitor.send(**FORM)

    assert counted(visitor, stored, CounterKind.SENT) == {
        CounterKind.BEGAN: 1,
        CounterKind.FINISHED: 1,
        CounterKind.SENT: 1,
    }


def test_the_same_answer_given_once_more_changes_nothing(visitor: Visitor, stored: Database) -> None:
    answer_all(visitor)
    visitor.answer("age", "44", unit="a")

    visitor.send(**FORM)

    assert counted(visitor, stored) == dict.fromkeys(STEPS, 1)


def test_what_is_sent_before_the_last_question_is_of_no_end(visitor: Visitor, stored: Database) -> None:
    answer_all(visitor, {name: ANSWERS[name] for name in ("leg_pain", "numb", "age")})

    visitor.send(**FORM)

    assert counted(visitor, stored, CounterKind.SENT) == {CounterKind.BEGAN: 1, CounterKind.SENT: 1}


def test_a_visit_that_begins_with_another_question_is_no_visit_that_was_counted(
    visitor: Visitor, stored: Database
) -> None:
    answer_all(visitor, dict(reversed(ANSWERS.items())))

    visitor.send(**FORM)

    assert counted(visitor, stored) == {}


def test_an_emergency_ends_no_visit_and_begins_none(visitor: Visitor, stored: Database) -> None:
    answer_all(visitor)
    visitor.answer("numb", "yes")
    answer_all(visitor, {"numb": "no", **ANSWERS})

    visitor.send(**FORM)

    begun = counted(visitor, stored)
    assert begun == {CounterKind.BEGAN: 1, CounterKind.FINISHED: 1, CounterKind.LEFT_IN: 1}


STEPS_TAKEN = {
    "answer": answer_all,
    "answer as a minor": lambda visitor: answer_all(visitor, age="17"),
    "begin": lambda visitor: visitor.answer("leg_pain", "yes"),
    "say a warning sign": lambda visitor: visitor.answer("numb", "yes"),
    "change the age": lambda visitor: visitor.answer("age", "45", unit="a"),
    "become a minor": lambda visitor: visitor.answer("age", "17", unit="a"),
    "look": lambda visitor: visitor.get("/results"),
    "open the form": lambda visitor: visitor.get("/interest"),
    "send": lambda visitor: send_if_possible(visitor),
    "clear": lambda visitor: visitor.post("/clear", {}),
}


def send_if_possible(visitor: Visitor) -> None:
    page = visitor.get("/interest")
    if page.status_code == 200 and 'name="trial"' in page.text:
        visitor.send(**FORM)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(some.lists(some.sampled_from(list(STEPS_TAKEN)), min_size=1, max_size=9))
@example(["answer as a minor", "change the age", "send"])
@example(["answer", "send", "send", "change the age", "send"])
@example(["answer", "say a warning sign", "answer", "send"])
@example(["begin", "send", "answer", "clear", "answer", "send"])
def test_whatever_a_visitor_does_no_step_exceeds_the_one_before(app: Flask, stored: Database, walk: list[str]) -> None:
    with stored.writing() as session:
        session.execute(CounterRow.__table__.delete())
    visitor = Visitor(app.test_client(), "back-pain")
    for step in walk:
        STEPS_TAKEN[step](visitor)

    steps = counted(visitor, stored)
    assert all(steps.get(earlier, 0) >= steps.get(later, 0) for earlier, later in pairwise(STEPS))
