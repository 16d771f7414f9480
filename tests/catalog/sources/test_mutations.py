"""Whatever is changed in a source: it is read, or refused by the name of a field."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.sources.source_record import SourceError, SourceRecord
from prescreen.catalog.sources.sources import read_source
from tests.catalog.sources.records import registry, usdm
from tests.sources import BACK, OTHERS, PROTOCOLS, sources, with_sources

SOURCES = (
    registry(),
    usdm(),
    usdm(population={"cohorts": [{"id": "C", "name": "Back", "criterionIds": ["Criterion_2"]}]}),
)
REPLACED: st.SearchStrategy[Any] = st.sampled_from(
    [
        ...,
        None,
        True,
        7,
        -1.5,
        10**400,
        [],
        [[]],
        [None],
        {},
        {"a": None},
        "",
        "\u200b",
        "\ud800",
        "x" * 200_000,
        ["a", 1],
    ]
) | st.text(max_size=5)


def steps_of(data: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every part of some data."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (*steps, key)
        yield from steps_of(value, (*steps, key))


def changed(data: Any, steps: tuple[Any, ...], value: Any) -> Any:
    """Return data with one part replaced, or taken away for `...`."""
    made = copy.deepcopy(data)
    part = made
    for step in steps[:-1]:
        part = part[step]
    if value is ...:
        del part[steps[-1]]
    else:
        part[steps[-1]] = value
    return made


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Draw a source in which up to three parts were replaced or taken away."""
    data = draw(st.sampled_from(SOURCES))
    for _ in range(draw(st.integers(1, 3))):
        ways = list(steps_of(data))
        if ways:
            data = changed(data, draw(st.sampled_from(ways)), draw(REPLACED))
    return data


def outcome(content: bytes) -> SourceRecord | SourceError:
    try:
        return read_source(content, "record.json")
    except SourceError as error:
        return error


def is_sound(found: SourceRecord | SourceError) -> bool:
    """Whether a record can be drafted from, or an error is one line with a field."""
    if isinstance(found, SourceError):
        return bool(found.field) and str(found).isprintable()
    words = (found.title, found.id, found.criteria_text, *(one.text for one in found.criteria))
    return bool(found.criteria_text or found.criteria) and all(word.encode() is not None for word in words)


@given(mutations())
def test_a_changed_source_is_read_or_refused_by_name(data: Any) -> None:
    assert is_sound(outcome(json.dumps(data).encode()))


@pytest.mark.parametrize("data", SOURCES, ids=["registry", "usdm", "cohorts"])
@pytest.mark.parametrize("value", [..., None, 7, [], {}, "\ud800x"], ids=repr)
def test_every_single_part_may_be_of_any_kind(data: Any, value: Any) -> None:
    ways = list(steps_of(data))

    assert len(ways) > 30
    assert [way for way in ways if not is_sound(outcome(json.dumps(changed(data, way, value)).encode()))] == []


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert is_sound(outcome(content))


@given(st.text(max_size=60), st.sampled_from(["a.txt", "-", "a.json", ""]))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        found: SourceRecord | SourceError = read_source(text.encode("utf-8", "replace"), name)
    except SourceError as error:
        found = error

    assert is_sound(found)


@with_sources
def test_every_real_record_is_read() -> None:
    found = [read_source(file.read_bytes(), file.name) for file in sources(BACK, OTHERS)]

    assert len(found) >= 126
    assert all(record.criteria_text and record.id for record in found)


@with_sources
def test_every_real_protocol_is_read_with_all_its_criteria() -> None:
    found = {file.name: read_source(file.read_bytes(), file.name) for file in sources(PROTOCOLS)}

    assert {name: len(record.criteria) for name, record in found.items()} == {
        "CDISC_Pilot_Study.json": 31,
        "EliLilly_NCT03421379_Diabetes.json": 36,
        "observational.json": 5,
    }
    assert not any("<" in one.text and "usdm:" in one.text for record in found.values() for one in record.criteria)
    pilot = found["CDISC_Pilot_Study.json"]
    assert (pilot.minimum_age, pilot.maximum_age, pilot.phase) == ("50 Years", "100 Years", "PHASE2")
    assert pilot.criteria[0].text == "Males and postmenopausal females at least 50 years of age."
