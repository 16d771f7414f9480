"""Queries about export runs, and about what exported rows need beside the referrals."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.records import record
from prescreen.storage.tables import ExportRun, Lead, ReferralTag


class RunState(StrEnum):
    """The state of an export. One whose worker was killed stays `running` without further progress."""

    RUNNING = "running"
    FINISHED = "finished"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """An export that begins. `recruiter_id` is None for an operator; `filter` holds the filters that restrict it."""

    recruiter_id: UUID | None
    trial_id: str
    format: str
    columns: tuple[str, ...]
    filter: dict[str, Any]
    with_identity: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun(NewRun):
    """An export as it is stored. `cursor` is the last referral surely sent, `digest` the SHA-256 of a complete file."""

    id: UUID
    state: RunState
    started_at: datetime
    noted_at: datetime
    ended_at: datetime | None
    rows: int
    cursor: UUID | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """The progress of an export: the number of referrals sent, and the last one that was surely sent."""

    rows: int
    cursor: UUID | None


def begin(session: Session, run: NewRun, at: datetime) -> UUID:
    """Store a run that begins and return its id."""
    run_id = new_id(at)
    begun = {"id": run_id, "state": RunState.RUNNING.value, "started_at": at, "noted_at": at, "rows": 0}
    session.execute(insert(ExportRun), [{**asdict(run), **begun, "columns": list(run.columns)}])
    return run_id


def note(session: Session, run_id: UUID, mark: Mark, at: datetime) -> None:
    """Store the progress of a run."""
    values = {"rows": mark.rows, "cursor": mark.cursor, "noted_at": at}
    session.execute(update(ExportRun).where(ExportRun.id == run_id).values(**values))


def end(session: Session, run_id: UUID, mark: Mark, digest: str | None, at: datetime) -> None:
    """Store that a run ended: finished if there is a digest, else aborted."""
    state = RunState.FINISHED if digest else RunState.ABORTED
    note(session, run_id, mark, at)
    values = {"state": state.value, "digest": digest, "ended_at": at}
    session.execute(update(ExportRun).where(ExportRun.id == run_id).values(**values))


def find(session: Session, run_id: UUID) -> StoredRun | None:
    """Return the run with this id; None where there is none."""
    row = session.get(ExportRun, run_id, populate_existing=True)
    return None if row is None else _stored(row)


def of_recruiter(session: Session, recruiter_id: UUID, limit: int) -> list[StoredRun]:
    """Return at most `limit` runs of one recruiter, newest first."""
    query = select(ExportRun).where(ExportRun.recruiter_id == recruiter_id).order_by(ExportRun.id.desc()).limit(limit)
    return [_stored(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def _stored(row: ExportRun) -> StoredRun:
    return record(StoredRun, row, columns=tuple(row.columns), state=RunState(row.state))


def people(session: Session, lead_ids: Iterable[UUID]) -> dict[UUID, tuple[str | None, bytes | None]]:
    """Return the language and encrypted contact of these leads, by id."""
    rows = session.execute(select(Lead.id, Lead.language, Lead.contact).where(Lead.id.in_(lead_ids)))
    return {lead_id: (language, contact) for lead_id, language, contact in rows}


def tags(session: Session, referral_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the tags of these referrals by id, in alphabetical order; referrals without tags are left out."""
    query = select(ReferralTag.referral_id, ReferralTag.tag).where(ReferralTag.referral_id.in_(referral_ids))
    found: dict[UUID, list[str]] = {}
    for referral_id, tag in session.execute(query):
        found.setdefault(referral_id, []).append(tag)
    return {referral_id: sorted(words) for referral_id, words in found.items()}
