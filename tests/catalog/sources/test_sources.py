"""What a file must be to be read as a source: all else is refused in one line that names the field."""

import json

import pytest

from prescreen.catalog.sources.source_record import SourceError
from prescreen.catalog.sources.sources import read_source
from tests.catalog.sources.records import registry, usdm, written

CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
WHOLE = "the file"


def refused(content: bytes | str | object, name: str = "record.json") -> str:
    made = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else written(content)
    with pytest.raises(SourceError) as refusal:
        read_source(made, name)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize("name", ["record.json", "record.txt", "-", "RECORD.JSON"])
def test_a_record_is_known_by_its_content_whatever_its_name(name: str) -> None:
    assert read_source(written(registry()), name).id == "NCT01234567"
    assert read_source(b"\xef\xbb\xbf \n" + written(usdm()), name).registry == "CDISC USDM"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", f"{WHOLE}: is empty"),
        (b"\xef\xbb\xbf \n", f"{WHOLE}: is empty"),
        (b"x" * 6_100_000, f"{WHOLE}: holds 6.1 MB, at most 5 MB can be read"),
        (b"x" * 5_000_001, f"{WHOLE}: holds 5.000001 MB, at most 5 MB can be read"),
        (b'{"a": "\xff"}', "byte 7: this is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbfab\xff", "byte 5: this is not UTF-8; save the file as UTF-8"),
        (b"%PDF-1.7 \xff", f"{WHOLE}: is a PDF; save the criteria as plain text in UTF-8"),
        (b"{\\rtf1 Gout}", f"{WHOLE}: is RTF; save the criteria as plain text in UTF-8"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6: this is not JSON: Expecting ':' delimiter"),
        (b'{"a": 1} x', "line 1, column 10: this is not JSON: Extra data"),
        (b'{"a": NaN}', "NaN: is no number of JSON"),
        (b'{"a": 1,\n "sex": "ALL",\n "sex": "MALE"}', "sex: is given twice, at line 3; keep one"),
        (b"[" * 400_000, f"{WHOLE}: is nested too deep to be a record"),
        (b'{"a":' * 400_000, f"{WHOLE}: is nested too deep to be a record"),
        (b"7", f"{WHOLE}: is JSON that holds no record; "),
        (b"null", f"{WHOLE}: is JSON that holds no record; "),
        (b"{}", "protocolSection: is missing, and so is study of USDM; "),
        (b'{"protocolSection": null}', "protocolSection: is null, and no trial can be drafted without it"),
        (b'{"protocolSection": []}', "protocolSection: expects an object, not a list"),
    ],
    ids=range(19),
)
def test_what_is_no_record_is_told_by_the_field_or_the_place(content: bytes, told: str) -> None:
    assert refused(content).startswith(told)


def test_a_cut_record_names_the_field_in_which_it_ends() -> None:
    content = json.dumps(registry(), indent=1).encode()
    end = content.index(b"Leg pain")

    assert refused(content[: end + 4]) == (
        "eligibilityCriteria: the file is cut off here (line 59, column 27); fetch the record again"
    )
    assert refused(content[: content.index(b'"nctId"') + 8]).startswith("nctId: the file is cut off here")
    assert refused(content[:-2]).startswith("hasResults: the file is cut off here")
    assert refused(b"{").startswith(f"{WHOLE}: the file is cut off here")


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_record_that_is_cut_anywhere_is_refused(part: float) -> None:
    content = written(registry())

    assert "cut off here" in refused(content[: int(len(content) * part)])


SECTION = "<?xml version='1.0'?>\n"


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (f"{SECTION}<clinical_study rank='1'><brief_title/>", "classic ClinicalTrials.gov XML"),
        (f"{SECTION}<allTrials xmlns='http://www.67bricks.com/isrctn'>", "XML of ISRCTN"),
        (f"{SECTION}<ANZCTR_Trials><ANZCTR_Trial>", "XML of ANZCTR"),
        (f"{SECTION}<Trials_downloaded_from_ICTRP>", "XML of the WHO's search portal (ICTRP)"),
        ("<Bundle xmlns='http://hl7.org/fhir'>", "FHIR XML"),
        ("<!DOCTYPE html><html><body>", "a web page"),
        (f"{SECTION}<a>", "XML"),
        ({"resourceType": "Bundle", "entry": []}, "a FHIR resource"),
        ({"resourceType": "ResearchStudy", "study": {}}, "a FHIR resource"),
        ({"ctNumber": "2022-500001-10-00", "authorizedApplication": {}}, "a record of CTIS, the EU's register"),
        ({"eudract_number": "2010-01"}, "a record of the EU Clinical Trials Register"),
        ({"trial": {"isrctn": {"value": "1"}}}, "a record of ISRCTN"),
        ({"trial_identification": {"actrn": "ACTRN12"}}, "a record of ANZCTR"),
        ({"TrialID": "JPRN-1"}, "a record of the WHO's search portal (ICTRP)"),
        ({"FullStudiesResponse": {"FullStudies": []}}, "a record of the classic ClinicalTrials.gov API"),
        ({"clinical_study": {}}, "a record of the classic ClinicalTrials.gov XML, turned into JSON"),
    ],
    ids=range(16),
)
@pytest.mark.parametrize("name", ["record.json", "record.xml", "-"])
def test_records_of_other_registries_are_called_what_they_are(content: object, looks: str, name: str) -> None:
    told = refused(content, name)

    assert told.startswith(f"{CRITERIA}: is missing: this looks like {looks}, which is not read; fetch the record")


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        ("NCT Number,Study Title,Study URL\nNCT01234567,Heat,http", "a table of ClinicalTrials.gov (CSV)"),
        ("EudraCT Number: 2010-020001-01\nE.3 Principal", "a download of the EU Clinical Trials Register"),
    ],
)
def test_tables_and_forms_of_registries_are_no_texts_of_criteria(content: str, looks: str) -> None:
    assert f"this looks like {looks}" in refused(content, "download.txt")


def test_hostile_names_in_a_record_cannot_break_the_line() -> None:
    assert refused('{"a\\nb\\u202e": 1, "a\\nb\\u202e": 2}') == "a\\nb\\u202e: is given twice; keep one"


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": "' + b"<" * 4_000_000,
        b'{"a": "' + b'\\"' * 2_000_000,
        b'"' * 4_900_000,
        b'{"a":1,"a":' + b" " * 4_000_000 + b"1}",
        b"<" * 4_900_000,
        b" " * 4_900_000,
    ],
    ids=range(6),
)
def test_large_hostile_files_are_refused_and_do_not_hang(content: bytes) -> None:
    assert len(refused(content)) < 500
