"""Supervision of a child process, which is restarted when it ends."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
STEADY_AFTER_SECONDS = 60.0

Start = Callable[[], BaseProcess]
Tell = Callable[[float], None]


class Supervisor:
    """Starts a process, and restarts it whenever it ends without having been told to.

    Restarts use exponential backoff: one second at first, doubled each time up to a minute, and reset when a process
    ran for a minute. `tell` is called at each end with the seconds until the restart.
    """

    def __init__(self, start: Start, tell: Tell) -> None:
        self._start, self._tell = start, tell
        self._stopping, self._changing = threading.Event(), threading.Lock()
        self._process = start()
        self._watcher = threading.Thread(target=self._watch, name="prescreen-supervisor", daemon=True)
        self._watcher.start()

    def stop(self, seconds: float) -> None:
        """Terminate the process, and wait at most `seconds` for its end."""
        with self._changing:
            self._stopping.set()
            self._process.terminate()
        self._watcher.join(seconds)

    def _watch(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            self._process.join()
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began >= STEADY_AFTER_SECONDS else pause
            if self._stopping.is_set():
                return
            self._tell(pause)
            self._stopping.wait(pause)
            self._start_again()
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _start_again(self) -> None:
        with self._changing:
            if not self._stopping.is_set():
                # Without free memory or process slots the start fails; it is tried again.
                with suppress(OSError):
                    self._process = self._start()
