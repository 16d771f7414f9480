"""An age with a fraction is an age in completed years, on the page, in the file to take along, and by phone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.tables import StoredAnswer
from prescreen.workflow.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.kept import rows
from tests.web.markup import read
from tests.web.office import sign_in
from tests.web.referrals.callers import SAFE
from tests.web.visitor import SETTLED, Visitor, where

TRIAL = "NCT03386149"


@pytest.mark.parametrize("typed", ["65", "65.5", "65.99"])
def test_what_is_typed_is_shown_and_taken_along_in_completed_years(visitor: Visitor, typed: str):
    visitor.answers(SETTLED | {"age": typed})

    assert "65 years" in visitor.page("/screener/review").text
    assert json.loads(visitor.get("/answers.json").text)["answers"]["age"] == 65


def test_eighteen_is_reached_on_the_birthday_and_not_before(visitor: Visitor):
    visitor.answers(SETTLED | {"age": "17.99"})

    assert "people aged 18 or older" in read(visitor.get("/interest").text).one("h1").text


def test_it_is_stored_so_from_the_form(visitor: Visitor, database: Database):
    visitor.answers(SETTLED | {"age": "44.5"})
    visitor.send(future="yes")

    assert ("age", "44") in rows(database, StoredAnswer.question_id, StoredAnswer.value)


def test_it_is_stored_so_from_the_phone(visitor: Visitor, database: Database, shipped_criteria: LiveCatalog):
    site = shipped_criteria.current(datetime.now(UTC).date()).trials[TRIAL].sites[0].id
    recruiter(database, Assignment(TRIAL))
    sign_in(visitor.client)
    path = f"/recruiter/enter/{TRIAL}/{site}"
    form = read(visitor.client.get(path).text).one("form", action=path)
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    said = {**SAFE, "q-age-answer": "44.5", "q-pain_site-answer": "leg_more"}
    person = {"name": "Wilhelmina Quackenbush", "phone": "617 555 0143", "language": "en"}

    answer = visitor.client.post(
        path, data={**hidden, **said, **person, "adult": "yes", "share": "yes", "by-phone": "yes"}
    )

    assert "/recruiter/entered/" in where(answer)
    assert ("age", "44") in rows(database, StoredAnswer.question_id, StoredAnswer.value)
