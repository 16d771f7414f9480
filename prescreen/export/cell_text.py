"""Several words, or names with values, as the text of one cell.

A module of its own, since columns and the fields of REDCap, which do not import each other, write them alike.
"""

from collections.abc import Iterable, Mapping


def joined(words: Iterable[str]) -> str:
    """Return several words as the text of one cell."""
    return "; ".join(words)


def pairs(named: Mapping[str, str]) -> str:
    """Return names with their values as the text of one cell.

    >>> pairs({"age": "44", "fever": "no"})
    'age=44; fever=no'
    """
    return joined(f"{name}={value}" for name, value in named.items())
