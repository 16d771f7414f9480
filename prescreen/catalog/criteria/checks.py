"""Semantic checks of a whole folder, beyond what a schema can see. Faults stand in the documents of the reading."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from prescreen.catalog.assessment.answer_codec import MOST_COOKIE_BYTES, most_cookie_bytes
from prescreen.catalog.base.faults import Check, Fault, did_you_mean
from prescreen.catalog.base.trial_file import TrialFile
from prescreen.catalog.base.yaml_documents import Data, Document
from prescreen.catalog.criteria.catalog import EMERGENCY, Article, Condition
from prescreen.catalog.criteria.folder_reader import CONDITIONS, Reading
from prescreen.catalog.criteria.trial_checks import check_past_days, check_variables
from prescreen.catalog.look.look_checks import faults_of
from prescreen.catalog.redcap import COMMAND, FILE, missing
from prescreen.eligibility.criteria.questions import AGE, AGE_UNIT, Question, QuestionType
from prescreen.eligibility.criteria.rules import Rule, questions_in
from prescreen.eligibility.drafting.option_use import options_named, without_purpose
from prescreen.eligibility.interview.question_selection import RedFlag, Urgency

SIGN_SECTIONS = {Urgency.EMERGENCY: EMERGENCY, Urgency.SEE_DOCTOR: "when-to-see-a-doctor"}
"""The section of an article that lists the signs of each level."""

TAKEN_NAMES = frozenset(
    {
        *("accessibility", "clear", "healthz", "icon.svg", "leave", "look.css", "metrics", "my", "picture.png"),
        *("privacy", "readyz", "recruiter", "static"),
        *("form", "language", "sign-in", "thanks", "typed"),
    }
)
"""The names under which no condition could be reached: of other pages and files, and of other cookies."""

_NAME = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*")
_ITEM = re.compile(r"- (?P<text>.*?)(?:\s*\[\d+\])*\s*")
"""An item of a Markdown list, without the numbers of its sources at the end."""


def check(reading: Reading, on: date) -> tuple[Fault, ...]:
    """Return every fault of the folder, including those found on reading."""
    _check_look(reading)
    _check_cookie(reading)
    _check_age(reading)
    _check_unused(reading)
    _check_unused_options(reading)
    _check_sections(reading)
    _check_emergency_pages(reading)
    _check_signs(reading)
    _check_consents(reading, on)
    _check_names(reading)
    _check_numbers(reading)
    check_variables(reading.bank.document, reading.bank.places)
    for document in reading.documents:
        check_past_days(document, on)
    for document, file in reading.trials:
        _check_conditions(document, file, reading.condition_slugs)
    return reading.faults


def _check_look(reading: Reading) -> None:
    """Refuse colors of the operator that cannot be read, and a mark that cannot be drawn."""
    for steps, message in faults_of(reading.service.look) if reading.service else ():
        reading.service_document.report(("look", *steps), message, Check.LOOK)


def _check_cookie(reading: Reading) -> None:
    most = most_cookie_bytes(reading.bank.bank)
    if most > MOST_COOKIE_BYTES:
        message = f"the fullest answers could take {most} bytes of a cookie; at most {MOST_COOKIE_BYTES} fit"
        reading.bank.document.report((), f"{message}. Remove questions, or give numbers a range", Check.COOKIE_SIZE)


def _check_unused(reading: Reading) -> None:
    bank = reading.bank.bank
    if not reading.bank.document.is_readable or not _is_whole(reading):
        return
    documents = (one for one in reading.documents if one is not reading.codes.document)
    tested = [question for document in documents for question in tested_keys(document.data)]
    tested += [question for file in reading.trial_files for question in file.tested]
    opening = [question for _, one in reading.conditions.values() for question in one.opening_questions]
    used = set(bank.reached_from(tuple(name for name in dict.fromkeys([*tested, *opening]) if name in bank)))
    for question in bank:
        if question.id not in used | {AGE}:
            steps = (*reading.bank.places[question.id], "id")
            message = f"no trial uses the question '{question.id}'; use it or remove it"
            reading.bank.document.report(steps, message, Check.UNUSED_QUESTION)


def _is_whole(reading: Reading) -> bool:
    """Whether all conditions and trials, which may name questions, could be read as keys and values."""
    return len(reading.conditions) == len(reading.condition_slugs) and not reading.has_unread_trials


def _check_unused_options(reading: Reading) -> None:
    """Warn of options without a purpose, unless a rule might name them that is at fault."""
    if not _is_whole(reading) or _lacks_rules(reading):
        return
    for question, options in without_purpose(reading.bank.bank, options_named(_rules(reading))):
        place = question.option_ids.index(options[0])
        steps = (*reading.bank.places[question.id], "options", place)
        reading.bank.document.report(steps, _told_of_idle(question, options), Check.UNUSED_OPTION, warning=True)


def _lacks_rules(reading: Reading) -> bool:
    """Whether a rule may be left out because of a fault: in a question, a trial's file or a condition."""
    read = [fault for file in reading.trial_files for fault in file.faults]
    read += [fault for document, _ in reading.conditions.values() for fault in document.faults]
    return bool(reading.bank.faulty) or any(not fault.warning for fault in read)


