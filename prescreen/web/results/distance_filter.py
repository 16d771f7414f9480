"""Results filtered and sorted by distance from a ZIP code, which is not stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.eligibility.interview.geography import (
    KILOMETRES_A_MILE,
    Direction,
    Point,
    direction,
    miles_between,
)
from prescreen.web.base.form_fields import Choice, Line
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.language import language
from prescreen.web.base.trial_wording import code_of, land
from prescreen.workflow.interview.distances import point_of_zip, zip_in

WITHIN = (25, 50, 100)
"""The distances to choose from, in miles."""

_NUMBERS = {"es": "es_US"}
"""Spanish pages are read in the United States, where digits are grouped by commas."""

_HOME = "US"


class WishForm(Form):
    """Trials near a ZIP code; all of it may be left out."""

    near: Annotated[str, Line(longest=None)]
    within: Annotated[int | None, Choice({str(one): one for one in WITHIN})]
    sort: Annotated[bool | None, Choice({"distance": True})]


@dataclass(frozen=True, slots=True)
class DistanceChoice:
    """The visitor's choice: the ZIP code as typed and its location, the greatest distance in miles, and the order."""

    typed: str = field(repr=False)
    point: Point | None = field(repr=False)
    within: int | None
    by_distance: bool
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest site of a trial, and its distance in miles."""

    site: Site
    miles: float

    @property
    def _at_home(self) -> bool:
        return code_of(self.site.country) == _HOME

    @property
    def place(self) -> str:
        """Return the city, and the state or the country."""
        beside = self.site.state if self._at_home else land(self.site.country)
        return ", ".join(part for part in (self.site.city or self.site.name, beside) if part)

    @property
    def words(self) -> str:
        """Return the distance in words, in kilometres too where the site's country uses them."""
        miles = _about(self.miles)
        words = ngettext("about %(miles)s mile", "about %(miles)s miles", miles, miles=_written(miles))
        if self._at_home:
            return words
        kilometres = _written(_about(self.miles * KILOMETRES_A_MILE))
        return _("%(miles)s (%(kilometres)s km)", miles=words, kilometres=kilometres)


def _written(number: int) -> str:
    return format_decimal(number, locale=_NUMBERS.get(language(), language()))


def _about(distance: float) -> int:
    """Return a distance as precise as it is known: sites are located at the middle of their city.

    >>> _about(0.2), _about(37.4), _about(143.0), _about(5617.0)
    (1, 37, 140, 5600)
    """
    digits = 0 if distance < 100 else -1 if distance < 1000 else -2  # noqa: PLR2004 - as many digits as there are
    return max(1, int(round(distance, digits)))


def read_wish(asked: MultiDict[str, str]) -> DistanceChoice:
    """Read the form; what cannot be used comes back as typed, with how to mend it."""
    form, _faults = read_valid(WishForm, asked)
    code, by_distance = zip_in(form.near), form.sort is True
    point = point_of_zip(code) if code else None
    error = _mend(form.near, code) if (form.near or form.within or by_distance) and point is None else None
    return DistanceChoice(form.near, point, form.within, by_distance, {"near": error} if error else {})


def _mend(typed: str, code: str | None) -> str:
    if not typed:
        return _("Type your ZIP code, so that we can tell how far away the trials are.")
    if code is None:
        return _("Type a ZIP code of the United States: five digits, such as 94612.")
    return _("We do not know where this ZIP code is. Check it, or try one close by.")


@dataclass(frozen=True, slots=True)
class Placed:
    """A site whose location is known."""

    site: Site
    point: Point
    direction: Direction


def placed(trial: Trial, sites: Iterable[Site]) -> tuple[Placed, ...]:
    """Return those of a trial's open sites, or of all where none is open, whose location is known."""
    known = [(site, point) for site in tuple(sites) or trial.sites if (point := _point(site))]
    return tuple(Placed(site, point, direction(point)) for site, point in known)


def nearest(places: tuple[Placed, ...], point: Point, towards: Direction) -> Near | None:
    """Return the place that is nearest to a point, given also as its direction; None where there is no place."""
    if not places:
        return None
    x, y, z = towards
    found = max(places, key=lambda one: x * one.direction[0] + y * one.direction[1] + z * one.direction[2])
    return Near(found.site, miles_between(point, found.point))


def _point(site: Site) -> Point | None:
    if site.latitude is None or site.longitude is None:
        return None
    return Point(float(site.latitude), float(site.longitude))


def is_within(near: Near | None, wish: DistanceChoice) -> bool | None:
    """Return whether a place is within the distance asked for; None for a place that is not known."""
    if near is None or wish.within is None:
        return None
    return near.miles <= wish.within


def abroad(trial: Trial) -> list[tuple[str, list[str]]]:
    """Return the countries and cities of a trial that has no site in the United States, else an empty list."""
    countries: dict[str, dict[str, None]] = {}
    for site in trial.sites:
        countries.setdefault(site.country or "", {}).setdefault(site.city or site.name)
    if any(code_of(country) == _HOME for country in countries):
        return []
    return [(land(country) or "", list(cities)) for country, cities in countries.items()]
