"""Two recruiters of one trial in browsers of their own, and people referred to them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import StoredReferral
from tests.people import recruiter
from tests.web.office import form_token, sign_in
from tests.web.referred import TRIAL, refer

OTHER_EMAIL = "col@example.org"


@dataclass
class Desk:
    """Two recruiters of one trial, each in a browser of their own, and one person referred to them."""

    mine: FlaskClient
    theirs: FlaskClient
    database: Database
    keys: Keys
    criteria: LiveCatalog

    def refer(self, **details: object) -> StoredReferral:
        catalog = self.criteria.current(datetime.now(UTC).date())
        receipt = refer(self.database, self.keys, catalog, **details)  # type: ignore[arg-type]
        with self.database.reading() as session:
            return referrals.of_lead(session, receipt.lead_id)[0]

    def referral(self, referral_id: UUID) -> StoredReferral:
        with self.database.reading() as session:
            found = referrals.find(session, referral_id)
        assert found is not None
        return found

    def account(self, email: str) -> Account:
        with self.database.reading() as session:
            found = recruiters.with_email(session, email)
        assert found is not None
        return found

    def tags(self, referral_id: UUID) -> tuple[str, ...]:
        with self.database.reading() as session:
            return state_changes.tags(session, referral_id)

    def actions(self, referral_id: UUID) -> list[str]:
        with self.database.reading() as session:
            return [one.action.value for one in events.about(session, events.Subject("referral", str(referral_id)))]


@pytest.fixture
def desk(app: Flask, database: Database, keys: Keys, shipped_criteria: LiveCatalog) -> Desk:
    recruiter(database, Assignment(TRIAL))
    recruiter(database, Assignment(TRIAL), email=OTHER_EMAIL)
    mine, theirs = app.test_client(), app.test_client()
    sign_in(mine)
    sign_in(theirs, email=OTHER_EMAIL)
    return Desk(mine, theirs, database, keys, shipped_criteria)


def post(client: FlaskClient, path: str, **form: object) -> TestResponse:
    return client.post(path, data={"form_token": form_token(client, "/recruiter/"), **form})


def of(referral: StoredReferral, part: str) -> str:
    return f"/recruiter/referrals/{referral.id}/{part}"


def shown(answer: TestResponse) -> str:
    return " ".join(html.unescape(answer.text).split())


def page(client: FlaskClient, referral: StoredReferral) -> str:
    return shown(client.get(f"/recruiter/referrals/{referral.id}"))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found[1]
