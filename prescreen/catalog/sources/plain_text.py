"""A plain text of criteria, with or without headings, as a record that says nothing else.

A module of its own, since a text comes from no registry: its name is all that tells the trial.
"""

import re
from pathlib import PurePath

from prescreen.catalog.sources.record_parts import Part
from prescreen.catalog.sources.source_record import SourceError, SourceRecord

REGISTRY = "plain text"
NAMELESS = "trial"
_MOST_OF_ID = 60


def read_plain_text(text: str, name: str) -> SourceRecord:
    """Return a record of a text of criteria, with an id made of a file's name.

    Raise SourceError where the text is too long or holds no words.
    """
    part = Part(text, "criteria text")
    criteria = part.text()
    if not any(sign.isalpha() for sign in criteria):
        raise SourceError(part.path, "holds no words; write one criterion a line, inclusion before exclusion")
    return SourceRecord(id_of(name), REGISTRY, title="", criteria_text=criteria, told=tuple(part.told))


def id_of(name: str) -> str:
    """Return an id of the letters that ids may have, made of the name of a file.

    >>> id_of("studies/Back pain (v2).txt"), id_of("-")
    ('Back-pain-v2', 'trial')
    """
    stem = PurePath(name).name.removesuffix(PurePath(name).suffix)
    return re.sub("[^A-Za-z0-9_]+", "-", stem)[:_MOST_OF_ID].strip("-_") or NAMELESS
