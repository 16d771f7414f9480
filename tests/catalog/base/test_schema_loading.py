"""What is typed quickly is what marshmallow loads, and what it refuses marshmallow refuses."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from prescreen.catalog.base.schema import SHAPES, QuestionShape
from prescreen.catalog.base.schema_fields import Shape
from prescreen.catalog.base.schema_loading import typed
from prescreen.catalog.base.yaml_documents import Document, parse
from tests.catalog.folders import FILES, QUESTIONS, TRIAL

TRIALS = sorted((Path(__file__).parents[3] / "criteria/trials").glob("*.yaml"))
REFUSED = object()
WORDS = [
    *(
        None,
        "",
        " ",
        "true",
        "no",
        "1",
        "-1",
        "1.5",
        "6 wk",
        "2026-11-01",
        "2026-13-01",
        "RECRUITING",
        "records",
        "a b",
    ),
    *([], {}, ["a"], [None], [[]], {"en": "a"}, {"en": ""}, {"xx-xx": "a"}, {"a": None}, {"id": "x"}, [{"id": "x"}]),
]


def data_of(text: str) -> Any:
    document = Document("x.yaml")
    parse(text, document)
    return document.data


def quickly(shape: Shape, part: Any) -> Any:
    try:
        return typed(shape, part)
    except ValidationError:
        return REFUSED


def loaded(shape: Shape, part: Any) -> Any:
    try:
        return shape.load(part)
    except ValidationError:
        return REFUSED


@pytest.mark.parametrize("file", TRIALS, ids=lambda file: file.stem)
def test_a_shipped_trial_is_typed_as_it_is_loaded(file: Path) -> None:
    data = data_of(file.read_text())

    assert quickly(SHAPES["trials"], data) == loaded(SHAPES["trials"], data) != REFUSED


def places_in(data: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [steps, *(place for step, item in inner for place in places_in(item, (*steps, step)))]


@st.composite
def altered(draw: st.DrawFn, text: str, index: int | None = None) -> Any:
    """Draw data with a part left out, replaced, or joined by a key of another name."""
    data = data_of(text) if index is None else data_of(text)[index]
    *steps, last = draw(st.sampled_from(places_in(data)[1:]))
    whole = data
    for step in steps:
        data = data[step]
    change = draw(st.sampled_from(["leave out", "replace", "replace", "add"]))
    if change == "leave out":
        del data[last]
    elif change == "add" and isinstance(data, dict):
        data[draw(st.sampled_from(["x", "id", "title", "label"]))] = draw(st.sampled_from(WORDS))
    else:
        data[last] = draw(st.sampled_from(WORDS))
    return whole


@given(altered(FILES[TRIAL]))
def test_an_altered_trial_is_typed_as_it_is_loaded(data: Any) -> None:
    assert quickly(SHAPES["trials"], data) == loaded(SHAPES["trials"], data)


@given(st.data())
def test_an_altered_question_is_typed_as_it_is_loaded(data: st.DataObject) -> None:
    question = data.draw(altered(FILES[QUESTIONS], data.draw(st.integers(0, len(data_of(FILES[QUESTIONS])) - 1))))

    assert quickly(QuestionShape(), question) == loaded(QuestionShape(), question)
