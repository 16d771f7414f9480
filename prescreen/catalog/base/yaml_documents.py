"""YAML files read as plain text values, with the place of every key and value.

All scalars stay text and the schema gives them types: a loader that guesses turns `no` into false. Anchors, aliases,
custom tags and repeated keys are refused, and size and depth are limited, so that no file can exhaust the memory.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
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
from ruamel.yaml.reader import ReaderError

from prescreen.catalog.base.faults import Fault
from prescreen.eligibility.criteria.text import one_line

MOST_BYTES = 256 * 1024
MOST_LEVELS = 50

Data = str | None | list["Data"] | dict[str, "Data"]
Steps = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass
class Document:
    """One file's data, its faults, and the place of each part: (line, column) from 1, by the steps to the part.

    `digest` is that of the file's content, empty where the file could not be read.
    """

    path: str
    data: Data = None
    places: dict[Steps, Place] = field(default_factory=dict)
    key_places: dict[Steps, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    digest: bytes = b""

    def report(self, steps: Steps, message: str, *, warning: bool = False, at_key: bool = False) -> None:
        """Report a fault at a part of the file, or at its nearest enclosing part where it is missing."""
        place = self.key_places.get(steps) if at_key else None
        self.report_at(place or self.place(steps), message, warning=warning)

    def report_at(self, place: Place, message: str, *, warning: bool = False) -> None:
        """Report a fault at a line and column."""
        self.faults.append(Fault(self.path, *place, one_line(message), warning))

    def place(self, steps: Steps) -> Place:
        """Return the place of a part, or of the nearest enclosing part that exists."""
        while steps and steps not in self.places:
            steps = steps[:-1]
        return self.places.get(steps, (1, 1))

    @property
    def folder(self) -> str:
        """Return the name of the folder that holds the file."""
        return Path(self.path).parent.name

    @property
    def is_readable(self) -> bool:
        """Whether no fault, warnings aside, was found so far."""
        return all(fault.warning for fault in self.faults)


# Exceptions that the YAML parser lets through for some broken input, such as an escape beyond Unicode.
_SCANNER_FAILURES = (ValueError, AssertionError, NotImplementedError, IndexError, RecursionError)


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
    content = read_content(file, document)
    return None if content is None else decoded(content, document)


def read_content(file: Path, document: Document) -> bytes | None:
    """Return the bytes of a file, or None after reporting why it cannot be read."""
    try:
        content = file.read_bytes()
    except OSError as error:
        document.report((), f"the file cannot be read: {error.strerror}")
        return None
    document.digest = hashlib.sha256(content).digest()
    return content


def decoded(content: bytes, document: Document) -> str | None:
    """Return the text that the bytes of a file hold, or None after reporting why they hold none."""
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


def parse(text: str, document: Document, first_line: int = 1) -> None:
    """Parse YAML text into the document; `first_line` is the number of the text's first line in the file."""
    try:
        _Builder(document, first_line).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        document.report_at(place, f"this is not valid YAML: {error.problem or error.context}")
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        document.report_at((line, 1), "the file holds a character that YAML does not allow; delete it")
    except _UnreadableError:
        pass
    except _SCANNER_FAILURES:
        document.report_at((first_line, 1), "this is not valid YAML, in a way that its reader cannot place")


class _Builder:
    """Builds data from parser events in one pass; recursion is limited to MOST_LEVELS."""

    def __init__(self, document: Document, first_line: int) -> None:
        self.document, self.first_line = document, first_line

    def build(self, events: Iterator[Event]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, StreamStartEvent | StreamEndEvent | DocumentEndEvent):
                continue
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._stop(event, "a second document starts here; a file holds one")
                continue
            self.document.data = self._node(event, events, ())

    def _node(self, event: Event, events: Iterator[Event], steps: Steps) -> Data:
        self.document.places[steps] = self._place(event)
        self._refuse_extras(event)
        if isinstance(event, AliasEvent):
            return None
        if isinstance(event, ScalarEvent):
            self._refuse_control(event)
            return _scalar(event)
        if len(steps) >= MOST_LEVELS:
            self._stop(event, f"this is nested more than {MOST_LEVELS} levels deep")
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, steps)
        return self._mapping(events, steps)

    def _sequence(self, events: Iterator[Event], steps: Steps) -> Data:
        items: list[Data] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(self._node(event, events, (*steps, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], steps: Steps) -> Data:
        entries: dict[str, Data] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event)
            if key in entries:
                self._report(event, f"the key '{key}' stands here a second time; keep one")
                self._skip(events, steps)
                continue
            self.document.key_places[(*steps, key)] = self._place(event)
            value = next(events)
            entries[key] = self._node(value, events, (*steps, key))
            if value.start_mark.index == value.end_mark.index:
                # The event of an empty value has the position of the next token, not one of its own.
                self.document.places[(*steps, key)] = self.document.key_places[(*steps, key)]
        return entries

    def _skip(self, events: Iterator[Event], steps: Steps) -> None:
        aside = Document(self.document.path, faults=self.document.faults)
        _Builder(aside, self.first_line)._node(next(events), events, steps)

    def _key(self, event: Event) -> str:
        self._refuse_extras(event)
        if not isinstance(event, ScalarEvent):
            self._stop(event, "a key must be plain text")
        self._refuse_control(event)
        return str(event.value)

    def _refuse_extras(self, event: Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            self._report(event, f"'*{anchor}' is an alias; write the value out")
        elif anchor:
            self._report(event, f"'&{anchor}' is an anchor; anchors are not allowed")
        if tag:
            self._report(event, f"the tag '{tag}' is not allowed; write the plain value")

    def _refuse_control(self, event: ScalarEvent) -> None:
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in event.value):
            self._report(event, "this holds a control character or half a character; delete it")

    def _place(self, event: Event) -> Place:
        return event.start_mark.line + self.first_line, event.start_mark.column + 1

    def _report(self, event: Event, message: str) -> None:
        self.document.report_at(self._place(event), message)

    def _stop(self, event: Event, message: str) -> NoReturn:
        self._report(event, message)
        raise _UnreadableError


def _scalar(event: ScalarEvent) -> str | None:
    """Return the text, or None for a plain `null`, `~` or an empty scalar."""
    text: str = event.value
    return None if event.style is None and text in ("", "~", "null") else text
