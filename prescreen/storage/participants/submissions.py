"""Queries about submissions, by whose ids storing one is idempotent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from prescreen.storage.base.records import record, values_of
from prescreen.storage.base.upserts import insert_once, table_of
from prescreen.storage.tables import KnownSubmission

_SUBMISSIONS = table_of(KnownSubmission)
_BY_ID = select(_SUBMISSIONS).where(_SUBMISSIONS.c.id == bindparam("submission_id"))


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """What the answer to a repeated submission is made from. It outlives the lead."""

    id: str
    content_digest: str
    lead_id: UUID
    reference: str
    created_at: datetime


def find(session: Session, submission_id: str) -> StoredSubmission | None:
    """Return the submission with this id; None where none was stored."""
    row = session.execute(_BY_ID, {"submission_id": submission_id}).first()
    return None if row is None else record(StoredSubmission, row)


def claim(session: Session, submission: StoredSubmission) -> StoredSubmission:
    """Store the submission and return it, or return the one that was stored first under the same id.

    Raise LookupError where that one is gone; the caller sends the form again.
    """
    if insert_once(session, KnownSubmission, values_of(submission)):
        return submission
    first = find(session, submission.id)
    if first is None:
        raise LookupError(f"submission {submission.id} was neither added nor there; send it again")
    return first
