"""The sentences of the pages, extracted from their sources, and their translations."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

PROJECT = Path(__file__).parents[2]
WEB = PROJECT / "prescreen" / "web"
TEMPLATES = WEB / "templates"
MARKS = frozenset({"_", "gettext", "ngettext", "lazy_gettext"})
READ_ALOUD = frozenset({"alt", "aria-label", "content", "placeholder", "title"})
_PLACEHOLDER = re.compile(r"%\(\w+\)s|</?\w[^>]*>")
_LETTERS = re.compile(r"[^\W\d_]")
# Two words, or one that begins with a capital letter: no key, class or state of ours looks so.
_SENTENCE = re.compile(r"[^\W\d_]{2,}[,:]? [^\W\d_]|^[A-Z][a-z]+$")
# In Python, words in lower case are for operators.
_CAPITAL_OR_STOP = re.compile(r"^\W*[A-Z][^\W\d_]*,? \w|[^\W\d_]{2,}[.?!]$")
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')


TRANSLATIONS = WEB / "translations"
LANGUAGES = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())


@cache
def translated(language: str) -> Catalog:
    """Return the catalog of a language."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def spanish() -> Catalog:
    """Return the Spanish catalog."""
    return translated("es")


def collected(folder: Path) -> Catalog:
    """Return every sentence of the pages, as `make translations` extracts them; the current folder is the project's."""
    [line] = [line for line in (PROJECT / "Makefile").read_text().splitlines() if "pybabel --quiet extract" in line]
    [command, *options] = shlex.split(line)
    options[options.index("--output-file") + 1] = str(folder / "messages.pot")
    CommandLineInterface().run([command, *options])
    with (folder / "messages.pot").open("rb") as file:
        return read_po(file)


def forms(message: Message) -> list[tuple[str, str]]:
    """Return each form of a sentence with its translation; with "" where there is none."""
    said = message.id if isinstance(message.id, tuple) else (message.id,)
    translated = message.string if isinstance(message.string, tuple) else (message.string,)
    return [(one, translated[place] if place < len(translated) else "") for place, one in enumerate(said)]


def faults(message: Message | None) -> list[str]:
    """Return what is wrong with a translation into a language with two plural forms, as English has."""
    if message is None:
        return ["missing"]
    found = ["fuzzy"] if message.fuzzy else []
    for said, translated in forms(message):
        if not translated:
            found.append("empty")
        elif set(_PLACEHOLDER.findall(said)) != set(_PLACEHOLDER.findall(translated)):
            found.append("other placeholders")
    return found


def fixed_parts(sentence: str) -> list[str]:
    """Return the parts of a sentence between its placeholders and tags."""
    return [part for part in _PLACEHOLDER.split(sentence) if part]


class _BareText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("name", "viewport") not in attrs:
            self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_data(self, data: str) -> None:
        self.found.append(_ATTRIBUTE.sub("", data))


def bare_texts(source: str) -> list[str]:
    """Return what a template says without marking it for translation: texts, spoken attributes, strings."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    reader = _BareText()
    reader.feed("".join(text for _, kind, text in environment.lex(source) if kind == "data"))
    reader.close()
    bare = [text.strip() for text in reader.found if _LETTERS.search(text)]
    return bare + [text for text in _unmarked(environment.parse(source)) if _SENTENCE.search(text)]


def _unmarked(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        for keyword in node.kwargs:
            yield from _unmarked(keyword)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _unmarked(child)


def unmarked_strings(source: str) -> list[str]:
    """Return the sentences of a Python module that are not marked for translation: no docstrings, no keys."""
    return [text for text in _python_strings(ast.parse(source)) if _CAPITAL_OR_STOP.search(text)]


def _python_strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _python_strings(child)


def criteria_texts(found: Any) -> Iterator[Any]:
    """Yield every text with translations in a part of the criteria."""
    if hasattr(found, "by_language"):
        yield found
    elif hasattr(found, "__dataclass_fields__"):
        for name in found.__dataclass_fields__:
            yield from criteria_texts(getattr(found, name))
    elif isinstance(found, dict):
        for value in found.values():
            yield from criteria_texts(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from criteria_texts(value)
