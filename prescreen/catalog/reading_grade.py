"""How many years of schooling an English text asks for: the Flesch-Kincaid grade.

Kincaid, Fishburne, Rogers and Chissom 1975: 0.39 x words per sentence + 11.8 x syllables per word - 15.59.
"""

import re

TARGET = 8

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")
_SHORTEST = 12


def reading_grade(text: str) -> float | None:
    """Give the grade of a text, or None where it has too few words for the formula to say anything.

    >>> round(reading_grade("The team will ask you a few short questions by phone. You can stop at any time."), 1)
    1.0
    """
    words = _WORD.findall(text)
    if len(words) < _SHORTEST:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(text.strip())))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word))))
