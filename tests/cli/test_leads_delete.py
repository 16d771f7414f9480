"""`prescreen leads delete`: the operator deletes who asks for it without a private link."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.audit.trail_queries import Wanted, entries
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.invariants import violations
from prescreen.storage.tables import Lead
from tests.cli.conftest import Run
from tests.people import submitted


@pytest.fixture
def references(database: Database, keys: Keys) -> list[str]:
    """Store two people and return their references."""
    return [submitted(database, keys, id=str(number)).reference for number in range(2)]


def left(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Lead.reference).where(Lead.contact.is_not(None))))


def test_without_yes_nobody_is_deleted_and_no_name_is_shown(
    references: list[str], database: Database, run: Run
) -> None:
    result = run("leads", "delete", references[0].lower())

    assert result.exit_code == 0
    assert re.fullmatch(rf"{references[0]} came on [-0-9]+(, NCT\d+ at .*: new)+; .*add --yes\n", result.output)
    assert "Quackenbush" not in result.output
    assert left(database) == set(references)


def test_with_yes_the_person_alone_is_deleted_and_noted_apart(
    references: list[str], database: Database, settings: Settings, keys: Keys, run: Run
) -> None:
    result = run("leads", "delete", references[0], "--yes")

    assert (result.exit_code, result.output) == (0, f"deleted {references[0]}, and noted it in the list of deletions\n")
    assert left(database) == {references[1]}
    with database.reading() as session:
        [gone] = session.scalars(select(Lead.id).where(Lead.contact.is_(None)))
        [event] = entries(session, Wanted(action=events.Action.LEAD_DELETED.value), None, 9)
        assert violations(session) == []
    assert (event.actor_kind, event.subject_id) == ("operator", str(gone))
    assert gone in DeletionList(settings.deletion_list, keys.of_deletions).names([])


@pytest.mark.parametrize("again", [True, False])
def test_somebody_who_is_not_there_is_told(references: list[str], again: bool, database: Database, run: Run) -> None:
    if again:
        run("leads", "delete", references[0], "--yes")

    result = run("leads", "delete", references[0] if again else "LP-0000-00", "--yes")

    assert result.exit_code == 1
    assert "nobody has the reference" in result.output
    assert references[1] in left(database)
