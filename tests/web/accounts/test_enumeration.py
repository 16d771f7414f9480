"""Nobody can find out by trying which addresses have an account: the same answer, after the same work."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import account_invitations, passwords, recruiters
from prescreen.workflow.accounts.account_invitations import Invited
from tests.hashes import QUICK
from tests.people import PASSWORD
from tests.web.referred import TRIAL
from tests.web.staff import Staff, account, with_second_factor

WRONG = "not the password of anybody"
Prepare = Callable[[Database, Keys], object]


def disabled(database: Database, _: Keys) -> None:
    known = account(database, "disabled@example.org")
    with database.writing() as session:
        recruiters.disable_recruiter(session, known.email, datetime.now(UTC))


def invited(database: Database, _: Keys) -> None:
    someone = Invited("invited@example.org", None, Role.RECRUITER, (Assignment(TRIAL),), frozenset())
    with database.writing() as session:
        account_invitations.invite(session, someone, None, datetime.now(UTC))


def guarded(database: Database, keys: Keys) -> None:
    with_second_factor(database, keys, account(database, "guarded@example.org"))


def administrator(database: Database, _: Keys) -> None:
    account(database, "a@example.org", Role.ADMINISTRATOR)


TRIED: dict[str, tuple[Prepare, str, str]] = {
    "known": (lambda database, _: account(database, "known@example.org"), "known@example.org", WRONG),
    "in capitals": (lambda database, _: account(database, "capital@example.org"), "CAPITAL@Example.org", WRONG),
    "with a second factor": (guarded, "guarded@example.org", WRONG),
    "an administrator": (administrator, "a@example.org", WRONG),
    "disabled": (disabled, "disabled@example.org", WRONG),
    "disabled, the right password": (disabled, "disabled@example.org", PASSWORD),
    "invited": (invited, "invited@example.org", PASSWORD),
    "unknown": (lambda *_: None, "unknown@example.org", PASSWORD),
}  # fmt: skip
"""Who is tried, with what is to be there before."""


class Counting:
    """Hashes quickly, and counts how often it verifies."""

    def __init__(self) -> None:
        self.verified = 0
        self.hash = QUICK.hash

    def verify(self, stored: str, password: str) -> bool:
        self.verified += 1
        return QUICK.verify(stored, password)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Return what counts the hashes of passwords from now on."""
    counting = Counting()
    passwords.is_password(PASSWORD, None)
    monkeypatch.setattr(passwords, "_HASHER", counting)
    return counting


def gist(statement: str) -> str:
    """Return what a statement does, to which table."""
    return re.split(r"WHERE|\(", statement)[0]


def tried(app: Flask, who: str, database: Database, keys: Keys, hashes: Counting) -> tuple[Any, ...]:
    """Return the answer to a try without what is made anew for each, and what was done for it."""
    prepare, email, password = TRIED[who]
    prepare(database, keys)
    browser, done = Staff(app, email), list[str]()
    browser.get("/recruiter/login")
    # Whoever tries may say that the browser is known.
    browser.client.set_cookie("prescreen-known-0123456789", "0" * 64)
    hashes.verified = 0

    def note(*args: Any) -> None:
        done.append(gist(args[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    answer = browser.sign_in(password)
    event.remove(database.engine, "before_cursor_execute", note)
    text = re.sub(r'value="[0-9a-f]{64}"', "", answer.text.replace(email, ""))
    names = sorted(name for name, _ in answer.headers if name != "X-Request-ID")
    return answer.status_code, text, names, hashes.verified, tuple(done)


@pytest.mark.parametrize("who", TRIED)
def test_a_try_is_answered_alike_after_the_same_work_whoever_is_tried(
    app: Flask, database: Database, keys: Keys, hashes: Counting, who: str
) -> None:
    nobody = tried(app, "unknown", database, keys, hashes)
    done = tried(app, who, database, keys, hashes)

    assert (nobody[0], nobody[3]) == (422, 1)
    assert done == nobody


@pytest.mark.parametrize("who", ["known", "unknown", "disabled"])
def test_the_tenth_try_is_refused_alike_without_a_hash(
    app: Flask, database: Database, keys: Keys, hashes: Counting, who: str
) -> None:
    prepare, email, _ = TRIED[who]
    prepare(database, keys)
    browsers = [Staff(app, email) for _ in range(10)]
    for number, browser in enumerate(browsers):
        browser.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"

    answers = [browser.sign_in(WRONG) for browser in browsers]

    assert [answer.status_code for answer in answers] == [422] * 9 + [429]
    assert hashes.verified == 9


def test_a_service_that_hashes_for_those_alone_who_are_known_is_convicted(
    app: Flask, database: Database, keys: Keys, hashes: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(password: str, stored: str | None) -> bool:
        return stored is not None and hashes.verify(stored, password)

    monkeypatch.setattr("prescreen.workflow.accounts.sign_in.is_password", careless)

    assert tried(app, "unknown", database, keys, hashes)[3] == 0


def test_an_account_that_was_closed_after_the_password_gets_no_further(
    app: Flask, database: Database, keys: Keys
) -> None:
    email = "half@example.org"
    with_second_factor(database, keys, account(database, email))
    half = Staff(app, email)
    assert half.sign_in().location == "/recruiter/login/code"

    with database.writing() as session:
        recruiters.disable_recruiter(session, email, datetime.now(UTC))

    assert half.get("/recruiter/login/code").location == "/recruiter/login"
    assert half.get("/recruiter/").location == "/recruiter/login"
