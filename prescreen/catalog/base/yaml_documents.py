"""YAML files read as plain text values, with the place of every key and value.

All scalars stay text and the schema gives them types: a loader that guesses turns `no` into false. Anchors, aliases,
custom tags and repeated keys are refused, and size and depth are limited, so that no file can exhaust the memory.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
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

from prescreen.catalog.base.faults import Check, Fault
from prescreen.catalog.base.part_places import PartPlaces
from prescreen.eligibility.criteria.text import one_line
from prescreen.eligibility.criteria.typed_text import hidden_sign

try:
    from yaml import CSafeLoader
except ImportError as error:
    raise ImportError("PyYAML lacks its part in C, libyaml; install one of its wheels, which have it") from error

MOST_BYTES = 256 * 1024
MOST_LEVELS = 50

Data = str | None | list["Data"] | dict[str, "Data"]
Steps = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass
class Document:
    """One file's data, the places of its parts, its faults, and the digest of its content where that was read.

    `folder` is the subfolder of the criteria that holds the file; it is empty for a file beside the subfolders.
    """

    path: str
    data: Data = None
    faults: list[Fault] = field(default_factory=list)
    places: PartPlaces = field(default_factory=PartPlaces)
    digest: bytes = b""
    folder: str = ""

    def report(
        self, steps: Steps, message: str, check: Check = Check.FORMAT, *, warning: bool = False, at_key: bool = False
    ) -> None:
        """Report a fault at a part of the file, or at its nearest enclosing part where it is missing."""
        place = self.key_place(steps) if at_key else None
        self.report_at(place or self.place(steps), message, check, warning=warning)

    def report_at(self, place: Place, message: str, check: Check = Check.FORMAT, *, warning: bool = False) -> None:
        """Report a fault at a line and column."""
        self.faults.append(Fault(self.path, *place, one_line(message), warning, check))

    def place(self, steps: Steps) -> Place:
        """Return the place of a part, or of the nearest enclosing part that exists."""
        return self.places.of(self.data, steps) or (1, 1)

    def key_place(self, steps: Steps) -> Place | None:
        """Return the place of the key of a part, or None where the part is missing or has no key."""
        return self.places.of_key(self.data, steps)

    @property
    def is_readable(self) -> bool:
        """Whether no fault, warnings aside, was found so far."""
        return all(fault.warning for fault in self.faults)


class _UnreadableError(Exception):
    """Raised where the rest of the file cannot be read; the fault is already reported."""


def read_document(file: Path, path: str, folder: str = "") -> Document:
    """Read a YAML file; where it cannot be read, the document's faults say why."""
    document = Document(path, folder=folder)
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
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # What the error counts in leaves out a byte order mark.
        before = error.object[: error.start].decode()
        place = PartPlaces(before).at(len(before))
        document.report_at(place, "this is not UTF-8 text; save the file as UTF-8")
        return None
    if (hidden := hidden_sign(text)) is not None:
        document.report_at(PartPlaces(text).at(hidden), f"{_HIDDEN} (U+{ord(text[hidden]):04X})")
    return text


_HIDDEN = "an invisible character stands here, and could make the text read otherwise than it is; delete it"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(text: str, document: Document, first_line: int = 1) -> None:
    """Parse YAML text into the document; `first_line` is the number of the text's first line in the file."""
    document.places = PartPlaces(text.removeprefix("\ufeff"), first_line)
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
    places = document.places
    if forbidden := _FORBIDDEN.search(places.text):
        document.faults.clear()
        line, _ = places.at(forbidden.start())
        document.report_at((line, 1), "the file holds a character that YAML does not allow; delete it")
    elif not isinstance(error, MarkedYAMLError):
        place = places.first_line, 1
        document.report_at(place, "this is not valid YAML, in a way that its reader cannot place")
    elif error.problem == _NO_CHARACTER:
        document.report_at(places.at(error.context_mark.index), _NO_TEXT)
    else:
        document.report_at(places.at(error.problem_mark.index), f"this is not valid YAML: {error.problem}")


_NO_CHARACTER = "found invalid Unicode character escape code"
_NO_TEXT = "this holds a control character or half a character; delete it"


class _Builder:
    """Builds data from parser events in one pass; recursion is limited to MOST_LEVELS."""

    def __init__(self, document: Document, next_event: Callable[[], Any]) -> None:
        self.document, self.next_event = document, next_event
        self.begins = document.places.starts.append

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
        starts = self.document.places.starts
        known = len(starts)
        self._node(self.next_event(), level)
        del starts[known:]

    def _inspect(self, event: ScalarEvent) -> None:
        self._refuse_extras(event)
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in event.value):
            self._report(event, _NO_TEXT)
        if hidden_sign(event.value) is not None and hidden_sign(self._written(event)) is None:
            # As `\\u202e`; one that stands there as such was told of before.
            self._report(event, _HIDDEN)

    def _written(self, event: ScalarEvent) -> str:
        return self.document.places.text[event.start_mark.index : event.end_mark.index]

    def _refuse_extras(self, event: Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            self._report(event, f"'*{anchor}' is an alias; write the value out")
        elif anchor:
            self._report(event, f"'&{anchor}' is an anchor; anchors are not allowed")
        if tag:
            self._report(event, f"the tag '{tag}' is not allowed; write the plain value")

    def _report(self, event: Event, message: str) -> None:
        self.document.report_at(self.document.places.at(event.start_mark.index), message)

    def _stop(self, event: Event, message: str) -> NoReturn:
        self._report(event, message)
        raise _UnreadableError


_NULLS = ("", "~", "null")
"""What stands for no value where it is not in quotes."""
