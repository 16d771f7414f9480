"""Queries about saved views: filters of the work list that a recruiter keeps under a name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.upserts import insert_into
from prescreen.storage.tables import SavedView


@dataclass(frozen=True, slots=True)
class StoredView:
    """A saved view; `query` is the part of the work list's address behind `?`."""

    id: UUID
    name: str
    query: str


def of_recruiter(session: Session, recruiter_id: UUID) -> list[StoredView]:
    """Return the views of a recruiter, in the order in which they were first saved."""
    query = select(SavedView).where(SavedView.recruiter_id == recruiter_id).order_by(SavedView.id)
    return [StoredView(row.id, row.name, row.query) for row in session.scalars(query)]


def save(session: Session, recruiter_id: UUID, name: str, query: str, at: datetime) -> None:
    """Store a view; one of the same name gets these filters in place of its own."""
    row = {"id": new_id(at), "recruiter_id": recruiter_id, "name": name, "query": query}
    known = insert_into(session, SavedView).values(row)
    named = known.on_conflict_do_update(index_elements=["recruiter_id", "name"], set_={"query": query})
    session.execute(named)


def remove(session: Session, recruiter_id: UUID, view_id: UUID) -> None:
    """Delete a view of this recruiter; another's stays."""
    session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.recruiter_id == recruiter_id))
