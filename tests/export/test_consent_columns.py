"""What every format says of consents, for every purpose and everybody who can agree, alone and in pairs."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import openpyxl
import pytest
from sqlalchemy import update

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.consents import CHANNELS, GivenBy, Purpose
from prescreen.storage.tables import Consent
from prescreen.workflow.export.referral_rows import Format
from prescreen.workflow.participants.submission import ConsentGiven
from tests.export.exported import made, wanted
from tests.people import LATER, PHONE, SHARE_A, TO_A, submitted

WEAKEST_FIRST = ("guardian", "assisted", "read_out", "self")
"""By hand: whom an export names where different people agreed."""

Consents = tuple[ConsentGiven, ...]
Shown = tuple[str, dict[str, str], list[str]]
"""Who agreed, the versions by purpose, and the ways of contact."""


def agreed(purpose: Purpose, by: GivenBy = GivenBy.SELF) -> ConsentGiven:
    given = SHARE_A if purpose is Purpose.SHARE else replace(PHONE, purpose=purpose)
    return replace(given, version=f"2026-{purpose}", given_by=by)


CASES: tuple[Consents, ...] = (
    *((agreed(Purpose.SHARE, by),) for by in GivenBy),
    *((agreed(Purpose.SHARE, one), agreed(Purpose.PHONE, other)) for one, other in product(GivenBy, repeat=2)),
    *((agreed(one),) for one in Purpose),
    *((agreed(one), agreed(other)) for one, other in combinations(Purpose, 2)),
    tuple(agreed(one) for one in Purpose),
)


def expected(case: Consents) -> Shown:
    givers = {one.given_by.value for one in case}
    purposes = {one.purpose for one in case}
    by = next(one for one in WEAKEST_FIRST if one in givers)
    versions = {one.value: f"2026-{one.value}" for one in Purpose if one in purposes}
    return by, versions, [one.value for one in CHANNELS if one in purposes]


def told(given_by: str, consents: str, channels: str) -> Shown:
    """Return what the texts of a table say."""
    versions = dict(one.split("=") for one in consents.split("; ") if one)
    return given_by, versions, [one for one in channels.split("; ") if one]


def from_csv(data: bytes) -> dict[str, Shown]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return {row["site_name"]: told(row["consent_given_by"], row["consents"], row["channels"]) for row in rows}


def from_xlsx(data: bytes) -> dict[str, Shown]:
    header, *rows = openpyxl.load_workbook(io.BytesIO(data))["Referrals"].iter_rows(values_only=True)
    named = [{name: cell or "" for name, cell in zip(header, row, strict=True)} for row in rows]
    return {row["site_name"]: told(row["consent_given_by"], row["consents"], row["channels"]) for row in named}


def from_ndjson(data: bytes) -> dict[str, Shown]:
    rows = map(json.loads, data.decode().splitlines())
    return {row["site_name"]: (row["consent_given_by"], row["consents"], row["channels"]) for row in rows}


def from_redcap(data: bytes) -> dict[str, Shown]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [io.StringIO(archive.read(name).decode(), newline="") for name in archive.namelist()]
    dictionary, rows = map(list, map(csv.DictReader, files))
    (field,) = [one for one in dictionary if one["Variable / Field Name"] == "consent_given_by"]
    words = dict(one.split(", ") for one in field["Choices, Calculations, OR Slider Labels"].split(" | "))

    def shown(row: dict[str, str]) -> Shown:
        versions = {one.value: row[f"consent_{one.value}"] for one in Purpose if row[f"consent_{one.value}"]}
        channels = [one.value for one in CHANNELS if row[f"channels___{one.value}"] == "1"]
        return words.get(row["consent_given_by"], ""), versions, channels

    return {row["site_name"]: shown(row) for row in rows}


READ: dict[Format, Callable[[bytes], dict[str, Shown]]] = {
    Format.CSV: from_csv,
    Format.CSV_EXCEL: from_csv,
    Format.XLSX: from_xlsx,
    Format.NDJSON: from_ndjson,
    Format.REDCAP: from_redcap,
}


def keep_cases(database: Database, keys: Keys) -> None:
    """Refer a person for each case, whose site has the case's number; what else they agreed to was withdrawn."""
    ended = replace(SHARE_A, version="ended", given_by=GivenBy.GUARDIAN)
    for number, case in enumerate(CASES):
        referral = replace(TO_A, site_name=str(number))
        submitted(database, keys, id=str(number), consents=(ended, *case), referrals=(referral,))
    with database.writing() as session:
        session.execute(update(Consent).where(Consent.version == "ended").values(withdrawn_at=LATER))


def test_every_format_tells_who_agreed_to_what(database: Database, keys: Keys) -> None:
    keep_cases(database, keys)

    for form in Format:
        found = READ[form](made(database, keys, wanted(form)))

        assert found == {str(number): expected(case) for number, case in enumerate(CASES)}, form


@pytest.mark.parametrize("form", Format)
def test_a_consent_read_out_by_a_recruiter_is_not_one_that_the_person_gave_alone(
    database: Database, keys: Keys, form: Format
) -> None:
    case = tuple(agreed(one, GivenBy.READ_OUT) for one in (Purpose.SHARE, Purpose.ANOTHER_SITE))
    submitted(database, keys, consents=case, referrals=(TO_A,))

    found = READ[form](made(database, keys, wanted(form)))

    versions = {"share": "2026-share", "another_site": "2026-another_site"}
    assert found == {TO_A.site_name: ("read_out", versions, [])}


def test_everybody_who_can_agree_has_a_place_in_the_order() -> None:
    assert set(WEAKEST_FIRST) == set(GivenBy)
