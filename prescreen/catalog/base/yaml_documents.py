"""YAML files read as plain text values, with the place of every key and value.

All scalars stay text and the schema gives them types: a loader that guesses turns `no` into false. Anchors, aliases,
custom tags and repeated keys are refused, and size and depth are limited, so that no file can exhaust the memory.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from yaml.error import Mark, MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from prescreen.catalog.base.faults import Fault
from prescreen.eligibility.criteria.text import one_line

try:
    from yaml import CSafeLoader
except ImportError as error:
    raise ImportError("PyYAML lacks its part in C, libyaml; install one of its wheels, which have it") from error

MOST_BYTES = 256 * 1024
MOST_LEVELS = 50

Data = str | None | list["Data"] | dict[str, "Data"]
Steps = tuple[str | int, ...]
Place = tuple[int, int]
_Positions = tuple[dict[str | int, int], Iterator[tuple[str | int, int]]]


_LINE_BREAK = re.compile("\r\n?|\n")


@dataclass
class Document:
    """One file's data and its faults.

    `starts` holds where in the text each part, and before it its key, starts, in the order of the file: the place of
    a part is worked out for the few that have a fault. Places are (line, column), counted from 1.
    """

    path: str
    data: Data = None
    faults: list[Fault] = field(default_factory=list)
    text: str = ""
    first_line: int = 1
    starts: "array[int]" = field(default_factory=lambda: array("L"))
    _positions: dict[int, _Positions] = field(default_factory=dict)

    def report(self, steps: Steps, message: str, *, warning: bool = False, at_key: bool = False) -> None:
        """Report a fault at a part of the file, or at its nearest enclosing part where it is missing."""
        place = self.key_place(steps) if at_key else None
        self.report_at(place or self.place(steps), message, warning=warning)

    def report_at(self, place: Place, message: str, *, warning: bool = False) -> None:
        """Report a fault at a line and column."""
        self.faults.append(Fault(self.path, *place, one_line(message), warning))

    def place(self, steps: Steps) -> Place:
        """Return the place of a part, or of the nearest enclosing part that exists."""
        _, position = self._found(steps)
        return self.place_at(self.starts[position]) if self.starts else (1, 1)

    def key_place(self, steps: Steps) -> Place | None:
        """Return the place of the key of a part, or None where the part is missing or has no key."""
        missing, position = self._found(steps)
        has_key = steps and not missing and isinstance(steps[-1], str)
        return self.place_at(self.starts[position - 1]) if has_key else None

    def place_at(self, start: int) -> Place:
        """Return the place of a character of the text. Lines end where editors end them, not at all breaks of YAML."""
        line = bisect_right(self._lines, start)
        return line - 1 + self.first_line, start - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def _found(self, steps: Steps) -> tuple[int, int]:
        """Return how many of the steps lead nowhere, and the position in `starts` of where the others lead."""
        part: Any = self.data
        position = 0
        for taken, step in enumerate(steps):
            inner = self._inner_position(part, position, step)
            if inner is None:
                return len(steps) - taken, position
            part, position = part[step], inner
        return 0, position

    def _inner_position(self, part: Data, position: int, step: str | int) -> int | None:
        """Return the position of what a part holds, or None; what a part holds is counted once, as far as is asked."""
        known, rest = self._positions.setdefault(position, ({}, _inner_positions(part, position)))
        if step not in known:
            for other, found in rest:
                known[other] = found
                if other == step:
                    break
        return known.get(step)

    @property
    def folder(self) -> str:
        """Return the name of the folder that holds the file."""
        return Path(self.path).parent.name

    @property
    def is_readable(self) -> bool:
        """Whether no fault, warnings aside, was found so far."""
        return all(fault.warning for fault in self.faults)


def _inner_positions(part: Data, position: int) -> Iterator[tuple[str | int, int]]:
    """Yield each step into a part with the position that it leads to, where the part has the given one."""
    following = position + 1
    for step, item in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ()):
        position = following + isinstance(step, str)
        yield step, position
        following = position + _size(item)


def _size(part: Data) -> int:
    """Return how many starts a part takes: its own, and those of all keys and parts in it."""
    if isinstance(part, dict):
        return 1 + len(part) + sum(map(_size, part.values()))
    return 1 + sum(map(_size, part)) if isinstance(part, list) else 1


class _UnreadableError(Exception):
    """Raised where the rest of the file cannot be read; the fault is already reported."""


def read_document(file: Path, path: str) -> Document:
    """Read a YAML file; where it cannot be read, the document's faults say why."""
    document = Document(path)
    text = read_text(file, document)
    if text is not None:
        parse(text, document)
    return document


