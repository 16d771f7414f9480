"""Texts of USDM: HTML made plain, and tags replaced by what they stand for.

A text is a template, `at least <usdm:tag name="min_age"/> years`; its dictionary maps the tag to a value, or to an
attribute of another object, `<usdm:ref klass="Quantity" id="Quantity_9" attribute="value"/>`.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from prescreen.catalog.sources.hidden_characters import without_hidden
from prescreen.catalog.sources.record_parts import MOST_CHARACTERS, WrittenNumber

Dictionaries = Mapping[str, Mapping[str, str]]
"""What each tag stands for, by the id of the dictionary and the name of the tag."""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w:-]*+)(?P<rest>[^<>]*+)>|<[!?][^<>]*+>")
_ATTRIBUTE = re.compile(r"""([A-Za-z]\w*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_BLOCKS = frozenset({"p", "div", "br", "tr", "table", "ul", "ol", "section", *(f"h{n}" for n in range(1, 7))})
_CELLS = frozenset({"td", "th"})
_LISTS = frozenset({"ul", "ol"})
# What was escaped twice, and what only unescaping or malformed markup made look like an element.
_ESCAPED = re.compile(r"</?(?:p|br|li|ul|ol|div|b|i|em|strong|span|sup|sub)\s*/?>", re.IGNORECASE)
_STILL_A_TAG = re.compile(r"<(?=/?[A-Za-z][^<>]*>)")
_MOST_DEEP = 4
_INDENT = "  "
_NOTHING = "\x00"
"""Stands for a reference to nothing; texts of a source cannot hold it."""


def tags_of(dictionaries: Iterator[tuple[str, str, str]]) -> Dictionaries:
    """Return what tags stand for, from dictionary, tag and reference."""
    found: dict[str, dict[str, str]] = {}
    for dictionary, tag, reference in dictionaries:
        found.setdefault(dictionary, {})[tag] = reference
    return found


class Texts:
    """The texts of one study: what tags stand for, and the objects that references name.

    `unresolved` collects the names of tags that stand for nothing, in their order.
    """

    def __init__(self, dictionaries: Dictionaries, objects: Mapping[str, Mapping[str, Any]]) -> None:
        self._dictionaries, self._objects = dictionaries, objects
        self.unresolved: dict[str, None] = {}

    def plain(self, text: str, dictionary: str | None) -> str:
        """Return a text without tags: blocks are lines, what stands in a list begins with `* `, deeper ones indented.

        A tag that stands for nothing stays by its name in brackets.
        """
        whole_text = "".join(self._pieces(text, dictionary, 0))[:MOST_CHARACTERS]
        shown = without_hidden(whole_text.replace(_NOTHING, "[?]"))[0]
        return _STILL_A_TAG.sub("< ", _tidied(_ESCAPED.sub("\n", shown)))

    def _pieces(self, text: str, dictionary: str | None, depth: int) -> Iterator[str]:
        place, level = 0, 0
        for found in _TAG.finditer(text):
            yield _words(text[place : found.start()])
            place = found.end()
            name, is_end = (found["name"] or "").casefold(), bool(found["end"])
            if name in _LISTS:
                level = max(level + (-1 if is_end else 1), 0)
            if not is_end and name in ("usdm:tag", "usdm:ref"):
                yield self._resolved(name, _attributes(found["rest"]), dictionary, depth)
            else:
                yield _layout(name, level, is_end=is_end)
        yield _words(text[place:])

    def _resolved(self, name: str, attributes: Mapping[str, str], dictionary: str | None, depth: int) -> str:
        """Return what a tag stands for; a reference to nothing leaves a sign, by which the tag that names it knows."""
        if name == "usdm:ref":
            value = self._objects.get(attributes.get("id", ""), {}).get(attributes.get("attribute", ""))
            return self._told(value, dictionary, depth) or _NOTHING
        tag = attributes.get("name", "")
        words = self._told(self._dictionaries.get(dictionary or "", {}).get(tag), dictionary, depth)
        if words and _NOTHING not in words:
            return words
        self.unresolved[tag] = None
        return f"[{_words(tag) or '?'}]"

    def _told(self, value: Any, dictionary: str | None, depth: int) -> str:
        """Return a value in words, "" where it has none."""
        match value:
            case str() if depth < _MOST_DEEP:
                return "".join(self._pieces(value, dictionary, depth + 1)).strip()
            case WrittenNumber(text):
                return whole(text)
            case {"minValue": _, "maxValue": _}:
                ends = [self._told(value[end], dictionary, depth) for end in ("minValue", "maxValue")]
                return " to ".join(ends) if all(ends) else ""
            case {"value": WrittenNumber(text)}:
                return " ".join(filter(None, [whole(text), decode_of(value.get("unit"))]))
            case _:
                return decode_of(value)


def whole(number: str) -> str:
    """Return a number as it is written, without a fraction that is 0.

    >>> whole("50.0"), whole("18.5"), whole("100")
    ('50', '18.5', '100')
    """
    return re.sub(r"\.0+$", "", number)


def decode_of(value: Any) -> str:
    """Return the words of a code, or of the standard code of an alias; "" where it is none."""
    match value:
        case {"standardCode": {"decode": str(words)}} | {"decode": str(words)}:
            return " ".join(words.split())
        case _:
            return ""


def _attributes(rest: str) -> dict[str, str]:
    return {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(rest)}


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text))


def _layout(name: str, level: int, *, is_end: bool) -> str:
    if name == "li":
        return "\n" if is_end else f"\n{_INDENT * max(level - 1, 0)}* "
    if name in _CELLS:
        return " " if is_end else ""
    return "\n" if name in _BLOCKS else ""


_BULLET = re.compile(r"^( *\*)\s*$")


def _tidied(text: str) -> str:
    """Return lines without blanks at their ends; a bullet stands in one line with the block that begins there."""
    lines = list[str]()
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))] if line.lstrip().startswith("* ") else ""
        words = indent + " ".join(line.split())
        if lines and _BULLET.match(lines[-1]) and words.strip() and not words.lstrip().startswith("*"):
            lines[-1] = f"{lines[-1]} {words}"
        elif words.strip():
            lines.append(words)
    return "\n".join(line for line in lines if not _BULLET.match(line))
