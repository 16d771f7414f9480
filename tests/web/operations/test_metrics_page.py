"""Who reads `/metrics`, and what it counts: steps, outcomes, answers and determinations, but nothing of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.database import OperationalError
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.audit import events
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter, LetterKind, Posting
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.operations.process_metrics import Door, Step
from tests.catalog import folders
from tests.web.operations.metric_reading import outcomes, samples_of, value
from tests.web.visitor import ANSWERS, SETTLED, Visitor, where

TOKEN = "a token that monitoring has, 32 or more".replace(" ", "-")
OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Serve = Callable[..., Flask]


def asked(app: Flask, headers: dict[str, str] | None = None, **environ: str) -> TestResponse:
    return app.test_client().get("/metrics", headers=headers, environ_overrides=environ)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1"])
def test_this_machine_reads_it_without_a_token(serve: Serve, address: str) -> None:
    assert asked(serve(), REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "2001:db8::1", ""])
def test_nobody_else_is_told_that_there_is_such_a_page(serve: Serve, address: str) -> None:
    app = serve(metrics_token=TOKEN)

    refused, missing = asked(app, REMOTE_ADDR=address), app.test_client().get("/no-such", environ_overrides=OUTSIDE)

    assert refused.status_code == missing.status_code == 404
    assert without_number(refused) == without_number(missing)


def without_number(answer: TestResponse) -> str:
    return answer.text.replace(answer.headers["X-Request-ID"], "").replace("no-such", "metrics")


@pytest.mark.parametrize(
    "header", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_what_came_through_a_proxy_that_nobody_named_is_not_from_this_machine(serve: Serve, header: str) -> None:
    assert asked(serve(), {header: "127.0.0.1"}).status_code == 404


def test_behind_a_trusted_proxy_this_machine_needs_the_token_too(serve: Serve) -> None:
    app = serve(trusted_proxies=1, metrics_token=TOKEN)

    assert asked(app).status_code == 404
    assert asked(app, {"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert asked(app, {**BEARER, "X-Forwarded-For": "203.0.113.7"}).status_code == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 404),
        (f"Bearer {TOKEN[:-1]}", 404),
        (f"Basic {TOKEN}", 404),
        ("Basic dTpw", 404),
        ("Bearer", 404),
        ("Bearer \xe9", 404),
        ("Bearer realm=x", 404),
    ],
)
def test_only_the_whole_token_opens_it_from_elsewhere(serve: Serve, authorization: str, status: int) -> None:
    assert asked(serve(metrics_token=TOKEN), {"Authorization": authorization}, **OUTSIDE).status_code == status


def test_without_a_token_set_none_opens_it(serve: Serve) -> None:
    for authorization in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert asked(serve(), {"Authorization": authorization}, **OUTSIDE).status_code == 404


def test_a_visit_is_counted_step_by_step_and_each_step_once(serve: Serve, tmp_path: Path) -> None:
    visitor = Visitor(serve(criteria=folders.write(tmp_path / "criteria", {})).test_client(), "back-pain")

    visitor.get()
    led_to, answered = where(visitor.answer("leg_pain", ANSWERS["leg_pain"])), 1
    while "/review" not in led_to:
        visitor.client.get(led_to)
        name = led_to.rsplit("/")[-1]
        led_to, answered = where(visitor.answer(name, ANSWERS[name])), answered + 1
    visitor.answer("leg_pain", ANSWERS["leg_pain"])

    reached = {step: value(visitor.client, "visits_total", step=step) for step in Step}
    judged = [value(visitor.client, "determinations_total", determination=one) for one in Determination]
    assert reached == {Step.STARTED: 1, Step.FINISHED: 1, Step.CONSENTED: 0}
    assert value(visitor.client, "questions_answered_total") == answered
    assert sum(judged) == 1


@pytest.mark.parametrize("counters", [True, False])
def test_the_end_is_measured_once_with_and_without_counters(serve: Serve, tmp_path: Path, counters: bool) -> None:
    app = serve(criteria=folders.write(tmp_path / "criteria", {}), counters=counters)
    visitor = Visitor(app.test_client(), "back-pain")
    visitor.get()
    for name in (*ANSWERS, *ANSWERS):
        if name in {"leg_pain", "age", "pregnant"}:
            visitor.answer(name, ANSWERS[name])

    assert value(visitor.client, "visits_total", step=Step.FINISHED) <= 1


def test_what_becomes_of_the_contact_form_is_counted(serve: Serve) -> None:
    visitor = Visitor(serve().test_client())
    visitor.post("/interest", {"submission": "made up"})
    assert outcomes(visitor.client, Door.PAGE) == {"not_ours": 1}

    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.send(name="")
    form = visitor.interest_form()
    visitor.post("/interest", form)
    visitor.post("/interest", form)
    visitor.post("/interest", {**form, "name": "Somebody Else"})

    assert outcomes(visitor.client, Door.PAGE) == {
        "not_ours": 1,
        "at_fault": 1,
        "stored": 1,
        "repeated": 1,
        "conflict": 1,
    }
    assert value(visitor.client, "visits_total", step=Step.CONSENTED) == 1


def test_requests_are_measured_by_endpoint_and_errors_by_whose_fault_they_are(serve: Serve) -> None:
    app = serve()
    client = app.test_client()
    app.testing, app.view_functions["well_known.change_password"] = False, broken

    client.get("/healthz")
    client.head("/healthz")
    client.get("/.well-known/change-password")
    client.get("/no/such/page")
    client.open("/", method="BREW")

    counted = samples_of(client.get("/metrics").text)
    requests = {labels: number for (name, labels), number in counted.items() if name.endswith("duration_seconds_count")}
    assert requests[labelled(endpoint="health.alive", method="GET")] == 2
    assert requests[labelled(endpoint="none", method="other")] == 1
    assert value(client, "request_errors_total", endpoint="well_known.change_password", **{"class": "5xx"}) == 1
    assert value(client, "request_errors_total", endpoint="none", **{"class": "4xx"}) == 2


def broken() -> str:
    raise RuntimeError("pain score 7")


def labelled(**labels: str) -> frozenset[tuple[str, str]]:
    return frozenset(labels.items())


def test_no_label_is_of_a_person_an_answer_a_trial_or_a_condition(serve: Serve) -> None:
    app = serve()
    visitor = Visitor(app.test_client())
    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.send()
    text = visitor.client.get("/metrics").text

    current = app.extensions[EXTENSION].catalog.current(datetime.now(UTC).date())
    told = {value for _, labels in samples_of(text) for _, value in labels}
    assert told.isdisjoint({*current.trials, *current.conditions, *current.bank.questions, visitor.slug})
    assert "pain" not in text
    assert "example.org" not in text
    assert {name for _, labels in samples_of(text) for name, _ in labels} == {
        *("endpoint", "method", "class", "le", "step", "door", "outcome", "determination"),
        *("process", "part", "place", "state"),
    }


def test_what_waits_is_told_with_its_age(serve: Serve) -> None:
    app = serve()
    opened, now = app.extensions[EXTENSION], datetime.now(UTC)
    letter = Letter("trials@example.org", "ann@example.org", "Hello", "Text")
    with opened.database.writing() as session:
        for is_test, hours in ((False, 3), (False, 1), (True, 9)):
            about = Posting(LetterKind.RECEIPT, None, is_test)
            outbox.add(session, opened.keys.ring, about, letter, now - timedelta(hours=hours))
        failed = outbox.add(session, opened.keys.ring, Posting(LetterKind.RECEIPT, None, False), letter, now)
        outbox.give_up(session, failed, "refused")
        at = now - timedelta(minutes=7)
        events.record(session, events.Event(at, events.OPERATOR, events.Action.SAMPLE_MADE, events.Subject("x", "x")))

    client = app.test_client()
    assert value(client, "outbox_letters", state="waiting") == 2
    assert value(client, "outbox_letters", state="failed") == 1
    assert value(client, "outbox_oldest_seconds") == pytest.approx(3 * 3600, abs=60)
    assert value(client, "sealing_lag_seconds") == pytest.approx(7 * 60, abs=60)
    assert value(client, "part_late", part="sealing") == 1
    # Without a mail server letters wait by intention.
    assert value(client, "part_late", part="outbox") == 0


def test_a_database_that_is_away_is_told_and_the_counts_are_still_read(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = serve()

    def away(*_: object) -> None:
        raise OperationalError("select", {}, ConnectionError("gone"))

    monkeypatch.setattr("prescreen.database.is_served", away)
    client = app.test_client()

    assert client.get("/metrics").status_code == 200
    assert value(client, "part_late", part="database") == 1
    assert value(client, "processes") == 1