def read_text(file: Path, document: Document) -> str | None:
    """Return the text of a file, or None after reporting why it cannot be read."""
    try:
        content = file.read_bytes()
    except OSError as error:
        document.report((), f"the file cannot be read: {error.strerror}")
        return None
    if len(content) > MOST_BYTES:
        document.report((), f"the file has {len(content)} bytes; at most {MOST_BYTES} are read. Split it")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = (before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        document.report_at(place, "this is not UTF-8 text; save the file as UTF-8")
        return None


_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(text: str, document: Document, first_line: int = 1) -> None:
    """Parse YAML text into the document; `first_line` is the number of the text's first line in the file."""
    document.text, document.first_line = text.removeprefix("\ufeff"), first_line
    try:
        _Builder(document, CSafeLoader(_without_rare_breaks(text)).get_event).build()
    except _UnreadableError:
        pass
    except (YAMLError, UnicodeError) as error:
        _report_invalid(error, document)


def _without_rare_breaks(text: str) -> str:
    """Return a text whose lines end for libyaml where they end in an editor: it knows three more ends of lines."""
    for sign in ("\x85", "\u2028", "\u2029"):
        text = text.replace(sign, " ")
    return text


def _report_invalid(error: YAMLError | UnicodeError, document: Document) -> None:
    if forbidden := _FORBIDDEN.search(document.text):
        document.faults.clear()
        line, _ = document.place_at(forbidden.start())
        document.report_at((line, 1), "the file holds a character that YAML does not allow; delete it")
    elif not isinstance(error, MarkedYAMLError):
        place = document.first_line, 1
        document.report_at(place, "this is not valid YAML, in a way that its reader cannot place")
    elif error.problem == _NO_CHARACTER:
        document.report_at(document.place_at(error.context_mark.index), _NO_TEXT)
    else:
        document.report_at(document.place_at(error.problem_mark.index), f"this is not valid YAML: {error.problem}")


_NO_CHARACTER = "found invalid Unicode character escape code"
_NO_TEXT = "this holds a control character or half a character; delete it"


class _Builder:
    """Builds data from parser events in one pass; recursion is limited to MOST_LEVELS."""

    def __init__(self, document: Document, next_event: Callable[[], Any]) -> None:
        self.document, self.next_event = document, next_event
        self.begins = document.starts.append

    def build(self) -> None:
        documents = 0
        while (event := self.next_event()) is not None:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                continue
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, "a second document starts here; a file holds one")
                continue
            self.document.data = self._node(event, 0)

    def _node(self, event: Any, level: int, key: Mark | None = None) -> Data:
        mark = event.start_mark
        if type(event) is ScalarEvent:
            text: str = event.value
            if event.anchor or event.tag or not text.isprintable():
                self._inspect(event)
            is_none = not event.style and text in _NULLS
            # The event of an empty value has the position of the next token, not one of its own.
            self.begins(key.index if key and is_none and not text else mark.index)
            return None if is_none else text
        self.begins(key.index if key and mark.index == event.end_mark.index else mark.index)
        if type(event) is AliasEvent or event.anchor or event.tag:
            self._refuse_extras(event)
        if type(event) is AliasEvent:
            return None
        if level >= MOST_LEVELS:
            self._stop(event, f"this is nested more than {MOST_LEVELS} levels deep")
        return self._sequence(level + 1) if type(event) is SequenceStartEvent else self._mapping(level + 1)

    def _sequence(self, level: int) -> Data:
        items: list[Data] = []
        while type(event := self.next_event()) is not SequenceEndEvent:
            items.append(self._node(event, level))
        return items

    def _mapping(self, level: int) -> Data:
        entries: dict[str, Data] = {}
        while type(event := self.next_event()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self._refuse_extras(event)
                self._stop(event, "a key must be plain text")
            key: str = event.value
            if event.anchor or event.tag or not key.isprintable():
                self._inspect(event)
            if key in entries:
                self._report(event, f"the key '{key}' stands here a second time; keep one")
                self._skip(level)
                continue
            mark = event.start_mark
            self.begins(mark.index)
            entries[key] = self._node(self.next_event(), level, mark)
        return entries

    def _skip(self, level: int) -> None:
        known = len(self.document.starts)
        self._node(self.next_event(), level)
        del self.document.starts[known:]

    def _inspect(self, event: ScalarEvent) -> None:
        self._refuse_extras(event)
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in event.value):
            self._report(event, _NO_TEXT)

    def _refuse_extras(self, event: Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            self._report(event, f"'*{anchor}' is an alias; write the value out")
        elif anchor:
            self._report(event, f"'&{anchor}' is an anchor; anchors are not allowed")
        if tag:
            self._report(event, f"the tag '{tag}' is not allowed; write the plain value")

    def _report(self, event: Event, message: str) -> None:
        self.document.report_at(self.document.place_at(event.start_mark.index), message)

    def _stop(self, event: Event, message: str) -> NoReturn:
        self._report(event, message)
        raise _UnreadableError


_NULLS = ("", "~", "null")
"""What stands for no value where it is not in quotes."""
