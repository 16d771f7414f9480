"""What is believed of an answer, and stored so that it is read back as it was."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.registry.present_record import as_data, changed_on, from_data, present_record
from prescreen.catalog.sources.source_record import SourceError, SourceRecord, SourceSite
from tests.catalog.sources.records import registry, usdm, written
from tests.registered import TRIAL

ON = date(2026, 11, 30)


def answer(**status: Any) -> bytes:
    data = registry()
    data["protocolSection"]["statusModule"].update(status)
    return written(data)


def test_a_record_is_read_as_drafts_read_it() -> None:
    record = present_record(answer(), TRIAL, ON)

    assert (record.status, record.version, record.sites[0].city) == ("RECRUITING", "2024-04-18", "Leeds")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (answer(overallStatus="OPEN"), "overallStatus"),
        (answer(overallStatus=7), "overallStatus"),
        (answer(lastUpdatePostDateStruct={"date": "2026-12-02"}), "lastUpdatePostDateStruct"),
        (answer(lastUpdatePostDateStruct={"date": "2026-13-45"}), "lastUpdatePostDateStruct"),
        (written(usdm()), "the file"),
        (b"\x1f\x8b\x08", "the answer: is empty, or no JSON"),
        (b"", "the answer: is empty, or no JSON"),
        (b"<!DOCTYPE html>", "the answer: is no JSON but begins with '<!DOCTYPE html>'"),
        (b"\xef\xbb\xbf Sorry\nnot now", "the answer: is no JSON but begins with 'Sorry not now'"),
        (answer()[:200], "statusModule"),
    ],
)
def test_what_cannot_be_believed_names_its_field(content: bytes, field: str) -> None:
    with pytest.raises(SourceError) as refused:
        present_record(content, TRIAL, ON)

    assert field in str(refused.value)


def test_somewhere_it_is_tomorrow() -> None:
    record = present_record(answer(lastUpdatePostDateStruct={"date": "2026-12-01"}), TRIAL, ON)

    assert changed_on(record) == date(2026, 12, 1)


TEXT = st.text(max_size=20)


@given(
    st.builds(
        SourceRecord,
        id=TEXT,
        registry=TEXT,
        title=TEXT,
        conditions=st.lists(TEXT, max_size=3).map(tuple),
        status=st.none() | TEXT,
        healthy_volunteers=st.none() | st.booleans(),
        sites=st.lists(st.builds(SourceSite, name=TEXT, city=st.none() | TEXT), max_size=2).map(tuple),
        interventions=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
        fields=st.dictionaries(TEXT, TEXT, max_size=3),
    )
)
def test_a_record_is_read_back_as_it_was_stored(record: SourceRecord) -> None:
    assert from_data(json.loads(json.dumps(as_data(record)))) == record


@pytest.mark.parametrize("other", [{}, {"sites": 3}, {"texts": [], "sites": [], "interventions": []}])
def test_what_another_version_stored_is_no_record(other: dict[str, Any]) -> None:
    assert from_data(other) is None
