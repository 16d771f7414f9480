"""Records of ClinicalTrials.gov: every field as the registry writes it, and what is wrong by its path."""

from typing import Any

import pytest

from prescreen.catalog.sources.source_record import SourceError, SourceRecord, SourceSite
from prescreen.catalog.sources.sources import read_source
from tests.catalog.sources.records import CRITERIA, registry, written

SECTION = "protocolSection"


def read(data: object) -> SourceRecord:
    return read_source(written(data), "record.json")


def refused(data: object) -> str:
    with pytest.raises(SourceError) as refusal:
        read(data)
    return str(refusal.value)


def test_every_field_is_read_as_the_registry_writes_it() -> None:
    record = read(registry())

    assert (record.id, record.registry, record.version) == ("NCT01234567", "ClinicalTrials.gov", "2024-04-18")
    assert (record.title, record.official_title) == ("Heat for Sciatica", "A Randomized Trial of Heat for Sciatica")
    assert (record.summary, record.description) == ("Compares heat with rest.", "At length.")
    assert (record.conditions, record.keywords) == (("Sciatica",), ("leg pain", "heat"))
    assert (record.status, record.phase, record.sponsor) == ("RECRUITING", "PHASE1/PHASE2", "Example University")
    assert (record.minimum_age, record.maximum_age, record.sex) == ("18 Years", "70 Years", "ALL")
    assert record.healthy_volunteers is False
    assert record.interventions == (("DEVICE", "Heating pad"),)
    assert record.criteria_text == CRITERIA
    assert (record.criteria, record.populations, record.told) == ((), (), ())
    assert dict(record.fields) == {
        "minimumAge": "18 Years",
        "maximumAge": "70 Years",
        "sex": "ALL",
        "studyType": "INTERVENTIONAL",
        "acronym": "HEAT",
        "healthyVolunteers": "false",
        "armGroups": "EXPERIMENTAL: Warm; SHAM_COMPARATOR: Cold",
    }


def test_a_site_has_its_place_to_the_last_digit_written() -> None:
    content = written(registry()).replace(b"53.796,", b"53.7960,")

    assert read_source(content, "record.json").sites == (
        SourceSite(
            name="Example Hospital",
            city="Leeds",
            state="West Yorkshire",
            country="United Kingdom",
            postal_code="LS1 3EX",
            latitude="53.7960",
            longitude="-1.54785",
            status="RECRUITING",
        ),
    )


@pytest.mark.parametrize("wrap", [lambda one: {"studies": [one]}, lambda one: {"studies": [one], "nextPageToken": "a"}])
def test_an_answer_of_the_api_with_one_record_is_that_record(wrap: Any) -> None:
    assert read(wrap(registry())) == read(registry()) == read([registry()])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"studies": [registry(), registry()]}, "studies: holds 2 records; give each a file of its own"),
        ({"studies": []}, "studies: holds no record"),
        ([], "studies: holds no record"),
    ],
)
def test_an_answer_with_none_or_several_is_refused(data: object, told: str) -> None:
    assert refused(data) == told


def test_what_a_record_leaves_out_is_nothing() -> None:
    names = {"identificationModule": {"nctId": "NCT01234567"}}
    record = read({SECTION: {**names, "eligibilityModule": {"eligibilityCriteria": CRITERIA}}})

    assert record == SourceRecord("NCT01234567", "ClinicalTrials.gov", title="", criteria_text=CRITERIA)


@pytest.mark.parametrize(
    ("own", "version"),
    [
        ({"derivedSection": {"miscInfoModule": {"versionHolder": "2024-12-16"}}}, "2024-12-16"),
        ({"_source": {"registryVersion": "2021-05"}}, "2021-05"),
        ({"_source": {"registryVersion": "about 2021, not stated"}}, None),
        ({"_source": {"registryVersion": None, "path": "a.csv"}}, None),
    ],
)
def test_without_a_last_update_the_day_of_the_data_is_the_version(own: dict[str, Any], version: str | None) -> None:
    section = registry()[SECTION]
    del section["statusModule"]["lastUpdatePostDateStruct"]

    assert read({SECTION: section, **own}).version == version


