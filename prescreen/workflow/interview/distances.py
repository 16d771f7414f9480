"""Distances from ZIP codes of the United States, whose locations are looked up offline."""

import re
from dataclasses import dataclass
from functools import lru_cache

from prescreen.eligibility.criteria.trials import Site
from prescreen.eligibility.wishes.geography import Point, location_of, miles_between

_HOME = ("United States", "US")
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?", re.ASCII)


def whole_miles(postal_code: str | None, site: Site) -> int | None:
    """Return the distance from a postal code to a site in the United States in miles; None where either is unknown.

    Elsewhere five digits may be a code of the site's own country.
    """
    code = zip_in(postal_code or "")
    there = location_of(site) if site.country in _HOME else None
    home = point_of_zip(code) if code and there else None
    return round(miles_between(home, there)) if home and there else None


def zip_in(text: str) -> str | None:
    """Return the five digits of a US ZIP code as it may be typed; None for anything else.

    >>> zip_in(" 94612-1234 "), zip_in("SW1A 1AA")
    ('94612', None)
    """
    found = _ZIP.fullmatch(text.strip())
    return found[1] if found else None


def point_of_zip(code: str) -> Point | None:
    """Return the location of a five-digit ZIP code; None for a code that is not in use or has no location."""
    found = area_of_zip(code)
    return found.point if found else None


@dataclass(frozen=True, slots=True)
class ZipArea:
    """Where a ZIP code is: its city, the code of its state, and its location."""

    city: str
    state: str
    point: Point


@lru_cache(maxsize=1024)
def area_of_zip(code: str) -> ZipArea | None:
    """Return where a five-digit ZIP code is; None for a code that is not in use or has no location."""
    # Imported only in a worker that is asked for a distance: reading its 42,000 codes takes 0.3 s and 37 MB.
    import zipcodes

    for known in zipcodes.matching(code):  # type: ignore[no-untyped-call]  # zipcodes has no types
        latitude, longitude = float(known["lat"] or 0), float(known["long"] or 0)
        # Codes of the armed forces abroad have the coordinates zero and zero.
        if latitude or longitude:
            return ZipArea(known["city"], known["state"], Point(latitude, longitude))
    return None
