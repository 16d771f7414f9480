"""Distances along great circles, and locations of ZIP codes, looked up offline."""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from prescreen.eligibility.criteria.trials import Site

_HOME = ("United States", "US")
KILOMETRES_A_MILE = 1.609344
_EARTH_RADIUS_MILES = 3958.8
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the earth, in degrees."""

    latitude: float
    longitude: float


Direction = tuple[float, float, float]


def miles_between(one: Point, other: Point) -> float:
    """Return the great-circle distance in miles.

    >>> round(miles_between(Point(40.71, -74.01), Point(34.05, -118.24)))
    2445
    """
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    parallel = cos(radians(one.latitude)) * cos(radians(other.latitude))
    chord = sin(north / 2) ** 2 + parallel * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_MILES * asin(sqrt(min(1.0, chord)))


def direction(point: Point) -> Direction:
    """Return the direction in which a point lies from the middle of the earth, as a vector of length 1.

    Of two points, the one with the greater dot product with a third is nearer to it, which is quick to tell for many.
    """
    north, east = radians(point.latitude), radians(point.longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def whole_miles(postal_code: str | None, site: Site) -> int | None:
    """Return the distance from a postal code to a site in the United States in miles; None where either is unknown.

    Elsewhere five digits may be a code of the site's own country.
    """
    code = zip_in(postal_code or "")
    if code is None or site.country not in _HOME or site.latitude is None or site.longitude is None:
        return None
    home = point_of_zip(code)
    return None if home is None else round(miles_between(home, Point(float(site.latitude), float(site.longitude))))


def zip_in(text: str) -> str | None:
    """Return the five digits of a US ZIP code as it may be typed; None for anything else.

    >>> zip_in(" 94612-1234 "), zip_in("SW1A 1AA")
    ('94612', None)
    """
    found = _ZIP.fullmatch(text.strip())
    return found[1] if found else None


@lru_cache(maxsize=1024)
def point_of_zip(code: str) -> Point | None:
    """Return the location of a five-digit ZIP code; None for a code that is not in use or has no location."""
    # Imported only in a worker that is asked for a distance: reading its 42,000 codes takes 0.3 s and 37 MB.
    import zipcodes

    for known in zipcodes.matching(code):  # type: ignore[no-untyped-call]  # zipcodes has no types
        latitude, longitude = float(known["lat"] or 0), float(known["long"] or 0)
        # Codes of the armed forces abroad have the coordinates zero and zero.
        if latitude or longitude:
            return Point(latitude, longitude)
    return None
