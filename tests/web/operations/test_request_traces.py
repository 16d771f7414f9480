"""Traces of the whole service: which spans there are, and that nothing in them was typed, sent or said by anybody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, request
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import event, select, text

from prescreen import app as application
from prescreen import tracing
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import Settings
from prescreen.storage.connections import statement_spans
from prescreen.storage.tables import Referral
from prescreen.web.base.request_context import EXTENSION
from prescreen.web.operations import request_traces
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.office import form_token, sign_in
from tests.web.toured import close
from tests.web.visitor import SETTLED, Visitor

NAME, EMAIL, PHONE, NOTE = "Zebedee Quackenbush", "zebedee@canary.example", "617 555 0142", "Ask for Quillfeather."
PLANTED = ("Zebedee", "Quackenbush", "canary", "5550142", "555 0142", "Quillfeather", "Kestrel", "198.51.100.77", "LP-")
SPECIAL = "Kestrel"


@dataclass(frozen=True)
class Traced:
    """A service whose spans are kept, and all that they say."""

    app: Flask
    spans: InMemorySpanExporter

    def said(self) -> str:
        return "\n".join(str(one.to_json()) for one in self.spans.get_finished_spans())

    def found(self) -> list[str]:
        said = self.said()
        return [planted for planted in PLANTED if planted in said]


@pytest.fixture
def traced(settings: Settings, shipped_criteria: LiveCatalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    """Assemble the service while spans are recorded."""
    monkeypatch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)
    kept, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracing.record_with(provider)
    app = application.create_app(settings)
    kept.clear()
    yield Traced(app, kept)
    close(app)
    tracing.record_with(None)


def send_everything(app: Flask) -> None:
    """Leave details, look at them by the private link, and have a recruiter read, search and write about them."""
    visitor = Visitor(app.test_client())
    visitor.client.environ_base["REMOTE_ADDR"] = "198.51.100.77"
    visitor.client.get(f"/?q={SPECIAL}&utm_source={SPECIAL}", headers={"X-Kestrel": SPECIAL, "User-Agent": SPECIAL})
    visitor.client.get(f"/{SPECIAL}/{SPECIAL}")
    visitor.client.get(f"/my/{SPECIAL}")
    visitor.has_answered(SETTLED | {"age": "44"})
    assert visitor.send(name=NAME, email=EMAIL, phone=PHONE, contact_email="yes").status_code == 303
    visitor.open_my_data()
    work_on(app)


def work_on(app: Flask) -> None:
    database = app.extensions[EXTENSION].database
    with database.reading() as session:
        referral_id, trial_id = session.execute(select(Referral.id, Referral.trial_id)).first()
    recruiter(database, Assignment(trial_id))
    staff = app.test_client()
    sign_in(staff)
    token = form_token(staff, "/recruiter/")
    staff.get(f"/recruiter/?q={EMAIL}")
    assert staff.get(f"/recruiter/referrals/{referral_id}").status_code == 200
    form = {"form_token": token, "version": "1", "note": NOTE, "outcome": "reached"}
    assert staff.post(f"/recruiter/referrals/{referral_id}/outcome", data=form).status_code == 303


def test_a_span_of_a_request_names_its_route_and_holds_statements_by_table(traced: Traced) -> None:
    answer = traced.app.test_client().get(f"/my/{SPECIAL}")

    (root,) = [one for one in traced.spans.get_finished_spans() if one.parent is None]
    assert root.name == "GET /my/<token>"
    assert dict(root.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/my/<token>",
        "http.response.status_code": answer.status_code,
        "request": answer.headers["X-Request-ID"],
    }


def test_nothing_that_anybody_typed_or_sent_is_in_any_span(traced: Traced) -> None:
    send_everything(traced.app)

    spans = traced.spans.get_finished_spans()
    assert {one.name for one in spans} >= {"INSERT lead", "INSERT outbox", "SELECT referral", "GET no such page"}
    assert traced.found() == []


def with_the_path(_: Traced) -> None:
    trace.get_current_span().set_attribute("url.path", request.path)


def with_what_was_sent(_: Traced) -> None:
    trace.get_current_span().add_event("form", dict(request.form))


@pytest.mark.parametrize("twin", [with_the_path, with_what_was_sent])
def test_a_twin_that_tells_more_is_convicted(traced: Traced, twin: Callable[[Traced], None]) -> None:
    traced.app.before_request(lambda: twin(traced))

    traced.app.test_client().post(f"/my/{SPECIAL}", data={"name": SPECIAL})

    assert traced.found() == [SPECIAL]


def fails(_: Traced) -> None:
    raise ValueError(NAME)


def sends_a_faulty_statement(traced: Traced) -> None:
    with traced.app.extensions[EXTENSION].database.writing() as session:
        session.execute(text("INSERT INTO lead (reference, id) VALUES (:name, 'Kestrel')"), {"name": NAME})


@pytest.mark.parametrize(("failure", "kind"), [(fails, "ValueError"), (sends_a_faulty_statement, "IntegrityError")])
def test_of_what_failed_a_span_says_the_class_and_no_message(
    traced: Traced, failure: Callable[[Traced], None], kind: str
) -> None:
    with pytest.raises(Exception, match="Quackenbush"), tracing.span("work outbox"):
        failure(traced)

    failed = [one for one in traced.spans.get_finished_spans() if not one.status.is_ok]
    assert {(one.attributes or {}).get("error.type") for one in failed} == {kind}
    assert [one.events for one in failed if one.events] == []
    assert traced.found() == []


def test_a_page_that_fails_is_a_failed_span(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traced.app, "testing", False)
    monkeypatch.setitem(traced.app.view_functions, "content.home", lambda: fails(traced))
    answer = traced.app.test_client().get("/")

    span = traced.spans.get_finished_spans()[-1]
    assert (answer.status_code, (span.attributes or {})["error.type"]) == (500, "500")
    assert traced.found() == []


def test_where_nothing_is_recorded_neither_pages_nor_statements_are_listened_to(app: Flask) -> None:
    engine = app.extensions[EXTENSION].database.engine

    assert not event.contains(engine, "before_cursor_execute", statement_spans._begin)
    assert request_traces._describe not in app.after_request_funcs[None]
