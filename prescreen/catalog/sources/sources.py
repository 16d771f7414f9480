"""Sources of trials in whatever shape they come: a registry's record, a USDM protocol, a plain text of criteria."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from prescreen.catalog.sources.json_text import WHOLE, decoded, parsed
from prescreen.catalog.sources.other_registries import FETCH, refuse_markup, refuse_table, unknown_data
from prescreen.catalog.sources.plain_text import read_plain_text
from prescreen.catalog.sources.registry_record import is_registry_data, read_registry_record
from prescreen.catalog.sources.source_record import SourceError, SourceRecord
from prescreen.catalog.sources.usdm import is_usdm_data, read_usdm

ENDINGS = (".json", ".txt")
"""How the names of files end that are read as sources where a whole folder is."""
_JSON = re.compile(r"\s*(?:\{\s*(?:[\"}]|\Z)|\[\s*[\[{\"\]])")


def read_source(content: bytes, name: str) -> SourceRecord:
    """Return the trial that a source describes; `name` is the file's, "-" where it has none.

    Raise SourceError, which names the field, where nothing can be drafted from it.
    """
    text = decoded(content)
    refuse_markup(text)
    if PurePath(name).suffix.casefold() == ".json" or _JSON.match(text):
        return _of_data(parsed(text))
    refuse_table(text)
    return read_plain_text(text, name)


def _of_data(data: Any) -> SourceRecord:
    if is_usdm_data(data):
        return read_usdm(data)
    if is_registry_data(data):
        return read_registry_record(data)
    if isinstance(data, Mapping):
        raise unknown_data(data)
    raise SourceError(WHOLE, f"is JSON that holds no record; {FETCH}")
