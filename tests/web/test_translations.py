"""No text for visitors is left untranslated: in the catalog, in templates and modules, on the pages."""

from __future__ import annotations

import html
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from tests.web.markup import Element, is_document, read
from tests.web.sentences import (
    LANGUAGES,
    PROJECT,
    READ_ALOUD,
    TEMPLATES,
    WEB,
    bare_texts,
    collected,
    criteria_texts,
    faults,
    fixed_parts,
    forms,
    spanish,
    translated,
    unmarked_strings,
)

_CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
# The rooms that visitors' pages may not import are those that staff alone read, in English.
ENGLISH_ONLY = tuple(
    f"{module.removeprefix('prescreen.web.')}/"
    for contract in _CONTRACTS
    if contract.get("id") == "visitors-staff"
    for module in contract["forbidden_modules"]
)
# The pages on which details are sent and taken back are not translated yet. These are to be empty.
NOT_YET: tuple[str, ...] = ()
NOT_YET_PAGES: tuple[str, ...] = ()
SHORTEST_PART = 12


def sources(folder: Path, pattern: str) -> list[Path]:
    """Return the files whose sentences visitors read."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob(pattern)}
    return [path for name, path in sorted(found.items()) if not name.startswith(ENGLISH_ONLY + NOT_YET)]


# --- nothing is left untranslated ---


@pytest.fixture
def sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    monkeypatch.chdir(PROJECT)
    return [message for message in collected(tmp_path) if message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_pages_is_in_every_language(sentences: list[Message], language: str):
    checked = {str(one.id): faults(translated(language).get(one.id)) for one in sentences}

    assert len(checked) > 150
    assert {sentence: found for sentence, found in checked.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalog_holds_a_sentence_that_no_page_says(sentences: list[Message], language: str):
    said = {one.id for one in sentences}

    assert "es" in LANGUAGES
    assert [one.id for one in translated(language) if one.id and one.id not in said] == []
    assert dict(translated(language).obsolete) == {}


@pytest.mark.parametrize(
    ("sentence", "translation", "found"),
    [
        ("Yes", "Sí", []),
        ("Yes", "", ["empty"]),
        ("You said: %(answer)s", "Usted dijo", ["other placeholders"]),
        ("You said: %(answer)s", "Usted dijo: %(respuesta)s", ["other placeholders"]),
        ("<b>Now</b> call", "Llame <i>ahora</i>", ["other placeholders"]),
        (("%(num)s trial", "%(num)s trials"), ("%(num)s estudio", ""), ["empty"]),
        (("%(num)s trial", "%(num)s trials"), ("%(num)s estudio",), ["empty"]),
        (("%(num)s trial", "%(num)s trials"), ("un estudio", "%(num)s estudios"), ["other placeholders"]),
    ],
)
def test_a_faulty_translation_is_found(
    sentence: str | tuple[str, ...], translation: str | tuple[str, ...], found: list[str]
):
    assert faults(Message(sentence, translation)) == found


def test_a_missing_and_a_doubtful_translation_are_found():
    assert faults(None) == ["missing"]
    assert faults(Message("Yes", "Sí", flags=["fuzzy"])) == ["fuzzy"]


def test_templates_say_nothing_that_is_not_marked_for_translation():
    bare = {str(path.relative_to(TEMPLATES)): bare_texts(path.read_text()) for path in sources(TEMPLATES, "**/*.html")}

    assert len(bare) > 15
    assert {name: found for name, found in bare.items() if found} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p class="soft">{{ _("Go on") }} {{ 3 }}, 7.</p>{# a note #}', []),
        ('{{ choice("answer", "yes", _("Yes"), "radio") }}{% if a == "potentially_eligible" %}✓{% endif %}', []),
        ("<p>Go on</p>", ["Go on"]),
        ('{{ _("%(name)s", name="the team") }}', ["the team"]),
        ('{{ "Go on" if more else _("Stop") }}', ["Go on"]),
        ('{{ back_link("/", "Back") }}', ["Back"]),
        ('<nav aria-label="On this page"></nav>', ["On this page"]),
        ('<img alt="A hand" title="{{ _("A hand") }}" src="hand.svg">', ["A hand"]),
    ],
)
def test_bare_text_in_a_template_is_found(template: str, found: list[str]):
    assert bare_texts(template) == found


def test_modules_of_the_pages_say_nothing_that_is_not_marked_for_translation():
    bare = {str(path.relative_to(WEB)): unmarked_strings(path.read_text()) for path in sources(WEB, "**/*.py")}

    assert {"base/question_fields.py", "base/formatting.py", "results/explanations.py"} <= set(bare)
    assert {"interview/interview_pages.py", "participants/contact_form.py", "feedback.py"} <= set(bare)
    assert {name: found for name, found in bare.items() if found} == {}


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ('"""A module."""\n_A = _("Go on now")\n_B = {"Viet Nam": lazy_gettext("Go on now")}', []),
        ('raise KeyError("expects a unit of the page")', []),
        ('raise ReplyError("Choose one answer only.")', ["Choose one answer only."]),
        ('a = f"You said: {answer}"', ["You said: "]),
        ('a = f"“{title}” has changed."', ["” has changed."]),
    ],
)
def test_an_unmarked_sentence_in_a_module_is_found(module: str, found: list[str]):
    assert unmarked_strings(module) == found


# --- the walk in Spanish ---


@pytest.fixture(scope="module")
def documents(every_spanish_page: dict[str, TestResponse]) -> dict[str, str]:
    return {
        name: page.text
        for name, page in every_spanish_page.items()
        if is_document(page) and not name.startswith(NOT_YET_PAGES)
    }


def test_a_visitor_who_reads_spanish_meets_spanish_pages_all_the_way(documents: dict[str, str]):
    walked = {"article", "question age", "question refused", "review", "results", "trial", "urgent", "cleared"}

    assert walked | {"error 403", "error 404", "error 405", "error 413", "error 500"} <= set(documents)
    assert {name: lang for name, text in documents.items() if (lang := read(text).one("html")["lang"]) != "es"} == {}


def test_no_spanish_page_says_an_english_sentence(documents: dict[str, str]):
    long, short = _english_parts(), _english_wholes()

    def said(text: str) -> list[str]:
        flat = " ".join(html.unescape(text).split())
        return [part for part in long if part in flat] + sorted(short & _texts(read(text)))

    assert len(long) > 100
    assert len(short) > 100
    assert {name: found for name, text in documents.items() if (found := said(text))} == {}


def _english_parts() -> list[str]:
    pairs = [pair for message in spanish() if message.id for pair in forms(message)]
    return [
        part.strip()
        for said, translated in pairs
        for part in fixed_parts(said)
        if len(part.strip()) > SHORTEST_PART and part.strip() not in translated
    ]


def _english_wholes() -> set[str]:
    pairs = [pair for message in spanish() if message.id for pair in forms(message)]
    return {said for said, translated in pairs if said != translated}


def _texts(page: Element) -> set[str]:
    """Return every text and every attribute that is read aloud, each in one line."""
    elements = [one for one in page.everything() if "hreflang" not in one]
    parts = [part for one in elements for part in one.parts if isinstance(part, str)]
    spoken = [one[name] for one in elements for name in READ_ALOUD if name in one]
    return {" ".join(text.split()) for text in [*parts, *spoken, *(one.text for one in elements)]}


def test_no_spanish_page_says_a_text_of_the_criteria_in_english(
    documents: dict[str, str], shipped_criteria: LiveCatalog
):
    catalog = shipped_criteria.current(date(2026, 11, 23))
    parts = (catalog.service, catalog.conditions, catalog.trials, catalog.bank.questions)
    both = {(str(text), text.in_language("es")) for part in parts for text in criteria_texts(part)}
    english = [one for one, other in both if one != other and len(one) > SHORTEST_PART and one not in other]

    # The sources of the article keep their own titles.
    ours = {
        name: re.sub(r'<section id="references">.*?</section>', "", text, flags=re.S)
        for name, text in documents.items()
    }
    flat = {name: " ".join(html.unescape(text).split()) for name, text in ours.items()}
    assert len(english) > 500
    assert {(name, one) for name, text in flat.items() for one in english if one in text} == set()


def test_no_spanish_page_shows_a_section_of_the_english_article(
    documents: dict[str, str], shipped_criteria: LiveCatalog
):
    articles = shipped_criteria.current(date(2026, 11, 23)).articles.values()
    headings = {section.heading for one in articles if one.language == "en" for section in one.sections}

    assert len(headings) > 5
    assert {name: found for name, text in documents.items() if (found := headings & _texts(read(text)))} == {}
