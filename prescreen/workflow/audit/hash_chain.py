"""The hash chain over the audit trail: sealing links, and verifying the whole chain.

Transactions record events without waiting for each other; sealing takes a lock and links what is committed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prescreen.storage import Transactions
from prescreen.storage.audit import events, hash_chain
from prescreen.storage.audit.hash_chain import Head as Head
from prescreen.storage.audit.hash_chain import Link

_AT_ONCE = 1000
_HEAD = re.compile(r"(?:(?P<place>\d{1,18}):)?(?P<digest>[0-9a-fA-F]{64})|(?P<count>\d{1,18})", re.ASCII)


class Flaw(StrEnum):
    """The kind of fault found in a trail."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    LINK_MISSING = "link_missing"
    CUT = "cut"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first fault found: its position in the chain, its event, and a sentence."""

    flaw: Flaw
    place: int | None
    sequence: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Published:
    """A head that was kept outside: its position, its digest, or both."""

    place: int | None
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check: the last intact link, how many were sealed just before, and the first fault."""

    head: Head
    sealed: int
    fault: ChainFault | None


def read_head(text: str) -> Published:
    """Parse `position:hex`, a hexadecimal digest, or a count. Raise ValueError for anything else."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no head; give what `prescreen audit head` printed, such as 120:9f86…")
    place, digest = found["place"] or found["count"], found["digest"]
    return Published(int(place) if place else None, bytes.fromhex(digest) if digest else None)


def seal(database: Transactions, now: datetime) -> int:
    """Link every committed event that is not linked yet, in short transactions; return how many were linked."""
    count = 0
    while sealed := _seal_some(database, now):
        count += sealed
    return count


def _seal_some(database: Transactions, now: datetime) -> int:
    with database.reading() as session:
        # Mostly there is nothing to link: look before taking the lock, which would block writers.
        if not hash_chain.open_events(session, now, 1):
            return 0
    with database.writing() as session:
        hash_chain.lock(session)
        found = hash_chain.open_events(session, now, _AT_ONCE)
        hash_chain.append(session, found, now)
    return len(found)


def current_head(database: Transactions) -> Head:
    """Return the head of the chain."""
    with database.reading() as session:
        return hash_chain.head(session)


def verify(
    database: Transactions, published: Published | None, now: datetime, tell: Callable[[int], None] = lambda _: None
) -> Verdict:
    """Seal what is open, recompute the whole chain in constant memory, and record the result.

    `tell` is called with the number of links checked so far.
    """
    sealed = seal(database, now)
    end, fault = _checked(database, published, tell)
    verdict = Verdict(end, sealed, fault or _inserted_event(database, now))
    _record(database, verdict, now)
    return verdict


def _checked(
    database: Transactions, published: Published | None, tell: Callable[[int], None]
) -> tuple[Head, ChainFault | None]:
    """Return the last intact head and the first fault; the published head must be one of the chain's own."""
    end, met = Head(), published is None
    for link in _links(database):
        met = met or _is_head(published, end)
        fault = _link_fault(link, end)
        if fault is not None:
            return end, fault
        end = Head(link.place, link.digest)
        if published is not None and published.place == end.place and not _is_head(published, end):
            return end, ChainFault(Flaw.ANOTHER, end.place, None, _ANOTHER.format(end.place))
        if end.place % _AT_ONCE == 0:
            tell(end.place)
    return end, None if met or _is_head(published, end) else _head_fault(published, end)


_ANOTHER = "the chain has another digest at place {} than the given head: it was cut off there and grew anew"


def _is_head(published: Published | None, end: Head) -> bool:
    return published is None or (published.place in (None, end.place) and published.digest in (None, end.digest))


def _head_fault(published: Published | None, end: Head) -> ChainFault:
    if published is None or published.place is None:
        words = f"no link of the chain ({end.place} links) has the given digest: it was cut off, or is another chain"
        return ChainFault(Flaw.ANOTHER, None, None, words)
    words = f"the chain ends at place {end.place}, the given head stands at {published.place}: the end was cut off"
    return ChainFault(Flaw.CUT, end.place + 1, None, words)


def _links(database: Transactions) -> Iterator[Link]:
    after: int | None = None
    while True:
        with database.reading() as session:
            found = hash_chain.links(session, after, _AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = found[-1].place


def _link_fault(link: Link, end: Head) -> ChainFault | None:
    place = end.place + 1
    if link.place != place:
        words = f"link {place} of the chain is gone; the next one that stands is {link.place}"
        return ChainFault(Flaw.LINK_MISSING, place, None, words)
    found = link.expected(end.digest)
    if found is None:
        words = f"event {link.sequence} was deleted; it was sealed at place {place}"
        return ChainFault(Flaw.DELETED, place, link.sequence, words)
    if found != link.digest:
        words = f"event {link.sequence} is not what was sealed at place {place}: it was changed, or another put there"
        return ChainFault(Flaw.CHANGED, place, link.sequence, words)
    return None


def _inserted_event(database: Transactions, now: datetime) -> ChainFault | None:
    with database.reading() as session:
        sequence = hash_chain.slipped_in(session, now)
    if sequence is None:
        return None
    words = f"event {sequence} was inserted among events that had been sealed before it was there"
    return ChainFault(Flaw.INSERTED, None, sequence, words)


def _record(database: Transactions, verdict: Verdict, now: datetime) -> None:
    operator, subject = events.OPERATOR, events.Subject("trail", "audit")
    flaw = verdict.fault.flaw.value if verdict.fault else None
    details = {"events": verdict.head.place, "head": str(verdict.head), "flaw": flaw}
    with database.writing() as session:
        events.record(session, events.Event(now, operator, events.Action.TRAIL_CHECKED, subject, details))
