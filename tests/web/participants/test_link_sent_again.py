"""Requesting the private link again: it goes only to a confirmed address, and strangers learn nothing."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import AuditEvent, OutboxLetter
from tests.web.kept import count, rows
from tests.web.mailed import letters, links, newest
from tests.web.markup import read
from tests.web.visitor import DETAILS, SETTLED, Visitor, where


def ask(client: FlaskClient, email: str = DETAILS["email"]):
    return client.post("/my/again", data={"email": email})


@pytest.fixture
def known(ready: Visitor, database: Database, keys: Keys) -> Visitor:
    """Return somebody who confirmed the address."""
    ready.send()
    ready.client.post(links(newest(database, keys, "confirm"))[0])
    return ready


def gist(statement: str) -> str:
    return re.split(r"WHERE|\(", statement)[0]


def sent(database: Database, keys: Keys) -> list[str]:
    return [letter.recipient for kind, letter in letters(database, keys) if kind == "link"]


def test_a_confirmed_address_gets_a_link_that_opens_what_is_held(
    known: Visitor, app: Flask, database: Database, keys: Keys
):
    ask(app.test_client(), f"  {DETAILS['email'].upper()} ")

    [link] = links(newest(database, keys, "link"))
    elsewhere = app.test_client()
    assert where(elsewhere.get(link)) == "/my/"
    assert DETAILS["name"] in elsewhere.get("/my/").text


def test_an_address_that_was_never_confirmed_gets_nothing(ready: Visitor, database: Database, keys: Keys):
    ready.send()

    ask(ready.client)

    assert sent(database, keys) == []


def test_a_stranger_cannot_tell_a_known_address_from_an_unknown_one(
    known: Visitor, app: Flask, database: Database, keys: Keys
):
    before = count(database, OutboxLetter), count(database, AuditEvent)
    unknown = ask(app.test_client(), "nobody@example.org")
    between = count(database, OutboxLetter), count(database, AuditEvent)
    known_one = ask(app.test_client())
    after = count(database, OutboxLetter), count(database, AuditEvent)

    assert (unknown.status_code, unknown.text) == (known_one.status_code, known_one.text)
    for answer in (unknown, known_one):
        del answer.headers["X-Request-ID"]
    assert dict(unknown.headers) == dict(known_one.headers)
    # The same work: one row each.
    assert between[0] - before[0] == after[0] - between[0] == 1
    assert sent(database, keys) == [DETAILS["email"]]


def test_nothing_of_an_unknown_address_is_kept(client: FlaskClient, database: Database):
    ask(client, "nobody@example.org")

    assert rows(database, OutboxLetter.state, OutboxLetter.content, OutboxLetter.lead_id) == [("cancelled", None, None)]


def test_known_and_unknown_address_take_the_same_statements(known: Visitor, app: Flask, database: Database):
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    ask(app.test_client())
    with_known = seen.copy()
    seen.clear()
    ask(app.test_client(), "nobody@example.org")

    assert list(map(gist, seen)) == list(map(gist, with_known))


def test_who_asks_too_often_gets_the_same_answer_and_no_more_letters(
    known: Visitor, app: Flask, database: Database, keys: Keys
):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False) as clock:
        answers = {ask(app.test_client()).text for _ in range(9)}
        first = len(sent(database, keys))
        clock.shift(timedelta(minutes=16))
        ask(app.test_client())

    assert len(answers) == 1
    assert first == 5
    assert len(sent(database, keys)) == 6


def test_others_behind_the_same_network_address_use_up_no_ones_tries(
    known: Visitor, app: Flask, database: Database, keys: Keys
):
    for number in range(9):
        ask(app.test_client(), f"other{number}@example.org")

    ask(app.test_client())

    assert len(sent(database, keys)) == 1


def test_several_leads_of_one_address_come_in_one_letter(known: Visitor, app: Flask, database: Database, keys: Keys):
    other = Visitor(app.test_client())
    other.has_answered(SETTLED)
    other.send()
    other.client.post(links(newest(database, keys, "confirm"))[0])

    ask(app.test_client())

    assert len(sent(database, keys)) == 1
    assert len(set(links(newest(database, keys, "link")))) == 2


def test_after_deletion_nothing_is_sent(known: Visitor, app: Flask, database: Database, keys: Keys):
    signature = known.open_my_data().all("input", name="signature")[0]["value"]
    known.client.post("/my/delete", data={"signature": signature})

    ask(app.test_client())

    assert sent(database, keys) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        *((typed, "Type an email address such as") for typed in ("", "nobody", "a@b@c")),
        ("x" * 300 + "@example.org", "This is longer than 254 characters"),
    ],
)
def test_what_is_no_address_is_told_and_kept_as_typed(
    client: FlaskClient, database: Database, typed: str, sentence: str
):
    response = ask(client, typed)

    page = read(response.text)
    assert response.status_code == 422
    assert sentence in page.one("div", role="alert").text
    assert page.one("input", id="email")["value"] == typed
    assert count(database, OutboxLetter) == 0


def test_the_page_of_a_link_that_ended_leads_here(client: FlaskClient):
    assert "/my/again" in [one["href"] for one in read(client.get("/my/forged").text).all("a")]
    assert client.get("/my/again").status_code == 200
