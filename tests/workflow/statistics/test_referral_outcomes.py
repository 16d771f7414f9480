"""Outcomes of referrals, against a reader who tries all numbers that fit what is shown of them together."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import product

import pytest

from prescreen.storage.referrals.states import State
from prescreen.storage.statistics.referral_counts import Standing
from prescreen.workflow.statistics.cell_suppression import FEW, Shown, SuppressionMark
from prescreen.workflow.statistics.referral_outcomes import OVERDUE, Kept, Wait, told


@pytest.mark.parametrize("counts", list(product((0, 3, 7), repeat=4)))
def test_no_small_number_of_referrals_can_be_worked_out_from_states_and_times(counts: tuple[int, ...]) -> None:
    """New ones and late ones were not contacted; the others were, in time or not."""
    new, late, soon, contacted_late = counts
    standing = {
        Standing(State.NEW, is_overdue=False, is_contacted=False): new,
        Standing(State.NEW, is_overdue=True, is_contacted=False): late,
        Standing(State.CONTACTED, is_overdue=False, is_contacted=True): soon + contacted_late,
    }
    waits = {Wait.THREE_DAYS: soon, Wait.A_WEEK: contacted_late, Wait.LONGER: 0, Wait.NOT_YET: new + late}
    shown = told(waits, {True: soon, False: contacted_late}, standing)
    if shown is None:
        return

    readings = list(fitting(shown, sum(counts)))
    assert counts in readings
    for name, number in told_of(counts).items():
        assert not 0 < number < FEW or len({told_of(one)[name] for one in readings}) > 1, name


def fitting(shown: Mapping[Hashable, Shown], people: int) -> Iterator[tuple[int, ...]]:
    """Yield all numbers of new, late, soon and lately contacted people that fit what is shown."""
    for new in (one for one in range(people + 1) if fits(shown[State.NEW], one)):
        for late in (one for one in range(people - new + 1) if fits(shown[OVERDUE], one)):
            for soon in range(people - new - late + 1):
                counts = new, late, soon, people - new - late - soon
                if all(fits(shown[name], number) for name, number in told_of(counts).items()):
                    yield counts


def told_of(counts: tuple[int, ...]) -> dict[str, int]:
    """Return what the page tells of new, late, soon and lately contacted people."""
    new, late, soon, contacted_late = counts
    return {
        State.NEW: new,
        OVERDUE: late,
        State.CONTACTED: soon + contacted_late,
        Wait.NOT_YET: new + late,
        Wait.THREE_DAYS: soon,
        Wait.A_WEEK: contacted_late,
        Kept.IN_TIME: soon,
        Kept.LATE: contacted_late,
    }


def fits(mark: object, number: int) -> bool:
    """Whether a number may stand behind what is shown."""
    if mark is SuppressionMark.FEW:
        return 0 < number < FEW
    return number >= FEW if mark is SuppressionMark.HIDDEN else number == mark
