"""How many pages the interview says are left, against how many there were: how far it rises, and how far it is off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import mean

from benchmarks.base.workload import ON
from benchmarks.interview.drawn_people import person
from benchmarks.interview.walks import screens_of_walk
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.interview.screens import Plan
from prescreen.eligibility.matching.planner import Planner
from prescreen.web.interview.progress import MOST_RISE, told_left

LAST_FEW = 3
"""A number from which a person takes it that the end is near."""


@dataclass(frozen=True)
class Walk:
    """One interview: how many pages were said to be left, at each page."""

    told: Sequence[int]

    @property
    def errors(self) -> list[int]:
        """Return by how many pages each number was off; above 0 where it was too great."""
        return [said - (len(self.told) - place) for place, said in enumerate(self.told)]

    @property
    def rise(self) -> int:
        """Return by how much a number was above one that was told before."""
        return max((said - low for said, low in zip(self.told, accumulate(self.told, min), strict=True)), default=0)

    @property
    def overrun(self) -> int:
        """Return how many more pages came, at most, than the last few that were promised."""
        return max((-error for said, error in zip(self.told, self.errors, strict=True) if said <= LAST_FEW), default=0)


@dataclass(frozen=True)
class Told:
    """What was told to many people."""

    walks: Sequence[Walk]

    @property
    def steady(self) -> float:
        """Return the share of people to whom the number never rose by more than MOST_RISE."""
        return mean(one.rise <= MOST_RISE for one in self.walks)

    @property
    def error(self) -> float:
        """Return the mean number of pages by which a number was off."""
        return mean(abs(error) for one in self.walks for error in one.errors)

    @property
    def overrun(self) -> int:
        """Return the greatest number of pages that came beyond the last few that were promised."""
        return max(one.overrun for one in self.walks)

    @property
    def bias(self) -> float:
        """Return the mean of the same, above 0 where the numbers are too great."""
        return mean(error for one in self.walks for error in one.errors)


def told(planner: Planner, seeds: Iterable[int]) -> Told:
    """Hold an interview with each of these people, and return what they were told."""
    return Told([_walk(planner, seed) for seed in seeds])


def _walk(planner: Planner, seed: int) -> Walk:
    said, bank = list[int](), planner.interview.bank

    def at(facts: Facts) -> Plan:
        standing = planner.at(facts)
        if standing.next_question is not None:
            said.append(told_left(standing.pages_left.about, min(said, default=None)))
        return standing

    screens_of_walk(at, bank, person(bank, seed), ON)
    return Walk(said)
