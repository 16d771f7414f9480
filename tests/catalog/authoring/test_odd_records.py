"""Whatever a readable record says in its fields, its draft passes the check of its file."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import draft_of
from prescreen.catalog.criteria.loading import read_trial_file
from prescreen.catalog.sources.source_record import SourceError
from prescreen.catalog.sources.sources import read_source
from tests.catalog.authoring.real_records import drafting

EXAMPLE = Path(__file__, "../../../../docs/examples/NCT05659342.json").resolve()
RECORD: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
DAYS = ["2099-01-01", "2031-07", "1899-12-31", "0000-00-00"]
AGES = ["-5 Years", "0 Years", "200 Years", "18 Months", "N/A"]
SCALARS = ["null", "~", "yes", "12:30", "1e3", ".5", "- x", "# y", "{a: b}", "[x]", "&b", "*c", "a\nb", "\u2028", "😀"]
WORDS = st.sampled_from(["", " ", "NEW_STATUS", *DAYS, *AGES, *SCALARS]) | st.text(max_size=20)
MEMBERS = st.lists(WORDS, max_size=2) | st.just([]) | st.just({}) | st.just({"unknownKey": {"a": [1]}})
VALUES = WORDS | MEMBERS | st.integers(-200, 200) | st.floats(allow_nan=False, allow_infinity=False)
Place = tuple[str | int, ...]


def places(data: object, above: Place = ()) -> Iterator[Place]:
    inside: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(data, dict):
        inside = iter(data.items())
    elif isinstance(data, list):
        inside = iter(enumerate(data))
    for step, value in inside:
        yield (*above, step)
        yield from places(value, (*above, step))


PLACES = list(places(RECORD))


def changed(data: Any, place: Place, value: object) -> Any:
    """Return a record with a value at a place, as it was where another change took the place away."""
    inner = data
    for step in place[:-1]:
        inner = inner[step] if isinstance(inner, dict | list) and step in _steps(inner) else None
    if isinstance(inner, dict | list) and place[-1] in _steps(inner):
        inner[place[-1]] = value  # type: ignore[index,call-overload]  # JSON of any shape
    return data


def _steps(data: dict[str, object] | list[object]) -> list[str | int]:
    return list(data) if isinstance(data, dict) else list(range(len(data)))


VERSION = ("protocolSection", "statusModule", "lastUpdatePostDateStruct", "date")
CRITERIA = ("protocolSection", "eligibilityModule", "eligibilityCriteria")


@example([(VERSION, "2099-01-01")])
@example([(CRITERIA, "null"), (VERSION, "2031-07")])
@example([(CRITERIA, "Inclusion Criteria:\n\n* true\n* yes\n\nExclusion Criteria:\n\n* ~\n* null")])
@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_the_draft_of_a_record_with_odd_fields_passes_the_check(changes: list[tuple[Place, object]]) -> None:
    record = deepcopy(RECORD)
    for place, value in changes:
        record = changed(record, place, deepcopy(value))
    context, trials = drafting()
    try:
        text = yaml_of(draft_of(read_source(json.dumps(record).encode(), "record.json"), context))
    except SourceError:
        # Not a record that can be read: its own tests say why.
        return
    file = read_trial_file(text.encode(), trials)

    assert [fault for fault in (*file.faults, *file.trial_faults) if not fault.warning] == []
    assert file.trial is not None
