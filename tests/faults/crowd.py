"""Many participants at once, who go on sending until they are told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.faults.ledger import Ledger
from tests.faults.person import Browser, Filled, Outcome, filled, send
from tests.faults.service import Service

_PAUSE_SECONDS = 0.01
_PAUSE_AFTER_FAILURE_SECONDS = 0.3


@dataclass
class Crowd:
    """Threads that fill in a form and send it, again and again, each time under another name."""

    service: Service
    ledger: Ledger
    cookies: Mapping[str, str]
    unanswered: list[Filled] = field(default_factory=list)
    many: int = 4
    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to send."""
        self._stopping.clear()
        self._threads = [threading.Thread(target=self._go_on, daemon=True) for _ in range(self.many)]
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """End, once all have their answers or their connections broke."""
        self._stopping.set()
        for one in self._threads:
            one.join()

    def wait_for(self, acknowledged: int, seconds: float = 60.0) -> None:
        """Wait until so many people in all were told that all is saved."""
        until = time.monotonic() + seconds
        while len(self.ledger.acknowledged) < acknowledged:
            assert time.monotonic() < until, "nothing is saved any more"
            time.sleep(_PAUSE_SECONDS)

    def send_again(self) -> list[Outcome]:
        """Send again what had no answer, and return what these people are told now."""
        waiting, self.unanswered = self.unanswered, []
        return [self.ledger.note(form, send(self.service.port, form)) for form in waiting]

    def _go_on(self) -> None:
        while not self._stopping.is_set():
            form = self._form()
            if form is None:
                time.sleep(_PAUSE_SECONDS)
            elif self.ledger.note(form, send(self.service.port, form)) is not Outcome.SAVED:
                self.unanswered.append(form)
                time.sleep(_PAUSE_AFTER_FAILURE_SECONDS)

    def _form(self) -> Filled | None:
        """Return a form that is filled in; None where none is to be had."""
        with suppress(OSError, HTTPException, AssertionError):
            return filled(Browser(self.service.port, self.cookies))
        return None
