"""What a registry says of a trial now, read with suspicion: a registry that lies must not change what is known.

A record is believed where it is of the trial that was asked for, can be drafted from, and is of no day that lies ahead.
"""

import codecs
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from prescreen.catalog.base.schema import STATUSES
from prescreen.catalog.sources.registry_record import REGISTRY
from prescreen.catalog.sources.source_record import SourceError, SourceRecord, SourceSite
from prescreen.catalog.sources.sources import read_source

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


def present_record(content: bytes, trial_id: str, on: date) -> SourceRecord:
    """Return what the bytes of an answer say of a trial on a day.

    Raise SourceError, which names the field, for anything but a whole record of that trial.
    """
    _refuse_other_kinds(content)
    record = read_source(content, f"{trial_id}.json")
    if record.registry != REGISTRY:
        raise SourceError("the file", f"it is of {record.registry}, and no record of {REGISTRY}")
    if record.id != trial_id:
        raise SourceError("nctId", f"it is the record of {record.id}, not of {trial_id}")
    if record.status not in (None, *STATUSES, *NO_LONGER_ASKED):
        raise SourceError("overallStatus", f"'{record.status[:40]}' is no status of this registry")
    day = changed_on(record)
    if day is not None and day > on + _TIME_ZONES:
        raise SourceError("lastUpdatePostDateStruct", f"{day} lies ahead")
    return record


def _refuse_other_kinds(content: bytes) -> None:
    """Raise SourceError for what is no JSON at all; what authors are told of such files is of no use here."""
    begins = content.removeprefix(codecs.BOM_UTF8).lstrip()[:20]
    if not begins.startswith((b"{", b"[")):
        shown = " ".join(begins.decode().split()) if begins.isascii() else ""
        raise SourceError("the answer", f"is no JSON but begins with '{shown}'" if shown else "is empty, or no JSON")


def changed_on(record: SourceRecord) -> date | None:
    """Return the day on which a record was last changed; None where it says none, or a month alone.

    Raise SourceError where what it says is no day.
    """
    if record.version is None or len(record.version) < len("2026-11-30"):
        return None
    try:
        return date.fromisoformat(record.version)
    except ValueError as error:
        raise SourceError("lastUpdatePostDateStruct", f"'{record.version[:40]}' is no day") from error


def as_data(record: SourceRecord) -> dict[str, Any]:
    """Return a record of the registry as JSON data, from which `from_data` makes an equal one."""
    return asdict(record)


def from_data(data: Mapping[str, Any]) -> SourceRecord | None:
    """Return the record that `as_data` wrote; None where another version of this service wrote it in another way."""
    try:
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in data.items()
        }
        found["sites"] = tuple(SourceSite(**site) for site in found["sites"])
        found["interventions"] = tuple(map(tuple, found["interventions"]))
        return SourceRecord(**found)
    except (KeyError, TypeError):
        return None
