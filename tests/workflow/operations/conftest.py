"""Somebody of whom a backup is made, and the list that no backup holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.participants.rivalling_actions import Person, person
from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import Keys
from tests.people import recruiter, submitted


@pytest.fixture
def deletions(tmp_path: Path, keys: Keys, database: Database) -> Iterator[DeletionList]:
    """Return the list of deletions, which the database writes to."""
    one = DeletionList(tmp_path / "deletions.list", keys.of_deletions)
    database.list_deletions(one)
    yield one
    database._writing.configure(info={})


@pytest.fixture
def somebody(database: Database, keys: Keys) -> Person:
    """Somebody with referrals, letters, an invitation, answers; and a second person beside them."""
    submitted(database, keys)
    return person(database, keys, recruiter(database), confirmed=True)
