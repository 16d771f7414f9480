"""The shipped criteria, read once a session: reading and typing 30 files takes longer than most tests."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from prescreen.catalog.criteria import loading
from prescreen.catalog.criteria.folder_reader import Reading, ReadTrials, read_folder
from prescreen.catalog.criteria.loading import EachAnew
from prescreen.config import SHIPPED_CRITERIA


@pytest.fixture(autouse=True, scope="session")
def shipped_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Read each other folder as ever, and the shipped one from what the first test to want it kept."""
    folder = _of_all_processes(tmp_path_factory)

    def read(root: Path, read_trials: ReadTrials) -> Reading:
        if root != SHIPPED_CRITERIA:
            return read_folder(root, read_trials)
        return _kept(folder / f"shipped-{read_trials.on}.pickle", EachAnew(read_trials.on))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "read_folder", read)
        yield


def _of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _kept(file: Path, anew: ReadTrials) -> Reading:
    """Return a copy of its own for each caller: what checks a reading notes the faults in it."""
    if not file.exists():
        # Two processes may both do so; each puts a whole file there.
        whole = file.with_suffix(f".{os.getpid()}")
        whole.write_bytes(pickle.dumps(read_folder(SHIPPED_CRITERIA, anew)))
        whole.replace(file)
    reading: Reading = pickle.loads(file.read_bytes())  # noqa: S301 - written by this session
    return reading
