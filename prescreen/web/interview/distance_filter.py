"""Results filtered and sorted by distance from a ZIP code, which is not stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.web.base.form_fields import Choice, Line
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.language import language
from prescreen.web.base.trial_wording import code_of, land
from prescreen.web.interview.explanations import TrialResult
from prescreen.workflow.interview.distances import KILOMETRES_A_MILE, Point, miles_between, point_of_zip, zip_in

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


def nearest(trial: Trial, sites: Iterable[Site], wish: DistanceChoice) -> Near | None:
    """Return the nearest of a trial's open sites, or of all where none is open; None where no location is known."""
    if wish.point is None:
        return None
    placed = [(site, point) for site in tuple(sites) or trial.sites if (point := _point(site))]
    known = [Near(site, miles_between(wish.point, point)) for site, point in placed]
    return min(known, key=lambda near: near.miles, default=None)


def _point(site: Site) -> Point | None:
    if site.latitude is None or site.longitude is None:
        return None
    return Point(float(site.latitude), float(site.longitude))


def near_enough(trials: Iterable[Trial], near: Mapping[str, Near | None], wish: DistanceChoice) -> list[Trial]:
    """Return those trials that are within the distance asked for."""
    return [trial for trial in trials if _is_within(near.get(trial.id), wish)]


def arranged(results: list[TrialResult], near: Mapping[str, Near | None], wish: DistanceChoice) -> list[TrialResult]:
    """Return the results in the order that was asked for."""
    if wish.by_distance and wish.point:
        return sorted(results, key=lambda one: found.miles if (found := near.get(one.trial.id)) else float("inf"))
    return sorted(results, key=lambda one: (len(one.with_permits("false")), len(one.with_permits("unknown"))))


def _is_within(near: Near | None, wish: DistanceChoice) -> bool:
    if wish.within is None or wish.point is None:
        return True
    return near is not None and near.miles <= wish.within


def abroad(trial: Trial) -> list[tuple[str, list[str]]]:
    """Return the countries and cities of a trial that has no site in the United States, else an empty list."""
    countries: dict[str, dict[str, None]] = {}
    for site in trial.sites:
        countries.setdefault(site.country or "", {}).setdefault(site.city or site.name)
    if any(code_of(country) == _HOME for country in countries):
        return []
    return [(land(country) or "", list(cities)) for country, cities in countries.items()]
