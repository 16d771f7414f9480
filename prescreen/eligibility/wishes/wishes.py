"""What a visitor wishes of a trial: where it is, and what is done in it.

Wishes are no criteria. They decide which trials the interview asks about and which the results list first; what the
answers say about a trial is the same with and without them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.geography import Point

Reach = int | Literal["country"]
"""How far a visitor would go: so many miles, or anywhere in their country."""

COUNTRY: Literal["country"] = "country"
REACHES: tuple[Reach, ...] = (25, 50, 100, 250, COUNTRY)
"""What there is to choose from."""

REFUSABLE = (Treatment.SURGERY, Treatment.INJECTION, Treatment.MEDICINE)
"""The kinds of treatment that the page of wishes offers to leave out; a wish may name any other."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visitor is: the name of a town with its region, the code of its country, and its location."""

    label: str = field(repr=False)
    country: str
    point: Point = field(repr=False)


class Obstacle(StrEnum):
    """What can put a trial outside the wishes, beside a kind of treatment."""

    FAR = "far"
    ABROAD = "abroad"
    PLACEBO = "placebo"


Reason = Obstacle | Treatment


@dataclass(frozen=True, slots=True)
class Wishes:
    """Where a visitor is and how far they would go, and what they would rather not take part in."""

    place: Place | None = None
    reach: Reach | None = None
    refused: frozenset[Treatment] = frozenset()
    without_placebo: bool = False

    @property
    def limits_distance(self) -> bool:
        """Whether trials can be outside for the place where they are run."""
        return self.place is not None and self.reach is not None

    @property
    def limits(self) -> bool:
        """Whether any trial can be outside."""
        return self.limits_distance or self.without_placebo or bool(self.refused)


NO_WISHES = Wishes()
