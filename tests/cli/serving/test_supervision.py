"""A process that ends by itself is started again, more and more slowly, until it is told to stop."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from multiprocessing.process import BaseProcess

import pytest

from prescreen.cli.serving import supervision
from prescreen.cli.serving.supervision import Supervisor

REAL_SECONDS = 30
FOREVER = 3600.0


class Starts:
    """Starts processes that sleep, of which the first ones end at once; counts them."""

    def __init__(self, ending: int) -> None:
        self.ending, self.processes, self.enough = ending, list[BaseProcess](), threading.Event()

    def __call__(self) -> BaseProcess:
        seconds = 0.0 if len(self.processes) < self.ending else FOREVER
        process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(seconds,), daemon=True)
        process.start()
        self.processes.append(process)
        if len(self.processes) > self.ending:
            self.enough.set()
        return process


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(supervision, "LONGEST_PAUSE_SECONDS", 0.02)


def test_what_ends_is_started_again_with_growing_pauses_up_to_the_longest() -> None:
    starts, pauses = Starts(ending=3), list[float]()

    supervisor = Supervisor(starts, lambda _, pause: pauses.append(pause))

    assert starts.enough.wait(REAL_SECONDS)
    supervisor.stop()
    supervisor.wait(REAL_SECONDS)
    assert pauses == [0.01, 0.02, 0.02]
    assert [process.is_alive() for process in starts.processes] == [False] * 4


def test_a_process_that_ran_steadily_is_started_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "STEADY_AFTER_SECONDS", 0.0)
    starts, pauses = Starts(ending=3), list[float]()

    supervisor = Supervisor(starts, lambda _, pause: pauses.append(pause))

    assert starts.enough.wait(REAL_SECONDS)
    supervisor.stop()
    supervisor.wait(REAL_SECONDS)
    assert pauses == [0.01] * 3


def test_what_was_stopped_stays_so() -> None:
    starts, pauses = Starts(ending=0), list[float]()

    supervisor = Supervisor(starts, lambda _, pause: pauses.append(pause))
    supervisor.stop()
    supervisor.wait(REAL_SECONDS)

    assert (len(starts.processes), starts.processes[0].is_alive(), pauses) == (1, False, [])


def test_a_start_that_fails_is_tried_again() -> None:
    starts, failures = Starts(ending=1), [OSError("no more processes")]

    def start() -> BaseProcess:
        if starts.processes and failures:
            raise failures.pop()
        return starts()

    supervisor = Supervisor(start, lambda *_: None)

    assert starts.enough.wait(REAL_SECONDS)
    supervisor.stop()
    supervisor.wait(REAL_SECONDS)
    assert (len(starts.processes), failures) == (2, [])


def test_a_process_that_does_not_stop_is_killed() -> None:
    process = multiprocessing.get_context("spawn").Process(target=deaf, daemon=True)

    def start() -> BaseProcess:
        process.start()
        return process

    supervisor = Supervisor(start, lambda *_: None)
    time.sleep(1.0)
    supervisor.stop()
    supervisor.wait(0.2)

    assert not process.is_alive()


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(FOREVER)


def test_all_of_several_processes_stop_at_the_end_of_the_block() -> None:
    starts = Starts(ending=0)

    told = list[int]()

    def stopped() -> None:
        told.append(len(starts.processes))

    with supervision.supervised(starts, starts, tell=lambda *_: None, seconds=REAL_SECONDS, stopped=stopped):
        assert [process.is_alive() for process in starts.processes] == [True] * 2

    assert [process.is_alive() for process in starts.processes] == [False] * 2
