"""The files of the operator's look, made once for a catalog, and what a page's head says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import cast

from babel import parse_locale
from babel.core import get_global
from flask import Blueprint, Flask, Response, request, url_for

from prescreen.catalog.look.look import Look, Shades
from prescreen.catalog.look.tokens import shades
from prescreen.web.base.language import language
from prescreen.web.base.request_context import address_of, catalog, kept_with_catalog, resources
from prescreen.web.look.look_files import icon, style_sheet
from prescreen.web.look.picture import picture

pages = Blueprint("look", __name__)

_FILES = "prescreen.look_files"
_SHOWN_ELSEWHERE = frozenset({"content.home", "content.condition", "content.trial"})
"""The pages that others link to. What other sites show of them holds nothing of a visitor."""
_SECONDS_KEPT = 3600


def prepare(app: Flask) -> None:
    """Let templates name the files."""
    app.jinja_env.globals.update(look_file=look_file, head_colors=head_colors, link_preview=link_preview)


@pages.get("/look.css")
def style() -> Response:
    """Return the colors that the operator set."""
    return _file("text/css", style_sheet)


@pages.get("/icon.svg")
def mark() -> Response:
    """Return the mark as an icon."""
    return _file("image/svg+xml", icon)


@pages.get("/picture.png")
def shown_elsewhere() -> Response:
    """Return the picture that other sites show beside a link to a page."""
    return _file("image/png", picture)


def _file(kind: str, make: Callable[[Look], str | bytes]) -> Response:
    response = Response(_made(make), mimetype=kind)
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS_KEPT}"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


def _made(make: Callable[[Look], str | bytes]) -> str | bytes:
    kept: dict[object, str | bytes] = kept_with_catalog(_FILES)
    if make not in kept:
        kept[make] = make(catalog().service.look)
    return kept[make]


def look_file(endpoint: str) -> str:
    """Return the URL of a file of the look, which changes with it; empty for a style sheet that would hold nothing."""
    if endpoint == "look.style" and not _made(style_sheet):
        return ""
    return f"{url_for(endpoint)}?{_digest()}"


def _digest() -> str:
    """Return a short digest of mark and colors, from which all the files are made."""
    return sha256(f"{_made(style_sheet)!s}{_made(icon)!s}".encode()).hexdigest()[:8]


def head_colors() -> Shades:
    """Return the color of the head, which browsers on phones give to what is around the page."""
    return shades(catalog().service.look, "pine")


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What other sites show of a page beside its title: the absolute URL of a picture, and the language as a locale."""

    image: str
    locale: str
    kind: str = "website"


def link_preview() -> LinkPreview | None:
    """Return what other sites may show of this page; None for a page that is not meant to be linked to."""
    if request.endpoint not in _SHOWN_ELSEWHERE:
        return None
    public = resources().settings.public_url
    image = f"{public}{url_for('look.shown_elsewhere').removeprefix(request.script_root)}" if public else None
    return LinkPreview(f"{image or address_of('look.shown_elsewhere')}?{_digest()}", locale_of(language()))


@cache
def locale_of(code: str) -> str:
    """Return a language with the country where most people speak it, as tags for other sites want it.

    >>> locale_of("en"), locale_of("es"), locale_of("pt-PT")
    ('en_US', 'es_ES', 'pt_PT')
    """
    plain = code.replace("-", "_")
    spoken, country, *_rest = parse_locale(get_global("likely_subtags").get(plain, plain))
    return f"{spoken}_{country}" if country else spoken
