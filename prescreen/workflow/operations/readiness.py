"""Which parts of a running service are late: each has its limit here, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from prescreen.storage import Session
from prescreen.storage.audit import hash_chain
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Backlog
from prescreen.workflow.operations.catalog_readings import Reading
from prescreen.workflow.operations.worker_heartbeat import SILENT_AFTER, is_silent

OUTBOX_LATE_AFTER = timedelta(hours=1)
"""A letter that waits longer since it was made: one mail server that asks to wait is done by then."""

SEALING_LATE_AFTER = timedelta(minutes=5)
CATALOG_REFUSED_FOR = timedelta(minutes=5)
"""Somebody who edits criteria may save a file that is not finished yet."""

LEAST_FREE_BYTES = 256 * 1024 * 1024


class Part(StrEnum):
    """What a service is made of, in the order in which a part that is late is named."""

    DATABASE = "database"
    WORKER = "worker"
    CATALOG = "catalog"
    OUTBOX = "outbox"
    SEALING = "sealing"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Limit:
    """When a part is late, and what to do then. Without a part that is `needed`, the service is not ready."""

    late_when: str
    to_do: str
    needed: bool = False


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} minutes"


LIMITS: Mapping[Part, Limit] = {
    Part.DATABASE: Limit(
        "it cannot be reached, or its schema is not that of this version", "run prescreen db upgrade", needed=True
    ),
    Part.WORKER: Limit(
        f"nothing that sends letters and seals the trail reported for {_minutes(SILENT_AFTER)}",
        "restart the service",
        needed=True,
    ),
    Part.CATALOG: Limit(
        f"a change of the criteria is refused for {_minutes(CATALOG_REFUSED_FOR)}", "run prescreen check"
    ),
    Part.OUTBOX: Limit(f"a letter waits for {_minutes(OUTBOX_LATE_AFTER)}", "run prescreen outbox"),
    Part.SEALING: Limit(f"an event is not sealed for {_minutes(SEALING_LATE_AFTER)}", "run prescreen audit verify"),
    Part.DISK: Limit(f"less than {LEAST_FREE_BYTES // 2**20} MiB are free", "make room"),
}


@dataclass(frozen=True, slots=True)
class Lags:
    """What the database says of work that waits: letters, the first event that is not sealed, a silent worker."""

    letters: Backlog
    unsealed_since: datetime | None
    is_silent: bool


def lags(session: Session, now: datetime) -> Lags:
    """Return what waits."""
    return Lags(outbox.backlog(session), hash_chain.oldest_open(session, now), is_silent(session, now))


def age(at: datetime | None, now: datetime) -> timedelta:
    """Return how long ago something happened; nothing for what never did, or is dated ahead.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> [age(at, noon).total_seconds() for at in (noon - timedelta(hours=1), noon + timedelta(hours=1), None)]
    [3600.0, 0.0, 0.0]
    """
    return timedelta() if at is None else max(timedelta(), now - at)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the parts: `free` is in bytes; `lags` is None where the database cannot be read."""

    lags: Lags | None
    reading: Reading
    is_mailing: bool
    free: int


def late_parts(standing: Standing, now: datetime) -> frozenset[Part]:
    """Return the parts that are late. Letters of a service without a mail server wait by intention."""
    known, late = (
        standing.lags,
        {
            Part.DATABASE: standing.lags is None,
            Part.CATALOG: age(standing.reading.refused_at, now) > CATALOG_REFUSED_FOR,
            Part.DISK: standing.free < LEAST_FREE_BYTES,
        },
    )
    if known is not None:
        late[Part.WORKER] = known.is_silent
        late[Part.OUTBOX] = standing.is_mailing and age(known.letters.oldest_at, now) > OUTBOX_LATE_AFTER
        late[Part.SEALING] = age(known.unsealed_since, now) > SEALING_LATE_AFTER
    return frozenset(part for part, is_late in late.items() if is_late)