def _rules(reading: Reading) -> Iterator[Rule]:
    """Yield every rule of the folder: of criteria, of `ask_if` and of red flags."""
    for file in reading.trial_files:
        yield from (one.rule for one in file.trial.authored if one.rule) if file.trial else ()
    yield from (question.ask_if for question in reading.bank.bank if question.ask_if)
    yield from (flag.when for _, condition in reading.conditions.values() for flag in condition.red_flags)


def _told_of_idle(question: Question, options: tuple[str, ...]) -> str:
    told = ", ".join(f"'{option}'" for option in options)
    if question.type is QuestionType.CHOICE:
        return f"no rule, ask_if or red flag tells {told} of '{question.id}' apart; join them, or use them"
    return f"no rule, ask_if or red flag uses {told} of '{question.id}'; ask for no more than is used: remove or use it"


def tested_keys(data: Data) -> set[str]:
    """Return every key of the data that may name a question in a rule; the answers of cases are left out."""
    return all_keys(data, ("answers", "prevalence"))


def all_keys(data: Data, left_out: tuple[str, ...] = ()) -> set[str]:
    """Return every key of the data, but for some and all that they hold."""
    keys: set[str] = set()
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            keys.update(part)
            waiting += [value for key, value in part.items() if not isinstance(value, str) and key not in left_out]
        elif isinstance(part, list):
            waiting += [item for item in part if not isinstance(item, str)]
    return keys.difference(left_out)


def _check_sections(reading: Reading) -> None:
    anchors = {
        f"{article.slug}#{section.anchor}" for article in reading.articles.values() for section in article.sections
    }
    for question in reading.bank.bank:
        slug = (question.read or "").partition("#")[0]
        is_unread = slug in reading.article_slugs and not any(slug == known for known, _ in reading.articles)
        if question.read and question.read not in anchors and not is_unread:
            steps = (*reading.bank.places[question.id], "read")
            message = f"unknown section '{question.read}'{did_you_mean(question.read, anchors)}"
            reading.bank.document.report(steps, message, Check.ARTICLE_SECTION)


def _check_emergency_pages(reading: Reading) -> None:
    """Refuse a page on which an emergency is asked about beside what is no red flag: nothing may distract from it."""
    bank, flags = reading.bank.bank, [flag for _, one in reading.conditions.values() for flag in one.red_flags]
    signs = {name for flag in flags for name in questions_in(flag.when)}
    urgent = {name for flag in flags if flag.is_emergency for name in questions_in(flag.when) if name in bank}
    beside = {name: sign for sign in sorted(urgent) for name in bank.together_with(sign) if name not in signs}
    for name, sign in beside.items():
        message = f"'{sign}' can raise an emergency: only questions of red flags may stand on its page"
        reading.bank.document.report((*reading.bank.places[name], "together"), message, Check.EMERGENCY_PAGE)


