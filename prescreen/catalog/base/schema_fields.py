"""Marshmallow fields for files in which every scalar is text."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from prescreen.catalog.base.faults import did_you_mean
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.eligibility.criteria.units import QuantityError, UnitError, quantity

MISSING = "is missing"
EMPTY = "this is empty; give a value or leave the key out"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_COLOR = re.compile(r"#[0-9a-f]{6}")
_COLOR_FORM = 'write six digits in quotes, such as "#0a5c55"'
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Plain(fields.Field[str]):
    """Any text that is not empty."""

    default_error_messages = {
        "required": MISSING,
        "null": "this is empty; give a value or leave the key out",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError("expects a text")
        if not value.strip():
            raise ValidationError("the text is empty")
        return self.read(value)

    def read(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raise ValidationError, saying how to correct it, for any other text.
        """
        return text


class Name(Plain):
    """An id: letters, digits, `_`, `-` and `.`."""

    def read(self, text: str) -> str:
        """Return the id. Raise ValidationError for other characters."""
        if not _NAME.fullmatch(text):
            raise ValidationError(f"'{text}' is no id; use letters, digits, '_' and '-'")
        return text


class OneOf(Plain):
    """One of a few words."""

    def __init__(self, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def read(self, text: str) -> str:
        """Return the word. Raise ValidationError for a word that is not in the list."""
        if text not in self.words:
            near = did_you_mean(text, self.words) or f"; it must be one of: {', '.join(self.words)}"
            raise ValidationError(f"unknown word '{text}'{near}")
        return text


class Flag(Plain):
    """`true` or `false`."""

    def read(self, text: str) -> bool:
        """Return the truth value. Raise ValidationError for anything but `true` and `false`."""
        if text not in ("true", "false"):
            raise ValidationError(f"expects true or false, not '{text}'")
        return text == "true"


class Number(Plain):
    """An exact number."""

    def read(self, text: str) -> Fraction:
        """Return the number. Raise ValidationError where the text is not a decimal number."""
        try:
            return quantity(text, None)
        except (QuantityError, UnitError) as error:
            raise ValidationError(f"expects a number, not '{text}'") from error


class Whole(Number):
    """A whole number, 0 or more."""

    def read(self, text: str) -> Any:
        """Return the number. Raise ValidationError where the text is not a whole number of 0 or more."""
        number = super().read(text)
        if number.denominator != 1 or number < 0:
            raise ValidationError(f"expects a whole number, 0 or more, not '{text}'")
        return int(number)


class Color(Plain):
    """A color as `#rrggbb`. Without quotes YAML takes it for a comment, so that nothing stands there."""

    default_error_messages = {"null": f"this is empty: {_COLOR_FORM}"}

    def read(self, text: str) -> str:
        """Return the color in small letters. Raise ValidationError for any other way to write one."""
        color = text.lower()
        if not _COLOR.fullmatch(color):
            raise ValidationError(f"'{text}' is no color: {_COLOR_FORM}")
        return color


class Day(Plain):
    """A calendar day such as 2026-11-01."""

    def read(self, text: str) -> date:
        """Return the day. Raise ValidationError where the text is not a day of the calendar."""
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(f"'{text}' is not a day; write it as 2026-11-01") from error


class PastDay(Day):
    """The day on which something happened, so that it cannot lie ahead."""


class Wording(fields.Field[Text]):
    """A text for readers: a string (English), or a mapping of language codes to strings."""

    default_error_messages = Plain.default_error_messages

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Text:
        if isinstance(value, str) and value.strip():
            return Text({DEFAULT_LANGUAGE: value.strip()})
        if not isinstance(value, dict) or not value:
            raise ValidationError("expects a text, or a text for each language code")
        problems = {code: [problem] for code, wording in value.items() if (problem := _wording_problem(code, wording))}
        if problems:
            raise ValidationError(problems)
        return Text({code: wording.strip() for code, wording in value.items()})


def _wording_problem(code: str, wording: object) -> str | None:
    if not _LANGUAGE.fullmatch(code):
        return f"'{code}' is not a language code such as 'en' or 'es'"
    return None if isinstance(wording, str) and wording.strip() else "expects a text that is not empty"


class Anything(fields.Raw):
    """A part that is not typed here but read later, together with the question bank."""

    default_error_messages = Plain.default_error_messages


class ListOf(fields.List[Any]):
    """A list."""

    default_error_messages = {**Plain.default_error_messages, "invalid": "expects a list"}


class Mapped(fields.Dict):
    """A mapping whose keys are chosen by the author."""

    default_error_messages = {**Plain.default_error_messages, "invalid": "expects keys and values"}


class Source(Mapped):
    """Where a trial's data is from; under one of the keys stands how old they are, by day or month."""

    dated = "version"


class NestedShape(fields.Nested):
    """A mapping that has a schema of its own."""

    default_error_messages = {
        **Plain.default_error_messages,
        "type": "expects keys and values",
    }


class Shape(Schema):
    """The schema of a mapping in a file. Unknown keys are faults, each reported by name."""

    error_messages = {"type": "expects keys and values"}

    class Meta:
        """Lets marshmallow drop unknown keys: `refuse_unknown_keys` reports them with a better message."""

        unknown = EXCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_keys(self, data: object, original: object, **kwargs: Any) -> None:
        """Raise ValidationError naming every unknown key."""
        if isinstance(original, dict):
            unknown = [key for key in original if key not in self.fields]
            if unknown:
                raise ValidationError(
                    {key: [f"unknown key '{key}'{did_you_mean(key, self.fields)}"] for key in unknown}
                )
