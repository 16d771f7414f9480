"""The log of a serving process: one line an event on standard error, written aside.

A log that nobody reads must hold up no visitor: a full pipe would stop every request, a closed one fail it.
"""

import os
import queue
import sys
import threading
import time
from contextlib import suppress

import structlog

_MOST_WAITING = 10_000
_GATHER_SECONDS = 0.05
_MOST_AT_ONCE = 32_768


class _Aside:
    """A text file whose writer never waits: a thread passes the lines on, and what nobody takes is dropped."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: queue.Queue[str] = queue.Queue(_MOST_WAITING)
        threading.Thread(target=self._pass_on, daemon=True).start()

    def write(self, text: str) -> int:
        with suppress(queue.Full):
            self._waiting.put_nowait(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: the thread keeps nothing back."""

    def _pass_on(self) -> None:
        while True:
            text = self._waiting.get()
            # Lines that come together are written together: waking up for each would hold up the requests.
            time.sleep(_GATHER_SECONDS)
            with suppress(queue.Empty):
                while len(text) < _MOST_AT_ONCE:
                    text += self._waiting.get_nowait()
            # Past Python's own stream, whose lock would be held for as long as nobody reads.
            with suppress(OSError):
                os.write(self._descriptor, text.encode())


def write_aside() -> None:
    """Send this process's log to standard error."""
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    usual = structlog.get_config()["processors"][:-1]
    factory = structlog.WriteLoggerFactory(file=_Aside(sys.stderr.fileno()))  # type: ignore[arg-type]
    structlog.configure(processors=[*usual, renderer], logger_factory=factory)
