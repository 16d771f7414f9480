"""How long what is over is kept: a table of periods in days, which an operator may change.

A module of its own: settings read it, and what deletes by it lies floors above them.
"""

from collections.abc import Mapping
from enum import StrEnum

Days = int | None
"""A period in days; None: for ever."""

_LONGEST_DAYS = 36_500


class Kept(StrEnum):
    """What is kept for a while after it is over."""

    TEST = "test"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    LETTERS = "letters"
    SESSIONS = "sessions"
    INVITATIONS = "invitations"


PERIODS: Mapping[Kept, Days] = {
    Kept.TEST: 7,
    Kept.UNCONFIRMED: 90,
    Kept.WITHDRAWN: 30,
    Kept.ENDED: 365,
    Kept.LETTERS: 35,
    Kept.SESSIONS: 30,
    Kept.INVITATIONS: 30,
}
"""The days for which each is kept where the operator says nothing else."""


def retention(text: str) -> Mapping[Kept, Days]:
    """Parse `ended=400,withdrawn=never`; what is not named keeps its usual period. Raise ValueError for other text.

    >>> retention("ended=400, withdrawn=never")[Kept.ENDED]
    400
    """
    named = dict(_period(part.strip()) for part in text.split(","))
    return {**PERIODS, **named}


def _period(part: str) -> tuple[Kept, Days]:
    name, _, days = (one.strip() for one in part.partition("="))
    if name not in set(Kept):
        raise ValueError(f"'{part}' does not begin with {', '.join(Kept)}; write such as ended=400,withdrawn=never")
    if days == "never":
        return Kept(name), None
    if not days.isascii() or not days.isdigit() or not 1 <= int(days[:9]) <= _LONGEST_DAYS:
        raise ValueError(f"'{days}' of {name} is neither never nor days from 1 to {_LONGEST_DAYS}")
    return Kept(name), int(days)