def _check_signs(reading: Reading) -> None:
    """Refuse a red flag whose sign the condition's articles do not list, in one of their languages, under its level."""
    for document, condition in reading.conditions.values():
        for index, flag in enumerate(condition.red_flags):
            for message in _misplaced(flag, condition, reading):
                document.report(("red_flags", index, "sign"), message, Check.RED_FLAG_SIGN)


def _misplaced(flag: RedFlag, condition: Condition, reading: Reading) -> Iterator[str]:
    if flag.sign is None:
        return
    articles = [article for (slug, _), article in reading.articles.items() if slug in condition.articles]
    for language in sorted({article.language for article in articles}):
        sign = flag.sign.in_language(language)
        for level, section in SIGN_SECTIONS.items():
            stands = any(sign in _listed(article, section) for article in articles if article.language == language)
            if stands and level is not flag.level:
                yield f"'{sign}' stands in a section '#{section}' ({language}), but its level is {flag.level}; move it"
            if not stands and level is flag.level:
                yield f"no section '#{section}' of its articles ({language}) has the item '- {sign}'; add it"


def _listed(article: Article, anchor: str) -> frozenset[str]:
    section = article.section(anchor)
    lines = section.body.split("\n") if section else []
    return frozenset(item["text"] for line in lines if (item := _ITEM.fullmatch(line)))


def _check_age(reading: Reading) -> None:
    """Refuse conditions in a bank that cannot say who is under age: their contact details must not be taken."""
    bank = reading.bank.bank
    if not reading.bank.document.is_readable or (AGE in bank and _is_age(bank[AGE])):
        return
    for document, condition in reading.conditions.values():
        message = f"'{condition.slug}' needs a number question '{AGE}' in years ('unit: {AGE_UNIT}') in questions.yaml"
        document.report((), f"{message}: people under 18 may not send contact details", Check.AGE_QUESTION)


def _is_age(question: Question) -> bool:
    return question.type is QuestionType.NUMBER and question.unit == AGE_UNIT


def _check_consents(reading: Reading, on: date) -> None:
    catalog = reading.catalog()
    if catalog is not None and catalog.consent("en", on) is None:
        message = "no consent wording is in force, so nobody can send details; add consents/<version>.en.md"
        reading.service_document.report((), message, Check.CONSENT, warning=True)


def _check_names(reading: Reading) -> None:
    """Refuse conditions whose page and cookie would be those of something else, or could not be written."""
    for document in reading.documents:
        name = Path(document.path).stem
        if document.folder != CONDITIONS or name not in reading.condition_slugs:
            continue
        if name.lower() in TAKEN_NAMES:
            message = f"'{name}' is the name of a page or cookie of the service itself; give this file another name"
            document.report((), message, Check.CONDITION_NAME)
        elif not _NAME.fullmatch(name):
            message = (
                f"'{name}' stands in addresses; name this file by letters a to z and digits, as in 'back-pain.yaml'"
            )
            document.report((), message, Check.CONDITION_NAME)


def _check_numbers(reading: Reading) -> None:
    document, lacking = reading.codes.document, missing(reading.bank.bank, reading.codes.codes)
    if not lacking or not document.is_readable:
        return
    if not reading.codes.exists:
        told = "without this file the numbers of options in REDCap change when options change places"
        document.report((), f"{told}: write it with '{COMMAND}'", Check.REDCAP_NUMBER, warning=True)
        return
    for name, codes in lacking.items():
        lines = ", ".join(f"'{option}: {number}'" for option, number in codes.items())
        message = f"options of '{name}' have no number in {FILE}: run '{COMMAND}', or add below '{name}': {lines}"
        document.report((name,), message, Check.REDCAP_NUMBER)


def _check_conditions(document: Document, file: TrialFile, slugs: frozenset[str]) -> None:
    if file.trial and not file.trial.draft and not file.conditions:
        document.report_at(file.id_place, "a trial that is no draft belongs to a condition; name one in 'conditions'")
    for condition, place in zip(file.conditions, file.condition_places, strict=True):
        if condition not in slugs:
            message = f"unknown condition '{condition}'{did_you_mean(condition, slugs)}"
            document.report_at(place, message, Check.CONDITION)
