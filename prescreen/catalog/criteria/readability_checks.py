"""Checks of the visitors' texts: reading grade, missing translations, and what is still as drafted once published.

All results but the last are warnings.
"""

from collections.abc import Iterator
from pathlib import Path

from prescreen.catalog.base.faults import Check
from prescreen.catalog.base.yaml_documents import Data, Document, Steps
from prescreen.catalog.criteria.article_reader import PICTURE
from prescreen.catalog.criteria.catalog import REFERENCES, Section
from prescreen.catalog.criteria.folder_reader import TRIALS, Reading
from prescreen.catalog.criteria.trial_reader import TrialReading
from prescreen.catalog.criterion_comments import comments_of, drafted_in
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.eligibility.drafting.reading_grades import reading_grade

TARGET = 8

_TEXT_KEYS = frozenset(
    {
        "ask",
        "ask_other",
        "help",
        "help_other",
        "why",
        "label",
        "advice",
        "say",
        "sign",
        "title",
        "summary",
        "urgent_sign",
        "text",
        "public_text",
        "duration",
        "notes",
        "short",
        "page_title",
    }
)

# In trials these keys name sites, and names are not translated.
_NAMING_KEYS = frozenset({"name", "hours"})


def check_wording(reading: Reading) -> None:
    """Warn of texts above grade 8, and of texts that lack a language."""
    _check_questions(reading)
    _check_flags(reading)
    _check_prose(reading)
    if reading.service:
        _check_languages(reading, reading.service.languages)


def check_trial_wording(reading: TrialReading) -> None:
    """Warn of a trial whose texts for the public are above grade 8; refuse a published one with remarks of drafting."""
    trial = reading.trial
    if not trial.draft:
        _check_published(reading)
    texts = [trial.summary, *(criterion.shown_text for criterion in trial.authored)]
    _check_grade(reading.document, (), [text for text in texts if text], f"trial '{trial.id}'")
    _check_grade(reading.document, ("title",), [trial.title], "this title")
    for index, cohort in enumerate(trial.cohorts):
        _check_grade(reading.document, ("cohorts", index, "name"), [cohort.name], "this name of a group")


def _check_published(reading: TrialReading) -> None:
    """Report every remark of drafting that still stands in the file of a trial that visitors are shown."""
    text = reading.document.places.text
    for name, comments in comments_of(text, reading.places).items():
        for remark in comments.drafted:
            told = f"'{name}' is still as drafted: {remark}; read it, then delete the line"
            reading.document.report(reading.places[name], told)
    for line, remark in drafted_in(text):
        told = f"this is still as drafted: {remark}; read it, then delete the line"
        reading.document.report_at((line, 1), told)


def _check_questions(reading: Reading) -> None:
    for question in reading.bank.bank:
        texts = [text for text in (question.ask, question.help, question.why) if text]
        steps = reading.bank.places[question.id]
        _check_grade(reading.bank.document, steps, texts, f"question '{question.id}'")
        for place, option in enumerate(question.options):
            _check_grade(reading.bank.document, (*steps, "options", place, "label"), [option.label], "this label")


def _check_flags(reading: Reading) -> None:
    for document, condition in reading.conditions.values():
        if condition.summary:
            _check_grade(document, ("summary",), [condition.summary], "this summary")
        if condition.urgent_sign:
            _check_grade(document, ("urgent_sign",), [condition.urgent_sign], "this sign")
        for index, flag in enumerate(condition.red_flags):
            _check_grade(document, ("red_flags", index, "advice"), [flag.advice], "this advice")
            if flag.sign:
                _check_grade(document, ("red_flags", index, "sign"), [flag.sign], "this sign")


def _check_prose(reading: Reading) -> None:
    texts = {
        f"articles/{slug}.{language}.md": (_prose(article.sections), language)
        for (slug, language), article in reading.articles.items()
    }
    for (version, language), consent in reading.consents.items():
        sections = tuple(Section(purpose, purpose, wording) for purpose, wording in consent.wordings.items())
        texts[f"consents/{version}.{language}.md"] = _prose(sections), language
    for (name, language), notice in reading.notices.items():
        sections = tuple(Section(anchor, anchor, words) for anchor, words in notice.parts.items())
        texts[f"notices/{name}.{language}.md"] = _prose(sections), language
    for document in reading.documents:
        name = f"{document.folder}/{Path(document.path).name}"
        if name in texts:
            prose, language = texts[name]
            _report_grade(document, None, prose, f"'{name}'", language)


