"""The registry watched: what could be believed stays, whatever is answered later, until something newer is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from prescreen.database import Database
from prescreen.storage import registry
from prescreen.storage.registry import StoredRecord
from prescreen.workflow.registry.client import RegistryClient
from prescreen.workflow.registry.closing import closures_in
from prescreen.workflow.registry.watching import Watched, check
from tests.registered import TRIAL, VERSION
from tests.registry_server import FAILURES, RegistryServer, record
from tests.workflow.watches import NOW, known, look

KEPT = ("record", "status", "version", "etag", "criteria_digest", "base", "closed_on", "fetched_at")


def refuse_overwriting(before: StoredRecord, after: StoredRecord) -> None:
    """Raise AssertionError unless what was known stands and is called old."""
    for name in KEPT:
        assert getattr(after, name) == getattr(before, name), name
    assert after.failed_since is not None
    assert after.last_failure is not None


@pytest.mark.parametrize("mode", FAILURES)
def test_a_registry_that_fails_or_lies_leaves_what_is_known(
    mode: str, database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    look(database, client, watched)
    before, server.mode, server.etag = known(database), mode, '"second"'

    found = look(database, client, watched, NOW + timedelta(days=1))

    assert found.why
    assert "\n" not in found.why
    refuse_overwriting(before, known(database))
    assert known(database).failed_since == NOW + timedelta(days=1)


def test_a_keeper_that_overwrites_is_convicted(database: Database, client: RegistryClient, watched: Watched) -> None:
    look(database, client, watched)
    before = known(database)
    failed = replace(before, failed_since=NOW, last_failure="no_record")

    refuse_overwriting(before, failed)
    for broken in ({"status": "COMPLETED"}, {"etag": '"lie"'}, {"record": None}, {"last_failure": None}):
        with database.writing() as session:
            registry.keep(session, replace(failed, **broken))
        with pytest.raises(AssertionError):
            refuse_overwriting(before, known(database))


def test_nothing_changed_renews_the_day_alone(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    look(database, client, watched)
    before, later = known(database), NOW + timedelta(days=1)

    found = look(database, client, watched, later)

    assert [condition for _, _, condition in server.asked] == [None, server.etag]
    assert not found.why
    due = later + timedelta(days=1)
    assert known(database) == replace(before, fetched_at=later, checked_at=later, due_at=due)


def test_an_answer_after_a_failure_is_no_longer_old(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    server.mode = "busy"
    assert look(database, client, watched).record is None
    server.mode = "busy once"

    look(database, client, watched)

    assert known(database).failed_since is None
    assert known(database).record


def test_a_trial_that_vanished_is_told_and_not_closed(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    server.records[TRIAL] = record(TRIAL, overallStatus="RECRUITING")
    look(database, client, watched)
    server.mode = "vanished"

    found = look(database, client, watched)

    assert (found.stored.last_failure, found.stored.closed_on) == ("vanished", None)
    assert TRIAL not in {name for name, closure in closures_in(database).items() if closure.since}


def test_a_trial_that_stopped_is_closed_and_opens_again(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    for number, (status, is_closed) in enumerate((("RECRUITING", False), ("COMPLETED", True), ("RECRUITING", False))):
        server.records[TRIAL], server.etag = record(TRIAL, overallStatus=status), f'"{number}"'
        look(database, client, watched)
        assert (known(database).closed_on is not None) is is_closed


def test_a_failure_undoes_nothing_that_another_process_was_told_meanwhile(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    server.records[TRIAL] = record(TRIAL, overallStatus="RECRUITING")
    look(database, client, watched)
    before = known(database)
    server.records[TRIAL], server.etag = record(TRIAL, overallStatus="COMPLETED"), '"closed"'
    look(database, client, watched, NOW + timedelta(minutes=1))
    server.mode = "busy"

    check(database, client, watched, before, NOW + timedelta(minutes=2))

    assert known(database).closed_on is not None


def test_a_file_that_was_renewed_is_not_stale_though_nothing_changed_in_the_registry(
    database: Database, server: RegistryServer, client: RegistryClient, watched: Watched
) -> None:
    look(database, client, watched)
    changed = record(TRIAL, lastUpdatePostDateStruct={"date": "2024-06-01"})
    text = changed["protocolSection"]["eligibilityModule"]
    text["eligibilityCriteria"] = text["eligibilityCriteria"].replace("6 weeks", "12 weeks")
    server.records[TRIAL], server.etag = changed, '"changed"'
    look(database, client, watched)
    assert known(database).stale_for == VERSION

    source = {**watched.trial.source, "version": "2024-06-01"}
    file_text = watched.file_text.replace("6 weeks", "12 weeks").replace(VERSION, "2024-06-01")
    look(database, client, replace(watched, trial=replace(watched.trial, source=source), file_text=file_text))

    assert server.asked[-1][2] == '"changed"'
    assert known(database).stale_for is None


def test_a_file_that_cannot_be_read_now_stays_stale(
    database: Database, client: RegistryClient, watched: Watched
) -> None:
    look(database, client, replace(watched, file_text=watched.file_text.replace("Pregnant women", "Pregnant people")))

    look(database, client, replace(watched, file_text=""))

    assert known(database).stale_for == VERSION
