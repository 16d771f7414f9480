"""How many pages the interview says are left, against how many there were: how often it says so, how far it is off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from benchmarks.base.workload import ON
from benchmarks.interview.drawn_people import person
from benchmarks.interview.walks import screens_of_walk
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.interview.screens import Plan
from prescreen.eligibility.matching.planner import Planner
from prescreen.web.interview.progress import told_left

LAST_FEW = 3
"""A number from which a person takes it that the end is near."""


@dataclass(frozen=True)
class Walk:
    """One interview: how many pages were said to be left, at each page; None where the number was left out."""

    told: Sequence[int | None]

    @property
    def numbers(self) -> list[int]:
        """Return the numbers in the order in which they were told."""
        return [said for said in self.told if said is not None]

    @property
    def errors(self) -> list[int]:
        """Return by how many pages each number was off; above 0 where it was too great."""
        return [said - (len(self.told) - place) for place, said in enumerate(self.told) if said is not None]

    @property
    def overrun(self) -> int:
        """Return how many more pages came, at most, than the last few that were promised."""
        off = zip(self.numbers, self.errors, strict=True)
        return max((-error for said, error in off if said <= LAST_FEW), default=0)


@dataclass(frozen=True)
class Told:
    """What was told to many people."""

    walks: Sequence[Walk]

    @property
    def left_out(self) -> float:
        """Return the share of pages without a number, since it would have risen."""
        return mean(said is None for one in self.walks for said in one.told)

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
    said, bank = list[int | None](), planner.interview.bank

    def at(facts: Facts) -> Plan:
        standing = planner.at(facts)
        if standing.next_question is not None:
            fewest = min((one for one in said if one is not None), default=None)
            said.append(told_left(standing.pages_left.about, fewest))
        return standing

    screens_of_walk(at, bank, person(bank, seed), ON)
    return Walk(said)
