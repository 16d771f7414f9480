"""The fields of forms: how what was sent under a name is read, and what is said where it cannot be.

Every value that is stored as text is without signs that no database keeps; only `Raw` fields come as they were sent.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from unicodedata import category
from uuid import UUID

from flask import abort
from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

LONGEST = 200
"""The most characters of a line, where a form sets no other limit."""

_TOO_LONG = lazy_gettext("This is longer than %(most)s characters. Please shorten it.")
_MOST = 2**63 - 1


class Raw(fields.Field[Any]):
    """What was sent, as it came. `needed` is the fault of an empty field, `wrong` of one that cannot be read.

    A field without `needed` may be left out; so may a hidden one with `optional`. Where neither sentence is given, what
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
        """Return what a request says under this name."""
        return source.get(name, "")

    def tidy(self, sent: Any) -> Any:
        """Return what was sent without what means nothing."""
        return sent

    def read(self, sent: Any) -> Any:
        """Return the value; raise ValueError where it is none."""
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
    """The same as the password in another field."""

    def __init__(self, other: str, differs: str) -> None:
        super().__init__()
        self.other, self.differs = other, differs

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return value if value == (data or {}).get(self.other) else self._refuse(self.differs)


class Lines(Raw):
    """Words of several lines; browsers send two characters for one line break, and count it as one.

    `too_long` is the fault of more characters than `longest`; it may say `%(most)s` and how many there are, `%(has)s`.
    Fewer than `shortest` are as good as none.
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
        """Return the words without control characters, which no database keeps."""
        return "".join(one for one in sent.replace("\r\n", "\n") if one in "\n\t" or category(one) != "Cc").strip()

    def read(self, sent: str) -> Any:
        """Return the words; raise ValidationError where they are too many."""
        if len(sent) < self.shortest:
            raise ValidationError(str(self.needed))
        if self.longest is not None and len(sent) > self.longest:
            numbers = {"most": f"{self.longest:,}", "has": f"{len(sent):,}"}
            raise ValidationError(str(self.too_long) % numbers)
        return sent


class Line(Lines):
    """Words of one line."""

    def __init__(self, needed: object = "", *, longest: int | None = LONGEST, **kwargs: Any) -> None:
        super().__init__(needed, longest=longest, **kwargs)

    def tidy(self, sent: str) -> str:
        """Return the words without line ends and what no database keeps as text."""
        return " ".join("".join(one if one.isprintable() else " " for one in sent).split())


class Tick(Raw):
    """A box that sends "yes"; nothing else ticks it."""

    empty = False

    def tidy(self, sent: str) -> bool:
        """Return whether it is ticked."""
        return sent == "yes"


class Choice(Raw):
    """One of an enumeration, or a key of a mapping."""

    empty = None

    def __init__(self, among: type[StrEnum] | Mapping[str, Any], needed: object = "", **kwargs: Any) -> None:
        super().__init__(needed, **kwargs)
        self.among = {one.value: one for one in among} if isinstance(among, type) else among

    def read(self, sent: Any) -> Any:
        """Return what was chosen; raise KeyError where it is none of them."""
        return self.among[sent]


class Choices(Choice):
    """Several of them; without a sentence for it, what is unknown counts as not chosen."""

    empty: Any = frozenset()

    def pick(self, source: MultiDict[str, str], name: str) -> list[str]:
        """Return all that was sent under this name."""
        return [one for one in source.getlist(name) if one]

    def read(self, sent: list[str]) -> Any:
        """Return what was chosen; raise KeyError where one is none of them and there is a sentence for it."""
        return frozenset(self.among[one] for one in sent if self.wrong or one in self.among)


class Listed(Raw):
    """All that was sent under one name, each once, in that order."""

    empty: Any = ()

    def pick(self, source: MultiDict[str, str], name: str) -> list[str]:
        """Return all that was sent under this name."""
        return source.getlist(name)

    def read(self, sent: Iterable[str]) -> Any:
        """Return it."""
        return tuple(dict.fromkeys(sent))


class Pair(Raw):
    """Two words with a sign between them."""

    empty: Any = ("", "")

    def __init__(self, between: str) -> None:
        super().__init__()
        self.between = between

    def read(self, sent: str) -> tuple[str, str]:
        """Return the two; the second is empty where the sign is not there."""
        first, _between, second = sent.partition(self.between)
        return first, second


class Grouped(Raw):
    """The fields whose names begin alike, by the rest of their names."""

    empty: Any = MappingProxyType({})

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def pick(self, source: MultiDict[str, str], name: str) -> dict[str, str]:
        """Return all that was sent under such names."""
        return {key.removeprefix(self.prefix): one for key, one in source.items() if key.startswith(self.prefix)}


class Whole(Raw):
    """A whole number, 0 or more, that every database can hold."""

    empty = None

    def __init__(self, needed: object = "", *, most: int = _MOST, **kwargs: Any) -> None:
        super().__init__(needed, **kwargs)
        self.most = most

    def tidy(self, sent: str) -> str:
        """Return the digits without spaces around them."""
        return sent.strip()

    def read(self, sent: str) -> int:
        """Return the number; raise ValueError where it is none, or too large."""
        if not (sent.isascii() and sent.isdigit() and len(sent) <= len(str(_MOST)) and int(sent) <= self.most):
            raise ValueError(sent)
        return int(sent)


class Identifier(Raw):
    """An id of ours."""

    empty = None

    def read(self, sent: str) -> UUID:
        """Return the id; raise ValueError where it is none."""
        return UUID(sent)


class Day(Line):
    """A day, as a browser's date field writes it."""

    empty = None

    def read(self, sent: str) -> date:
        """Return the day; raise ValueError for one that has no day before or after it, of which no zone can tell."""
        day = date.fromisoformat(sent)
        if not date.min.year < day.year < date.max.year:
            raise ValueError(sent)
        return day
