"""A registry on this machine, a client of it, and a trial that is made from its record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.catalog.registry.trial_texts import trial_text
from prescreen.workflow.registry.client import RegistryClient
from prescreen.workflow.registry.watching import Watched
from tests.catalog.folders import write
from tests.registered import TRIAL, files, trial_file
from tests.registry_server import RegistryServer, record, serving
from tests.workflow.watches import NOW, QUICK


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    """Serve the trial's record."""
    with serving(record(TRIAL)) as opened:
        yield opened


@pytest.fixture
def client(server: RegistryServer) -> RegistryClient:
    """Return a client of the server with little patience."""
    return RegistryClient(server.base, "prescreen", QUICK)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Return the trial."""
    folder = write(tmp_path / "criteria", files(trial_file()))
    return Watched(load_to_judge(folder, NOW.date()).trials[TRIAL], trial_text(folder, TRIAL))
