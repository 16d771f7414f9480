"""Supervision of a child process, which is restarted when it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
STEADY_AFTER_SECONDS = 60.0

Start = Callable[[], BaseProcess]
Tell = Callable[[str, float], None]


class Supervisor:
    """Starts a process, and restarts it whenever it ends without having been told to.

    Restarts use exponential backoff: one second at first, doubled each time up to a minute, and reset when a process
    ran for a minute. `tell` is called at each end with the process's name and the seconds until the restart.
    """

    def __init__(self, start: Start, tell: Tell) -> None:
        self._start, self._tell = start, tell
        self._stopping, self._changing = threading.Event(), threading.Lock()
        self._process = start()
        self._watcher = threading.Thread(target=self._watch, name="prescreen-supervisor", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Terminate the process, and do not restart it."""
        with self._changing:
            self._stopping.set()
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for the end of the stopped process; kill it if it takes longer than `seconds`."""
        self._watcher.join(seconds)
        if self._watcher.is_alive():
            self._process.kill()
            self._watcher.join()

    def _watch(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            self._process.join()
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began >= STEADY_AFTER_SECONDS else pause
            if self._stopping.is_set():
                return
            self._tell(self._process.name, pause)
            self._stopping.wait(pause)
            self._start_again()
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _start_again(self) -> None:
        with self._changing:
            if not self._stopping.is_set():
                # Without free memory or process slots the start fails; it is tried again.
                with suppress(OSError):
                    self._process = self._start()


@contextmanager
def supervised(*starts: Start, tell: Tell, seconds: float, stopped: Callable[[], None]) -> Iterator[None]:
    """Keep processes running for the duration of a `with` block; at its end they have `seconds` to stop.

    `stopped` is called when all were told to, and none will be started any more.
    """
    supervisors = [Supervisor(start, tell) for start in starts]
    try:
        yield
    finally:
        for one in supervisors:
            one.stop()
        stopped()
        for one in supervisors:
            one.wait(seconds)
