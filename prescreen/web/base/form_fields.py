"""The fields of forms: how a sent value is read, and the messages for faulty values.

Texts are stripped of invisible characters; only `Raw` fields keep the text as it was sent.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import abort
from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.typed_text import LONGEST_EMAIL, tidy_line, tidy_lines

LONGEST = 200
"""The greatest number of characters in a line, where a form sets no other limit."""

_TOO_LONG = lazy_gettext("This is longer than %(most)s characters. Please shorten it.")
_MOST = 2**63 - 1


class Raw(fields.Field[Any]):
    """A field as it was sent. `needed` is the message for an empty field, `wrong` for one that cannot be read.

    A field without `needed` may be left out; so may a hidden one with `optional`. Without either message, a value that
    cannot be read counts as left out.
    """

    empty: Any = ""

    def __init__(
        self,
        needed: object = "",
        *,
        wrong: object = "",
        hidden: bool = False,
        optional: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(data_key=name)
        self.needed, self.wrong, self.hidden = needed, wrong or needed, hidden
        self.may_be_empty = optional or not (needed or hidden)

    def pick(self, source: MultiDict[str, str], name: str) -> Any:
        """Return the value that a request has under this name."""
        return source.get(name, "")

    def tidy(self, sent: Any) -> Any:
        """Return the sent value without insignificant characters."""
        return sent

    def read(self, sent: Any) -> Any:
        """Return the value; raise ValueError where it is invalid."""
        return sent

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        tidied = self.tidy(value)
        if not tidied:
            return self.empty if self.may_be_empty else self._refuse(self.needed)
        try:
            return self.read(tidied)
        except (ValueError, OverflowError, KeyError):
            return self._refuse(self.wrong) if self.wrong or self.hidden else self.empty

    def _refuse(self, sentence: object) -> Any:
        if self.hidden:
            abort(HTTPStatus.BAD_REQUEST)
        raise ValidationError(str(sentence))


class Repeated(Raw):
    """A repetition of the password in another field."""

    def __init__(self, other: str, differs: str) -> None:
        super().__init__()
        self.other, self.differs = other, differs

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return value if value == (data or {}).get(self.other) else self._refuse(self.differs)


class Lines(Raw):
    """A text of several lines. Browsers send two characters for a line break, which is counted as one.

    `too_long` is the message for more characters than `longest`; it may contain `%(most)s`, the limit, and `%(has)s`,
    the actual number. A text with fewer than `shortest` counts as missing.
    """

    def __init__(
        self,
        needed: object = "",
        *,
        shortest: int = 0,
        longest: int | None = None,
        too_long: object = _TOO_LONG,
        **kwargs: Any,
    ) -> None:
        super().__init__(needed, **kwargs)
        self.shortest, self.longest, self.too_long = shortest, longest, too_long

    def tidy(self, sent: str) -> str:
        """Return the text without invisible and control characters."""
        return tidy_lines(sent)

    def read(self, sent: str) -> Any:
        """Return the text; raise ValidationError where it is too short or too long."""
        if len(sent) < self.shortest:
            raise ValidationError(str(self.needed))
        if self.longest is not None and len(sent) > self.longest:
            numbers = {"most": f"{self.longest:,}", "has": f"{len(sent):,}"}
            raise ValidationError(str(self.too_long) % numbers)
        return sent


class Line(Lines):
    """A text of one line."""

    def __init__(self, needed: object = "", *, longest: int | None = LONGEST, **kwargs: Any) -> None:
        super().__init__(needed, longest=longest, **kwargs)

    def tidy(self, sent: str) -> str:
        """Return the text with single spaces, without line breaks and invisible characters."""
        return tidy_line(sent)


class EmailLine(Line):
    """An e-mail address. One that is too long is refused before it is validated, which takes quadratic time."""

    def __init__(self, needed: object = "", **kwargs: Any) -> None:
        super().__init__(needed, longest=LONGEST_EMAIL, **kwargs)


class Tick(Raw):
    """A checkbox that sends "yes"; any other value means that it is not ticked."""

    empty = False

    def tidy(self, sent: str) -> bool:
        """Return whether it is ticked."""
        return sent == "yes"


class Choice(Raw):
    """A member of an enumeration, or a key of a mapping."""

    empty = None

    def __init__(self, among: type[StrEnum] | Mapping[str, Any], needed: object = "", **kwargs: Any) -> None:
        super().__init__(needed, **kwargs)
        self.among = {one.value: one for one in among} if isinstance(among, type) else among

    def read(self, sent: Any) -> Any:
        """Return the chosen one; raise KeyError for an unknown one."""
        return self.among[sent]


class Choices(Choice):
    """Several members or keys; without a message for them, unknown ones are ignored."""

    empty: Any = frozenset()

    def pick(self, source: MultiDict[str, str], name: str) -> list[str]:
        """Return all values that were sent under this name."""
        return [one for one in source.getlist(name) if one]

    def read(self, sent: list[str]) -> Any:
        """Return the chosen ones; raise KeyError for an unknown one where there is a message for it."""
        return frozenset(self.among[one] for one in sent if self.wrong or one in self.among)


class Listed(Raw):
    """All values that were sent under one name, in order and without duplicates."""

    empty: Any = ()

    def pick(self, source: MultiDict[str, str], name: str) -> list[str]:
        """Return all values that were sent under this name."""
        return source.getlist(name)

    def read(self, sent: Iterable[str]) -> Any:
        """Return the values."""
        return tuple(dict.fromkeys(sent))


class Pair(Raw):
    """Two words with a separator between them."""

    empty: Any = ("", "")

    def __init__(self, between: str) -> None:
        super().__init__()
        self.between = between

    def read(self, sent: str) -> tuple[str, str]:
        """Return both words; the second is empty without the separator."""
        first, _between, second = sent.partition(self.between)
        return first, second


class Grouped(Raw):
    """The fields whose names have the same prefix, by the rest of their names."""

    empty: Any = MappingProxyType({})

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def pick(self, source: MultiDict[str, str], name: str) -> dict[str, str]:
        """Return all values that were sent under such names."""
        return {key.removeprefix(self.prefix): one for key, one in source.items() if key.startswith(self.prefix)}


class Whole(Raw):
    """A whole number, 0 or more, that every database can hold."""

    empty = None

    def __init__(self, needed: object = "", *, most: int = _MOST, **kwargs: Any) -> None:
        super().__init__(needed, **kwargs)
        self.most = most

    def tidy(self, sent: str) -> str:
        """Return the digits without spaces around them."""
        return tidy_line(sent)

    def read(self, sent: str) -> int:
        """Return the number; raise ValueError where it is not a number, or too large."""
        if not (sent.isascii() and sent.isdigit() and len(sent) <= len(str(_MOST)) and int(sent) <= self.most):
            raise ValueError(sent)
        return int(sent)


class Identifier(Raw):
    """The id of a stored row."""

    empty = None

    def read(self, sent: str) -> UUID:
        """Return the id; raise ValueError where it is not a UUID."""
        return UUID(sent)


class Day(Line):
    """A day, as a browser's date field sends it."""

    empty = None

    def read(self, sent: str) -> date:
        """Return the day; raise ValueError also for the calendar's first and last, where time zones overflow."""
        day = date.fromisoformat(sent)
        if not date.min.year < day.year < date.max.year:
            raise ValueError(sent)
        return day
