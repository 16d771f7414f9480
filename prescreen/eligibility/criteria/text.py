"""A text in the languages that its author wrote, and messages that fit on one line.

A module of its own, since nearly every other one imports it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_LANGUAGE = "en"
LONGEST_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language code; English is shown where a translation is missing.

    >>> Text({"en": "Back pain", "es": "Dolor de espalda"}).in_language("es")
    'Dolor de espalda'
    >>> Text({"en": "Back pain"}).in_language("es")
    'Back pain'
    """

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Return the wording in `language`, else in English, else in any language that there is."""
        wordings = self.by_language
        return wordings.get(language) or wordings.get(DEFAULT_LANGUAGE) or next(iter(wordings.values()), "")

    def __str__(self) -> str:
        return self.in_language(DEFAULT_LANGUAGE)


def one_line(message: str, longest: int = LONGEST_MESSAGE) -> str:
    r"""Return a message as one line of at most `longest` characters, with line breaks and the like escaped.

    >>> one_line("unknown question 'a" + chr(10) + "b'")
    "unknown question 'a\\nb'"
    """
    line = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in message)
    return shortened(line, longest)


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters; a longer one ends after a word, with an ellipsis.

    A word that takes more than half of the room, such as a digest, is cut.

    >>> shortened("leg pain", 20), shortened("a very long criterion", 12), shortened("0123456789", 5)
    ('leg pain', 'a very long…', '0123…')
    """
    if len(text) <= most:
        return text
    kept = text[:most].rpartition(" ")[0].rstrip(" ,.;:")
    return f"{kept if len(kept) > most // 2 else text[: most - 1]}…"
