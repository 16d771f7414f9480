"""Backups made and restored, as the commands do it."""

from __future__ import annotations

from prescreen import database as schema
from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import Keys
from prescreen.workflow.operations import restoring
from prescreen.workflow.operations.backing_up import Backup, Reading, backed_up, verified
from prescreen.workflow.operations.restoring import Restored
from tests.people import LATER, NOW


def backup_of(database: Database, keys: Keys, deletions: DeletionList, name: str = "backup") -> Backup:
    """Write a backup beside the list of deletions, and return it."""
    path = deletions.file.with_name(name)
    path.write_bytes(b"".join(backed_up(database, keys, deletions, NOW)))
    return verified(path, keys)


def restored(target: Database, made: Backup, keys: Keys, deletions: DeletionList) -> Restored:
    """Restore a backup, and return what came of it. Raise what the command refuses it with."""
    restoring.refuse_unfit(made, keys, schema.known_revisions())
    deleted = restoring.deleted_since(made, deletions, ())
    with target.rebuilding() as (session, migrate):
        return restoring.restore(session, migrate, Reading(made.path, keys), deleted, LATER)
