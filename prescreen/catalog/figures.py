"""Reads drawings: SVG of a few shapes and words, which can neither load nor run nor style anything on a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat  # a document type, and with it every entity, is refused

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.yaml_documents import Document, read_text
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text

MOST_FIGURE_BYTES = 8 * 1024
"""So much of a page may be one drawing."""
FIGURE_NAME = re.compile(r"[a-z0-9-]+")
FIGURE_CLASSES = frozenset({"ln", "bone", "hot", "m", "lim", "soft", "fa", "ff", "fo", "fn"})
"""The classes of the sheet that give a drawing its colours, in light and in dark."""

_LINES = frozenset({"ln", "bone", "hot", "lim"})
_OUTLINED: Mapping[str, str] = {"fill": "none", "stroke": "currentColor"}
"""How these classes draw where the sheet does not arrive; it would be black all over otherwise."""

_SVG = "http://www.w3.org/2000/svg"
_NUMBERS = re.compile(r"[-+0-9., ]+")
_PAINT = re.compile(r"none|currentColor")
_STYLE = ("class", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray")
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "svg": ("xmlns", "viewBox"),
    "g": ("transform", *_STYLE),
    "path": ("d", "transform", *_STYLE),
    "rect": ("x", "y", "width", "height", "rx", "ry", "transform", *_STYLE),
    "circle": ("cx", "cy", "r", *_STYLE),
    "ellipse": ("cx", "cy", "rx", "ry", "transform", *_STYLE),
    "line": ("x1", "y1", "x2", "y2", *_STYLE),
    "polyline": ("points", *_STYLE),
    "text": ("x", "y", "text-anchor", "class", "lang"),
}
_VALUES: Mapping[str, re.Pattern[str]] = {
    "xmlns": re.compile(re.escape(_SVG)),
    "class": re.compile(rf"({'|'.join(sorted(FIGURE_CLASSES))})( ({'|'.join(sorted(FIGURE_CLASSES))}))*"),
    "d": re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9., +-]+"),
    "transform": re.compile(r"((translate|rotate|scale)\([-+0-9., ]+\) ?)+"),
    "fill": _PAINT,
    "stroke": _PAINT,
    "stroke-linecap": re.compile(r"round|butt|square"),
    "stroke-linejoin": re.compile(r"round|bevel|miter"),
    "text-anchor": re.compile(r"start|middle|end"),
    "lang": re.compile(r"[a-z]{2,3}(-[A-Z]{2})?"),
}
"""What a value may be; those of all other attributes are numbers."""

_PAINTED = "; colours come from a class, or are 'none' or 'currentColor'"
_INSTEAD = {
    "class": f"; the classes of drawings are: {', '.join(sorted(FIGURE_CLASSES))}",
    "fill": _PAINTED,
    "stroke": _PAINTED,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing that articles may show: what stands in its SVG, with the words of each language that it has."""

    view_box: str
    content: Text
    spoken: tuple[str, ...] = ()


class _UnreadableError(Exception):
    """Raised where the rest of the drawing cannot be read; the fault is already reported."""


def read_figure(file: Path, document: Document) -> Figure | None:
    """Return a drawing, or None after reporting the faults of the file."""
    text = read_text(file, document)
    if text is None:
        return None
    if not FIGURE_NAME.fullmatch(file.stem):
        document.report((), f"name the drawing with small letters, digits and '-' alone, not '{file.stem}'")
    if len(text.encode()) > MOST_FIGURE_BYTES:
        document.report((), f"the drawing has {len(text.encode())} bytes; at most {MOST_FIGURE_BYTES} are shown")
    drawing = _Drawing(document)
    drawing.read(text)
    return drawing.figure() if document.is_readable else None


class _Drawing:
    """What was read of a drawing so far: its pieces in their order, each for all languages or for one."""

    def __init__(self, document: Document) -> None:
        self._document, self._parser = document, expat.ParserCreate()
        self._pieces: list[tuple[str | None, str]] = []
        self._open: list[tuple[str, str | None]] = []
        self._view = ""
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._words
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type

    def read(self, text: str) -> None:
        """Read the whole file; report what is at fault."""
        try:
            self._parser.Parse(text, True)
        except _UnreadableError:
            return
        except expat.ExpatError as error:
            message = f"this is no SVG that can be read: {expat.ErrorString(error.code)}"
            self._document.report_at((error.lineno, error.offset + 1), message)
            return
        if not self._view:
            self._document.report((), 'the drawing needs its size, such as <svg viewBox="0 0 240 120">')

    def figure(self) -> Figure:
        """Return what was read, with the words of each language that it has."""
        spoken = tuple(sorted({language for language, _ in self._pieces if language}))
        return Figure(self._view, Text({one: self._in(one) for one in spoken or (DEFAULT_LANGUAGE,)}), spoken)

    def _in(self, language: str) -> str:
        return "".join(piece for own, piece in self._pieces if own in (None, language))

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in _ATTRIBUTES or (tag == "svg") is bool(self._open):
            self._report(f"<{tag}> cannot stand here; a drawing is one <svg> of {', '.join(list(_ATTRIBUTES)[1:])}")
        for name, value in attributes.items():
            self._check(tag, name, value)
        self._open.append((tag, attributes.get("lang")))
        if tag == "svg":
            self._view = attributes.get("viewBox", "")
        else:
            painted = {**(_OUTLINED if _LINES.intersection(attributes.get("class", "").split()) else {}), **attributes}
            told = "".join(f' {name}="{escape(value)}"' for name, value in painted.items() if name != "lang")
            self._pieces.append((attributes.get("lang"), f"<{tag}{told}>"))

    def _check(self, tag: str, name: str, value: str) -> None:
        known = _ATTRIBUTES.get(tag, ())
        if known and name not in known:
            self._report(f"<{tag}> cannot have '{name}'{did_you_mean(name, known)}; it may have: {', '.join(known)}")
        elif known and not _VALUES.get(name, _NUMBERS).fullmatch(value):
            self._report(f"'{name}' of <{tag}> cannot be '{value}'{_INSTEAD.get(name, '')}")

    def _end(self, tag: str) -> None:
        _, language = self._open.pop()
        if tag != "svg":
            self._pieces.append((language, f"</{tag}>"))

    def _words(self, text: str) -> None:
        tag, language = self._open[-1]
        if tag == "text":
            self._pieces.append((language, escape(text.replace("\n", " "))))
        elif text.strip():
            self._report("words stand in a <text>")

    def _refuse_document_type(self, *_: object) -> NoReturn:
        self._report("a drawing has no <!DOCTYPE ...>; remove it")
        raise _UnreadableError

    def _report(self, message: str) -> None:
        place = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        self._document.report_at(place, message)
