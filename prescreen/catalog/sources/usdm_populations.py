"""The population of a USDM design and its cohorts: ages, sex and healthy people, in the words of the registry."""

import re

from prescreen.catalog.sources.record_parts import Part, WrittenNumber
from prescreen.catalog.sources.source_record import SourcePopulation
from prescreen.catalog.sources.usdm_texts import Texts, decode_of, whole

_UNITS = {"year": "Years", "month": "Months", "week": "Weeks", "day": "Days", "hour": "Hours", "minute": "Minutes"}
_SEXES = {"c16576": "FEMALE", "female": "FEMALE", "c20197": "MALE", "male": "MALE", "c49636": "ALL", "both": "ALL"}
_ALL = "ALL"


def population_of(part: Part, texts: Texts) -> SourcePopulation:
    """Return what a population or a cohort says of its people. Raise SourceError where a field is of a wrong kind."""
    age = part.at("plannedAge")
    return SourcePopulation(
        name=name_of(part),
        description=texts.plain(part.at("description").text(), None),
        minimum_age=_age(age, "minValue"),
        maximum_age=_age(age, "maxValue"),
        sex=_sex(part.at("plannedSex")),
        healthy_volunteers=part.at("includesHealthySubjects").flag(),
    )


def name_of(part: Part) -> str:
    """Return what a population is called: its label, else its name. Raise SourceError where that is no text."""
    return part.at("label").line() or part.at("name").line() or part.at("id").line()


def _age(planned: Part, end: str) -> str | None:
    """Return an end of a range of ages such as "18 Years", None where none is given or it is only about so much."""
    if planned.at("isApproximate").flag():
        planned.told[f"{planned.path} is approximate, and was not read"] = None
        return None
    quantity = planned.at(end)
    # A range of quantities has a unit for each end, a range of numbers one for both.
    is_bare = isinstance(quantity.value, WrittenNumber)
    number = quantity.number() if is_bare else quantity.at("value").number()
    if number is None:
        return None
    unit = decode_of((planned if is_bare else quantity).at("unit").value)
    word = _UNITS.get(re.sub("s$", "", unit.casefold()))
    if word is None:
        planned.told[f"{quantity.path}: {whole(number)} has no unit of time, and was not read"] = None
        return None
    return f"{whole(number)} {word}"


def _sex(part: Part) -> str | None:
    """Return the sexes as the registry calls them, None where the source does not say or says it otherwise."""
    found = set[str]()
    codes = part.items() if isinstance(part.value, list) else iter([part] if part.value is not None else [])
    for one in codes:
        code, words = one.at("code").line().casefold(), one.at("decode").line().casefold()
        sex = _SEXES.get(code) or _SEXES.get(words)
        if sex is None:
            part.told[f"{one.path}: '{words or code}' is no sex that can be read"] = None
            return None
        found.add(sex)
    return found.pop() if len(found) == 1 else _ALL if found else None
