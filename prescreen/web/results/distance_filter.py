"""Results filtered and sorted by distance from the visitor's place, which is not stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.eligibility.wishes.geography import (
    KILOMETRES_A_MILE,
    Direction,
    Point,
    direction,
    location_of,
    miles_between,
)
from prescreen.eligibility.wishes.wishes import Place, Reach
from prescreen.web.base.form_fields import Choice, Line
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.language import language
from prescreen.web.base.trial_wording import code_of, land
from prescreen.web.wishes.place_field import HOME, REACH_KEYS, PlaceReply, place_words, read_place, uses_miles

_NUMBERS = {"es": "es_US"}
"""Spanish pages are read in the United States, where digits are grouped by commas."""


class WishForm(Form):
    """Trials near a place; all of it may be left out. `place`: the one that is chosen of several with one name."""

    near: Annotated[str, Line(longest=None)]
    place: Annotated[str, Line(longest=None)]
    within: Annotated[Reach | None, Choice(REACH_KEYS)]
    sort: Annotated[bool | None, Choice({"distance": True})]


@dataclass(frozen=True, slots=True)
class DistanceChoice:
    """The visitor's choice: the place, how far they would go, and the order.

    `is_wished`: the place is that of the wishes, and stands in no address.
    """

    reply: PlaceReply
    within: Reach | None
    by_distance: bool
    is_wished: bool = False

    @property
    def place(self) -> Place | None:
        """Return the place; None where none was typed, or it is not known."""
        return self.reply.place

    @property
    def typed(self) -> str:
        """Return the name of the place as it stands in the address, or what was typed instead."""
        return "" if self.is_wished else self.reply.typed

    @property
    def errors(self) -> Mapping[str, str]:
        """Return how to mend what was typed."""
        return {"near": self.reply.error} if self.reply.error else {}


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest site of a trial, and its distance in miles; told in kilometres alone where those are used."""

    site: Site
    miles: float
    in_miles: bool = True

    @property
    def _at_home(self) -> bool:
        return code_of(self.site.country) == HOME

    @property
    def place(self) -> str:
        """Return the city, and the state or the country."""
        beside = self.site.state if self._at_home else land(self.site.country)
        return ", ".join(part for part in (self.site.city or self.site.name, beside) if part)

    @property
    def words(self) -> str:
        """Return the distance in words, in kilometres too where the site's country uses them."""
        if not self.in_miles:
            return _("about %(kilometres)s km", kilometres=self._kilometres)
        miles = _about(self.miles)
        words = ngettext("about %(miles)s mile", "about %(miles)s miles", miles, miles=_written(miles, language()))
        return words if self._at_home else _("%(miles)s (%(kilometres)s km)", miles=words, kilometres=self._kilometres)

    @property
    def _kilometres(self) -> str:
        return _written(_about(self.miles * KILOMETRES_A_MILE), language())


@lru_cache(maxsize=2048)
def _written(number: int, code: str) -> str:
    return format_decimal(number, locale=_NUMBERS.get(code, code))


def _about(distance: float) -> int:
    """Return a distance as precise as it is known: sites are located at the middle of their city.

    >>> _about(0.2), _about(37.4), _about(143.0), _about(5617.0)
    (1, 37, 140, 5600)
    """
    digits = 0 if distance < 100 else -1 if distance < 1000 else -2  # noqa: PLR2004 - as many digits as there are
    return max(1, int(round(distance, digits)))


def read_wish(asked: MultiDict[str, str], wished: Place | None) -> DistanceChoice:
    """Read the form, in which the wished place stands for none; what cannot be used comes back with how to mend it."""
    form, _faults = read_valid(WishForm, asked)
    by_distance = form.sort is True
    if not form.near and wished is not None:
        return DistanceChoice(PlaceReply(place_words(wished), wished), form.within, by_distance, is_wished=True)
    reply = read_place(form.near, form.place, None, needed=form.within is not None or by_distance)
    return DistanceChoice(reply, form.within, by_distance)


@dataclass(frozen=True, slots=True)
class Placed:
    """A site whose location is known."""

    site: Site
    point: Point
    direction: Direction


def placed(trial: Trial, sites: Iterable[Site]) -> tuple[Placed, ...]:
    """Return those of a trial's open sites, or of all where none is open, whose location is known."""
    known = [(site, point) for site in tuple(sites) or trial.sites if (point := location_of(site))]
    return tuple(Placed(site, point, direction(point)) for site, point in known)


def nearest(places: tuple[Placed, ...], home: Place, towards: Direction) -> Near | None:
    """Return the site that is nearest to a place, whose direction is given too; None where there is no site."""
    if not places:
        return None
    x, y, z = towards
    found = max(places, key=lambda one: x * one.direction[0] + y * one.direction[1] + z * one.direction[2])
    return Near(found.site, miles_between(home.point, found.point), uses_miles(home))
