"""What became of the referrals to a trial: counts by state, and the time until first contact."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prescreen.storage import Session
from prescreen.storage.referrals.referrals import State
from prescreen.storage.statistics import referral_counts
from prescreen.storage.statistics.referral_counts import Scope, Standing
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Count, Shown, protected, protected_parts

OVERDUE = "overdue"
"""New referrals past the promised reply time; other new referrals are counted under `State.NEW`."""

STANDS = (OVERDUE, *(state.value for state in State))
"""Where a referral can stand."""

_DAY = 24
_MANY = 4 * FEW
"""The least number of times of which quartiles are shown, so that each quarter covers more than a few people."""


class Wait(StrEnum):
    """How long a first contact took, as a range."""

    THREE_DAYS = "three_days"
    A_WEEK = "a_week"
    LONGER = "longer"
    NOT_YET = "not_yet"


class Kept(StrEnum):
    """Whether the first contact came by the time that the site had promised."""

    IN_TIME = "in_time"
    LATE = "late"
    NO_PROMISE = "no_promise"


CONTACTED = "ever_contacted"
_KEPT = {True: Kept.IN_TIME, False: Kept.LATE, None: Kept.NO_PROMISE}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts of referrals by state and by time to first contact. `people` is None where there are too few to show.

    `promises` are those who were contacted, by whether that was as promised, and `CONTACTED` all of them. `median` and
    `quartiles` are in whole hours, of those who were contacted; None where those are too few.
    """

    people: int | None
    states: Mapping[str, Shown] | None
    waits: Mapping[str, Shown] | None
    promises: Mapping[str, Shown] | None = None
    median: int | None = None
    quartiles: tuple[int, int] | None = None


def outcomes(session: Session, scope: Scope, now: datetime) -> Outcomes:
    """Return what became of the referrals in a scope."""
    standing = referral_counts.states(session, scope, now)
    people = sum(standing.values())
    if 0 < people < FEW:
        return Outcomes(None, None, None)
    hours = referral_counts.hours_to_contact(session, scope)
    times = {max(0, after): count for after, count in hours.items() if after is not None}
    shown = told(_by_wait(hours), referral_counts.by_promise(session, scope), standing)
    return Outcomes(
        people,
        {name: shown[name] for name in (*STANDS, TOTAL)} if shown else protected_parts(_by_state(standing), fixed=True),
        {name: shown[name] for name in (*Wait, TOTAL)} if shown else None,
        {name: shown[name] for name in (*Kept, CONTACTED)} if shown else None,
        _quantile(times, 1, 2) if sum(times.values()) >= FEW else None,
        (_quantile(times, 1, 4), _quantile(times, 3, 4)) if sum(times.values()) >= _MANY else None,
    )


def told(
    waits: Mapping[str, int], promises: Mapping[bool | None, int], standing: Mapping[Standing, int]
) -> dict[Hashable, Shown] | None:
    """Return what may be shown of states, times and promises together: all are of the same people."""
    return protected([*_flow(waits, promises), *_crossed(standing)])


def _flow(waits: Mapping[str, int], promises: Mapping[bool | None, int]) -> list[Count]:
    """Return times and promises as counts of one flow: both are parts of those who were contacted.

    It goes from the people by states (`_crossed`) to those who were contacted, and through their parts to all of them.
    """
    waiting, people = waits[Wait.NOT_YET], sum(waits.values())
    return [
        Count(TOTAL, people, "people", "all", fixed=True),
        Count(Wait.NOT_YET, waiting, "all", "states not contacted"),
        Count(CONTACTED, people - waiting, "contacted", "states contacted"),
        *(Count(kept, promises.get(told, 0), "by promise", "contacted") for told, kept in _KEPT.items()),
        *(Count(wait, waits[wait], "all", "by promise") for wait in Wait if wait is not Wait.NOT_YET),
    ]


def _crossed(standing: Mapping[Standing, int]) -> Iterator[Count]:
    """Yield the states as counts that add up to the same contacted and not contacted as the times do.

    Who is new was hardly ever contacted: without this, the new ones could be worked out from those not contacted.
    """
    by_state = _by_state(standing)
    for stands in STANDS:
        yield Count(stands, by_state[stands], ("state", stands), "people")
        for is_contacted, column in ((True, "states contacted"), (False, "states not contacted")):
            cell = sum(n for one, n in standing.items() if _stands(one) == stands and one.is_contacted is is_contacted)
            yield Count((stands, column), cell, column, ("state", stands), untold=True)


def _by_state(standing: Mapping[Standing, int]) -> dict[str, int]:
    states = dict.fromkeys(STANDS, 0)
    for one, count in standing.items():
        states[_stands(one)] += count
    return states


def _stands(one: Standing) -> str:
    return OVERDUE if one.is_overdue else one.state.value


def _by_wait(hours: Mapping[int | None, int]) -> dict[str, int]:
    waits: dict[str, int] = {wait.value: 0 for wait in Wait}
    for after, count in hours.items():
        waits[_wait(after)] += count
    return waits


def _wait(hours: int | None) -> Wait:
    if hours is None:
        return Wait.NOT_YET
    if hours < 3 * _DAY:
        return Wait.THREE_DAYS
    return Wait.A_WEEK if hours < 7 * _DAY else Wait.LONGER


def _quantile(times: Mapping[int, int], numerator: int, denominator: int) -> int:
    """Return the time that this share of all times does not exceed."""
    wanted, passed = sum(times.values()) * numerator, 0
    for time in sorted(times):
        passed += times[time]
        if passed * denominator >= wanted:
            return time
    raise ValueError("no times")
