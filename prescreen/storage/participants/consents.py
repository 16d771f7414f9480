"""Queries about consents and the wordings that were agreed to."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from prescreen.storage.base import deletion_list
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.records import record, values_of
from prescreen.storage.base.upserts import insert_missing, insert_rows, table_of
from prescreen.storage.participants.purposes import CHANNELS as CHANNELS
from prescreen.storage.participants.purposes import GIVERS
from prescreen.storage.participants.purposes import GivenBy as GivenBy
from prescreen.storage.participants.purposes import Purpose as Purpose
from prescreen.storage.tables import Consent, ConsentWording

_CONSENTS = table_of(Consent)
_IN_ORDER = select(_CONSENTS).order_by(_CONSENTS.c.id)
_OF_LEADS = _IN_ORDER.where(_CONSENTS.c.lead_id.in_(bindparam("lead_ids", expanding=True)))
_OF_LEAD = _IN_ORDER.where(_CONSENTS.c.lead_id == bindparam("lead_id"))


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A box that a person ticked, with the wording beside it. Trial and site are None for a purpose that names none.

    `notice` is the privacy notice that was shown with it; None where none was, as to made-up people.
    """

    purpose: Purpose
    trial_id: str | None
    site_id: str | None
    version: str
    wording: str
    language: str
    given_by: GivenBy = GivenBy.SELF
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """A consent as it is stored. `withdrawn_at` is None while it is in force."""

    purpose: Purpose
    trial_id: str | None
    site_id: str | None
    version: str
    wording_sha256: str
    language: str
    given_at: datetime
    withdrawn_at: datetime | None
    given_by: GivenBy = GivenBy.SELF
    notice_sha256: str | None = None


def add(session: Session, lead_id: UUID, consents: Sequence[ConsentGiven], at: datetime) -> list[StoredConsent]:
    """Store what a person agreed to, and the exact wordings and notices as evidence; return it as `of_lead` does."""
    shown = dict.fromkeys(text for given in consents for text in (given.wording, given.notice) if text is not None)
    prints = {text: fingerprint_of(text) for text in shown}
    wordings = ({"sha256": prints[text], "wording": text} for text in shown)
    insert_missing(session, ConsentWording, wordings, "sha256")
    stored = {new_id(at): _agreed(given, prints, at) for given in consents}
    insert_rows(session, Consent, [_row(*one, lead_id) for one in stored.items()])
    return [stored[consent_id] for consent_id in sorted(stored)]


def keep_another(session: Session, lead_id: UUID, consent: StoredConsent) -> None:
    """Store one more consent to a wording that is already stored."""
    insert_rows(session, Consent, [_row(new_id(consent.given_at), consent, lead_id)])


def fingerprint_of(wording: str) -> str:
    """Return the SHA-256 of a wording, in hexadecimal."""
    return sha256(wording.encode()).hexdigest()


def _agreed(given: ConsentGiven, prints: Mapping[str, str], at: datetime) -> StoredConsent:
    """Return a consent as it is stored; `prints` are the fingerprints of the texts that were shown."""
    return StoredConsent(
        purpose=given.purpose,
        trial_id=given.trial_id,
        site_id=given.site_id,
        version=given.version,
        wording_sha256=prints[given.wording],
        language=given.language,
        given_at=at,
        withdrawn_at=None,
        given_by=given.given_by,
        notice_sha256=None if given.notice is None else prints[given.notice],
    )


def _row(consent_id: UUID, consent: StoredConsent, lead_id: UUID) -> dict[str, Any]:
    written = {"purpose": consent.purpose.value, "given_by": consent.given_by.value}
    return {**values_of(consent), **written, "id": consent_id, "lead_id": lead_id}


def of_leads(session: Session, lead_ids: Iterable[UUID]) -> dict[UUID, list[StoredConsent]]:
    """Return all consents of these leads, withdrawn ones included, in the order they were given."""
    found: dict[UUID, list[StoredConsent]] = {}
    for row in session.execute(_OF_LEADS, {"lead_ids": list(lead_ids)}):
        found.setdefault(row.lead_id, []).append(_stored(row))
    return found


def of_lead(session: Session, lead_id: UUID) -> list[StoredConsent]:
    """Return all consents of one lead, withdrawn ones included."""
    return [_stored(row) for row in session.execute(_OF_LEAD, {"lead_id": lead_id})]


def giver_of_later_ones(session: Session, lead_id: UUID) -> GivenBy:
    """Return who counts as giving consents on the person's own page: the giver of the first, if remembered."""
    earlier = of_lead(session, lead_id)
    return earlier[0].given_by if earlier and GIVERS[earlier[0].given_by].is_remembered else GivenBy.SELF


def _stored(row: Any) -> StoredConsent:
    return record(StoredConsent, row, purpose=Purpose(row.purpose), given_by=GivenBy(row.given_by))


def wordings(session: Session, fingerprints: Iterable[str]) -> dict[str, str]:
    """Return the wordings and notices with these fingerprints, by fingerprint."""
    rows = session.scalars(select(ConsentWording).where(ConsentWording.sha256.in_(fingerprints)))
    return {row.sha256: row.wording for row in rows}


def in_force(consents: Iterable[StoredConsent], purpose: Purpose) -> bool:
    """Return whether any of these consents is for that purpose and not withdrawn."""
    return any(consent.purpose is purpose and consent.withdrawn_at is None for consent in consents)


def withdraw_share(session: Session, lead_id: UUID, trial_id: str, site_id: str, at: datetime) -> None:
    """Withdraw the consent to hand the person over to one site of one trial."""
    _withdraw(session, at, Consent.lead_id == lead_id, Consent.trial_id == trial_id, Consent.site_id == site_id)


def withdraw_purpose(session: Session, lead_id: UUID, purpose: Purpose, at: datetime) -> None:
    """Withdraw every consent of a lead to one purpose."""
    _withdraw(session, at, Consent.lead_id == lead_id, Consent.purpose == purpose.value)


def withdraw_all(session: Session, lead_id: UUID, at: datetime) -> None:
    """Withdraw every consent of a lead."""
    _withdraw(session, at, Consent.lead_id == lead_id)


def _withdraw(session: Session, at: datetime, *which: ColumnElement[bool]) -> None:
    ended = update(Consent).where(*which, Consent.withdrawn_at.is_(None)).values(withdrawn_at=at).returning(Consent.id)
    deletion_list.note(session, *session.scalars(ended))


def withdrawn(session: Session) -> Iterator[UUID]:
    """Yield the ids of all consents that were withdrawn."""
    ended = select(Consent.id).where(Consent.withdrawn_at.is_not(None))
    yield from session.scalars(ended.execution_options(yield_per=10_000))


def in_force_by_lead(session: Session, among: Container[UUID]) -> dict[UUID, list[UUID]]:
    """Return the ids of the consents in force that are among these, by lead; go through all to find them."""
    found: dict[UUID, list[UUID]] = {}
    standing = select(Consent.id, Consent.lead_id).where(Consent.withdrawn_at.is_(None))
    for consent_id, lead_id in session.execute(standing.execution_options(yield_per=10_000)):
        if consent_id in among:
            found.setdefault(lead_id, []).append(consent_id)
    return found


def in_force_by_id(session: Session, lead_id: UUID) -> dict[UUID, StoredConsent]:
    """Return the consents of a lead that are in force, by their ids."""
    rows = session.execute(_OF_LEAD, {"lead_id": lead_id}).all()
    return {row.id: _stored(row) for row in rows if row.withdrawn_at is None}
