"""Queries about leads."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base import deletion_list
from prescreen.storage.base.identifiers import new_reference
from prescreen.storage.base.records import record, values_of
from prescreen.storage.base.upserts import insert_rows, table_of
from prescreen.storage.tables import Lead

FIRST_LINK_GENERATION = 1
_LEADS = table_of(Lead)
_BY_ID = select(_LEADS).where(_LEADS.c.id == bindparam("lead_id"))
_BY_REFERENCE = select(_LEADS.c.id).where(_LEADS.c.reference == bindparam("reference"))


@dataclass(frozen=True, slots=True)
class StoredLead:
    """A lead as it is stored. A deleted one has no contact, e-mail index or language.

    `email_index` is None until the person confirmed the address of the contact; `entered_by` is the recruiter who wrote
    down what the person said on the phone, None where the person sent it. `kept_session` names the open browser that
    ended the links of earlier generations, and stays open itself.
    """

    id: UUID
    reference: str
    contact: bytes | None = field(repr=False)
    email_index: bytes | None = field(repr=False)
    language: str | None
    is_test: bool
    created_at: datetime
    link_generation: int = FIRST_LINK_GENERATION
    deleted_at: datetime | None = None
    entered_by: UUID | None = None
    kept_session: bytes | None = field(default=None, repr=False)


def add(session: Session, lead: StoredLead) -> None:
    """Store a new lead."""
    insert_rows(session, Lead, [values_of(lead)])


def find(session: Session, lead_id: UUID) -> StoredLead | None:
    """Return the lead with this id, even a deleted one; None where there never was one."""
    row = session.execute(_BY_ID, {"lead_id": lead_id}).first()
    return None if row is None else _stored(row)


def with_reference(session: Session, reference: str) -> UUID | None:
    """Return the id of the lead with this reference, in capitals or not, even a deleted one; None where none has it."""
    return session.scalar(_BY_REFERENCE, {"reference": reference.strip().upper()})


def _stored(row: object) -> StoredLead:
    return record(StoredLead, row)


def holds_real(session: Session) -> bool:
    """Return whether a lead that is no test is stored and not deleted."""
    return session.scalar(select(exists().where(Lead.is_test.is_(False), Lead.deleted_at.is_(None)))) is True


def newest(session: Session) -> UUID | None:
    """Return the greatest id of all leads, which is that of the last one stored; None where there is none."""
    return session.scalar(select(Lead.id).order_by(Lead.id.desc()).limit(1))


def deleted(session: Session) -> Iterator[UUID]:
    """Yield the ids of all leads that are deleted."""
    yield from session.scalars(select(Lead.id).where(Lead.deleted_at.is_not(None)).execution_options(yield_per=10_000))


def contacts(session: Session, lead_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return the encrypted contacts of these leads by id; deleted leads are left out."""
    rows = session.execute(select(Lead.id, Lead.contact).where(Lead.id.in_(lead_ids), Lead.contact.is_not(None)))
    return {lead_id: contact for lead_id, contact in rows if contact is not None}


def with_email(session: Session, indexes: Collection[bytes], limit: int) -> list[StoredLead]:
    """Return at most `limit` leads who confirmed the address with any of these indexes, newest first.

    The indexes are those of one address under the present and earlier keys.
    """
    found = session.scalars(select(Lead).where(Lead.email_index.in_(indexes)).order_by(Lead.id.desc()).limit(limit))
    return [_stored(row) for row in found]


def confirm_email(session: Session, lead_id: UUID, email_index: bytes) -> None:
    """Store the index of the contact's e-mail address, which the person has confirmed as theirs."""
    standing = (Lead.id == lead_id, Lead.deleted_at.is_(None))
    session.execute(update(Lead).where(*standing).values(email_index=email_index))


def change_contact(session: Session, lead_id: UUID, contact: bytes, email_index: bytes | None, language: str) -> None:
    """Replace the stored contact, its e-mail index and the language of a lead."""
    values = {"contact": contact, "email_index": email_index, "language": language}
    session.execute(update(Lead).where(Lead.id == lead_id, Lead.deleted_at.is_(None)).values(**values))


def renew_links(session: Session, lead_id: UUID, keeping: bytes | None) -> None:
    """End all private links to a lead, and all browsers in which one is open but the session that is kept."""
    values = {"link_generation": Lead.link_generation + 1, "kept_session": keeping}
    session.execute(update(Lead).where(Lead.id == lead_id, Lead.deleted_at.is_(None)).values(**values))


def free_reference(session: Session) -> str:
    """Return a new random reference that no lead has."""
    while session.scalar(_BY_REFERENCE, {"reference": (reference := new_reference())}):
        pass
    return reference


def erase(session: Session, lead_id: UUID, at: datetime) -> None:
    """Erase everything that identifies the person, revoke their private links, and leave the row as a tombstone.

    Before anything is erased, the person is on the list of deletions.
    """
    deletion_list.note(session, lead_id)
    erased = dict.fromkeys(("contact", "email_index", "language", "kept_session"))
    values = {**erased, "deleted_at": at, "link_generation": Lead.link_generation + 1}
    session.execute(update(Lead).where(Lead.id == lead_id).values(**values))
