"""Pages and parts of pages that are the same for all visitors: rendered once, and kept for a catalog and a language.

Nothing of a visitor can be kept: what is kept is rendered from objects of the catalog alone, and what differs between
visitors is filled into its holes for one request. See docs/decisions/0037-what-all-visitors-see.md.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup, escape

from prescreen.web.base.language import language
from prescreen.web.base.request_context import catalog, kept_with_catalog

MOST_KEPT = 8_000
"""For one language; a page of a question has some 5,000 characters, most parts have fewer than 1,000."""

_EXTENSION = "prescreen.shared_parts"
_HOLE = re.compile("\x02([a-z_]+)\x03")
_LINKED = "content.condition"
"""A page whose links may carry something of a visitor: where they came from, see `web.interview.attribution`."""

_Subjects = tuple[object, ...]
Pieces = tuple[Markup, ...]
"""A rendered template, cut at its holes: text, the name of a hole, text, and so on."""
Parts = dict[_Subjects, tuple[_Subjects, Pieces]]
"""Pieces by template and identities of the subjects, which are kept beside them so that no other can have these."""


def prepare(app: Flask) -> None:
    """Let templates use shared parts, and name their holes."""
    app.jinja_env.globals.update(shared_part=shared_part, filled_part=filled_part, hole=hole)


def shared_part(template: str, **about: Any) -> Markup:
    """Return a part of a page; `about` is what it is about: objects of the catalog, never anything of a visitor."""
    return _pieces(template, about)[0]


def filled_page(template: str, about: Mapping[str, Any], filled_by: str, values: Mapping[str, Any]) -> Markup:
    """Return a page that all visitors share; what `filled_by`, a template, sets from the values fills its holes."""
    filling = vars(current_app.jinja_env.get_template(filled_by).make_module(dict(values)))
    return _filled(_pieces(template, about), filling)


def filled_part(template: str, about: Mapping[str, Any], **texts: str) -> Markup:
    """Return a part of a page that all visitors share; texts of one of them fill its holes."""
    return _filled(_pieces(template, about), texts)


def _filled(pieces: Pieces, filling: Mapping[str, Any]) -> Markup:
    # Pieces were escaped when they were rendered.
    return Markup("".join([escape(filling[one]) if place % 2 else one for place, one in enumerate(pieces)]))  # noqa: S704


def hole(name: str) -> Markup:
    """Return the mark of a place in a shared part that is filled for each request."""
    return Markup(f"\x02{name}\x03")  # noqa: S704  # a name in a template of ours


def _pieces(template: str, about: Mapping[str, Any]) -> Pieces:
    parts = _parts_of_request()
    if parts is None:
        return _rendered(template, about)
    key = (template, *map(id, about.values()))
    found = parts.get(key)
    if found is None:
        found = tuple(about.values()), _rendered(template, about)
        if len(parts) >= MOST_KEPT:
            parts.clear()
        parts[key] = found
    return found[1]


def _parts_of_request() -> Parts | None:
    """Return the parts for the catalog, the language and the mount point of this request.

    None where links carry something of the visitor.
    """
    code, known = language(), g.get("shared_parts")
    if known is None or known[0] != code:
        known = g.shared_parts = code, _parts(code) if _links_are_plain() else None
    parts: Parts | None = known[1]
    return parts


def _links_are_plain() -> bool:
    added: dict[str, Any] = {}
    current_app.inject_url_defaults(_LINKED, added)
    return not added


def _parts(code: str) -> Parts:
    of_catalog: dict[tuple[str, str], Parts] = kept_with_catalog(_EXTENSION)
    return of_catalog.setdefault((code, request.script_root), {})


def _rendered(template: str, about: Mapping[str, Any]) -> Pieces:
    known = {"service": catalog().service, "language": language()}
    html = current_app.jinja_env.get_template(template).render(known, **about)
    return tuple(Markup(one) for one in _HOLE.split(html))  # noqa: S704  # escaped when it was rendered
