"""The watch beside the letters: what is due is asked for, and whatever happens it neither ends nor hurries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from prescreen.cli.base.context import opened
from prescreen.cli.base.registry_watch import (
    BETWEEN_TRIALS,
    WHERE_IT_IS_DOWN,
    WHERE_NOTHING_IS_DUE,
    RegistryWatch,
    look_once,
    watching_beside,
)
from prescreen.database import Database
from prescreen.storage import registry
from prescreen.workflow.registry import client
from prescreen.workflow.registry.client import Patience, RegistryClient
from tests.catalog.folders import write
from tests.cli.conftest import Run
from tests.registered import TRIAL, files, trial_file
from tests.registry_server import RegistryServer, record, serving

OTHER, UNREGISTERED, DRAFT = "NCT00000001", "T9", "NCT00000009"
NOW = datetime.now(UTC)
QUICK = Patience(per_second=1000, tries=2, first_wait=0.01, longest_wait=0.1, read=1, whole=0.3)


@pytest.fixture
def criteria(tmp_path: Path) -> Path:
    """Write a folder with two trials of the registry, one that no registry knows, and a draft."""
    folder = write(tmp_path / "criteria", files(trial_file()))
    for name in (OTHER, UNREGISTERED):
        (folder / f"trials/{name}.yaml").write_text(trial_file().replace(TRIAL, name))
    draft = trial_file().replace(TRIAL, DRAFT).replace("title:", "draft: true\ntitle:", 1)
    (folder / f"trials/{DRAFT}.yaml").write_text(draft)
    return folder


@pytest.fixture
def server(criteria: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    """Serve both records to a service that watches this server with little patience."""
    monkeypatch.setattr(client, "RegistryClient", partial(RegistryClient, patience=QUICK))
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(criteria))
    with serving(record(TRIAL), record(OTHER)) as served:
        monkeypatch.setenv("PRESCREEN_REGISTRY", served.base)
        yield served


@pytest.fixture
def watch(server: RegistryServer) -> Iterator[RegistryWatch]:
    """Return a watch of the server."""
    with opened() as tools:
        yield RegistryWatch(tools, server.base)


def test_what_is_due_is_asked_for_one_by_one_and_then_waited_for(watch: RegistryWatch, server: RegistryServer) -> None:
    waits = [watch.look(NOW) for _ in range(3)]

    assert waits == [BETWEEN_TRIALS, BETWEEN_TRIALS, WHERE_NOTHING_IS_DUE]
    assert sorted(trial_id for trial_id, _, _ in server.asked) == [OTHER, TRIAL]


def test_a_registry_that_is_down_is_left_alone_for_a_while(watch: RegistryWatch, server: RegistryServer) -> None:
    server.mode = "busy"

    assert watch.look(NOW) == WHERE_IT_IS_DOWN


def test_a_registry_that_asks_for_more_is_left_alone_for_as_long(watch: RegistryWatch, server: RegistryServer) -> None:
    server.mode = "busy for hours"

    assert watch.look(NOW) == timedelta(days=1)


def test_criteria_that_are_at_fault_end_no_watch(watch: RegistryWatch, criteria: Path, server: RegistryServer) -> None:
    broken = criteria / "questions.yaml"
    content = broken.read_text()
    broken.write_text("- [")
    assert watch.look(NOW) == WHERE_IT_IS_DOWN

    broken.write_text(content)
    assert watch.look(NOW) == BETWEEN_TRIALS
    assert len(server.asked) == 1


def test_a_file_that_was_taken_away_meanwhile_ends_no_watch(watch: RegistryWatch, criteria: Path) -> None:
    assert watch.look(NOW) == BETWEEN_TRIALS
    shutil.rmtree(criteria / "trials")

    assert watch.look(NOW) in (BETWEEN_TRIALS, WHERE_NOTHING_IS_DUE, WHERE_IT_IS_DOWN)


def test_who_asks_is_named_to_the_registry(watch: RegistryWatch, server: RegistryServer) -> None:
    watch.look(NOW)

    (agent,) = server.agents
    assert agent.startswith("prescreen (+http")
    assert "A sample operator" in agent


def test_once_asks_for_all_that_is_due(server: RegistryServer, database: Database) -> None:
    with opened() as tools:
        assert (look_once(tools), look_once(tools)) == (2, 0)

    with database.reading() as session:
        assert registry.states(session).keys() == {TRIAL, OTHER}


def test_once_ends_where_the_registry_is_down(server: RegistryServer) -> None:
    server.mode = "busy"

    with opened() as tools:
        assert look_once(tools) == 0

    assert len(server.asked) == QUICK.tries


def test_without_a_registry_nothing_is_watched(server: RegistryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRESCREEN_REGISTRY")

    with opened() as tools, watching_beside(tools):
        assert look_once(tools) == 0

    assert server.asked == []


def test_work_once_asks_the_registry_too(server: RegistryServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESCREEN_MAIL_URL", "smtp://127.0.0.1:1?tls=off")

    done = run("work", "--once")

    assert done.exit_code == 0, done.output
    assert sorted(trial_id for trial_id, _, _ in server.asked) == [OTHER, TRIAL]
