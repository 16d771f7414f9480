"""A study of the ClinicalTrials.gov API, version 2, as it is fetched, downloaded or wrapped."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from prescreen.catalog.sources.record_parts import Part
from prescreen.catalog.sources.source_record import SourceError, SourceRecord, SourceSite

REGISTRY = "ClinicalTrials.gov"
_ID = re.compile(r"NCT\d{8}", re.ASCII)
_SEXES = ("ALL", "FEMALE", "MALE")
_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?", re.ASCII)
_QUOTED = {
    "eligibilityModule": (
        "minimumAge",
        "maximumAge",
        "sex",
        "genderDescription",
        "samplingMethod",
        "studyPopulation",
    ),
    "designModule": ("studyType",),
    "statusModule": ("lastKnownStatus", "whyStopped"),
    "identificationModule": ("acronym",),
}
"""The small texts that a draft may quote, by the module of the record that holds them."""


def is_registry_id(text: str) -> bool:
    """Whether a text is the id of a record of the registry: NCT and eight digits."""
    return bool(_ID.fullmatch(text))


def is_registry_data(data: Any) -> bool:
    """Whether JSON data is meant as a record of the registry, alone, in a list or in an answer of the API."""
    if isinstance(data, list):
        return True
    return isinstance(data, Mapping) and bool({"protocolSection", "studies"} & data.keys())


def read_registry_record(data: Any) -> SourceRecord:
    """Return the one study in data of the API. Raise SourceError where a field is missing or of a wrong kind."""
    study = _study(Part(data))
    section = replace(study.at("protocolSection").needed(), tells_nulls=True)
    id_ = _id(section.at("identificationModule", "nctId").needed())
    criteria = section.at("eligibilityModule", "eligibilityCriteria").needed().text()
    return _record(study, section, id_, criteria)


def _study(part: Part) -> Part:
    """Return the study of an answer of the API, of a download, or the part itself."""
    if isinstance(part.value, list):
        return _only(Part(part.value, "studies", part.told))
    studies = part.at("studies")
    return part if studies.value is None else _only(studies)


def _only(studies: Part) -> Part:
    found = list(studies.items())
    if len(found) != 1:
        count = f"{len(found)} records; give each a file of its own" if found else "no record"
        raise SourceError(studies.path, f"holds {count}")
    return found[0]


def _id(part: Part) -> str:
    id_ = part.line()
    if not is_registry_id(id_):
        raise SourceError(part.path, f"'{id_[:40]}' is no id of the registry; it expects NCT and eight digits")
    return id_


def _record(study: Part, section: Part, id_: str, criteria: str) -> SourceRecord:
    names, eligibility = section.at("identificationModule"), section.at("eligibilityModule")
    conditions, words = section.at("conditionsModule"), section.at("descriptionModule")
    return SourceRecord(
        id=id_,
        registry=REGISTRY,
        title=names.at("briefTitle").line(),
        official_title=names.at("officialTitle").line(),
        summary=words.at("briefSummary").text(),
        description=words.at("detailedDescription").text(),
        conditions=conditions.at("conditions").lines(),
        keywords=conditions.at("keywords").lines(),
        status=section.at("statusModule", "overallStatus").line() or None,
        phase="/".join(section.at("designModule", "phases").lines()) or None,
        sponsor=section.at("sponsorCollaboratorsModule", "leadSponsor", "name").line() or None,
        version=_version(study, section),
        sites=tuple(_site(one) for one in section.at("contactsLocationsModule", "locations").items()),
        minimum_age=eligibility.at("minimumAge").line() or None,
        maximum_age=eligibility.at("maximumAge").line() or None,
        sex=_sex(eligibility.at("sex")),
        healthy_volunteers=_healthy(eligibility.at("healthyVolunteers")),
        interventions=tuple(_interventions(section)),
        criteria_text=criteria,
        fields=dict(_fields(section)),
        told=tuple(study.told),
    )


def _version(study: Part, section: Part) -> str | None:
    """Return the day of the record's data, as far as it says: its last update, or the day of the registry's data."""
    days = (
        section.at("statusModule", "lastUpdatePostDateStruct", "date"),
        study.at("derivedSection", "miscInfoModule", "versionHolder"),
        study.at("_source", "registryVersion"),
    )
    return next((found[0] for one in days if (found := _DAY.match(one.line()))), None)


def _sex(part: Part) -> str | None:
    sex = part.line().upper()
    if sex and sex not in _SEXES:
        raise SourceError(part.path, f"expects one of {', '.join(_SEXES)}, not '{sex[:40]}'")
    return sex or None


_ANSWERS = {"true": True, "yes": True, "accepts healthy volunteers": True, "false": False, "no": False, "": None}


def _healthy(part: Part) -> bool | None:
    """Return whether healthy people may take part; older records say it in words."""
    if not isinstance(part.value, str):
        return part.flag()
    words = part.line().casefold()
    if words not in _ANSWERS:
        raise part.expected("true or false")
    return _ANSWERS[words]


def _site(part: Part) -> SourceSite:
    return SourceSite(
        name=part.at("facility").line(),
        city=part.at("city").line() or None,
        state=part.at("state").line() or None,
        country=part.at("country").line() or None,
        postal_code=part.at("zip").line() or None,
        latitude=_degrees(part.at("geoPoint", "lat"), 90),
        longitude=_degrees(part.at("geoPoint", "lon"), 180),
        status=part.at("status").line() or None,
    )


def _degrees(part: Part, most: int) -> str | None:
    text = part.number()
    if text is not None and abs(float(text)) > most:
        raise SourceError(part.path, f"{text} is no place on earth; it lies between -{most} and {most}")
    return text


def _interventions(section: Part) -> Iterator[tuple[str, str]]:
    for one in section.at("armsInterventionsModule", "interventions").items():
        kind, name = one.at("type").line(), one.at("name").line()
        if kind or name:
            yield kind, name


def _fields(section: Part) -> Iterator[tuple[str, str]]:
    for module, names in _QUOTED.items():
        for name in names:
            if words := section.at(module, name).text():
                yield name, " ".join(words.split())
    healthy = section.at("eligibilityModule", "healthyVolunteers").value
    if isinstance(healthy, bool):
        yield "healthyVolunteers", str(healthy).lower()
    arms = section.at("armsInterventionsModule", "armGroups").items()
    if words := "; ".join(f"{one.at('type').line()}: {one.at('label').line()}" for one in arms):
        yield "armGroups", words
