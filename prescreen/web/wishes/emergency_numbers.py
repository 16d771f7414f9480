"""Which emergency number is a visitor's own, so that it stands first."""

from collections.abc import Iterable
from dataclasses import dataclass

from prescreen.catalog.criteria.catalog import Service
from prescreen.web.base.language import regions

UNION = "EU"
"""The code under which a service gives the number that all countries of the European Union share."""

_MEMBERS = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """A visitor's own number and its country, and the other numbers, each with the codes of its countries."""

    number: str
    country: str
    others: dict[str, tuple[str, ...]]


def numbers_for(country: str, service: Service) -> EmergencyNumbers | None:
    """Return the number of a visitor's country, else of the browser's region, else the service's first.

    `country` is a code, empty where it is not known. None where the service has no numbers at all.
    """
    return own_first(service, (country, *regions()))


def own_first(service: Service, countries: Iterable[str]) -> EmergencyNumbers | None:
    """Return the numbers of a service; the visitor's own is that of the first of these countries that it knows."""
    known = service.emergency
    if not known:
        return None
    wanted = (code if code in known else UNION if code in _MEMBERS else "" for code in countries)
    own = next((code for code in wanted if code in known), next(iter(known)))
    rest = {number: tuple(one for one in codes if one != own) for number, codes in service.emergency_numbers.items()}
    return EmergencyNumbers(known[own], own, {number: codes for number, codes in rest.items() if codes})
