"""What every template can use: who runs the service, URLs of static files, and formatting of values."""

import hashlib
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from prescreen.catalog.criteria.catalog import Section
from prescreen.eligibility.criteria.questions import Question
from prescreen.web.base.formatting import call_link, day, mail_link, text_link
from prescreen.web.base.language import language
from prescreen.web.base.question_fields import QuestionField, field_with, prefix_of
from prescreen.web.base.request_context import catalog, today
from prescreen.web.base.trial_wording import (
    countries,
    country,
    land,
    not_open_words,
    phase_words,
    status_words,
    whereabouts,
)
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.look.comb import comb
from prescreen.web.rendering.language_links import language_links
from prescreen.web.rendering.shared_parts import hole

_STATIC = Path(__file__).parent / "static"
# Raw HTML and script links in Markdown are shown as text.
_CITATION = re.compile(r"\[\d+\]")
_MARKDOWN = MarkdownIt("js-default", {"html": False})


def prepare(app: Flask) -> None:
    """Register what the app's templates use."""
    app.jinja_env.globals.update(comb=comb, static_file=static_file, language_links=language_links)
    app.jinja_env.globals.update(visit_of=read_visit)
    app.jinja_env.globals.update(
        field_with=field_with, prefix_of=prefix_of, number_field=number_field, section_to_read=section_to_read
    )
    app.jinja_env.filters.update(markdown=rendered, cited=cited, day=day, phase=phase_words, status=status_words)
    app.jinja_env.filters.update(mail_link=mail_link, call_link=call_link, text_link=text_link)
    app.jinja_env.filters.update(
        country=country, countries=countries, land=land, whereabouts=whereabouts, not_open=not_open_words
    )
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, Any]:
    return {"service": catalog().service, "language": language(), "today": today()}


@lru_cache(maxsize=64)
def static_file(name: str) -> str:
    """Return the URL of a static file; it changes with the content, so that no browser uses a stale copy."""
    content = (_STATIC / name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:8]}"


@lru_cache(maxsize=512)
def rendered(text: str) -> Markup:
    """Return Markdown as HTML."""
    return Markup(_MARKDOWN.render(text))  # noqa: S704  # the renderer escapes all HTML of the author


def cited(html: Markup, page: str) -> Markup:
    """Return HTML in which numbers in brackets link to the references of a page ("": this one)."""
    return Markup(_CITATION.sub(rf'<a href="{escape(page)}#references">\g<0></a>', str(html)))  # noqa: S704  # ours


def number_field(question: Question, unit_place: int) -> QuestionField:
    """Return the field of a number in one of the question's units, with a hole for what was answered."""
    unit = question.units[unit_place] if question.units else None
    return replace(field_with(question, None), text=hole("answered"), unit=unit or question.unit)


def section_to_read(question: Question) -> Section | None:
    """Return the section of an article to read beside a question, if there is one."""
    slug, _, anchor = (question.read or "").partition("#")
    article = catalog().article(slug, language())
    return article.section(anchor) if article else None
