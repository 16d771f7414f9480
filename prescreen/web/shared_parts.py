"""Parts of pages that are the same for all visitors: rendered once for each catalog and language, and kept in memory.

Nothing of a visitor can be kept: such a part is rendered from the catalog alone, see docs/decisions/0034.
"""

from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, current_app, g, request
from markupsafe import Markup

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.web.base.language import language
from prescreen.web.base.request_context import catalog
from prescreen.web.interview.attribution import carried_source

MOST_KEPT = 10_000
_EXTENSION = "prescreen.shared_parts"

_Subjects = tuple[object, ...]
Parts = dict[_Subjects, tuple[_Subjects, Markup]]
"""Parts by template and identities of the subjects, which are kept beside a part so that no other can have them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The parts of one catalog, by language and mount point."""

    catalog: Catalog
    parts: dict[tuple[str, str], Parts] = field(default_factory=dict)


def prepare(app: Flask) -> None:
    """Let templates use shared parts."""
    app.jinja_env.globals["shared_part"] = shared_part


def shared_part(template: str, **about: Any) -> Markup:
    """Return a part of a page; `about` is what it is about: objects of the catalog, never anything of a visitor."""
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

    None for a visitor whose source is carried by links.
    """
    code, known = language(), g.get("shared_parts")
    if known is None or known[0] != code:
        known = g.shared_parts = code, None if carried_source() else _parts(code)
    return cast(Parts | None, known[1])


def _parts(code: str) -> Parts:
    found = current_app.extensions.get(_EXTENSION)
    if not isinstance(found, Kept) or found.catalog is not catalog():
        found = current_app.extensions[_EXTENSION] = Kept(catalog())
    return found.parts.setdefault((code, request.script_root), {})


def _rendered(template: str, about: dict[str, Any]) -> Markup:
    known = {"service": catalog().service, "language": language()}
    return Markup(current_app.jinja_env.get_template(template).render(known, **about))  # noqa: S704  # escaped by it
