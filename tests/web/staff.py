"""Recruiters at their browsers, without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment, Role
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts.recruiters import RecruiterDetails, add_recruiter
from prescreen.workflow.accounts.second_factor import set_up_by_operator
from tests.people import PASSWORD
from tests.web.markup import Element, read
from tests.web.referred import TRIAL

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Staff:
    """A person with a browser, with or without an account."""

    def __init__(self, app: Flask, email: str = "rec@example.org", browser: str = FIREFOX) -> None:
        self.email = email
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["HTTP_USER_AGENT"] = browser

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def page(self, path: str) -> Element:
        """Open a page that must exist, and parse it."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return read(answer.text)

    def post(self, path: str, shown: str = "/recruiter/account", **form: str | list[str]) -> TestResponse:
        """Send a form with the CSRF token of the page that showed it."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(shown).text)
        return self.client.post(path, data={"form_token": found[1] if found else "", **form})

    def sign_in(self, password: str = PASSWORD) -> TestResponse:
        """Send the sign-in form."""
        return self.post("/recruiter/login", "/recruiter/login", email=self.email, password=password)

    def set_up(self, path: str, **form: str) -> tuple[str, TestResponse]:
        """Set up the second factor that a page offers; return the secret and the response."""
        page = self.page(path)
        secret = page.one("code").text.replace(" ", "")
        offer = page.one("input", name="offer")["value"]
        return secret, self.post(path, path, offer=offer, code=pyotp.TOTP(secret).now(), **form)


def account(database: Database, email: str = "rec@example.org", role: Role = Role.RECRUITER) -> Account:
    """Add an account for one trial, with every right."""
    details = RecruiterDetails(email, email.split("@")[0].title(), (Assignment(TRIAL),), PASSWORD, role)
    with database.writing() as session:
        return add_recruiter(session, details, datetime.now(UTC))


def with_second_factor(database: Database, keys: Keys, who: Account) -> str:
    """Set up a second factor, and return its secret."""
    with database.writing() as session:
        return set_up_by_operator(session, keys, who.id, datetime.now(UTC))


def kept(database: Database, email: str) -> Account:
    """Return the account of an address."""
    with database.reading() as session:
        found = recruiters.with_email(session, email)
    assert found is not None
    return found


def actions(database: Database, who: Account) -> list[str]:
    """Return what was recorded about an account."""
    with database.reading() as session:
        return [event.action.value for event in events.about(session, events.Subject("recruiter", str(who.id)))]