@pytest.mark.parametrize(
    ("value", "accepts"),
    [(True, True), ("Yes", True), ("Accepts Healthy Volunteers", True), ("No", False), (..., None)],
)
def test_healthy_volunteers_are_told_as_truth_value_or_in_words(value: object, accepts: bool | None) -> None:
    assert read(registry(healthyVolunteers=value)).healthy_volunteers is accepts


PATH = "protocolSection.eligibilityModule"
WITHOUT = "and no trial can be drafted without it"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"eligibilityCriteria": ...}, f"{PATH}.eligibilityCriteria: is missing, {WITHOUT}"),
        ({"eligibilityCriteria": None}, f"{PATH}.eligibilityCriteria: is null, {WITHOUT}"),
        ({"eligibilityCriteria": " \u200b "}, f"{PATH}.eligibilityCriteria: is empty, {WITHOUT}"),
        ({"eligibilityCriteria": 7}, f"{PATH}.eligibilityCriteria: expects a text, not a number"),
        ({"eligibilityCriteria": ["a"]}, f"{PATH}.eligibilityCriteria: expects a text, not a list"),
        ({"sex": "BOTH"}, f"{PATH}.sex: expects one of ALL, FEMALE, MALE, not 'BOTH'"),
        ({"healthyVolunteers": "perhaps"}, f"{PATH}.healthyVolunteers: expects true or false, not a text"),
        ({"minimumAge": {"years": 18}}, f"{PATH}.minimumAge: expects a text, not an object"),
        ({"minimumAge": "9" * 3000}, f"{PATH}.minimumAge: holds 3,000 characters, at most 2,000 can be read"),
        (
            {"eligibilityCriteria": "a" * 100_001},
            f"{PATH}.eligibilityCriteria: holds 100,001 characters, at most 100,000 can be read",
        ),
    ],
)
def test_a_field_that_is_missing_or_of_a_wrong_kind_is_named_by_its_path(fields: dict[str, Any], told: str) -> None:
    assert refused(registry(**fields)) == told


@pytest.mark.parametrize("id_", ["NCT0123456", "NCT01234567/../x", "nct01234567", "NCT\uff10\uff11234567", "../etc"])
def test_an_id_that_is_none_of_the_registry_is_refused(id_: str) -> None:
    data = registry()
    data[SECTION]["identificationModule"]["nctId"] = id_

    assert refused(data).startswith(f"{SECTION}.identificationModule.nctId: '")


def test_a_place_that_is_not_on_earth_is_named() -> None:
    content = written(registry()).replace(b"53.796,", b"530.796,")

    with pytest.raises(SourceError, match=r"locations\[0\].geoPoint.lat: 530.796 is no place on earth"):
        read_source(content, "record.json")


def test_null_in_a_field_that_may_be_missing_is_nothing_and_told() -> None:
    record = read(registry(maximumAge=None))

    assert record.maximum_age is None
    assert record.told == (f"{PATH}.maximumAge: null was read as nothing",)


def test_hidden_characters_are_kept_out_of_ids_and_texts_and_told() -> None:
    data = registry(eligibilityCriteria="Leg\u200b pain\u202e\x00 for 6\u00a0weeks\r\nGout \ud800")
    data[SECTION]["identificationModule"]["nctId"] = "NCT0123\u200b4567\u2060"

    record = read(data)

    assert (record.id, record.criteria_text) == ("NCT01234567", "Leg pain for 6\u00a0weeks\nGout")
    assert record.told == (
        f"{SECTION}.identificationModule.nctId: 2 hidden characters were removed (U+200B, U+2060)",
        f"{PATH}.eligibilityCriteria: 4 hidden characters were removed (U+200B, U+202E, U+0000, U+D800)",
    )


def test_letters_of_other_scripts_and_odd_signs_stay() -> None:
    text = "Inclusion: \u05db\u05d0\u05d1 \u226518 \uff16 weeks \uf0b7 caf\u00e9 cafe\u0301"

    assert read(registry(eligibilityCriteria=text)).criteria_text == text
