"""Pages read and open what is sealed first, and hold the one write lock only to put on record what they show."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy import event as engine_events
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import Settings
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.participants.contacts import open_contact
from prescreen.storage.participants.leads import contacts
from prescreen.storage.referrals import referrals, reminders
from prescreen.web.accounts.staff_pages import open_to_all
from prescreen.web.base.request_context import EXTENSION, Resources, resources
from prescreen.workflow.participants.private_links import link_token
from tests.people import CONTACT
from tests.web.referred import TRIAL, refer
from tests.web.staff import Staff, account

REAL_SECONDS = 60
# The statements that begin and configure a transaction, and those that only write.
WRITES = ("PRAGMA", "BEGIN", "INSERT", "UPDATE", "DELETE")


class Watch(KeyRing):
    """A ring that notes what is read or opened while a transaction can write."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.encryption_keys)
        self.faults: list[str] = []
        self.opened = 0
        self._writing = False

    def begin(self, connection: Connection) -> None:
        self._writing = not connection.get_execution_options().get("reading", False)

    def end(self, _: Connection) -> None:
        self._writing = False

    def said(self, connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        reading = connection.get_execution_options().get("reading", False)
        if not reading and not statement.startswith(WRITES):
            self.faults.append(statement)

    def open(self, sealed: bytes, table: str, row: str) -> bytes:
        self.opened += 1
        if self._writing:
            self.faults.append(f"opened {table}")
        return super().open(sealed, table, row)


@pytest.fixture
def watch(app: Flask, settings: Settings) -> Iterator[Watch]:
    """Watch the service's transactions and its ring."""
    made: Resources = app.extensions[EXTENSION]
    watching = Watch(settings)
    app.extensions[EXTENSION] = replace(made, keys=replace(made.keys, ring=watching))
    heard = {"begin": watching.begin, "commit": watching.end, "rollback": watching.end}
    for name, hear in {**heard, "before_cursor_execute": watching.said}.items():
        engine_events.listen(made.database.engine, name, hear)
    yield watching
    for name, hear in {**heard, "before_cursor_execute": watching.said}.items():
        engine_events.remove(made.database.engine, name, hear)


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@pytest.fixture
def referral_id(app: Flask, catalog: Catalog) -> UUID:
    """Return a referral of a person who confirmed an address, and on which a reminder waits."""
    tools, now = app.extensions[EXTENSION], datetime.now(UTC)
    who = account(tools.database, role=Role.ADMINISTRATOR)
    receipt = refer(tools.database, tools.keys, catalog)
    wanted = reminders.Wanted(now + timedelta(minutes=1), "Ring again.")
    with tools.database.writing() as session:
        (referral,) = referrals.of_lead(session, receipt.lead_id)
        reminders.add(session, tools.keys.ring, (referral.id, who.id), wanted, now)
    return referral.id


@pytest.fixture
def staff(app: Flask, referral_id: UUID) -> Staff:
    """Return a signed-in administrator of the trial."""
    person = Staff(app)
    assert person.sign_in().status_code == 303
    return person


def get_pages(app: Flask) -> list[Rule]:
    rules = app.url_map.iter_rules()
    return [one for one in rules if one.endpoint.startswith("recruiter.") and "GET" in (one.methods or ())]


def opened_all(app: Flask, staff: Staff, referral_id: UUID) -> dict[str, TestResponse]:
    """Open every page of staff, with what its address takes."""
    known = {"referral_id": referral_id, "trial_id": TRIAL, "site_id": "unknown"}
    found = {}
    for rule in get_pages(app):
        values = {name: known.get(name, "x" if name == "token" else UUID(int=7)) for name in rule.arguments}
        found[rule.endpoint] = staff.get(app.url_map.bind("localhost").build(rule.endpoint, values))
    return found


def test_no_page_of_staff_reads_or_opens_anything_while_it_can_write(
    app: Flask, staff: Staff, watch: Watch, referral_id: UUID
) -> None:
    answers = opened_all(app, staff, referral_id)

    assert watch.faults == []
    shown = [name for name, answer in answers.items() if CONTACT.name in answer.text]
    assert {"recruiter.work_list", "recruiter.referral", "recruiter.reminders"} <= set(shown)
    assert watch.opened >= len(shown)


def test_a_search_and_a_person_s_own_pages_read_before_they_write(
    app: Flask, staff: Staff, watch: Watch, referral_id: UUID
) -> None:
    token = staff.get("/recruiter/").text.split('name="form_token" value="')[1].split('"')[0]
    search = staff.client.post("/recruiter/search", data={"form_token": token, "q": CONTACT.name})
    tools: Resources = app.extensions[EXTENSION]
    with tools.database.reading() as session:
        referral = referrals.find(session, referral_id)
    assert referral is not None
    link = link_token(tools.keys, referral.lead_id, 1, datetime.now(UTC) + timedelta(days=1))
    mine = staff.client.get(f"/my/{link}", follow_redirects=True)
    download = staff.client.get("/my/download")

    assert watch.faults == []
    assert [CONTACT.name in answer.text for answer in (search, mine, download)] == [True] * 3


def test_a_page_that_opens_names_while_it_can_write_is_convicted(
    app: Flask, staff: Staff, watch: Watch, referral_id: UUID
) -> None:
    def twin() -> str:
        tools = resources()
        with tools.database.writing() as session:
            referral = referrals.find(session, referral_id)
            assert referral is not None
            sealed = contacts(session, {referral.lead_id})[referral.lead_id]
            return open_contact(tools.keys.ring, referral.lead_id, sealed).name

    app.view_functions["recruiter.account"] = open_to_all(twin)
    opened_all(app, staff, referral_id)

    assert {fault.split()[0] for fault in watch.faults} == {"SELECT", "opened"}


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the only write lock, as a backup or a long transaction of another process would."""
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


@pytest.mark.parametrize("page", ["/recruiter/", "/recruiter/reminders", "/recruiter/referrals/{}"])
def test_while_another_writes_a_page_is_read_whole_and_waits_only_for_its_record(
    settings: Settings, staff: Staff, watch: Watch, referral_id: UUID, page: str
) -> None:
    waits = threading.Event()
    engine = staff.client.application.extensions[EXTENSION].database.engine

    def hear(_: object, __: object, statement: str, *___: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            waits.set()

    engine_events.listen(engine, "before_cursor_execute", hear)
    with ThreadPoolExecutor(1) as browser:
        with locked(settings):
            answer: Future[TestResponse] = browser.submit(staff.get, page.format(referral_id))
            assert waits.wait(REAL_SECONDS)
            # What the page shows was opened without the lock, and is not sent without its record.
            assert (watch.opened > 0, answer.done()) == (True, False)
        assert CONTACT.name in answer.result(REAL_SECONDS).text


@pytest.mark.parametrize("page", ["/recruiter/", "/recruiter/reminders", "/recruiter/referrals/{}"])
def test_what_could_not_be_recorded_is_not_shown(
    app: Flask, settings: Settings, staff: Staff, referral_id: UUID, page: str
) -> None:
    app.testing = False
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    answer = staff.get(page.format(referral_id))

    assert answer.status_code == 500
    assert CONTACT.name not in answer.text
