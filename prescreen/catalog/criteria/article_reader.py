"""Reads articles, consent wordings, notices: a YAML head between `---` lines, then Markdown sections with anchors."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.schema import ArticleHead, ConsentHead, NoticeHead
from prescreen.catalog.base.schema_fields import Shape
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Document, parse, read_text
from prescreen.catalog.criteria.catalog import Article, Consent, Section
from prescreen.catalog.notices import PARTS, OperatorNotice

PURPOSES = ("share", "future", "email", "phone", "text")
OPTIONAL_PURPOSES = ("another_site",)

DOTS = 100
"""So many dots stand for all of whom a share is told."""
PICTURE = re.compile(r"!\[(?P<shows>[^\[\]]*)\]\((?P<address>[^()\s]*)\)")
"""A drawing, or dots for a share, on a line of its own: what it shows in words, and `figure:<name>` or `dots:<60>`."""

_PICTURED = re.compile(r"!\[(?!\d+\])")
_HEADING = re.compile(r"##\s+(?P<heading>.*?)\s*\{#(?P<anchor>[A-Za-z0-9_-]+)\}\s*")
_FILE_NAME = re.compile(r"(?P<slug>.+)\.(?P<language>[a-z]{2,3}(-[A-Z]{2})?)\.md")


def named(file: Path) -> tuple[str, str] | None:
    """Return the slug and the language in a file's name, or None where the name does not have this form."""
    found = _FILE_NAME.fullmatch(file.name)
    return (found["slug"], found["language"]) if found else None


def read_article(file: Path, document: Document, figures: Collection[str]) -> Article | None:
    """Return an article that may show these drawings, or None; its faults are reported in the document."""
    slug, language = named(file) or ("", "")
    head, sections = _read(file, document, ArticleHead(), figures)
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


def read_notice(file: Path, document: Document) -> OperatorNotice | None:
    """Return the operator's parts of a notice, or None; its faults are reported in the document."""
    name, language = named(file) or ("", "")
    if name not in PARTS:
        document.report((), f"there is no notice '{name}'{did_you_mean(name, PARTS)}; notices are: {', '.join(PARTS)}")
        return None
    head, sections = _read(file, document, NoticeHead())
    if head is None:
        return None
    known = tuple(PARTS[name])
    for section in sections:
        if section.anchor not in known:
            near = did_you_mean(section.anchor, known)
            message = f"the notice has no part '{section.anchor}'{near}; its parts are: {', '.join(known)}"
            document.report_at((1, 1), message)
    return OperatorNotice(name, language, head["reviewed"], {one.anchor: one.body for one in sections})


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


def _read(
    file: Path, document: Document, shape: Shape, figures: Collection[str] = ()
) -> tuple[dict[str, Any] | None, tuple[Section, ...]]:
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
    _check_pictures(lines, end + 1, document, figures)
    _, language = named(file) or ("", "")
    return load(shape, document), tuple(_sections(lines, end + 1, language, document))


def _check_pictures(lines: list[str], start: int, document: Document, figures: Collection[str]) -> None:
    for place, line in enumerate(lines[start:], start):
        before, after = lines[place - 1], "".join(lines[place + 1 : place + 2])
        alone = not after.strip() and (not before.strip() or before.startswith("#") or place == start)
        if _PICTURED.search(line) and (wrong := _wrong_picture(line if alone else "", figures)):
            document.report_at((place + 1, 1), wrong)


def _wrong_picture(line: str, figures: Collection[str]) -> str | None:
    """Return what is wrong with a line that shows a picture, if anything is."""
    found = PICTURE.fullmatch(line.rstrip())
    if not found:
        return "a picture is a line of its own between empty ones, without other brackets: '![what it shows](figure:x)'"
    if not found["shows"].strip():
        return f"say in words what the picture shows, for people who cannot see it: '![...]({found['address']})'"
    kind, _, name = found["address"].partition(":")
    if kind == "figure":
        return None if name in figures else f"unknown drawing '{name}'{did_you_mean(name, figures)}"
    if kind == "dots":
        is_share = name.isdecimal() and int(name) <= DOTS
        return None if is_share else f"'{name}' is no number of dots from 0 to {DOTS}, such as 'dots:60'"
    return (
        f"'{found['address']}' cannot be shown: pages load nothing from elsewhere; write 'figure:<name>' or 'dots:60'"
    )


def _sections(lines: list[str], start: int, language: str, document: Document) -> Iterator[Section]:
    seen: set[str] = set()
    current: tuple[str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("## "):
            body.append(line)
            continue
        if current:
            yield Section(*current, "\n".join(body).strip(), language)
        body, current = [], _heading(line, number, seen, document)
    if current:
        yield Section(*current, "\n".join(body).strip(), language)


def _heading(line: str, number: int, seen: set[str], document: Document) -> tuple[str, str] | None:
    found = _HEADING.fullmatch(line)
    if not found:
        document.report_at((number, 1), "a section's heading needs an anchor, such as '## Symptoms {#symptoms}'")
        return None
    if found["anchor"] in seen:
        document.report_at((number, 1), f"the anchor '{found['anchor']}' stands here a second time; rename one")
    seen.add(found["anchor"])
    return found["anchor"], found["heading"]
