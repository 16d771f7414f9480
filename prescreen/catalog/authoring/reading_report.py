"""How hard each text of a folder is to read, in each language that has a formula.

A module of its own, since it looks at what was read of a folder, after the checks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.drafting.reading_grades import count_words, reading_grade


@dataclass(frozen=True, slots=True)
class Graded:
    """One text by the id of what it belongs to: its reading grade, and its count of words."""

    id: str
    language: str
    grade: float
    words: int


def reading_grades(catalog: Catalog) -> list[Graded]:
    """Return the texts that are long enough to be graded, the hardest first."""
    graded = [
        Graded(name, language, round(grade, 1), count_words(words))
        for name, text in _texts(catalog)
        for language, words in (text.by_language.items() if text else ())
        if (grade := reading_grade(words, language)) is not None
    ]
    return sorted(graded, key=lambda one: (-one.grade, one.id, one.language))


def _texts(catalog: Catalog) -> Iterator[tuple[str, Text | None]]:
    for trial in catalog.trials.values():
        yield f"{trial.id}.title", trial.title
        yield f"{trial.id}.summary", trial.summary
        yield from ((f"{trial.id}.{one.id}", one.shown_text) for one in trial.authored)
    for question in catalog.bank:
        yield from ((f"{question.id}.{key}", getattr(question, key)) for key in ("ask", "help", "why"))
