"""How the criteria folder was read last: when it was accepted, since when a change to it is refused.

A module of its own, since what reads the folder and what tells of it know nothing of each other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """The state of a process's catalog. `refused_at` is None, and `faults` 0, where the folder is what is served."""

    read_at: datetime
    refused_at: datetime | None = None
    faults: int = 0


class CatalogReadings:
    """Holds the last reading of one process, and tells a follower of each change."""

    def __init__(self, at: datetime) -> None:
        self.last = Reading(at)
        self._tell: Callable[[Reading], None] = lambda _: None

    def follow(self, tell: Callable[[Reading], None]) -> None:
        """Call `tell` with the last reading, now and whenever it changes."""
        self._tell = tell
        tell(self.last)

    def accepted(self, at: datetime) -> None:
        """Note that the folder was read and is served."""
        self._note(Reading(at))

    def refused(self, at: datetime, faults: int) -> None:
        """Note that the folder is at fault, so that an earlier content is served."""
        self._note(replace(self.last, refused_at=self.last.refused_at or at, faults=faults))

    def _note(self, reading: Reading) -> None:
        self.last = reading
        self._tell(reading)
