"""The shapes of criteria files as JSON Schema, from which editors complete and check: derived from `base.schema`.

Editors know less than `prescreen check`: whatever it accepts, these accept. Draft 7, which editors for YAML know best.
"""

from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import Any

from marshmallow import Schema
from marshmallow.fields import Field

from prescreen.catalog.authoring.vocabulary_schema import VocabularyShape
from prescreen.catalog.base.schema import (
    CatalogShape,
    ConditionShape,
    ContactShape,
    QuestionShape,
    TrialShape,
)
from prescreen.catalog.base.schema_fields import (
    Anything,
    Color,
    Day,
    Flag,
    ListOf,
    Mapped,
    Name,
    NestedShape,
    Number,
    OneOf,
    Plain,
    Whole,
    Wording,
)
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType

DRAFT = "http://json-schema.org/draft-07/schema#"

Json = dict[str, Any]

FILES: Mapping[str, Schema] = {
    "trials": TrialShape(),
    "questions": QuestionShape(),
    "conditions": ConditionShape(),
    "catalog": CatalogShape(),
    "vocabulary": VocabularyShape(),
}
"""The shape of each kind of file; a file of questions is a list of them."""

_LISTS = ("questions",)
_SCALAR: Json = {"type": ["string", "number", "boolean"]}
_RULE: Json = {"$ref": "#/definitions/rule"}
_LIMITS = ("min", "max", "above", "below")
_SETS = ("any_of", "all_of", "none_of")
_DATES: Mapping[str, Json] = {
    "before": _SCALAR,
    "after": _SCALAR,
    "ago": {"$ref": "#/definitions/limits"},
    "age": {"$ref": "#/definitions/limits"},
}
_UNTYPED: Mapping[str, Json] = {
    "answers": {"$ref": "#/definitions/answers"},
    "contact": {"$ref": "#/definitions/contact"},
}
"""What stands under the keys whose shape is read later; under any other stands a rule."""


def schema_of(kind: str, bank: QuestionBank) -> Json:
    """Return the JSON Schema of a kind of file, with the questions and options of the bank in its rules.

    Raise KeyError for a kind that is not in FILES.
    """
    shape = _shape(FILES[kind])
    whole = {"type": "array", "items": shape} if kind in _LISTS else shape
    return {"$schema": DRAFT, "title": f"Prescreen: {kind}", **whole, "definitions": _definitions(bank)}


def _shape(shape: Schema) -> Json:
    required = [name for name, field in shape.fields.items() if field.required]
    return {
        "type": "object",
        "description": getdoc(type(shape)),
        "properties": {name: _field(name, field) for name, field in shape.fields.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _field(name: str, field: Field[Any]) -> Json:
    match field:
        case NestedShape():
            return _shape(field.schema)
        case ListOf():
            items = {"$ref": "#/definitions/question"} if name == "opening_questions" else _field(name, field.inner)
            return {"type": "array", "items": items}
        case Anything():
            return _UNTYPED.get(name, _RULE)
        case Mapped():
            return {"type": "object", "additionalProperties": _SCALAR}
        case OneOf():
            return {"enum": list(field.words)}
        case _:
            return _scalar(field)


def _scalar(field: Field[Any]) -> Json:
    return next((made() for kind, made in _SCALARS.items() if isinstance(field, kind)), _SCALAR)


_SCALARS: Mapping[type, Callable[[], Json]] = {
    Wording: lambda: {"$ref": "#/definitions/wording"},
    Flag: lambda: {"type": "boolean"},
    Whole: lambda: {"type": ["integer", "string"], "minimum": 0, "pattern": "^\\d+$"},
    Number: lambda: {"type": ["number", "string"], "pattern": "^[-+]?[\\d.]"},
    Color: lambda: {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    Day: lambda: {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"},
    Name: lambda: {"type": ["string", "number", "boolean"], "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
    Plain: lambda: _SCALAR,
}
"""The schema of each kind of scalar, the narrower before the wider: a Whole is a Number, and both are Plain."""


def _definitions(bank: QuestionBank) -> Json:
    rules = {"type": "array", "items": _RULE, "minItems": 1}
    limit = {"type": ["number", "string"]}
    combining = {
        "all": {**rules, "description": "Every rule holds."},
        "any": {**rules, "description": "At least one rule holds."},
        "not": {**_RULE, "description": "The rule does not hold."},
        "at_least": _closed({"count": {"type": "integer", "minimum": 1}, "of": rules}, required=["count", "of"]),
    }
    asked = [question for question in bank if question.computed is None]
    return {
        "wording": _wording(),
        "limits": _closed(dict.fromkeys(_LIMITS, limit)),
        "question": {"enum": [question.id for question in bank]},
        "contact": {"anyOf": [_SCALAR, _shape(ContactShape())]},
        "rule": _closed({**combining, **{one.id: _described(one, _test(one)) for one in bank}}),
        "answers": {**_closed({one.id: _described(one, _answer(one)) for one in asked}), "minProperties": 0},
    }


def _wording() -> Json:
    text = {"type": ["string", "number", "boolean"]}
    by_language = {"type": "object", "patternProperties": {"^[a-z]{2,3}(-[A-Z]{2})?$": text}}
    return {"anyOf": [text, {**by_language, "additionalProperties": False, "minProperties": 1}]}


def _closed(properties: Json, required: list[str] | None = None) -> Json:
    made = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    return {**made, "required": required} if required else made


def _described(question: Question, schema: Json) -> Json:
    return {**schema, "description": str(question.ask)}


def _options(question: Question) -> Json:
    """Return the options as an editor offers them; a word that YAML takes for another kind of value is in quotes."""
    return {"enum": list(question.option_ids)}


def _test(question: Question) -> Json:
    some = {"type": "array", "items": _options(question), "minItems": 1}
    match question.type:
        case QuestionType.BOOLEAN:
            return {"type": "boolean"}
        case QuestionType.CHOICE:
            return {"anyOf": [_options(question), some]}
        case QuestionType.CHOICES:
            return _closed(dict.fromkeys(_SETS, some))
        case QuestionType.NUMBER:
            return {"anyOf": [{"type": ["number", "string"]}, {"$ref": "#/definitions/limits"}]}
        case QuestionType.DATE:
            return _closed(dict(_DATES))


def _answer(question: Question) -> Json:
    match question.type:
        case QuestionType.BOOLEAN:
            return {"type": ["boolean", "null"]}
        case QuestionType.CHOICE:
            return {"enum": [*question.option_ids, None]}
        case QuestionType.CHOICES:
            return {"type": ["array", "null"], "items": _options(question)}
        case QuestionType.NUMBER:
            return {"type": ["number", "string", "null"]}
        case QuestionType.DATE:
            return {"type": ["string", "number", "null"]}
