"""Points on the earth, and distances along great circles."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from prescreen.eligibility.criteria.trials import Site

KILOMETRES_A_MILE = 1.609344
EARTH_RADIUS_MILES = 3958.8


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the earth, in degrees."""

    latitude: float
    longitude: float


Direction = tuple[float, float, float]

_OF_THE_US = frozenset({"AS", "GU", "MP", "PR", "VI"})


def nation_of(code: str) -> str:
    """Return the code of the country that a territory is part of; of any other place, its own.

    >>> nation_of("PR"), nation_of("MX")
    ('US', 'MX')
    """
    return "US" if code in _OF_THE_US else code


def location_of(site: Site) -> Point | None:
    """Return where a site is; None where its record does not say."""
    if site.latitude is None or site.longitude is None:
        return None
    return Point(float(site.latitude), float(site.longitude))


def miles_between(one: Point, other: Point) -> float:
    """Return the great-circle distance in miles.

    >>> round(miles_between(Point(40.71, -74.01), Point(34.05, -118.24)))
    2445
    """
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    parallel = cos(radians(one.latitude)) * cos(radians(other.latitude))
    chord = sin(north / 2) ** 2 + parallel * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_MILES * asin(sqrt(min(1.0, chord)))


def direction(point: Point) -> Direction:
    """Return the direction in which a point lies from the middle of the earth, as a vector of length 1.

    Of two points, the one with the greater dot product with a third is nearer to it, which is quick to tell for many.
    """
    north, east = radians(point.latitude), radians(point.longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)
