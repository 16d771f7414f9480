"""The language of a page: the visitor's choice, else the browser's preference, among the languages of the service.

Sentences of templates and code are translated by the catalogs in translations/; texts of the criteria have their own
translations, of which the page's language is chosen when they are rendered.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request
from flask_babel import Babel, Domain
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.web.base.cookies import CookieKind, read_cookie, set_cookie
from prescreen.web.base.request_context import catalog

SWITCH = "lang"
# Browsers send far less; a header can have kilobytes, and costs as much to read and to remember.
_MOST_CHARACTERS, _MOST_LANGUAGES = 200, 10
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_FOLDER = Path(__file__).parent.parent / "translations"
_ENGLISH_ONLY = frozenset({"recruiter", "health"})
"""The blueprints whose pages are in English only."""


def prepare(app: Flask) -> None:
    """Set up the app to render pages in the visitor's language."""
    babel = Babel(app, default_locale=DEFAULT_LANGUAGE, locale_selector=language)
    babel.domain_instance = _Sentences()
    app.jinja_env.globals.update(_=_sentence, gettext=_sentence, ngettext=_sentence_of_number)
    app.jinja_env.finalize = _in_words
    app.jinja_env.filters["say"] = _in_words
    app.before_request(_note_switch)
    app.after_request(_keep_switch)


def language() -> str:
    """Return the language of this request."""
    found = g.get("language")
    if found is None:
        found = g.language = _chosen()
    return cast(str, found)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use another language for the duration of a `with` block, as for a part of a page that is read out."""
    before = language()
    g.language = code
    try:
        yield
    finally:
        g.language = before


def spoken() -> tuple[str, ...]:
    """Return the languages of this service: those of its catalog into which its pages are translated."""
    return _translated(catalog().service.languages)


@lru_cache(maxsize=64)
def _translated(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in codes if one == DEFAULT_LANGUAGE or _sentences(one) is not None)


def offered() -> tuple[str, ...]:
    """Return the languages in which this page can be read."""
    return (DEFAULT_LANGUAGE,) if request.blueprint in _ENGLISH_ONLY else spoken()


def say(text: Text) -> str:
    """Return a text of the criteria in the language of this request."""
    return text.in_language(language())


@cache
def own_name(code: str) -> str:
    """Return the name of a language in that language.

    >>> own_name("es")
    'Español'
    """
    return first_capital(Locale.parse(code).get_display_name(code) or code)


def first_capital(words: str) -> str:
    """Return words as the beginning of a sentence.

    >>> first_capital("late for an MRI")
    'Late for an MRI'
    """
    return words[:1].upper() + words[1:]


def _chosen() -> str:
    chosen = (request.args.get(SWITCH), read_cookie(CookieKind.LANGUAGE))
    wanted = (*chosen, *_accepted(request.headers.get("Accept-Language", "")[:_MOST_CHARACTERS]))
    choices = offered()
    return next((one for one in wanted if one in choices), None) or DEFAULT_LANGUAGE


@lru_cache(maxsize=1024)
def _accepted(header: str) -> tuple[str, ...]:
    """Return the languages that a browser accepts, the most preferred first.

    The library's best match would choose an exact "en" for a person who prefers "es-MX".
    """
    return tuple(tag.partition("-")[0].lower() for tag, quality in _preferred(header) if quality > 0)


def regions() -> tuple[str, ...]:
    """Return the countries that the browser's languages name, the most preferred first, such as "MX" for "es-MX"."""
    return _named_regions(request.headers.get("Accept-Language", "")[:_MOST_CHARACTERS])


@lru_cache(maxsize=1024)
def _named_regions(header: str) -> tuple[str, ...]:
    parts = (tag.replace("_", "-").split("-")[1:] for tag, quality in _preferred(header) if quality > 0)
    return tuple(dict.fromkeys(one.upper() for some in parts for one in some if _COUNTRY.fullmatch(one)))


def _preferred(header: str) -> list[tuple[str, float]]:
    """Return the languages that a header names, with their weights, the most preferred first."""
    tags = ",".join(header.split(",")[:_MOST_LANGUAGES])
    return list(parse_accept_header(tags, LanguageAccept))


def _note_switch() -> None:
    g.switched = request.args.get(SWITCH)


def _keep_switch(response: Response) -> Response:
    wanted = g.get("switched")
    if wanted is not None and wanted in offered():
        set_cookie(response, CookieKind.LANGUAGE, wanted)
    return response


def _in_words(value: Any) -> Any:
    return say(value) if isinstance(value, Text) else value


class _Sentences(Domain):
    """The translations of our own sentences, read from the .po files, so that no compiled file can be out of date."""

    def get_translations(self) -> NullTranslations:
        return _sentences(language()) or _UNTRANSLATED


_UNTRANSLATED = NullTranslations()


def _sentence(text: str, /, **values: Any) -> Markup:
    """Return a sentence of a template in the language of this request; it is safe, the values in it are escaped."""
    found = _marked(language(), text)
    return found % values if "%" in found else found


def _sentence_of_number(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """Return likewise a sentence whose wording depends on a number, which it may name as `num`."""
    found = (_sentences(language()) or _UNTRANSLATED).ungettext(one, many, num)
    return Markup(found) % {"num": num, **values}  # noqa: S704  # our own sentence


@lru_cache(maxsize=4096)
def _marked(code: str, text: str) -> Markup:
    return Markup((_sentences(code) or _UNTRANSLATED).ugettext(text))  # noqa: S704  # our own sentence


@cache
def _sentences(code: str) -> Translations | None:
    path = _FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return None
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
