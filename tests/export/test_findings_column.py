"""What every format says of findings: words that a reader cannot take for what the person has."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest

from prescreen.database import Database
from prescreen.eligibility.criteria.truth import Truth
from prescreen.export.xlsx import DICTIONARY
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format
from tests.export.exported import made, wanted
from tests.people import NOW, TO_A, submitted

PREGNANCY = {"criterion": "pregnancy", "kind": "exclusion", "rule": "false", "open_questions": []}
SAID = {Truth.TRUE: "permits", Truth.FALSE: "does not permit", Truth.UNKNOWN: "unknown"}


def pair(cell: str) -> str:
    name, _, words = cell.partition("=")
    assert name == "pregnancy"
    return words


def from_csv(data: bytes) -> Iterator[str]:
    yield from (pair(row["findings"]) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def from_xlsx(data: bytes) -> Iterator[str]:
    header, *rows = openpyxl.load_workbook(io.BytesIO(data))["Referrals"].iter_rows(values_only=True)
    yield from (pair(str(row[header.index("findings")])) for row in rows)


def from_ndjson(data: bytes) -> Iterator[str]:
    yield from (json.loads(line)["findings"]["pregnancy"] for line in data.decode().splitlines())


def from_redcap(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("redcap_data.csv").decode()
    yield from (pair(row["findings_other"]) for row in csv.DictReader(io.StringIO(text, newline="")))


READ: dict[Format, Callable[[bytes], Iterator[str]]] = {
    Format.CSV: from_csv,
    Format.CSV_EXCEL: from_csv,
    Format.XLSX: from_xlsx,
    Format.NDJSON: from_ndjson,
    Format.REDCAP: from_redcap,
}


@pytest.mark.parametrize("form", Format)
def test_every_format_says_whether_a_criterion_permits(database: Database, keys: Keys, form: Format) -> None:
    for place, truth in enumerate(SAID):
        to_a = replace(TO_A, findings=({**PREGNANCY, "permits": truth.value},))
        submitted(database, keys, id=truth.value, referrals=(to_a,), submitted_at=NOW + timedelta(seconds=place))

    assert list(READ[form](made(database, keys, wanted(form)))) == list(SAID.values())


def test_the_dictionary_explains_the_words(database: Database, keys: Keys) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(database, keys, wanted(Format.XLSX))))

    told = {row[0]: str(row[3]) for row in book[DICTIONARY].iter_rows(min_row=2, values_only=True)}
    assert told["findings"].endswith(": permits, does not permit, unknown")