def _prose(sections: tuple[Section, ...]) -> str:
    """Return the sentences of Markdown; list items and headings count as sentences, references are left out."""
    lines = [
        PICTURE.sub(r"\g<shows>", line).strip(" -*#>")
        for section in sections
        if section.anchor != REFERENCES
        for line in section.body.split("\n")
    ]
    return " ".join(_sentence(line) for line in lines if line)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def _check_grade(document: Document, steps: Steps, texts: list[Text], name: str) -> None:
    """Warn of texts that are hard to read together, in each language in which one of them is worded."""
    for language in sorted({one for text in texts for one in text.by_language}):
        told = [words for text in texts if (words := text.by_language.get(language))]
        _report_grade(document, steps, " ".join(map(_sentence, told)), name, language)


def _report_grade(document: Document, steps: Steps | None, prose: str, name: str, language: str) -> None:
    """Warn at a part of a file, or at the file as a whole where `steps` is None."""
    grade = reading_grade(prose, language)
    if grade is not None and grade > TARGET:
        told = name if language == DEFAULT_LANGUAGE else f"{name} ({language})"
        message = f"{told} reads at grade {grade:.1f}, above {TARGET}; use shorter words and sentences"
        place = (1, 1) if steps is None else document.place(steps)
        document.report_at(place, message, Check.READING_GRADE, warning=True)


def _check_languages(reading: Reading, languages: tuple[str, ...]) -> None:
    for document in reading.documents:
        check_translations(document, languages)
    _check_consents_alike(reading)
    _check_drawn_words(reading, languages)
    slugs = {slug for slug, _ in reading.articles} | {version for version, _ in reading.consents}
    for slug in sorted(slugs):
        for language in languages:
            if (slug, language) not in reading.articles and (slug, language) not in reading.consents:
                message = f"no wording of '{slug}' in {language}"
                reading.service_document.report(("languages",), message, Check.TRANSLATION, warning=True)


def check_translations(document: Document, languages: tuple[str, ...]) -> None:
    """Warn of every text of a YAML file that lacks one of the languages."""
    if not document.path.endswith(".yaml"):
        return
    is_trial = document.folder == TRIALS
    found = [*_texts(document.data, (), _TEXT_KEYS if is_trial else _TEXT_KEYS | _NAMING_KEYS)]
    # A group's name is read by visitors, unlike that of a site.
    if is_trial and isinstance(document.data, dict):
        found += _texts(document.data.get("cohorts"), ("cohorts",), frozenset({"name"}))
    for steps, known in found:
        missing = [language for language in languages if language not in known]
        if missing:
            document.report(steps, f"no wording in: {', '.join(missing)}", Check.TRANSLATION, warning=True)


def _check_consents_alike(reading: Reading) -> None:
    """Warn where one language of a consent asks for something that another does not."""
    for (version, language), consent in reading.consents.items():
        english = reading.consents.get((version, DEFAULT_LANGUAGE), consent)
        for purpose in sorted(english.wordings.keys() ^ consent.wordings.keys()):
            message = (
                f"the wording '{version}' is not alike in {DEFAULT_LANGUAGE} and {language}: only one has '{purpose}'"
            )
            reading.service_document.report(("languages",), message, Check.TRANSLATION, warning=True)


def _check_drawn_words(reading: Reading, languages: tuple[str, ...]) -> None:
    """Warn of drawings with words that lack one of the languages; many have none."""
    for document, figure in reading.figures.values():
        missing = [language for language in languages if figure.spoken and language not in figure.spoken]
        if missing:
            document.report((), f"no words in: {', '.join(missing)}", Check.TRANSLATION, warning=True)


def _texts(data: Data, steps: Steps, keys: frozenset[str]) -> Iterator[tuple[Steps, frozenset[str]]]:
    """Yield the place of every text for visitors, with the languages it has."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            if not isinstance(item, str):
                yield from _texts(item, (*steps, index), keys)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in keys and value is not None and not isinstance(value, list):
                known = frozenset(value) if isinstance(value, dict) else frozenset({DEFAULT_LANGUAGE})
                yield (*steps, key), known
            elif not isinstance(value, str) and key not in ("rule", "answers", "when", "ask_if"):
                yield from _texts(value, (*steps, key), keys)
