"""The hash chain over the audit trail: one link for each event, in the order in which events were sealed.

A link's digest is the SHA-256 of the digest before it, of the link's own place and time, and of every column of the
event, each with its length, in a text form that both databases share. The first follows the SHA-256 of a fixed text.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from math import isfinite
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import AdvisoryLock
from prescreen.storage.tables import AuditEvent, AuditLink

LONGEST_TRANSACTION = timedelta(hours=1)
"""No transaction lasts longer on PostgreSQL, where an event can be committed after others with higher numbers."""

_INSTANT = "%Y-%m-%d %H:%M:%S.%f"
_START = sha256(b"prescreen audit chain 1").digest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: how many links it has, and the digest of the last. It prints as `place:hex`."""

    place: int = 0
    digest: bytes = _START
    sealed_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.place}:{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is stored, with its event's columns as the database writes them; None where the event is gone."""

    place: int
    sequence: int
    sealed_at: str
    digest: bytes
    event: tuple[object, ...] | None

    def expected(self, before: bytes) -> bytes | None:
        """Return the digest that this link must have, given the digest before it; None where its event is gone."""
        return None if self.event is None else digest_of(before, (self.place, self.sealed_at, *self.event))


def lock(session: Session) -> None:
    """Wait for the lock on the chain and hold it until the transaction ends, so that only one process seals."""
    advisory_locks.hold(session, AdvisoryLock.AUDIT_SEALING)


def head(session: Session) -> Head:
    """Return the end of the chain."""
    last = session.scalar(select(AuditLink).order_by(AuditLink.place.desc()).limit(1))
    return Head() if last is None else Head(last.place, last.digest, last.sealed_at)


def open_events(session: Session, now: datetime, limit: int) -> list[tuple[object, ...]]:
    """Return the columns of at most `limit` events that have no link yet, in the order of their numbers.

    Events numbered below those that were sealed long ago are left out: no transaction lasts that long.
    """
    settled = _settled(session, now)
    query = _unlinked(*_event_columns(session)).order_by(AuditEvent.sequence).limit(limit)
    rows = session.execute(query if settled is None else query.where(AuditEvent.sequence > settled))
    return [tuple(row) for row in rows]


def oldest_open(session: Session, now: datetime) -> datetime | None:
    """Return when the oldest event that waits for its link happened; None where none waits."""
    settled = _settled(session, now)
    query = _unlinked(func.min(AuditEvent.at))
    found: datetime | None = session.scalar(query if settled is None else query.where(AuditEvent.sequence > settled))
    return found


def slipped_in(session: Session, now: datetime) -> int | None:
    """Return the number of the first event inserted among those sealed long before; None where there is none."""
    settled = _settled(session, now)
    if settled is None:
        return None
    query = _unlinked(func.min(AuditEvent.sequence)).where(AuditEvent.sequence <= settled)
    found: int | None = session.scalar(query)
    return found


def _unlinked(*columns: Any) -> Select[Any]:
    linked = select(AuditLink.place).where(AuditLink.sequence == AuditEvent.sequence)
    return select(*columns).where(~linked.exists())


def _settled(session: Session, now: datetime) -> int | None:
    """Return the highest number of an event sealed so long ago that no lower number can be committed any more."""
    # SQLite commits transactions one after another, in the order of numbers.
    latest = now - LONGEST_TRANSACTION if _is_postgresql(session) else now
    query = select(AuditLink.sequence).where(AuditLink.sealed_at <= latest)
    return session.scalar(query.order_by(AuditLink.sequence.desc()).limit(1))


def append(session: Session, events: Iterable[tuple[object, ...]], now: datetime) -> None:
    """Append a link for each of these events, in this order. The caller must hold the lock."""
    end, written, rows = head(session), now.astimezone(UTC).strftime(_INSTANT), []
    place, digest = end.place, end.digest
    for event in events:
        place, sequence = place + 1, event[0]
        digest = digest_of(digest, (place, written, *event))
        rows.append({"place": place, "sequence": sequence, "sealed_at": now, "digest": digest})
    if rows:
        session.execute(insert(AuditLink), rows)


def links(session: Session, after: int | None, limit: int) -> list[Link]:
    """Return at most `limit` links after a place (None: from the first on) with their events, ordered by place."""
    sealed_at = _written(session, AuditLink.sealed_at)
    query = (
        select(AuditLink.place, AuditLink.sequence, sealed_at, AuditLink.digest, *_event_columns(session))
        .outerjoin(AuditEvent, AuditEvent.sequence == AuditLink.sequence)
        .order_by(AuditLink.place)
        .limit(limit)
    )
    rows = session.execute(query if after is None else query.where(AuditLink.place > after))
    return [_link(*row) for row in rows]


def _link(place: int, sequence: int, sealed_at: str, digest: bytes, *event: object) -> Link:
    return Link(place, sequence, sealed_at, digest, None if event[0] is None else event)


def _event_columns(session: Session) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]:
    """Return all columns of an event; those that the two databases write differently are cast to text.

    A value damaged beyond reading must not abort the check that is to detect it.
    """
    return (
        AuditEvent.sequence,
        _written(session, AuditEvent.at),
        AuditEvent.actor_kind,
        AuditEvent.actor_id,
        AuditEvent.action,
        AuditEvent.subject_kind,
        AuditEvent.subject_id,
        cast(AuditEvent.details, Text),
    )


def _written(session: Session, instant: InstrumentedAttribute[datetime]) -> ColumnElement[str]:
    if _is_postgresql(session):
        return func.to_char(func.timezone("UTC", instant), "YYYY-MM-DD HH24:MI:SS.US", type_=Text())
    return cast(instant, Text)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def digest_of(before: bytes, columns: tuple[object, ...]) -> bytes:
    """Return the digest of a link, from the one before and its columns: place, time of sealing, event (JSON last)."""
    *plain, details = columns
    return sha256(before + b"".join(map(_measured, (*plain, canonical(str(details)))))).digest()


def _measured(column: object) -> bytes:
    """Return a column prefixed by its length, so that no text can move from one column into the next.

    >>> _measured("lead"), _measured(None)
    (b'4:lead,', b'-,')
    """
    if column is None:
        return b"-,"
    content = str(column).encode("utf-8", "surrogatepass")
    return b"%d:%s," % (len(content), content)


def canonical(document: str) -> str:
    """Return the canonical form of a JSON text, independent of the order of keys and the form of numbers.

    >>> canonical('{"rows": 1e2, "a": [0.50, null]}')
    '{"a":[0.5,null],"rows":100}'
    >>> canonical("{")
    'unreadable: {'
    """
    try:
        found = json.loads(document, parse_float=_number, parse_constant=_number, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError):
        return f"unreadable: {document}"
    return json.dumps(found, sort_keys=True, separators=(",", ":"))


def _number(token: str) -> int | float:
    value = float(token)
    if not isfinite(value):
        raise ValueError(token)
    # PostgreSQL returns 1e300 with all its zeros.
    return int(Fraction(repr(value))) if value.is_integer() else value


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found
