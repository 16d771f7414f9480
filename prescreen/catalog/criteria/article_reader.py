"""Reads articles and consent wordings: a YAML head between `---` lines, then Markdown sections with anchors."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.schema import ArticleHead, ConsentHead
from prescreen.catalog.base.schema_fields import Shape
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Document, parse, read_text
from prescreen.catalog.criteria.catalog import Article, Consent, Section

PURPOSES = ("share", "future", "email", "phone", "text")
OPTIONAL_PURPOSES = ("another_site",)

_HEADING = re.compile(r"##\s+(?P<heading>.*?)\s*\{#(?P<anchor>[A-Za-z0-9_-]+)\}\s*")
_FILE_NAME = re.compile(r"(?P<slug>.+)\.(?P<language>[a-z]{2,3}(-[A-Z]{2})?)\.md")


def named(file: Path) -> tuple[str, str] | None:
    """Return the slug and the language in a file's name, or None where the name does not have this form."""
    found = _FILE_NAME.fullmatch(file.name)
    return (found["slug"], found["language"]) if found else None


def read_article(file: Path, document: Document) -> Article | None:
    """Return an article, or None; its faults are reported in the document."""
    slug, language = named(file) or ("", "")
    head, sections = _read(file, document, ArticleHead())
    if head is None:
        return None
    reviewed, sources = head.get("reviewed"), tuple(head.get("sources", []))
    return Article(slug, language, head["title"], sections, reviewed, sources)


def read_consent(file: Path, document: Document) -> Consent | None:
    """Return a consent wording, or None; its faults are reported in the document.

    A wording must have one section for each required purpose, and may have sections for the optional ones.
    """
    slug, language = named(file) or ("", "")
    head, sections = _read(file, document, ConsentHead())
    if head is None:
        return None
    if head["version"] != slug:
        document.report(("version",), f"the version is '{head['version']}' but the file is named '{slug}'")
    wordings = {section.anchor: section.body for section in sections}
    _check_purposes(wordings, document)
    return Consent(head["version"], language, head["effective"], wordings)


def _check_purposes(wordings: dict[str, str], document: Document) -> None:
    missing = [purpose for purpose in PURPOSES if not wordings.get(purpose)]
    for purpose in missing:
        document.report_at((1, 1), f"the section for the purpose '{purpose}' is missing: '## ... {{#{purpose}}}'")
    known = (*PURPOSES, *OPTIONAL_PURPOSES)
    for anchor in wordings:
        # An unknown section may be the missing one under another name: one fault is enough.
        if anchor not in known and not missing:
            message = (
                f"there is no purpose '{anchor}'{did_you_mean(anchor, known)}; the purposes are: {', '.join(known)}"
            )
            document.report_at((1, 1), message)


def _read(file: Path, document: Document, shape: Shape) -> tuple[dict[str, Any] | None, tuple[Section, ...]]:
    text = read_text(file, document)
    if text is None:
        return None, ()
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if not lines or lines[0].rstrip() != "---" or not end:
        document.report((), "the file starts with a head between two lines of '---'")
        return None, ()
    parse("\n".join(lines[1:end]) + "\n", document, first_line=2)
    if not document.is_readable:
        return None, ()
    return load(shape, document), tuple(_sections(lines, end + 1, document))


def _sections(lines: list[str], start: int, document: Document) -> Iterator[Section]:
    seen: set[str] = set()
    current: tuple[str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("## "):
            body.append(line)
            continue
        if current:
            yield Section(*current, "\n".join(body).strip())
        body, current = [], _heading(line, number, seen, document)
    if current:
        yield Section(*current, "\n".join(body).strip())


def _heading(line: str, number: int, seen: set[str], document: Document) -> tuple[str, str] | None:
    found = _HEADING.fullmatch(line)
    if not found:
        document.report_at((number, 1), "a section's heading needs an anchor, such as '## Symptoms {#symptoms}'")
        return None
    if found["anchor"] in seen:
        document.report_at((number, 1), f"the anchor '{found['anchor']}' stands here a second time; rename one")
    seen.add(found["anchor"])
    return found["anchor"], found["heading"]
