"""What people chose, as planes: one for each option."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prescreen.storage.cohort.bitsets.bits import Bits, all_of, any_of
from prescreen.storage.cohort.bitsets.truths import Truths, among_known


@dataclass(frozen=True, slots=True)
class Chosen:
    """The one option that each person chose."""

    known: Bits
    planes: Sequence[Bits]

    def among(self, places: tuple[int, ...]) -> Truths:
        """Say who chose one of these, from their planes or, if these are fewer, from those of all others."""
        wanted = [self.planes[place] for place in places]
        if 2 * len(wanted) <= len(self.planes):
            return among_known(self.known, any_of(wanted) if wanted else None)
        others = [plane for place, plane in enumerate(self.planes) if place not in places]
        return among_known(self.known, any_of(others) if others else None).opposite


@dataclass(frozen=True, slots=True)
class Ticks:
    """All options that each person ticked: a number whose bits are planes, by their places."""

    known: Bits
    planes: Mapping[int, Bits]

    def at_least(self, limit: int) -> Truths:
        """Say who ticked one of these options, if the limit is one, or all of them, if it is their number.

        Other limits have no meaning for options.
        """
        if limit <= 0:
            return Truths(self.known, self.known ^ self.known)
        if limit == 1:
            return among_known(self.known, any_of([*self.planes.values()]) if self.planes else None)
        if limit != sum([1 << place for place in self.planes]):
            raise ValueError(f"options are compared with one, or with all of them, not with {limit}")
        return among_known(self.known, all_of([*self.planes.values()]))
