"""The registry watched: what could be believed stays, whatever is answered later, until something newer is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.registry.trial_texts import trial_text
from prescreen.database import Database
from prescreen.storage import registry
from prescreen.workflow.registry.answers import Registry, Seen
from prescreen.workflow.registry.client import Patience, RegistryClient
from prescreen.workflow.registry.closing import closures_in
from prescreen.workflow.registry.watching import Checked, StoredRecord, Watched, check, check_next
from tests.catalog.folders import write
from tests.registered import TRIAL, files, trial_file
from tests.registry_server import FAILURES, RegistryServer, record, serving

NOW = datetime.now(UTC)
QUICK = Patience(per_second=1000, tries=3, first_wait=0.01, longest_wait=1.5, read=1, whole=0.3)
KEPT = ("record", "status", "version", "etag", "criteria_digest", "base", "closed_on", "fetched_at")


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    with serving(record(TRIAL)) as opened:
        yield opened


@pytest.fixture
def client(server: RegistryServer) -> RegistryClient:
    return RegistryClient(server.base, "prescreen", QUICK)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    folder = write(tmp_path / "criteria", files(trial_file()))
    return Watched(load_to_judge(folder, NOW.date()).trials[TRIAL], trial_text(folder, TRIAL))


def known(database: Database) -> StoredRecord:
    with database.reading() as session:
        found = registry.find(session, TRIAL)
    assert found is not None
    return found


def look(database: Database, source: Registry, watched: Watched, now: datetime = NOW) -> Checked:
    with database.reading() as session:
        before = registry.find(session, TRIAL)
    return check(database, source, watched, before, now)


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


def test_patience_has_an_end(
    server: RegistryServer, client: RegistryClient, database: Database, watched: Watched
) -> None:
    server.mode = "busy"
    look(database, client, watched)
    assert len(server.asked) == QUICK.tries

    server.mode = "busy for hours"
    look(database, client, watched)
    assert len(server.asked) == QUICK.tries + 1


def test_a_registry_is_asked_three_times_a_second_at_most(server: RegistryServer) -> None:
    client = RegistryClient(server.base, "prescreen")
    threads = [threading.Thread(target=client, args=(TRIAL, Seen())) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)

    times = [at for _, at, _ in server.asked]
    assert len(times) == 5
    assert times[-1] - times[0] >= 4 / 3 - 0.1


def test_two_workers_ask_for_each_trial_once(database: Database, server: RegistryServer, watched: Watched) -> None:
    ids = [f"NCT0000000{number}" for number in range(1, 9)]
    server.records.update({one: record(one) for one in ids})

    def work() -> None:
        client = RegistryClient(server.base, "prescreen", QUICK)
        for _ in range(len(ids) * 2):
            check_next(database, client, lambda one: replace(watched, trial=replace(watched.trial, id=one)), ids, NOW)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert sorted(trial_id for trial_id, _, _ in server.asked) == ids
