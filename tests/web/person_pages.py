"""The page of one person, and a recruiter who is signed in to read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.markup import Element, read
from tests.web.office import form_token, sign_in
from tests.web.referred import TRIAL, refer

# Its criteria have a body mass index, a growing length of time, an age and something for each way of checking.
OTHER_TRIAL = "NCT05021718"


@dataclass
class Page:
    """The page of one person, opened by a recruiter who is signed in."""

    client: FlaskClient
    database: Database
    path: str
    referral: StoredReferral

    def read(self) -> Element:
        return read(self.client.get(self.path).text)

    def text(self) -> str:
        return self.read().one("main").text

    def post(self, part: str, **form: Any) -> TestResponse:
        token = form_token(self.client, self.path)
        return self.client.post(f"{self.path}/{part}", data={"form_token": token, **form})

    def now(self) -> StoredReferral:
        with self.database.reading() as session:
            found = referrals.find(session, self.referral.id)
        assert found is not None
        return found

    def recorded(self) -> list[str]:
        with self.database.reading() as session:
            events = audit.about(session, audit.Subject("referral", str(self.referral.id)))
        return [event.action.value for event in events if event.action is not audit.Action.REFERRAL_VIEWED]


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@dataclass
class Office:
    """A signed-in recruiter of two trials."""

    app: Flask
    client: FlaskClient
    database: Database
    keys: Keys
    catalog: Catalog

    def page(self, trial_id: str = TRIAL, **details: Any) -> Page:
        receipt = refer(self.database, self.keys, self.catalog, trial_id=trial_id, **details)
        with self.database.reading() as session:
            (referral,) = referrals.of_lead(session, receipt.lead_id)
        return Page(self.client, self.database, f"/recruiter/referrals/{referral.id}", referral)

    def colleague(self, page: Page, trial_id: str = TRIAL) -> Page:
        recruiter(self.database, Assignment(trial_id), email="colleague@example.org")
        client = self.app.test_client()
        sign_in(client, email="colleague@example.org")
        return Page(client, self.database, page.path, page.referral)


@pytest.fixture
def office(app: Flask, client: FlaskClient, database: Database, keys: Keys, catalog: Catalog) -> Office:
    recruiter(database, Assignment(TRIAL), Assignment(OTHER_TRIAL))
    sign_in(client)
    return Office(app, client, database, keys, catalog)


def finding(page: Page, criterion_id: str) -> str:
    return page.read().one("tr", id=f"finding-{criterion_id}").text


def record(page: Page) -> str:
    return " ".join(one.text for one in page.read().all("ol", class_="time"))


def boxes(page: Page) -> dict[str, Element]:
    """Return the labels of the script's boxes by the values that they post, in the order of the page."""
    labels = [one for one in page.read().all("label") if one.all("input", name="tick")]
    return {one.one("input", name="tick")["value"]: one for one in labels}


def days_ago(days: int) -> date:
    """Return a day so long before today, as the service reckons it: near midnight it is another day elsewhere."""
    file = SHIPPED_CRITERIA / "catalog.yaml"
    zone = ZoneInfo(read_document(file, str(file)).data["timezone"])
    return datetime.now(zone).date() - timedelta(days=days)
