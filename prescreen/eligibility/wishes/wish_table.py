"""Which trials are outside a visitor's wishes, and why: told for all trials of an interview at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.trials import Site, Treatment, Trial
from prescreen.eligibility.wishes.geography import EARTH_RADIUS_MILES, Point, direction, location_of
from prescreen.eligibility.wishes.wishes import COUNTRY, Obstacle, Place, Reason, Wishes

Marks = NDArray[np.bool_]
CountryOf = Callable[[str | None], str]
"""Returns the code of a country, given its name in a record; empty for an unknown one."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The trials that a wish puts outside, and those of which the record does not say (shape: trials)."""

    marks: Marks
    unsaid: Marks


class WishTable:
    """What the records of an interview's trials say about wishes; made once for a catalog.

    `sites` are those of each trial that count: where it is open. A trial that can be done from home is within reach of
    everyone.
    """

    def __init__(self, trials: Sequence[Trial], sites: Sequence[Sequence[Site]], code_of: CountryOf) -> None:
        located = [(place, point) for place, ours in enumerate(sites) for site in ours if (point := location_of(site))]
        self._located, self._starts = np.unique([place for place, _ in located], return_index=True)
        self._directions = np.array([direction(point) for _, point in located], float).reshape(-1, 3)
        self._countries = _by_country(sites, code_of)
        self._of_no_country = ~np.any([np.zeros(len(trials), bool), *self._countries.values()], axis=0)
        practical = [trial.practical for trial in trials]
        self._remote = np.array([one.remote is True for one in practical], bool)
        self._placebo = _told([one.placebo for one in practical])
        self._treatments = {
            kind: _told([kind in one.treatments if one.treatments else None for one in practical]) for kind in Treatment
        }

    def outside(self, wishes: Wishes) -> Mapping[Reason, Outside]:
        """Return which trials each of the wishes puts outside."""
        found: dict[Reason, Outside] = {}
        if wishes.place is not None and wishes.reach is not None:
            obstacle = Obstacle.ABROAD if wishes.reach == COUNTRY else Obstacle.FAR
            found[obstacle] = self._out_of_reach(wishes.place, wishes.reach)
        found |= {kind: self._treatments[kind] for kind in Treatment if kind in wishes.refused}
        return found | {Obstacle.PLACEBO: self._placebo} if wishes.without_placebo else found

    def inside(self, wishes: Wishes) -> Marks:
        """Return which trials are within the wishes, those included of which the record does not say."""
        inside = np.ones(len(self._remote), bool)
        for one in self.outside(wishes).values():
            inside &= ~one.marks
        return inside

    def miles(self, point: Point) -> NDArray[np.float64]:
        """Return how far the nearest site of each trial is from a point; infinite where no location is known."""
        found = np.full(len(self._remote), np.inf)
        if len(self._located):
            nearest = np.maximum.reduceat(self._directions @ np.array(direction(point)), self._starts)
            found[self._located] = EARTH_RADIUS_MILES * np.arccos(np.clip(nearest, -1, 1))
        return found

    def _out_of_reach(self, place: Place, reach: float | str) -> Outside:
        if isinstance(reach, str):
            unsaid = self._of_no_country
            within = self._countries.get(place.country, np.zeros(len(unsaid), bool))
        else:
            miles = self.miles(place.point)
            unsaid, within = np.isinf(miles), miles <= reach
        return Outside(~(unsaid | within | self._remote), unsaid & ~self._remote)


def _by_country(sites: Sequence[Sequence[Site]], code_of: CountryOf) -> Mapping[str, Marks]:
    """Return which trials have a site in each country, by its code."""
    codes = [{code for site in ours if (code := code_of(site.country))} for ours in sites]
    return {code: np.array([code in ours for ours in codes], bool) for code in set().union(*codes)}


def _told(values: Sequence[bool | None]) -> Outside:
    """Return what the records say of one wish: true puts a trial outside, None is not said."""
    return Outside(np.array([one is True for one in values], bool), np.array([one is None for one in values], bool))
