"""Restoring a backup into a database, in one transaction: it is all there afterwards, or nothing was changed.

People who were deleted since the backup was made are deleted again, and consents that were withdrawn are withdrawn
again, in the same transaction.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.backup import contents
from prescreen.storage.base.deletion_list import Deleted, DeletionList, begins_with
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents, person_lock
from prescreen.workflow.operations.backing_up import SUBJECT, Backup, BackupError, Reading
from prescreen.workflow.participants import data_subject_rights

_HEAD = "head"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: how many rows were read, and how many people were deleted, or had withdrawn, again."""

    rows: int
    deleted: int
    withdrawn: int


def refuse_unfit(backup: Backup, keys: Keys, known: Collection[str]) -> None:
    """Raise BackupError where this version, or a service with these keys, could not work with what is restored."""
    origin = backup.manifest.origin
    if origin.revision not in known:
        raise BackupError(
            f"{backup.path}: its schema is {origin.revision}, which this version does not know; "
            "use the version that made it"
        )
    if origin.secret_check not in (accepted.check.hex() for accepted in keys.generations):
        raise BackupError(
            f"{backup.path}: it was made with another secret key, without which links, searches and the list of "
            "deletions fail; put that key back, into PRESCREEN_SECRET_KEY_BEFORE where it was replaced since"
        )


def deleted_since(backup: Backup, own: DeletionList, others: Collection[Path]) -> Deleted:
    """Return who was deleted, by the lists of all machines.

    Raise DeletionListError where a list is missing or damaged; BackupError where none goes on from the one that the
    backup knew.
    """
    found, origin = own.names(others), backup.manifest.origin
    if not any(begins_with(file, origin.listed, origin.listed_sha256) for file in (own.file, *others)):
        raise BackupError(
            f"{own.file}: it is not the list of deletions that the backup knew, or was cut, so that deleted people "
            "would come back; put the newest one there"
        )
    return found


def refuse_replacing(session: Session) -> None:
    """Raise BackupError where the database holds people or accounts, which a restore would replace."""
    people, accounts = contents.held(session)
    if people or accounts:
        raise BackupError(
            f"the database is in use (people: {people:,}, accounts: {accounts:,}) and would be replaced; "
            "if that is meant, give --replace"
        )


def restore(
    session: Session, migrate: Callable[[str], None], reading: Reading, deleted: Deleted, now: datetime
) -> Restored:
    """Replace everything by a backup, bring its schema up to this version, and take back what was taken back since.

    Raise BackupError where the backup cannot be read to its end after all; the caller's transaction must then end
    without a commit.
    """
    contents.without_time_limit(session)
    contents.drop(session)
    migrate(reading.origin.revision)
    aside = contents.set_aside(session)
    for table, lines in reading.tables():
        contents.load(session, table, lines)
    manifest = reading.manifest()
    contents.put_back(session, aside)
    contents.renumber(session)
    migrate(_HEAD)
    restored = Restored(manifest.rows, _delete_again(session, deleted, now), _withdraw_again(session, deleted, now))
    _record(session, {"made_at": manifest.origin.made_at, **asdict(restored)}, now)
    return restored


def _record(session: Session, details: Mapping[str, object], now: datetime) -> None:
    done = events.Action.DATABASE_RESTORED
    events.record(session, events.Event(now, events.OPERATOR, done, SUBJECT, details))


def _delete_again(session: Session, deleted: Deleted, now: datetime) -> int:
    if not deleted:
        return 0
    again = [lead_id for lead_id in person_lock.restored(session) if lead_id in deleted]
    return sum(data_subject_rights.delete(session, lead_id, now, events.OPERATOR) for lead_id in again)


def _withdraw_again(session: Session, deleted: Deleted, now: datetime) -> int:
    if not deleted:
        return 0
    again = consents.in_force_by_lead(session, deleted)
    for lead_id, ids in again.items():
        data_subject_rights.withdraw_again(session, lead_id, ids, now, events.OPERATOR)
    return len(again)
