"""Queries about visitors' notes on criteria. Nothing in a note identifies its writer."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.tables import CriterionNote


class NoteReason(StrEnum):
    """The ways in which a criterion can be wrong."""

    UNCLEAR = "unclear"
    WRONG_FINDING = "wrong_finding"
    OUT_OF_DATE = "out_of_date"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Note:
    """A visitor's note on a criterion; the fingerprint names the version of the trial."""

    trial_id: str
    criterion_id: str
    fingerprint: str
    reason: NoteReason
    text: str
    noted_on: date


def add(session: Session, note: Note) -> None:
    """Store a note."""
    session.execute(insert(CriterionNote), [asdict(note)])


def listed(session: Session, trial_id: str | None = None) -> list[Note]:
    """Return the notes about one trial, or about all, oldest first."""
    query = select(CriterionNote).order_by(CriterionNote.trial_id, CriterionNote.id)
    chosen = query.where(CriterionNote.trial_id == trial_id) if trial_id is not None else query
    return [_note(row) for row in session.scalars(chosen)]


def count(session: Session, trial_id: str, since: date | None = None) -> int:
    """Return the number of notes about a trial, from a day on or ever."""
    query = select(func.count()).select_from(CriterionNote).where(CriterionNote.trial_id == trial_id)
    return session.scalar(query if since is None else query.where(CriterionNote.noted_on >= since)) or 0


def _note(row: CriterionNote) -> Note:
    return Note(
        trial_id=row.trial_id,
        criterion_id=row.criterion_id,
        fingerprint=row.fingerprint,
        reason=NoteReason(row.reason),
        text=row.text,
        noted_on=row.noted_on,
    )
