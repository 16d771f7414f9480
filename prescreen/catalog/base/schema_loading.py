"""Types a part of a file by its shape, or reports every fault in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import Field

from prescreen.catalog.base.schema_fields import MISSING, ListOf, NestedShape, PastDay, Plain, Shape, Source, Wording
from prescreen.catalog.base.yaml_documents import Document, Steps


def load(shape: Shape, document: Document, steps: Steps = ()) -> dict[str, Any] | None:
    """Return the part of the document at `steps`, typed by its shape, or None after reporting every fault in it."""
    part: Any = document.data
    for step in steps:
        part = part[step]
    with suppress(ValidationError):
        return typed(shape, part)
    try:
        loaded: dict[str, Any] = shape.load(part)
    except ValidationError as error:
        for at, message in _flattened(error.messages, steps):
            _report(document, at, message)
        return None
    return loaded


def typed(shape: Schema, part: Any) -> dict[str, Any]:
    """Return a part typed by the fields of its shape, as `Schema.load` does in several times as long.

    Raise ValidationError, which does not say where, for a part at fault.
    """
    readers = _readers(shape)
    if not isinstance(part, dict) or not part.keys() <= readers.keys():
        raise ValidationError("not the keys of the shape")
    loaded = {}
    for name, read in readers.items():
        if name in part:
            loaded[name] = read(part[name])
        elif shape.fields[name].required:
            raise ValidationError(MISSING)
    return loaded


@cache
def _readers(shape: Schema) -> Mapping[str, Callable[[Any], Any]]:
    return {name: _reader(field) for name, field in shape.fields.items()}


def _reader(field: Field[Any]) -> Callable[[Any], Any]:
    match field:
        case NestedShape():
            return partial(typed, field.schema)
        case ListOf():
            return partial(_typed_items, _reader(field.inner))
        case Plain() | Wording() if not field.validators:
            return partial(field._deserialize, attr=None, data=None)
        case _:
            return field.deserialize


def _typed_items(read: Callable[[Any], Any], items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise ValidationError("no list")
    return [read(item) for item in items]


def _report(document: Document, steps: Steps, message: str) -> None:
    if message == MISSING:
        message = f"'{steps[-1]}' {MISSING}"
    document.report(steps, message, at_key=message.startswith("unknown key"))


def _flattened(messages: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flattened(inner, steps if key in ("_schema", "value") else (*steps, key))
    else:
        for message in messages:
            yield steps, message


def past_days(shape: Schema, part: Any, steps: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Yield the place and the text of everything in a part of a file that says when something happened."""
    for name, field in _dated_fields(shape):
        if isinstance(part, Mapping) and part.get(name) is not None:
            yield from _past_days_of(field, part[name], (*steps, name))


@cache
def _dated_fields(shape: Schema) -> tuple[tuple[str, Field[Any]], ...]:
    return tuple((name, field) for name, field in shape.fields.items() if _is_dated(field))


def _is_dated(field: Field[Any]) -> bool:
    match field:
        case NestedShape():
            return bool(_dated_fields(field.schema))
        case ListOf():
            return _is_dated(field.inner)
        case _:
            return isinstance(field, PastDay | Source)


def _past_days_of(field: Field[Any], value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    match field:
        case PastDay() if isinstance(value, str):
            yield steps, value
        case Source() if isinstance(value, Mapping) and isinstance(value.get(field.dated), str):
            yield (*steps, field.dated), value[field.dated]
        case NestedShape():
            yield from past_days(field.schema, value, steps)
        case ListOf() if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _past_days_of(field.inner, item, (*steps, index))
