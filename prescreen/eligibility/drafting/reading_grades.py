"""How many years of school a text asks of its reader, by the formula that was made for its language.

English has Flesch and Kincaid's, Spanish Crawford's, which was fitted to the school books of Spanish-speaking children.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE

SHORTEST = 12
"""Shorter texts have no grade: one long name would decide it."""

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’][A-Za-zÀ-ÖØ-öø-ÿ]+)?")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")
_SILENT_SPANISH = re.compile(r"(?<=[qg])u(?=[eiéí])|y(?=[aeiouáéíóú])")
_NUCLEUS_SPANISH = re.compile(r"[íú]|[iuü]?[aeoáéó](?:[iuüy](?![aeoáéóíú]))?|[iuüy]+")


def reading_grade(text: str, language: str = DEFAULT_LANGUAGE) -> float | None:
    """Return the reading grade of a text; None where it has too few words, or its language no formula.

    >>> round(reading_grade("The team will ask you a few short questions by phone. You can stop at any time."), 1)
    0.9
    >>> round(reading_grade("El equipo le hará unas preguntas por teléfono. Puede parar cuando quiera.", "es"), 1)
    3.4
    """
    words = _WORD.findall(text)
    grade = _GRADES.get(language)
    if grade is None or len(words) < SHORTEST:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(text.strip())))
    return grade(words, sentences)


def count_words(text: str) -> int:
    """Return how many words the grade of a text is made of."""
    return len(_WORD.findall(text))


def _flesch_kincaid(words: list[str], sentences: int) -> float:
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _crawford(words: list[str], sentences: int) -> float:
    syllables = sum(_syllables_spanish(word.lower()) for word in words)
    return -20.5 * sentences / len(words) + 4.9 * syllables / len(words) - 3.407


_GRADES: Mapping[str, Callable[[list[str], int], float]] = {"en": _flesch_kincaid, "es": _crawford}


@lru_cache(maxsize=16384)
def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word))))


@lru_cache(maxsize=16384)
def _syllables_spanish(word: str) -> int:
    """Return the syllables of a word: two strong vowels are two, a weak one beside a strong one is part of it.

    >>> [_syllables_spanish(word) for word in ("que", "guía", "país", "cirugía", "investigación", "aéreo", "pingüino")]
    [1, 2, 2, 4, 5, 4, 3]
    """
    return max(1, len(_NUCLEUS_SPANISH.findall(_SILENT_SPANISH.sub("q", word))))
