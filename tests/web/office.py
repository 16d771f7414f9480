"""A signed-in recruiter, and what she finds on her pages."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import PASSWORD, recruiter
from tests.web.referred import TRIAL, refer

OTHER_TRIAL = "NCT06053242"
EMAIL = "rec@example.org"


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@dataclass
class Office:
    """A signed-in recruiter, and the means to make people for her."""

    client: FlaskClient
    database: Database
    keys: Keys
    catalog: Catalog

    def refer(self, **details: object) -> None:
        refer(self.database, self.keys, self.catalog, **details)  # type: ignore[arg-type]

    def page(self, path: str) -> str:
        return html.unescape(self.client.get(path).text)

    def links(self) -> list[str]:
        return re.findall(r'href="(/recruiter/referrals/[^"]+)"', self.page("/recruiter/?sort=urgent"))

    def sheet(self) -> str:
        return " ".join(self.page(self.links()[0]).split())

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data={"form_token": form_token(self.client, "/recruiter/"), **form})


@pytest.fixture
def office(client: FlaskClient, database: Database, keys: Keys, catalog: Catalog) -> Office:
    recruiter(database, Assignment(TRIAL))
    sign_in(client)
    return Office(client, database, keys, catalog)


def form_token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    return found[1] if found else ""


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = EMAIL) -> TestResponse:
    token = form_token(client, "/recruiter/login")
    return client.post("/recruiter/login", data={"form_token": token, "email": email, "password": password})


def actions(database: Database, kind: str, subject_id: str) -> list[str]:
    with database.reading() as session:
        return [event.action.value for event in audit.about(session, audit.Subject(kind, subject_id))]
