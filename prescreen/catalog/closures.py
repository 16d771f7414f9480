"""What a registry closes, whatever the criteria say, where the operator lets it.

A module of its own, since the catalog and the state of the registry share it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Closure:
    """The sites of a trial that take no new people, by id; the whole trial since a day, where `since` is given.

    `status` is what the registry calls the whole trial now.
    """

    since: date | None = None
    sites: frozenset[str] = frozenset()
    status: str | None = None


Closures = Mapping[str, Closure]
"""The closure of each trial that a registry closes, by the trial's id."""

NOTHING_CLOSED = Closure()
