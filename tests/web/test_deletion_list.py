"""The pages write to the list of deletions: the service gives it to the database that they delete people in."""

from __future__ import annotations

from flask import Flask

from prescreen.database import Database
from prescreen.storage.base.deletion_list import DeletionList
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.participants import data_subject_rights
from tests.people import LATER, submitted


def test_whom_the_service_deletes_is_on_its_list(app: Flask, database: Database) -> None:
    resources = app.extensions[EXTENSION]
    deletions = DeletionList(resources.settings.deletion_list, resources.keys.of_deletions)
    lead_id = submitted(database, resources.keys).lead_id

    with database.writing() as session:
        assert data_subject_rights.delete(session, lead_id, LATER)

    assert lead_id in deletions.names(())
