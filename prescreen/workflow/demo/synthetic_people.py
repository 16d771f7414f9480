"""Synthetic people: contact details, home and consents, none of which can be mistaken for a real person's.

Names read "Test Alder", e-mail addresses are at example.org, telephone numbers from the range reserved for fiction.
"""

from datetime import datetime, timedelta
from functools import cache
from random import Random

from prescreen.catalog.criteria.catalog import Consent
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.eligibility.wishes.geography import Point, miles_between
from prescreen.storage.participants.consents import ConsentGiven
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import BESIDE, CHANNELS, GIVERS, PURPOSES, GivenBy, Purpose
from prescreen.workflow.interview.distances import point_of_zip

SPREAD = timedelta(days=30)
"""The period over which people arrived."""

_FIRST = ("Test", "Sample", "Example", "Madeup", "Muestra", "Prueba")
# fmt: off
_LAST = (
    "Alder", "Almond", "Apple", "Ash", "Aspen", "Bamboo", "Beech", "Birch", "Briar", "Cedar", "Cherry", "Clover",
    "Cypress", "Daisy", "Elder", "Elm", "Fern", "Fir", "Ginkgo", "Hazel", "Heather", "Hemlock", "Holly", "Ivy",
    "Juniper", "Larch", "Laurel", "Lilac", "Linden", "Magnolia", "Mallow", "Maple", "Mimosa", "Moss", "Myrtle",
    "Oak", "Olive", "Peach", "Pear", "Pine", "Plum", "Poplar", "Quince", "Reed", "Rose", "Rowan", "Sage", "Sequoia",
    "Sorrel", "Spruce", "Sumac", "Thistle", "Walnut", "Willow", "Yew",
)
# fmt: on
# A ZIP code and a telephone area of the same place.
_PLACES = {
    "10025": "212",
    "11201": "718",
    "07030": "201",
    "19104": "215",
    "02139": "617",
    "04101": "207",
    "03755": "603",
    "20010": "202",
    "30307": "404",
    "32801": "407",
    "35205": "205",
    "37203": "615",
    "40508": "859",
    "44113": "216",
    "48226": "313",
    "60614": "312",
    "63108": "314",
    "68102": "402",
    "78701": "512",
    "80205": "303",
    "85004": "602",
    "92103": "619",
    "94110": "415",
    "94609": "510",
    "98103": "206",
    "96813": "808",
}
_NEAREST = 3
_GIVEN_BY = {by: definition.synthetic_weight for by, definition in GIVERS.items() if definition.synthetic_weight}
_BEST_TIMES = ("any time", "mornings", "afternoons", "evenings", None)
_NAMED = {"en": "Trial: {} ({})\nSite: {}", "es": "Estudio: {} ({})\nCentro: {}"}


def moment(rng: Random, now: datetime) -> datetime:
    """Return a random moment of arrival."""
    return now - SPREAD * rng.random()


def purposes_of(rng: Random) -> tuple[Purpose, ...]:
    """Return what a person agrees to: sharing, at least one way of contact, and perhaps later trials."""
    channels = [one for one in CHANNELS if _agrees(rng, one)] or [rng.choice(CHANNELS)]
    required = (one for one, definition in PURPOSES.items() if definition.is_required)
    beside = [one for one in BESIDE if _agrees(rng, one)]
    return (*required, *beside, *channels)


def _agrees(rng: Random, purpose: Purpose) -> bool:
    wanted = PURPOSES[purpose].synthetic_share
    return wanted > 0 and rng.random() < wanted


def contact_of(
    rng: Random, number: int, purposes: tuple[Purpose, ...], near: Site, languages: tuple[str, ...]
) -> Contact:
    """Return synthetic contact details. A few people share the e-mail address of the previous one, as couples do."""
    postal_code = _home(rng, near)
    by_phone = any(PURPOSES[one].needs == "phone" for one in purposes)
    shared = rng.random() < 0.03  # noqa: PLR2004 - one in thirty
    return Contact(
        name=f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
        email=f"sample.{max(1, number - shared)}@example.org",
        phone=f"+1{_PLACES[postal_code]}55501{rng.randrange(100):02}" if by_phone else None,
        postal_code=postal_code,
        best_time=rng.choice(_BEST_TIMES),
        language=rng.choices(languages, [4, *[1] * (len(languages) - 1)])[0],
    )


def _home(rng: Random, near: Site) -> str:
    """Return a ZIP code: mostly near the site, where any of the known places is."""
    by_distance = sorted(_PLACES, key=lambda code: miles_to(near, code) or 0)
    return rng.choice(by_distance[:_NEAREST] if rng.random() < 0.6 else by_distance)  # noqa: PLR2004 - mostly


@cache
def miles_to(site: Site, postal_code: str) -> int | None:
    """Return the distance from a ZIP code to a site, in miles; None where either location is unknown."""
    home = point_of_zip(postal_code)
    if home is None or site.latitude is None or site.longitude is None:
        return None
    return round(miles_between(home, Point(float(site.latitude), float(site.longitude))))


def given_by(rng: Random) -> GivenBy:
    """Return who consents: mostly the person."""
    return rng.choices(tuple(_GIVEN_BY), tuple(_GIVEN_BY.values()))[0]


def consents_of(
    purposes: tuple[Purpose, ...], consent: Consent, chosen: tuple[tuple[Trial, Site], ...], by: GivenBy
) -> tuple[ConsentGiven, ...]:
    """Return consents in the catalog's own wording; sharing names the trial and the site."""
    found = []
    for purpose in purposes:
        wording = consent.wordings[purpose.value]
        if not PURPOSES[purpose].is_per_site:
            found.append(ConsentGiven(purpose, None, None, consent.version, wording, consent.language, by))
            continue
        for trial, site in chosen:
            title = trial.title.in_language(consent.language)
            named = f"{wording}\n\n{_NAMED.get(consent.language, _NAMED['en']).format(title, trial.id, site.name)}"
            found.append(ConsentGiven(purpose, trial.id, site.id, consent.version, named, consent.language, by))
    return tuple(found)
