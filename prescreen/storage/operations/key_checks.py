"""Queries about the keys that the database was written with: their check values, and the values that need them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from prescreen.config import is_key_id
from prescreen.storage.base.encryption import KeyRing, SealBrokenError, key_id_of, prefix_of
from prescreen.storage.base.keys import Keys
from prescreen.storage.base.upserts import insert_once
from prescreen.storage.tables import KeyCheck, Lead, LogEntry, OutboxLetter, Recruiter, Reminder, SearchToken

SealedColumn = InstrumentedAttribute[bytes | None]

SEALED: tuple[SealedColumn, ...] = (
    Recruiter.totp_secret,
    Lead.contact,
    OutboxLetter.content,
    LogEntry.content,
    Reminder.content,
)
"""Every column whose values are encrypted with a key of the ring, each bound to its table's name and its row's id."""

_SAMPLES = 20
_SECRET_ID, _BEFORE_ID, _RETIRED_ID = "", "before", "retired"


class KeyPurpose(StrEnum):
    """What a key is for."""

    SECRET = "secret"  # noqa: S105 - the name of a key
    ENCRYPTION = "encryption"


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """The check values of the keys that the database was written with: of the secret key, and of others by id.

    `before` is that of the secret key under whose indexes some people may still stand: a rotation has not ended.
    `retired` is that of the secret key that the last rotation replaced.
    """

    secret: bytes | None = field(repr=False)
    encryption: Mapping[str, bytes] = field(repr=False)
    before: bytes | None = field(default=None, repr=False)
    retired: bytes | None = field(default=None, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether no key was recorded yet."""
        return self.secret is None and not self.encryption


@dataclass(frozen=True, slots=True)
class Findable:
    """What a person is found by, as stored: the encrypted contact, and keyed hashes of its words and address."""

    lead_id: UUID
    contact: bytes = field(repr=False)
    hashes: frozenset[bytes] = field(repr=False)


def known_keys(session: Session) -> KnownKeys:
    """Return the check values of all keys that were recorded."""
    rows = session.execute(select(KeyCheck.purpose, KeyCheck.key_id, KeyCheck.check_value)).all()
    values = {(KeyPurpose(purpose), key_id): value for purpose, key_id, value in rows}
    secret, before, retired = (
        values.pop((KeyPurpose.SECRET, key_id), None) for key_id in (_SECRET_ID, _BEFORE_ID, _RETIRED_ID)
    )
    return KnownKeys(secret, {key_id: value for (_, key_id), value in values.items()}, before, retired)


def record(session: Session, keys: Keys, at: datetime) -> None:
    """Store the check values of these keys; one that is stored already stays as it is."""
    values = {(KeyPurpose.ENCRYPTION, key_id): keys.ring.check_value(key_id) for key_id in keys.ring.ids}
    values[KeyPurpose.SECRET, _SECRET_ID] = keys.check
    for (purpose, key_id), value in sorted(values.items()):
        row = {"purpose": purpose.value, "key_id": key_id, "check_value": value, "recorded_at": at}
        insert_once(session, KeyCheck, row)


def begin_rotation(session: Session, keys: Keys, before: bytes, at: datetime) -> bool:
    """Store the check value of a new secret key in the place of the one before, which is still needed.

    Return False, and change nothing, where that one is not in its place any more.
    """
    present = (*_SECRETS, KeyCheck.key_id == _SECRET_ID, KeyCheck.check_value == before)
    changed = update(KeyCheck).where(*present).values(check_value=keys.check, recorded_at=at)
    if session.execute(changed.returning(KeyCheck.key_id)).first() is None:
        return False
    session.execute(delete(KeyCheck).where(*_SECRETS, KeyCheck.key_id.in_([_BEFORE_ID, _RETIRED_ID])))
    row = {"purpose": KeyPurpose.SECRET.value, "key_id": _BEFORE_ID, "check_value": before, "recorded_at": at}
    return insert_once(session, KeyCheck, row)


def end_rotation(session: Session, at: datetime) -> None:
    """Store that nothing stands under the earlier secret key any more."""
    ended = update(KeyCheck).where(*_SECRETS, KeyCheck.key_id == _BEFORE_ID)
    session.execute(ended.values(key_id=_RETIRED_ID, recorded_at=at))


_SECRETS = (KeyCheck.purpose == KeyPurpose.SECRET.value,)


def forget_encryption_keys(session: Session, key_ids: Collection[str]) -> None:
    """Delete the check values of encryption keys that nothing needs any more."""
    of_these = (KeyCheck.purpose == KeyPurpose.ENCRYPTION.value, KeyCheck.key_id.in_(key_ids))
    session.execute(delete(KeyCheck).where(*of_these))


def is_written(session: Session) -> bool:
    """Return whether there are accounts, people or letters, which depend on keys."""
    return bool(session.scalar(select(or_(*(exists(select(column.class_.id)) for column in SEALED)))))


def key_needed_beside(session: Session, key_ids: Collection[str]) -> str | None:
    """Return the id of a key with which a value is encrypted and that is not one of these; None where all are.

    What is damaged names no key, and none would open it.
    """
    for column in SEALED:
        others = [~is_under(column, key_id) for key_id in key_ids]
        found = session.scalars(select(column).where(column.is_not(None), *others).limit(_SAMPLES))
        named = [key_id_of(sealed) for sealed in found if sealed is not None]
        if whole := [key_id for key_id in named if is_key_id(key_id)]:
            return whole[0]
    return None


def opens_none(session: Session, ring: KeyRing, key_id: str) -> bool:
    """Return whether values are encrypted with a key of this id, and the ring's key opens none of the newest."""
    found = [one for column in SEALED for one in _newest(session, column, key_id)]
    return bool(found) and not any(_opens(ring, *one) for one in found)


def _newest(session: Session, column: SealedColumn, key_id: str) -> Iterator[tuple[bytes, str, str]]:
    """Yield some of the newest values of a column that were encrypted with a key of this id, with table and row."""
    row_id = column.class_.id
    query = select(row_id, column).where(is_under(column, key_id)).order_by(row_id.desc()).limit(_SAMPLES)
    for one, sealed in session.execute(query):
        if sealed is not None:
            yield sealed, column.class_.__tablename__, str(one)


def is_under(column: SealedColumn, key_id: str) -> ColumnElement[bool]:
    """Return the condition that a value was encrypted with the key of this id."""
    prefix = prefix_of(key_id)
    return func.substr(column, 1, len(prefix), type_=LargeBinary()) == prefix


def _opens(ring: KeyRing, sealed: bytes, table: str, row: str) -> bool:
    try:
        ring.open(sealed, table, row)
    except SealBrokenError:
        return False
    return True


def findable(session: Session) -> list[Findable]:
    """Return what some of the newest people are found by."""
    newest = select(Lead.id, Lead.contact, Lead.email_index).where(Lead.contact.is_not(None)).order_by(Lead.id.desc())
    return [
        Findable(lead_id, contact, _tokens(session, lead_id) | ({index} if index else set()))
        for lead_id, contact, index in session.execute(newest.limit(_SAMPLES)).all()
        if contact is not None
    ]


def _tokens(session: Session, lead_id: UUID) -> frozenset[bytes]:
    return frozenset(session.scalars(select(SearchToken.token).where(SearchToken.lead_id == lead_id)))
