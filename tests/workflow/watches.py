"""Looks at a registry for one trial, as the watch takes them."""

from datetime import UTC, datetime

from prescreen.database import Database
from prescreen.storage import registry
from prescreen.storage.registry import StoredRecord
from prescreen.workflow.registry.answers import Registry
from prescreen.workflow.registry.client import Patience
from prescreen.workflow.registry.watching import Checked, Watched, check
from tests.registered import TRIAL

NOW = datetime.now(UTC)
QUICK = Patience(per_second=1000, tries=3, first_wait=0.01, longest_wait=1.5, read=1, whole=0.3)


def known(database: Database) -> StoredRecord:
    """Return what is stored of the trial."""
    with database.reading() as session:
        found = registry.find(session, TRIAL)
    assert found is not None
    return found


def look(database: Database, source: Registry, watched: Watched, now: datetime = NOW) -> Checked:
    """Ask for the trial, and store what is known then."""
    with database.reading() as session:
        before = registry.find(session, TRIAL)
    return check(database, source, watched, before, now)
