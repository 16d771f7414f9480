"""Forms as marshmallow schemas: posted data or query parameters, as a typed object or as faults by field.

A form is a class whose annotations carry fields: `note: Annotated[str, Lines("Write something.")]`. Unknown
keys are ignored and of repeated ones the first counts. `hidden` fields are set by our own pages, never by a person: a
fault in one is answered with 400. Templates show faults with `base/parts.html`, and the posted form again.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform, get_origin, get_type_hints

from flask import abort, request
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.datastructures import MultiDict

from prescreen.web.base.form_fields import Raw, Whole
from prescreen.web.base.request_context import resources
from prescreen.web.base.security import is_signed


@dataclass_transform(frozen_default=True)
class Form:
    """The values of one form; every subclass becomes a frozen dataclass."""

    fields: ClassVar[dict[str, Raw]]
    """The fields by the names of their attributes."""
    _schema: ClassVar[Schema]

    def __init_subclass__(cls) -> None:
        """Collect the fields from the annotations of a subclass."""
        # Without a repr, so that no log quotes what was typed.
        dataclass(frozen=True, repr=False)(cls)
        hints = get_type_hints(cls, include_extras=True).items()
        cls.fields = {name: hint.__metadata__[0] for name, hint in hints if get_origin(hint) is Annotated}
        cls._schema = Schema.from_dict(dict(cls.fields))(unknown=EXCLUDE)

    @classmethod
    def load(cls, source: MultiDict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the values of the valid fields, and the faults of the others."""
        named = {field.data_key or name: field for name, field in cls.fields.items()}
        faults: dict[str, str] = {}
        try:
            values: Any = cls._schema.load({name: field.pick(source, name) for name, field in named.items()})
        except ValidationError as error:
            values, faults = error.valid_data, {name: messages[0] for name, messages in error.messages_dict.items()}
        return values, faults


F = TypeVar("F", bound=Form)


FORM_TOKEN = "form_token"  # noqa: S105  # the name of a form's field


class Versioned(Form):
    """A form with the version of what it changes, for optimistic locking."""

    version: Annotated[int, Whole(hidden=True)]


def posted(form: type[F]) -> tuple[F | None, dict[str, str]]:
    """Return the posted form, or None with its faults; answer 400 where a hidden field is faulty."""
    values, faults = form.load(request.form)
    return (None if faults else form(**values)), faults


def posted_or_400(form: type[F]) -> F:
    """Return a posted form whose fields are hidden or accept any text; answer 400 for any fault."""
    read, _faults = posted(form)
    return read or abort(HTTPStatus.BAD_REQUEST)


def read_valid(form: type[F], source: MultiDict[str, str]) -> tuple[F, dict[str, str]]:
    """Return a form with the empty value in each faulty field, and the faults by field."""
    values, faults = form.load(source)
    left_out = {name: field.empty for name, field in form.fields.items() if name not in values}
    return form(**values, **left_out), faults


def is_signed_for(*parts: str, field: str = "signature") -> bool:
    """Whether the posted form carries our signature over these parts, so that no other site can have made it."""
    return is_signed(request.form.get(field, ""), resources().keys, *parts)
