"""`PRESCREEN_WORKER=off`: pages alone, since `prescreen work` runs elsewhere; when it never does, that shows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from prescreen.database import Database
from prescreen.storage.operations import worker_heartbeat
from prescreen.workflow.operations.worker_heartbeat import SILENT_AFTER, is_silent
from tests.attackers import children
from tests.databases import sqlite_copy
from tests.faults.service import Service, killed_at_the_end


def test_no_letter_is_sent_by_what_serves_and_a_worker_that_never_comes_is_missed(
    tmp_path: Path, sqlite_template: Path
) -> None:
    tmp_path.chmod(0o700)
    url = sqlite_copy(sqlite_template, tmp_path / "prescreen.sqlite3")
    with killed_at_the_end(Service(url, tmp_path, settings={"PRESCREEN_WORKER": "off"})) as service:
        began = datetime.now(UTC)
        service.start()
        assert service.process
        # Beside the fork server's children for pages there is none: with a worker, `pages` would leave it out.
        assert service.pages() == []
        assert children(service.process.pid)

    database = Database(url)
    with database.reading() as session:
        reported = worker_heartbeat.last(session)
        assert reported is not None
        assert not is_silent(session, began)
        assert is_silent(session, reported + 2 * SILENT_AFTER)
    database.close()
