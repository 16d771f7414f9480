"""People read their answers under the questions that they answered, after the question bank has changed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from prescreen.database import Database
from prescreen.eligibility.assessment.answer_encoding import to_row
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage.tables import CriteriaEvidence, Lead, Referral, StoredAnswer
from tests.web.kept import rows
from tests.web.markup import read
from tests.web.visitor import SETTLED, Visitor

CHOSEN = "NCT00000410"


@pytest.fixture
def person(visitor: Visitor) -> Visitor:
    """Return somebody who left details for one trial and later ones, and opened the private link."""
    visitor.has_answered(SETTLED | {"age": "44"})
    visitor.send(trial=CHOSEN, future="yes")
    visitor.open_my_data()
    return visitor


def said_before(database: Database, question_id: str, value: Value) -> None:
    """Store an answer as it was given to an earlier question bank."""
    [(lead_id,)] = rows(database, Lead.id)
    kind, text = to_row(value)
    row = {"lead_id": lead_id, "question_id": question_id, "kind": kind, "value": text}
    with database.writing() as session:
        session.execute(StoredAnswer.__table__.delete().where(StoredAnswer.question_id == question_id))  # type: ignore[attr-defined]
        session.execute(insert(StoredAnswer).values(**row, answered_on=date(2026, 11, 1)))


def asked_before(database: Database, question_id: str, ask: str, **options: str) -> None:
    """Let the evidence of the referral hold a question as an earlier bank had it."""
    with database.writing() as session:
        fingerprint, content, used = session.execute(
            select(CriteriaEvidence.fingerprint, CriteriaEvidence.content, Referral.question_ids).join(
                Referral, Referral.fingerprint == CriteriaEvidence.fingerprint
            )
        ).one()
        data = json.loads(content)
        (question,) = (one for one in data["questions"] if one["id"] == question_id)
        question["ask"] = {"": "Text", "by_language": {"en": ask}}
        question["options"] += [
            {"": "Option", "id": name, "label": {"": "Text", "by_language": {"en": label}}, "exclusive": False}
            for name, label in options.items()
        ]
        assert question_id in used
        written = update(CriteriaEvidence).where(CriteriaEvidence.fingerprint == fingerprint)
        session.execute(written.values(content=json.dumps(data)))


def answers_on_page(person: Visitor) -> dict[str, str]:
    response = person.client.get("/my/")
    assert response.status_code == 200
    rows_of_answers = read(response.text).one("table", id="answers").all("tr")
    return {one.one("th").text: one.one("b").text for one in rows_of_answers if one.all("th", scope="row")}


def test_an_option_that_is_gone_is_read_in_the_words_of_then(person: Visitor, database: Database):
    asked_before(database, "scan", "Which scans have you had?", xray="An X-ray", photo="A photograph")
    said_before(database, "scan", frozenset({"xray", "photo"}))

    assert answers_on_page(person)["Which scans have you had?"] == "An X-ray; A photograph"


@pytest.mark.parametrize(
    ("question_id", "value", "written"),
    [
        ("substance_use", "never", "never"),
        ("organ_conditions", frozenset({"kidneys", "thyroid"}), "kidneys+thyroid"),
        ("practical_limits", frozenset({"none"}), "none"),
        ("odi_score", True, "yes"),
    ],
)
def test_an_answer_that_todays_question_cannot_have_is_shown_as_it_was_kept(
    person: Visitor, database: Database, question_id: str, value: Value, written: str
):
    said_before(database, question_id, value)

    assert answers_on_page(person)[question_id] == f"kept as “{written}”: we no longer ask this in the same way"


def test_what_is_taken_home_holds_every_answer_as_it_was_kept(person: Visitor, database: Database, app: Flask):
    said_before(database, "substance_use", "never")

    assert person.client.get("/my/download").get_json()["answers"]["substance_use"]["value"] == "never"
