"""How long it takes to say which lists showed a person: `python -m benchmarks.audit.mentions [--views N]`.

The old way, a search for the id in the text of every list, stands here only to be measured beside the new one.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import UUID

from sqlalchemy import Text, cast, insert, select, text

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.audit.events import Action, Event, Subject
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import AuditEvent
from prescreen.workflow.participants.disclosures import NAMING_REFERRALS
from tests.services import postgres

PEOPLE, ON_A_LIST, AT_ONCE, TIMES = 2_000, 50, 500, 5
START = datetime(2026, 11, 1, tzinfo=UTC)
_BY = events.recruiter(UUID(int=1))


def list_view(shown: list[UUID], at: datetime) -> Event:
    """Return the event of a list that showed these referrals."""
    details = {events.REFERRALS: [str(one) for one in shown]}
    return Event(at, _BY, Action.WORKLIST_VIEWED, Subject("recruiter", str(_BY.id)), details)


def fill(database: Database, views: int) -> tuple[UUID, UUID]:
    """Record list views; return a referral that stands on every one, and one that stands on about fifty of them."""
    people = [new_id(START + timedelta(minutes=number)) for number in range(PEOPLE)]
    always, others, chance = people[0], people[2:], random.Random(7)
    rare = people[1]
    for start in range(0, views, AT_ONCE):
        with database.writing() as session:
            for number in range(start, min(start + AT_ONCE, views)):
                named = [rare] if number % max(views // 50, 1) == 0 else []
                shown = [always, *named, *chance.sample(others, ON_A_LIST - 1 - len(named))]
                events.record(session, list_view(shown, START + timedelta(seconds=number)))
    return always, rare


def by_text(session: Session, referral_id: UUID) -> int:
    """Search the text of every list, one action after the other, as before; return how many name the referral."""
    named = cast(AuditEvent.details, Text).contains(str(referral_id), autoescape=True)
    queries = [select(AuditEvent).where(AuditEvent.action == action.value, named) for action in NAMING_REFERRALS]
    return sum(len(list(session.scalars(query))) for query in queries)


def by_mention(session: Session, referral_id: UUID) -> int:
    """Read the mentions; return how many there are."""
    return len(events.mentions(session, referral_id, NAMING_REFERRALS))


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


def measure(database: Database, engine: str, views: int) -> None:
    """Fill a database and print what reading and recording take."""
    schema.upgrade(database.engine)
    always, rare = fill(database, views)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    for name, referral_id in (("on every list", always), ("on fifty lists", rare)):
        for way in (by_text, by_mention):
            with database.reading() as session:
                found = way(session, referral_id)
                taken = milliseconds(lambda way=way, one=referral_id: _fresh(session, way, one))
            print(f"{engine:<11} {name:<15} {way.__name__:<11} {taken:9.1f} ms   {found:,} found", flush=True)
    shown = [new_id(START) for _ in range(ON_A_LIST)]
    for name, record in (("event alone", _record_alone), ("with mentions", events.record)):
        taken = milliseconds(lambda record=record: _committed(database, record, shown))
        print(f"{engine:<11} recording a list view, {name:<14} {taken:9.1f} ms", flush=True)


def _fresh(session: Session, way: Callable[[Session, UUID], int], referral_id: UUID) -> None:
    session.expunge_all()
    way(session, referral_id)


def _committed(database: Database, record: Callable[[Session, Event], None], shown: list[UUID]) -> None:
    with database.writing() as session:
        record(session, list_view(shown, datetime.now(UTC)))


def _record_alone(session: Session, event: Event) -> None:
    row = {"at": event.at, "actor_kind": event.actor.kind.value, "actor_id": event.actor.id}
    row |= {"action": event.action.value, "subject_kind": event.subject.kind, "subject_id": event.subject.id}
    session.execute(insert(AuditEvent), [row | {"details": dict(event.details)}])


@contextmanager
def databases() -> Iterator[list[tuple[str, Database]]]:
    """Open an empty database of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgres.throwaway() as server:
        opened = [("SQLite", Database(f"sqlite:///{Path(folder) / 'trail.sqlite3'}")), ("PostgreSQL", Database(server))]
        yield opened
        for _, database in opened:
            database.close()


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=25_000, help="list views on record (25,000)")
    views = parser.parse_args().views
    with databases() as opened:
        for engine, database in opened:
            measure(database, engine, views)


if __name__ == "__main__":
    main()
