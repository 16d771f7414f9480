"""A file quotes all of its record and nothing else; the shipped files do."""

from pathlib import Path

import pytest

from prescreen.catalog.authoring.coverage import Coverage, check_against_record, check_fields
from prescreen.catalog.base.faults import Check
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.folder_reader import TRIALS, read_redcap_codes
from prescreen.catalog.criteria.trial_reader import read_trial
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.catalog.sources.sources import read_source
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.registry_text.splitting import criteria_in
from tests.catalog.folders import FILES, ON, TRIAL, write
from tests.sources import BACK, sources, with_sources

RECORD = """\
Inclusion Criteria:

* Leg pain that has lasted for at least six weeks
* Slipped disc on a scan

Exclusion Criteria:

* Pregnant or breastfeeding women
"""
QUOTES = {
    "leg-pain": "# Record: Leg pain ... at least six weeks",
    "mri": "# Record: Slipped disc on a scan",
    "pregnant": "# Record: Pregnant or breastfeeding",
}


def held(root: Path, quotes: dict[str, str], record: SourceRecord) -> tuple[Coverage, list[tuple[Check, str]]]:
    text = FILES[TRIAL]
    for name, quote in quotes.items():
        text = text.replace(f"  - id: {name}\n", f"  {quote}\n  - id: {name}\n")
    folder = write(root, {TRIAL: text})
    bank, _ = read_redcap_codes(folder)
    document = read_document(folder / TRIAL, TRIAL, TRIALS)
    reading = read_trial(document, bank, ON)
    assert reading is not None
    coverage = check_against_record(reading, text, record, criteria_in(record.criteria_text))
    check_fields(reading, text, record, bank.bank, ON)
    return coverage, [(fault.check, fault.message) for fault in document.faults]


def record(**fields: str) -> SourceRecord:
    return SourceRecord("T1", "a registry", "A title", criteria_text=RECORD, **fields)  # type: ignore[arg-type]


def test_a_file_that_quotes_every_criterion_is_covered(tmp_path: Path) -> None:
    coverage, found = held(tmp_path, QUOTES, record())

    assert (str(coverage), found) == ("3 of 3 criteria of the record are quoted", [])


def test_a_criterion_that_nothing_quotes_is_told_with_its_words(tmp_path: Path) -> None:
    coverage, found = held(tmp_path, {**QUOTES, "mri": "# A scan."}, record())

    assert coverage == Coverage(found=3, quoted=2)
    assert found == [(Check.UNQUOTED, "the record says 'Slipped disc on a scan'; no criterion quotes it")]


def test_parts_of_one_sentence_may_be_quoted_by_several_criteria(tmp_path: Path) -> None:
    shared = {"adult": "# Record: Leg pain that has lasted", "leg-pain": "# Record: for at least six weeks"}

    coverage, _ = held(tmp_path, {**QUOTES, **shared}, record())

    assert coverage.quoted == 3


def test_what_a_remark_quotes_is_explained(tmp_path: Path) -> None:
    coverage, _ = held(tmp_path, {**QUOTES, "mri": '# Reading: "Slipped disc on a scan" is for the team.'}, record())

    assert coverage.quoted == 3


def test_a_quote_that_does_not_stand_in_the_record_is_told_at_its_criterion(tmp_path: Path) -> None:
    _, found = held(tmp_path, {**QUOTES, "adult": "# Record: Aged 18 to 70"}, record())

    assert found == [(Check.MISQUOTED, "'adult' quotes 'Aged 18 to 70', which does not stand in the record")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"minimum_age": "18 Years", "maximum_age": "70 Years", "sex": "ALL"}, []),
        ({"minimum_age": "21 Years"}, ["let in people of 20"]),
        ({"minimum_age": "16 Years"}, ["keep out people of 16"]),
        ({"maximum_age": "65 Years"}, ["let in people of 66"]),
        ({"maximum_age": "80 Years"}, ["keep out people of 80"]),
        ({"minimum_age": "252 Months"}, ["let in people of 20"]),
        ({"minimum_age": "18 Months", "maximum_age": "N/A"}, []),
        ({"sex": "FEMALE"}, ["let in male people"]),
    ],
)
def test_a_field_of_the_record_is_what_the_rules_demand(
    tmp_path: Path, fields: dict[str, str], told: list[str]
) -> None:
    _, found = held(tmp_path, QUOTES, record(**fields))

    assert [check for check, _ in found] == [Check.RECORD_FIELD] * len(told)
    assert all(words in message for words, (_, message) in zip(told, found, strict=True))


def test_a_field_that_a_criterion_quotes_was_looked_at(tmp_path: Path) -> None:
    _, found = held(tmp_path, {**QUOTES, "adult": "# Record (minimumAge): 21 Years"}, record(minimum_age="21 Years"))

    assert found == []


@with_sources
def test_every_shipped_trial_quotes_all_of_its_record_and_demands_its_fields() -> None:
    bank, _ = read_redcap_codes(SHIPPED_CRITERIA)
    known = {file.stem: file for file in sources(BACK)}
    for file in sorted((SHIPPED_CRITERIA / TRIALS).glob("*.yaml")):
        source = read_source(known[file.stem].read_bytes(), known[file.stem].name)
        document, text = read_document(file, file.name, TRIALS), file.read_text(encoding="utf-8")
        reading = read_trial(document, bank, ON)
        assert reading is not None
        check_against_record(reading, text, source, criteria_in(source.criteria_text))
        check_fields(reading, text, source, bank.bank, ON)
        assert document.faults == []
