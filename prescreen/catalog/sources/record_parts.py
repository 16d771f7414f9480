"""Parts of a JSON source, each with its path, so that whatever is wrong with one is told where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prescreen.catalog.sources.hidden_characters import removed_sentence, without_hidden
from prescreen.catalog.sources.source_record import SourceError

MOST_CHARACTERS = 100_000
"""The longest text that is drafted from; ClinicalTrials.gov lets criteria have 20,000 characters."""
_WITHOUT = ", and no trial can be drafted without it"
_MOST_IN_A_LINE = 2_000
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number of JSON as it is written: no precision is lost, and no number is too long to be read."""

    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source by its path; `value` is None where the source has nothing there, `is_null` where it says so.

    Null counts as nothing; with `tells_nulls` it is told. All parts of a source share `told`, sentences for the author.
    """

    value: Any
    path: str = ""
    told: dict[str, None] = field(default_factory=dict)
    tells_nulls: bool = False
    is_null: bool = False

    def at(self, *names: str) -> Part:
        """Return the part under these keys. Raise SourceError where what should hold a key is no object."""
        part = self
        for name in names:
            part = part._below(name)
        return part

    def _below(self, name: str) -> Part:
        path = f"{self.path}.{name}" if self.path else name
        if self.value is not None and not isinstance(self.value, Mapping):
            raise self.expected("an object")
        if self.value is None or name not in self.value:
            return Part(None, path, self.told, self.tells_nulls)
        return self._child(self.value[name], path)

    def _child(self, value: Any, path: str) -> Part:
        if value is None and self.tells_nulls:
            self.told[f"{path}: null was read as nothing"] = None
        return Part(value, path, self.told, self.tells_nulls, is_null=value is None)

    def items(self) -> Iterator[Part]:
        """Yield the parts of a list, none where there is none. Raise SourceError where it is no list."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.expected("a list")
        for index, value in enumerate(self.value):
            part = self._child(value, f"{self.path}[{index}]")
            if not part.is_null:
                yield part

    def text(self) -> str:
        """Return a text without hidden characters, "" where there is none. Raise SourceError where it is no text."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.expected("a text")
        if len(self.value) > MOST_CHARACTERS:
            raise SourceError(
                self.path, f"holds {len(self.value):,} characters, at most {MOST_CHARACTERS:,} can be read"
            )
        shown, removed = without_hidden(self.value)
        if removed:
            self.told[removed_sentence(self.path, self.value)] = None
        return shown.strip()

    def line(self) -> str:
        """Return a text as one line with single blanks. Raise SourceError where it is no text, or too long for one."""
        line = " ".join(self.text().split())
        if len(line) > _MOST_IN_A_LINE:
            raise SourceError(self.path, f"holds {len(line):,} characters, at most {_MOST_IN_A_LINE:,} can be read")
        return line

    def lines(self) -> tuple[str, ...]:
        """Return the texts of a list, a line each, without empty ones. Raise SourceError where it is none."""
        return tuple(line for one in self.items() if (line := one.line()))

    def flag(self) -> bool | None:
        """Return a truth value, None where there is none. Raise SourceError where it is something else."""
        if self.value is None or isinstance(self.value, bool):
            return self.value
        raise self.expected("true or false")

    def number(self) -> str | None:
        """Return a decimal number as it is written, None where there is none.

        Raise SourceError where it is something else, or too long to be meant.
        """
        if self.value is None:
            return None
        if not isinstance(self.value, WrittenNumber):
            raise self.expected("a number")
        if not _NUMBER.fullmatch(self.value.text):
            raise SourceError(self.path, f"'{self.value.text[:20]}' cannot be meant; write a number such as 52.5")
        return self.value.text

    def needed(self) -> Part:
        """Return this part. Raise SourceError where the source has nothing there, or an empty text."""
        if self.value is None:
            raise SourceError(self.path, f"is {'null' if self.is_null else 'missing'}{_WITHOUT}")
        if isinstance(self.value, str) and not self.text():
            raise SourceError(self.path, f"is empty{_WITHOUT}")
        return self

    def expected(self, what: str) -> SourceError:
        """Return the error that this part is of another kind than it must be."""
        return SourceError(self.path, f"expects {what}, not {_kind(self.value)}")


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text"
        case list():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return "a number"
