"""The field for where a visitor is, on the page of wishes and in the filters of the results: typed once, read alike."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from prescreen.eligibility.wishes.wishes import COUNTRY, REACHES, Place, Reach
from prescreen.web.base.trial_wording import name_of_country
from prescreen.web.wishes.visit_wishes import rounded
from prescreen.workflow.interview.places import is_code, places

HOME = "US"
_MILES_COUNTRIES = frozenset({HOME, "GB"})
_KILOMETRES = {25: 40, 50: 80, 100: 160, 250: 400}
REACH_KEYS: dict[str, Reach] = {str(one): one for one in REACHES}
"""How each distance is named in forms and addresses."""


@dataclass(frozen=True, slots=True)
class PlaceReply:
    """What was typed as a place: the place, or those to choose from; `error` says what is wrong, empty for nothing."""

    typed: str = field(repr=False)
    place: Place | None
    choices: tuple[str, ...] = field(default=(), repr=False)
    error: str = ""


def read_place(typed: str, chosen: str, known: Place | None, *, needed: bool) -> PlaceReply:
    """Return the place that was typed, or chosen of several with one name.

    `known` is the one that was typed before; `needed`: something else that was chosen depends on the place.
    """
    if not typed:
        missing = _("Type a town or a ZIP code, so that we can tell how far away the trials are.")
        return PlaceReply("", None, error=missing if needed else "")
    if known is not None and typed == place_words(known):
        return PlaceReply(typed, known)
    found = {place_words(one): one for one in places(typed)}
    if chosen in found:
        found = {chosen: found[chosen]}
    if len(found) != 1:
        return PlaceReply(typed, None, tuple(found), _mend(typed, several=bool(found)))
    words, place = found.popitem()
    return PlaceReply(words, Place(place.label, place.country, rounded(place.point)))


def _mend(typed: str, *, several: bool) -> str:
    if several:
        return _("There is more than one place with this name. Choose yours.")
    if is_code(typed):
        return _(
            "We know the postal codes of the United States only. Type your town instead, such as “Guadalajara, Mexico”."
        )
    return _("We do not know this place. Check how it is spelled, or type a larger town that is close by.")


def place_words(place: Place) -> str:
    """Return the name of a place; abroad, with its country in the language of the page."""
    return place.label if place.country == HOME else f"{place.label}, {name_of_country(place.country)}"


def uses_miles(place: Place | None) -> bool:
    """Whether distances are told in miles where this place is."""
    return place is None or place.country in _MILES_COUNTRIES


def reach_words(reach: Reach) -> str:
    """Return how far someone would go, in few words."""
    if reach == COUNTRY:
        return _("same country")
    return _("%(miles)s miles (%(kilometres)s km)", miles=reach, kilometres=_KILOMETRES[int(reach)])


def reach_choices() -> list[tuple[str, str]]:
    """Return the distances to choose from, each as forms name it and in words."""
    return [(key, reach_words(reach)) for key, reach in REACH_KEYS.items()]
