"""The log of a serving process: one line an event on standard error, written by a thread.

The log must never block requests: a full pipe would stop all of them, a closed one would fail them.
"""

import os
import queue
import re
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.util import Finalize
from types import TracebackType

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_MOST_WAITING = 10_000
_GATHER_SECONDS = 0.05
_MOST_AT_ONCE = 200
_LOOKS_AT_THE_END = 10
LOGGED: Mapping[str, str] = {
    "account": "the id of an account of staff to which something was refused",
    "error": "the class of an exception, never its message",
    "failure": "why a registry did not answer",
    "fault": "why a letter was not taken, without an address",
    "faults": "faults of criteria files, or how many",
    "frames": "functions and lines in which an exception arose",
    "id": "the id of a letter",
    "method": "the method of a request, one of a few",
    "ms": "milliseconds until an answer was made",
    "page": "the endpoint of a request, never its address",
    "replica": "why a read replica was left alone",
    "request": "the number of a request",
    "state": "the state of a letter",
    "status": "the status of an answer, or of a trial at its registry",
    "trial": "a trial that a registry was asked about",
    "why": "what is to be done about a letter that was not taken",
}
"""The fields that the log may hold, and what each is. What is not listed is left out of it."""

_IN_COLUMNS = ("timestamp", "level", "event")
_WRITTEN = frozenset({*_IN_COLUMNS, *LOGGED})
_OF_CONSOLE = frozenset({"exception", "exc_info", "stack", "logger", "logger_name"})
"""Keys that the console renderer shows in a way of its own."""
_TO_QUOTE = re.compile("[ \\t=\\r\\n\"']")


class _NonBlockingStream:
    """A text stream whose `write` never blocks: a thread writes the lines, and drops those that it cannot write."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: queue.Queue[str] = queue.Queue(_MOST_WAITING)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write_lines, daemon=True)
        self._thread.start()
        # Workers are forked and end without running atexit.
        Finalize(self, self._end, exitpriority=10)

    def write(self, text: str) -> int:
        with suppress(queue.Full):
            self._waiting.put_nowait(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: the thread writes every line without delay."""

    def _end(self) -> None:
        """Write the last lines, unless the reader has stopped reading."""
        self._ending.set()
        for _ in range(_LOOKS_AT_THE_END):
            if self._waiting.unfinished_tasks == 0:
                break
            time.sleep(_GATHER_SECONDS)

    def _write_lines(self) -> None:
        while True:
            lines = [self._waiting.get()]
            # Lines that arrive together are written together: waking the thread for each would delay the requests.
            self._ending.wait(_GATHER_SECONDS)
            with suppress(queue.Empty):
                while len(lines) < _MOST_AT_ONCE:
                    lines.append(self._waiting.get_nowait())
            # Bypass Python's own stream, whose lock would be held for as long as the pipe is full.
            with suppress(OSError):
                os.write(self._descriptor, "".join(lines).encode())
            for _ in lines:
                self._waiting.task_done()


def write_aside() -> None:
    """Send this process's log to standard error."""
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer = console if sys.stderr.isatty() else in_plain_lines(console)
    usual = structlog.get_config()["processors"][:-1]
    factory = structlog.WriteLoggerFactory(file=_NonBlockingStream(sys.stderr.fileno()))  # type: ignore[arg-type] # only write and flush are called
    structlog.configure(
        processors=[*usual, only_listed, renderer], logger_factory=factory, cache_logger_on_first_use=True
    )


def only_listed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return what the log may hold of an event: a field that nobody listed may be of a person.

    >>> only_listed(None, "info", {"event": "request", "page": "home", "url": "/my/token"})
    {'event': 'request', 'page': 'home'}
    """
    return {name: value for name, value in event.items() if name in _WRITTEN}


def in_plain_lines(console: structlog.dev.ConsoleRenderer) -> Processor:
    """Return a renderer that says what the console renderer without colours says, in a third of the time.

    Every request logs a line. What is not a plain line of keys and values is left to the console renderer.
    """

    def rendered(logger: WrappedLogger, method: str, event: EventDict) -> str:
        if not _OF_CONSOLE.isdisjoint(event) or not all(isinstance(event.get(name), str) for name in _IN_COLUMNS):
            return console(logger, method, event)
        timestamp, level, words = (event.pop(name) for name in _IN_COLUMNS)
        told = " ".join([f"{name}={_shown(event[name])}" for name in sorted(event)])
        return f"{timestamp} [{level:9}] {words:30} {told}".rstrip(" ")

    return rendered


def _shown(value: object) -> str:
    return value if isinstance(value, str) and not _TO_QUOTE.search(value) else repr(value)


def frames_of(trace: TracebackType | None) -> list[str]:
    """Return where an exception came from, for the log: its message may hold an answer or a token."""
    return [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
