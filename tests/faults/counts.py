"""How often each fault is made: seldom in `make faults`, often in `make torture`."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE = "PRESCREEN_TEST_FAULTS"


@dataclass(frozen=True)
class Counts:
    """How much each suite does. Times are what the service has at most, in seconds."""

    kills: int
    """Processes killed, on each database."""
    forms: int
    """Forms that are each sent `ways` times at once, on each database."""
    ways: int
    lost_answers: int
    """Answers that are lost between commit and person, on each database."""
    database_kills: int
    """Kills of PostgreSQL with all its processes."""
    cuts: int
    """Power cuts on SQLite."""
    errors_at_each_point: int
    """How many of the two errors, of the disk and of no space, each write and sync of a submission gets."""
    disk_rounds: int
    """How often the disk is full, and has space again."""
    requests: int
    """Wild requests to pages."""
    files: int
    """Altered files: records, criteria and answers together."""
    back_seconds: float
    """Until the service answers after it was killed; what else a machine does at that time counts too."""
    connected_seconds: float
    """Until the service answers after PostgreSQL is back."""


SMALL = Counts(
    kills=60,
    forms=50,
    ways=20,
    lost_answers=50,
    database_kills=3,
    cuts=20,
    errors_at_each_point=1,
    disk_rounds=2,
    requests=10_000,
    files=3_000,
    back_seconds=60.0,
    connected_seconds=60.0,
)
TORTURE = Counts(
    kills=1_000,
    forms=500,
    ways=20,
    lost_answers=500,
    database_kills=200,
    cuts=200,
    errors_at_each_point=2,
    disk_rounds=20,
    requests=100_000,
    files=30_000,
    back_seconds=5.0,
    connected_seconds=5.0,
)
COUNTS = TORTURE if os.environ.get(VARIABLE) == "torture" else SMALL
