"""How hard each English text of a folder is to read.

A module of its own, since it looks at what was read of a folder, after the checks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.readability_checks import reading_grade
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text

_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Graded:
    """One text by the id of what it belongs to: its reading grade, and its count of words."""

    id: str
    language: str
    grade: float
    words: int


def reading_grades(catalog: Catalog) -> list[Graded]:
    """Return the texts that are long enough to be graded, the hardest first."""
    graded = []
    for name, text in _texts(catalog):
        words = text.by_language.get(DEFAULT_LANGUAGE, "") if text else ""
        grade = reading_grade(words)
        if grade is not None:
            graded.append(Graded(name, DEFAULT_LANGUAGE, round(grade, 1), len(_WORD.findall(words))))
    return sorted(graded, key=lambda one: (-one.grade, one.id))


def _texts(catalog: Catalog) -> Iterator[tuple[str, Text | None]]:
    for trial in catalog.trials.values():
        yield f"{trial.id}.title", trial.title
        yield f"{trial.id}.summary", trial.summary
        yield from ((f"{trial.id}.{one.id}", one.shown_text) for one in trial.authored)
    for question in catalog.bank:
        yield from ((f"{question.id}.{key}", getattr(question, key)) for key in ("ask", "help", "why"))
