"""Numbers that processes count apart: none is lost when one is killed, and none is counted twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.workflow.operations.shared_counts import SharedCounts

PLACES = 3
COUNTING = """
import sys, time
from pathlib import Path
from prescreen.workflow.operations.shared_counts import SharedCounts
counts = SharedCounts(Path(sys.argv[1]), "a", 3)
for _ in range(100):
    counts.add([(0, 1), (2, 0.5)])
print(counts.is_shared, flush=True)
time.sleep(600)
"""


def totals(counts: SharedCounts) -> list[float]:
    return [sum(column) for column in zip(*(one.numbers for one in counts.everywhere()), strict=True)]


def living(counts: SharedCounts) -> int:
    return sum(one.is_alive for one in counts.everywhere())


@contextmanager
def counting(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that counted a hundred times, and lives."""
    command = [sys.executable, "-c", COUNTING, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


def test_processes_read_what_all_of_them_counted(tmp_path: Path) -> None:
    with counting(tmp_path), counting(tmp_path):
        counts = SharedCounts(tmp_path, "a", PLACES)
        counts.add([(0, 1)])

        assert totals(counts) == [201, 0, 100]
        assert living(counts) == 3


def test_what_a_killed_process_counted_stays_and_the_next_one_counts_on(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path, "a", PLACES)
    for rounds in range(1, 4):
        with counting(tmp_path) as process:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert totals(counts)[0] == 100 * rounds
            assert living(counts) == 1

    assert len(list(tmp_path.iterdir())) == 2


def test_every_process_tells_the_same_number_of_each(tmp_path: Path) -> None:
    processes = [SharedCounts(tmp_path, "a", PLACES) for _ in range(12)]
    for place, process in enumerate(processes):
        process.put(0, place)

    for process in processes:
        assert [(one.file, one.numbers[0]) for one in process.everywhere()] == [(place, place) for place in range(12)]


def test_a_file_without_its_lock_is_convicted_of_losing_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescreen.workflow.operations.shared_counts._is_free", lambda *_, **__: True)
    first, second = SharedCounts(tmp_path, "a", PLACES), SharedCounts(tmp_path, "a", PLACES)

    first.add([(0, 1)])
    second.add([(0, 1)])

    # Both took one file: what they add may overwrite each other, and the second is not seen as another process.
    assert living(first) == 1


@given(st.lists(st.lists(st.tuples(st.integers(0, PLACES - 1), st.integers(0, 9)), max_size=5), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_the_sum_is_that_of_all_additions(
    tmp_path_factory: pytest.TempPathFactory, added: list[list[tuple[int, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    processes = [SharedCounts(folder, "a", PLACES) for _ in added]
    for process, places in zip(processes, added, strict=True):
        process.add(places)

    wanted = [sum(by for places in added for place, by in places if place == one) for one in range(PLACES)]
    assert all(totals(process) == wanted for process in processes)


def test_files_that_number_otherwise_are_removed_once_no_process_holds_them(tmp_path: Path) -> None:
    with counting(tmp_path) as process:
        SharedCounts(tmp_path, "b", PLACES)
        assert [path.name for path in sorted(tmp_path.iterdir())] == ["a-0.counts", "b-0.counts"]
        process.kill()
        process.wait()

    kept = SharedCounts(tmp_path, "b", PLACES)
    assert "a-0.counts" not in [path.name for path in tmp_path.iterdir()]
    assert kept.is_shared


def test_a_file_is_written_to_its_end_before_it_is_mapped(tmp_path: Path) -> None:
    """Memory mapped to a hole ends the process on a full disk."""
    counts = SharedCounts(tmp_path, "a", 8192)
    status = (tmp_path / "a-0.counts").stat()

    assert counts.is_shared
    assert (status.st_size, status.st_mode & 0o777) == (8192 * 8, 0o600)


def test_a_folder_that_cannot_be_written_leaves_the_counts_in_the_process(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file stands there")
    counts = SharedCounts(tmp_path / "folder", "a", PLACES)

    counts.add([(1, 2)])

    assert not counts.is_shared
    assert totals(counts) == [0, 2, 0]
