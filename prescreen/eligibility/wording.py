"""A text in the languages that its author gave."""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader sees, by language code; English stands in where a translation is missing.

    >>> Text({"en": "Back pain", "es": "Dolor de espalda"}).in_language("es")
    'Dolor de espalda'
    >>> Text({"en": "Back pain"}).in_language("es")
    'Back pain'
    """

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Give the wording in `language`, else in English, else in whatever language there is."""
        wordings = self.by_language
        return wordings.get(language) or wordings.get(DEFAULT_LANGUAGE) or next(iter(wordings.values()), "")

    def __str__(self) -> str:
        return self.in_language(DEFAULT_LANGUAGE)
