"""A visitor's wishes in the cookie of the visit, and which trials of a condition they leave inside."""

import json
from typing import Any

from prescreen.catalog.assessment.answer_codec import LONGEST_PLACE
from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.geography import Point, nation_of
from prescreen.eligibility.wishes.wish_table import WishTable
from prescreen.eligibility.wishes.wishes import COUNTRY, NO_WISHES, Place, Wishes
from prescreen.web.base.request_context import catalog, kept_with_catalog
from prescreen.web.base.trial_wording import code_of

_TABLES = "prescreen.wish_tables"
_DEGREE = 100
"""Points are kept in hundredths of a degree: less than a mile, like the middle of a town."""
_LETTERS = 2
"""The first letters of a kind of treatment tell it from all others; a test looks at them all."""
_PLACEBO = "pl"
_ANYWHERE_IN_COUNTRY = 0


def noted(wishes: Wishes) -> list[Any]:
    """Return wishes as JSON-ready data for the cookie; an empty list for those of a visitor who has none."""
    if wishes == NO_WISHES:
        return []
    place = wishes.place
    where = (_clipped(place.label), place.country, *_whole(place.point)) if place else ("", "", 0, 0)
    kinds = [*(kind[:_LETTERS] for kind in sorted(wishes.refused)), *([_PLACEBO] if wishes.without_placebo else [])]
    return [*where, _ANYWHERE_IN_COUNTRY if wishes.reach == COUNTRY else wishes.reach, "".join(kinds)]


def read_wishes(found: object) -> Wishes | None:
    """Return what `noted` was given; None for anything else, as for a visitor who was not asked yet."""
    match found:
        case []:
            return NO_WISHES
        case [
            str() as label,
            str() as country,
            int() as latitude,
            int() as longitude,
            (int() | None) as reach,
            str() as kinds,
        ]:
            named = {kinds[at : at + _LETTERS] for at in range(0, len(kinds), _LETTERS)}
            return Wishes(
                place=Place(label, country, _point(latitude, longitude)) if label else None,
                reach=COUNTRY if reach == _ANYWHERE_IN_COUNTRY else reach,
                refused=frozenset(kind for kind in Treatment if kind[:_LETTERS] in named),
                without_placebo=_PLACEBO in named,
            )
    return None


def rounded(point: Point) -> Point:
    """Return a point as precise as the cookie keeps it."""
    return _point(*_whole(point))


def _whole(point: Point) -> tuple[int, int]:
    return round(point.latitude * _DEGREE), round(point.longitude * _DEGREE)


def _point(latitude: int, longitude: int) -> Point:
    return Point(latitude / _DEGREE, longitude / _DEGREE)


def _clipped(label: str) -> str:
    """Return as much of a name as the cookie has room for."""
    label = label[:LONGEST_PLACE]
    while len(json.dumps(label)) > LONGEST_PLACE:
        label = label[:-1].rstrip()
    return label


def _nation(country: str | None) -> str:
    return nation_of(code_of(country))


def wish_table(slug: str) -> WishTable:
    """Return what the trials of a condition say about wishes; made once for a catalog."""
    tables: dict[str, WishTable] = kept_with_catalog(_TABLES)
    if slug not in tables:
        trials = catalog().interview(slug).trials
        sites = [catalog().open_sites(trial) or trial.sites for trial in trials]
        tables[slug] = WishTable(trials, sites, _nation)
    return tables[slug]
