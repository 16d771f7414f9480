"""Queries about answers: rows of text in the encoding of `answer_encoding`, the same on both databases."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from prescreen.eligibility.assessment.answer_encoding import from_row, to_row
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage.base.upserts import insert_rows, table_of
from prescreen.storage.tables import StoredAnswer

_ANSWERS = table_of(StoredAnswer)
_COLUMNS = [_ANSWERS.c[name] for name in ("lead_id", "question_id", "kind", "value", "answered_on")]
_IN_ORDER = select(*_COLUMNS).order_by(_ANSWERS.c.question_id)
_OF_LEADS = _IN_ORDER.where(_ANSWERS.c.lead_id.in_(bindparam("lead_ids", expanding=True)))
_OF_LEAD = _IN_ORDER.where(_ANSWERS.c.lead_id == bindparam("lead_id"))


def keep(session: Session, lead_id: UUID, answers: Answers) -> None:
    """Store the answers of a lead that has none yet."""
    rows = [
        {"lead_id": lead_id, "question_id": question_id, "answered_on": answer.on, **_written(answer.value)}
        for question_id, answer in answers.given.items()
    ]
    insert_rows(session, StoredAnswer, rows)


def _written(value: Value | Declined) -> dict[str, str]:
    kind, text = to_row(value)
    return {"kind": kind, "value": text}


def of_leads(session: Session, lead_ids: Iterable[UUID]) -> dict[UUID, Answers]:
    """Return the answers of these leads by id; leads without answers are left out."""
    return _by_lead(session.execute(_OF_LEADS, {"lead_ids": list(lead_ids)}))


def _by_lead(rows: Iterable[Any]) -> dict[UUID, Answers]:
    found: dict[UUID, dict[str, Answer]] = {}
    for lead_id, question_id, kind, value, answered_on in rows:
        found.setdefault(lead_id, {})[question_id] = Answer(from_row(kind, value), answered_on)
    return {lead_id: Answers(given) for lead_id, given in found.items()}


def of_lead(session: Session, lead_id: UUID) -> Answers:
    """Return the answers of one lead."""
    return _by_lead(session.execute(_OF_LEAD, {"lead_id": lead_id})).get(lead_id, Answers())


def erase_all_but(session: Session, lead_id: UUID, question_ids: Collection[str]) -> None:
    """Delete a lead's answers to all questions except these."""
    session.execute(
        delete(StoredAnswer).where(StoredAnswer.lead_id == lead_id, StoredAnswer.question_id.not_in(question_ids))
    )
