"""What a registry says of a trial now, read with suspicion: a registry that lies must not change what is known.

A record is of ClinicalTrials.gov's API v2. It is believed where it is of the trial that was asked for, has the fields
that every record has, and is of no day that lies ahead.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from prescreen.catalog.base.schema import STATUSES
from prescreen.catalog.sources.source_record import SourceError, SourceSite

NO_LONGER_ASKED = (
    "AVAILABLE",
    "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE",
    "APPROVED_FOR_MARKETING",
    "WITHHELD",
)
"""Statuses of records that are no trials for visitors: nobody can be referred to one."""
_TIME_ZONES = timedelta(days=1)
"""Somewhere it is tomorrow already."""


@dataclass(frozen=True, slots=True)
class PresentRecord:
    """What a registry says of a trial; None where it does not say.

    `version` is the day of the registry's data, `updated` the day on which the trial's sponsor last changed it.
    `values` holds the values of every field by its name, as text; `texts` what criteria may quote.
    """

    id: str
    title: str
    status: str | None
    version: str | None
    updated: str | None
    sites: tuple[SourceSite, ...]
    criteria_text: str
    values: Mapping[str, tuple[str, ...]]
    texts: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the record as JSON data, from which `from_data` makes an equal one."""
        return asdict(self)


def from_data(data: Mapping[str, Any]) -> PresentRecord:
    """Return the record that `as_data` wrote."""
    sites = tuple(SourceSite(**site) for site in data["sites"])
    values = {name: tuple(found) for name, found in data["values"].items()}
    return PresentRecord(**{**data, "sites": sites, "values": values, "texts": tuple(data["texts"])})


def present_record(content: bytes, trial_id: str, on: date) -> PresentRecord:
    """Return what the bytes of an answer say of a trial on a day.

    Raise SourceError, which names the field, for anything but a whole record of that trial.
    """
    whole = _mapping(_json(content), "record")
    protocol = _mapping(whole.get("protocolSection"), "protocolSection")
    found = _text(protocol, "identificationModule", "nctId")
    if found != trial_id:
        raise SourceError("nctId", f"it is the record of '{found[:40]}', not of {trial_id}")
    return PresentRecord(
        id=found,
        title=_title(protocol),
        status=_status(protocol),
        version=_day(whole, on, "derivedSection", "miscInfoModule", "versionHolder"),
        updated=_day(protocol, on, "statusModule", "lastUpdatePostDateStruct", "date"),
        sites=_sites(protocol),
        criteria_text=_text(protocol, "eligibilityModule", "eligibilityCriteria"),
        values=_compared(protocol),
        texts=_texts(protocol),
    )


def _json(content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text)
        # What a database cannot keep as text is no text of a registry.
        if "\\u0000" in text or json.dumps(data, ensure_ascii=False).encode() == b"":
            raise SourceError("record", "it has a character of code 0")
    except (UnicodeError, ValueError, RecursionError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError("record", "it is not JSON from end to end") from error
    return data


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SourceError(field, "it is missing, or no mapping of fields")
    return value


def _found(part: object, *steps: str) -> object:
    for step in steps:
        part = part.get(step) if isinstance(part, dict) else None
    return part


def _text(part: Mapping[str, Any], *steps: str) -> str:
    value = _found(part, *steps)
    if not isinstance(value, str) or not value.strip():
        raise SourceError(steps[-1], "it is missing, empty or no text")
    return value


def _title(protocol: Mapping[str, Any]) -> str:
    named = _found(protocol, "identificationModule", "briefTitle")
    return (
        named if isinstance(named, str) else _written(_found(protocol, "identificationModule", "officialTitle") or "")
    )


def _status(protocol: Mapping[str, Any]) -> str | None:
    status = _found(protocol, "statusModule", "overallStatus")
    if status is not None and status not in (*STATUSES, *NO_LONGER_ASKED):
        raise SourceError("overallStatus", f"'{_written(status)[:40]}' is no status of this registry")
    return None if status is None else str(status)


def _day(part: Mapping[str, Any], on: date, *steps: str) -> str | None:
    value = _found(part, *steps)
    if value is None:
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise SourceError(steps[-1], f"'{str(value)[:40]}' is no day") from error
    if day > on + _TIME_ZONES:
        raise SourceError(steps[-1], f"{day} lies ahead")
    return day.isoformat()


def _sites(protocol: Mapping[str, Any]) -> tuple[SourceSite, ...]:
    locations = _found(protocol, "contactsLocationsModule", "locations") or []
    if not isinstance(locations, list) or not all(isinstance(one, dict) for one in locations):
        raise SourceError("locations", "it is no list of places")
    return tuple(_site(one) for one in locations)


def _site(location: Mapping[str, Any]) -> SourceSite:
    def of(name: str) -> str | None:
        value = location.get(name)
        if value is not None and not isinstance(value, str):
            raise SourceError(name, "a place has one that is no text")
        return value

    return SourceSite(
        name=of("facility") or "",
        city=of("city"),
        state=of("state"),
        country=of("country"),
        postal_code=of("zip"),
        status=of("status"),
    )


def _compared(protocol: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the values of every field that a criterion may name, without those of places and people."""
    found: dict[str, dict[str, None]] = {}
    for module, part in protocol.items():
        if module not in _NOT_QUOTED:
            for name, value in _leaves(part):
                found.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in found.items()}


_NOT_QUOTED = ("contactsLocationsModule", "referencesModule", "statusModule", "sponsorCollaboratorsModule")
_LONGEST_VALUE = 300


def _leaves(part: object) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each short value, and of each list or mapping that holds only such."""
    for name, value in part.items() if isinstance(part, dict) else ():
        text = _written(value)
        if len(text) <= _LONGEST_VALUE:
            yield name, text
        for inner in value if isinstance(value, list) else [value]:
            yield from _leaves(inner)


def _written(value: object) -> str:
    if isinstance(value, dict | list):
        return " ".join(map(_written, value.values() if isinstance(value, dict) else value))
    return str(value)


def _texts(protocol: Mapping[str, Any]) -> tuple[str, ...]:
    described = _found(protocol, "descriptionModule")
    parts = [*(described.values() if isinstance(described, dict) else ()), _found(protocol, "conditionsModule")]
    return tuple(_written(part) for part in parts if part)
