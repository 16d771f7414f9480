"""A recruiter with somebody on the line, who enters them for a trial."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.markup import Element, read
from tests.web.office import sign_in
from tests.web.visitor import where

TRIAL, OTHER = "NCT03386149", "NCT06053242"
# It asks for height and weight.
WEIGHING = "NCT01978912"
NAME = "Wilhelmina Quackenbush"
SAFE = {"q-cauda_equina_signs-answer": "none", "q-warning_signs-answer": "none"}
FIT = {"q-age-answer": "44", "q-pain_site-answer": "leg_more"}
CONTACT = {"name": NAME, "phone": "617 555 0143", "email": "w.quackenbush@example.org", "language": "en"}
AGREED = {"adult": "yes", "share": "yes", "by-phone": "yes"}


@dataclass
class Caller:
    """A signed-in recruiter with somebody on the line."""

    client: FlaskClient
    site_id: str
    trial_id: str = TRIAL

    @property
    def path(self) -> str:
        return f"/recruiter/enter/{self.trial_id}/{self.site_id}"

    def page(self, path: str = "") -> Element:
        answer = self.client.get(path or self.path)
        assert answer.status_code == 200, answer.status
        return read(answer.text)

    def form(self, path: str = "", **changes: Any) -> dict[str, Any]:
        form = self.page(path or self.path).one("form", action=self.path)
        hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
        filled = {**hidden, **SAFE, **FIT, **CONTACT, **AGREED, **changes}
        return {name: value for name, value in filled.items() if value is not None}

    def store(self, **changes: Any) -> TestResponse:
        return self.client.post(self.path, data=self.form(**changes))

    def alert(self, **changes: Any) -> str:
        answer = self.store(**changes)
        assert answer.status_code == 422, answer.status
        return read(answer.text).one("div", role="alert").text


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(datetime.now(UTC).date())


@pytest.fixture
def caller(client: FlaskClient, database: Database, catalog: Catalog) -> Caller:
    recruiter(database, Assignment(TRIAL))
    sign_in(client)
    return Caller(client, catalog.trials[TRIAL].sites[0].id)


def stored(answer: TestResponse) -> UUID:
    found = re.fullmatch(r"/recruiter/entered/([0-9a-f-]+)", where(answer))
    assert found
    return UUID(found[1])
