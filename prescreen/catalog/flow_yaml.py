"""Data as YAML in one line, as authors write short rules, and text as a file of criteria can hold it."""

import re

from prescreen.catalog.base.yaml_documents import Data

NO_VALUE = frozenset({"null", "~", ""})
"""Words that YAML would not read as text."""
# Signs that YAML cannot hold, and those at which some reader would end a line.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]+")
_PLAIN = re.compile(r"(?!-(?: |$))[A-Za-z0-9+-](?:[\w ./%'’+–-])*")


def clean(text: str) -> str:
    """Return a text in one line with single blanks, without signs that a file cannot hold."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def flow(data: Data) -> str:
    """Return data in one line of YAML.

    >>> flow({"age": {"min": "18"}, "not": {"signs": {"any_of": ["fever", "a: b"]}}})
    '{age: {min: 18}, not: {signs: {any_of: [fever, "a: b"]}}}'
    """
    match data:
        case dict():
            return "{" + ", ".join(f"{in_flow(key)}: {flow(value)}" for key, value in data.items()) + "}"
        case list():
            return f"[{', '.join(map(flow, data))}]"
        case None:
            return "null"
        case str():
            return in_flow(data)


def in_flow(text: str) -> str:
    """Return a text as it stands within one line of YAML: in quotes where it must."""
    words = clean(text)
    return words if _PLAIN.fullmatch(words) and words not in NO_VALUE else in_quotes(words)


def in_quotes(words: str) -> str:
    """Return words in quotes of YAML."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
