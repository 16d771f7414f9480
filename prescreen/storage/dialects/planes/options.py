"""What people chose, as planes: one for each option."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prescreen.storage.dialects.planes.bits import Bits, any_of, reaching
from prescreen.storage.dialects.planes.truths import Truths, among_known


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
    """All options that each person ticked: a number whose bits are planes."""

    known: Bits
    planes: Mapping[int, Bits]

    def only(self, places: Iterable[int]) -> "Ticks":
        """Give those bits alone."""
        return Ticks(self.known, {place: self.planes[place] for place in places if place in self.planes})

    def at_least(self, limit: int) -> Truths:
        """Say whose number is at least the limit."""
        return among_known(self.known, reaching(self.planes, limit) if limit > 0 else self.known)
