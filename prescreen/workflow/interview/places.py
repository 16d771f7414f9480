"""Where a visitor is, as they type it: a town of any country, or a ZIP code of the United States.

`regions.tsv` holds the names of regions: the code in GeoNames, the name, and other names by which people know it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale

from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.eligibility.wishes.geography import nation_of
from prescreen.eligibility.wishes.wishes import Place
from prescreen.workflow.interview.distances import area_of_zip, zip_in
from prescreen.workflow.interview.towns import Town, folded, towns_called

MOST = 8
"""The greatest number of places to choose from."""

_LONGEST = 100
_HOME = "US"
_MOST_WORDS = 4
"""Of the name of a region or a country."""
_WITH_DIGITS = re.compile(r"\S*\d\S*")
_ZIP_AT_END = re.compile(r"(?P<words>.*\D)(?P<zip>\d{5})(?:-\d{4})?", re.ASCII)
_LANGUAGES = ("en", "es")
_SHORT_NAMES = {
    "usa": "US",
    "eeuu": "US",
    "ee uu": "US",
    "america": "US",
    "uk": "GB",
    "great britain": "GB",
    "korea": "KR",
    "corea": "KR",
}
_FAMOUS = 500_000
"""The people of a town that is offered under another name than its own, where others bear that name themselves."""


def places(typed: str) -> tuple[Place, ...]:
    """Return the places that a text can mean, the largest first, at most MOST; none where it is not known.

    What is typed may name the region or the country behind the town. Accents and case do not matter.
    """
    text = tidy_line(typed)
    if not text or len(text) > _LONGEST:
        return ()
    with_zip = _ZIP_AT_END.fullmatch(text)
    found = _of_zip(zip_in(text)) or (_of_zip(with_zip["zip"], with_zip["words"]) if with_zip else ())
    return found or _of_words(_WITH_DIGITS.sub(" ", text))


def is_code(typed: str) -> bool:
    """Whether a text may be a postal code: it is as short as a place, and nothing in it is a word without a digit."""
    if len(typed) > _LONGEST or not any(map(str.isdigit, typed)):
        return False
    return len(folded(_WITH_DIGITS.sub(" ", typed))) <= len("SW1A")


def _of_zip(code: str | None, words: str = "") -> tuple[Place, ...]:
    """Return the place of a ZIP code; none where words before it name another city."""
    area = area_of_zip(code) if code else None
    if area is None or (words and folded(area.city) not in folded(words.replace(",", " "))):
        return ()
    return (Place(f"{area.city}, {area.state} {code}", _HOME, area.point),)


def _of_words(text: str) -> tuple[Place, ...]:
    town, *within = [one for part in text.split(",") if (one := folded(part))] or [""]
    found = _places(town, within)
    words = town.split()
    # "Paris Texas": what stands behind the town may be its region or country, without a comma.
    for last in reversed(range(max(1, len(words) - _MOST_WORDS), len(words))):
        found = found or _places(" ".join(words[:last]), [" ".join(words[last:]), *within])
    return found


@lru_cache(maxsize=256)
def _named(town: str) -> tuple[Town, ...]:
    return tuple(sorted(towns_called(town), key=lambda one: -one.people))


def _places(town: str, within: Sequence[str]) -> tuple[Place, ...]:
    fitting = [one for one in _named(town) if all(_lies_in(one, name) for name in within)]
    labelled: dict[tuple[str, str], Place] = {}
    for one in _bearing(town, fitting):
        place = Place(_label(one), nation_of(one.country), one.point)
        labelled.setdefault((place.label, place.country), place)
    return tuple(labelled.values())[:MOST]


def _bearing(name: str, towns: Sequence[Town]) -> Iterable[Town]:
    """Return the towns that bear a name themselves, and the famous that have it as another name; else all."""
    own = {id(one) for one in towns if f"{folded(one.name)} ".startswith(f"{name} ")}
    return [one for one in towns if id(one) in own or one.people >= _FAMOUS] if own else towns


def _lies_in(town: Town, name: str) -> bool:
    """Whether a folded name is that of a town's region or country, or of the country that this is part of."""
    lands = (town.country, nation_of(town.country))
    return _countries().get(name) in lands or name in map(folded, _regions().get(town.region, ()))


def _label(town: Town) -> str:
    if nation_of(town.country) != town.country:
        return f"{town.name}, {Locale(_LANGUAGES[0]).territories[town.country]}"
    region = _regions().get(town.region, ("",))[0]
    return f"{town.name}, {region}" if region and folded(region) != folded(town.name) else town.name


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    """Return the names of each region, the usual one first, by its code in GeoNames."""
    lines = (files(__package__) / "regions.tsv").read_text("utf-8").splitlines()
    return {code: tuple(names) for code, *names in (line.split("\t") for line in lines)}


@cache
def _countries() -> dict[str, str]:
    """Return the codes of countries by their folded names in the languages of the pages, and by the codes."""
    named = [Locale.parse(language).territories for language in _LANGUAGES]
    known = [(code, str(name)) for names in named for code, name in names.items() if len(code) == len(_HOME)]
    return {folded(code): code for code, _ in known} | {folded(name): code for code, name in known} | _SHORT_NAMES
