"""What every template can use: who runs the service, addresses of static files, and how values are written."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from prescreen.web.language import SWITCH, language, own_name, spoken
from prescreen.web.resources import catalog, today
from prescreen.web.visits import read_visit
from prescreen.web.wording import country, day

_STATIC = Path(__file__).parent / "static"
# Raw HTML and script links in Markdown come out as text.
_CITATION = re.compile(r"\[\d+\]")
_MARKDOWN = MarkdownIt("js-default", {"html": False})


def prepare(app: Flask) -> None:
    """Give the app's templates what they use."""
    app.jinja_env.globals["static_file"] = static_file
    app.jinja_env.globals["visit_of"] = read_visit
    app.jinja_env.filters.update(markdown=rendered, cited=cited, day=day, country=country)
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    return {"service": catalog().service, "language": language(), "today": today(), "other_languages": _switch()}


def _switch() -> list[tuple[str, str, str]]:
    """Give the other languages of this page: code, own name, address."""
    others = [code for code in spoken() if code != language()]
    return [(code, own_name(code), f"{request.path}?{SWITCH}={code}") for code in others]


@lru_cache(maxsize=64)
def static_file(name: str) -> str:
    """Give the address of a static file; it changes with the content, so that no browser keeps an old one."""
    content = (_STATIC / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:8]}"


@lru_cache(maxsize=512)
def rendered(text: str) -> Markup:
    """Give Markdown as HTML."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704  # the renderer escapes all HTML of the author


def cited(html: Markup, page: str) -> Markup:
    """Give HTML in which numbers in brackets lead to the list of references of a page ("": this one)."""
    return Markup(_CITATION.sub(rf'<a href="{escape(page)}#references">\g<0></a>', str(html)))  # noqa: S704  # ours
