"""Exports of a trial with several groups of people say which of them a person may fit, in every format."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping

import openpyxl
import pytest

from prescreen.export.columns.table import HEADER
from tests.web.groups_desk import BACK, FITS_BACK, FITS_NONE, LEG, OPEN, Desk, desk, person
from tests.web.office import form_token
from tests.web.person_pages import Office

__all__ = ["desk"]

PAGE = "/recruiter/exports"
Read = Callable[[bytes], list[str]]


def exported(office: Office, form: str) -> bytes:
    wanted = {"trial": "T1", "format": form, "column": list(HEADER), "reason": "for the monthly report"}
    answer = office.client.post(PAGE, data={"form_token": form_token(office.client, PAGE), **wanted})
    assert answer.status_code == 200
    return answer.data


def in_csv(sent: bytes) -> list[str]:
    rows = csv.DictReader(io.StringIO(sent.decode("utf-8-sig"), newline=""))
    return [row["cohorts_that_may_fit"] for row in rows]


def in_ndjson(sent: bytes) -> list[str]:
    return ["; ".join(json.loads(line)["cohorts_that_may_fit"]) for line in sent.splitlines()]


def in_xlsx(sent: bytes) -> list[str]:
    header, *rows = openpyxl.load_workbook(io.BytesIO(sent))["Referrals"].values
    return [str(row[header.index("cohorts_that_may_fit")] or "") for row in rows]


def in_redcap(sent: bytes) -> list[str]:
    return in_csv(archived(sent)["redcap_data.csv"])


def archived(sent: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


FORMS = {"csv": in_csv, "csv-excel": in_csv, "xlsx": in_xlsx, "ndjson": in_ndjson, "redcap": in_redcap}


@pytest.mark.parametrize(("form", "read"), FORMS.items())
def test_every_format_says_which_groups_may_fit(desk: Desk, form: str, read: Read) -> None:
    office = desk()
    for values in (FITS_BACK, OPEN, FITS_NONE):
        person(office, values)

    assert sorted(read(exported(office, form))) == ["", "back", "leg"]


def test_a_finding_of_a_group_has_a_field_of_its_own_with_the_name_of_the_group(desk: Desk) -> None:
    office = desk()
    person(office, FITS_NONE)
    files = archived(exported(office, "redcap"))

    labels = {
        row["Variable / Field Name"]: row["Field Label"]
        for row in csv.DictReader(io.StringIO(files["redcap_data_dictionary.csv"].decode(), newline=""))
    }
    assert labels["f_short"] == f"{LEG}: exclusion: Your pain began less than 6 weeks ago."
    assert labels["f_no_leg_pain"] == f"{BACK}: inclusion: You have no leg pain."
    [row] = csv.DictReader(io.StringIO(files["redcap_data.csv"].decode(), newline=""))
    assert (row["f_cohorts"], row["f_short"], row["f_no_leg_pain"], row["f_leg_pain"]) == ("0", "0", "0", "1")
