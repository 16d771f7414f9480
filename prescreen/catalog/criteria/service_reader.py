"""Reading of catalog.yaml and the condition files."""

import re
from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from phonenumbers import SUPPORTED_REGIONS

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.schema import CatalogShape, ConditionShape, ContactShape
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Document, Steps
from prescreen.catalog.criteria.catalog import USUAL_HOME_COUNTRY, Condition, Contact, Service
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.catalog.look.look import OUR_MARK, Look, Mark, Shades
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.eligibility.interview.question_selection import RedFlag, Urgency

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def read_service(document: Document) -> Service | None:
    """Return the organization that runs the service, or None after reporting the faults of the file."""
    if not document.is_readable:
        return None
    loaded = load(CatalogShape(), document)
    if loaded is None:
        return None
    contact, timezone = _contact(loaded["contact"], document), _timezone(loaded["timezone"], document)
    for index, language in enumerate(loaded["languages"]):
        if not _LANGUAGE.fullmatch(language):
            document.report(("languages", index), f"'{language}' is not a language code such as 'en' or 'es'")
    home_country = _home_country(loaded.get("home_country", USUAL_HOME_COUNTRY), document)
    security_contact = _security_contact(loaded.get("security_contact"), document)
    if contact is None or timezone is None or home_country is None:
        return None
    return Service(
        name=loaded["name"],
        operator=loaded["operator"],
        contact=contact,
        languages=tuple(loaded["languages"]) or (DEFAULT_LANGUAGE,),
        timezone=timezone,
        emergency=loaded.get("emergency", {}),
        sample=loaded.get("sample", False),
        home_country=home_country,
        look=_look(loaded.get("look", {})),
        security_contact=security_contact,
        covered_entity=loaded.get("covered_entity", False),
    )


def _look(data: dict[str, Any]) -> Look:
    mark = Mark(**data["mark"]) if "mark" in data else OUR_MARK
    colors = {name.replace("_", "-"): Shades(**shades) for name, shades in data.get("colors", {}).items()}
    return Look(data.get("short_name"), mark, colors)


def _contact(data: Any, document: Document) -> Contact | None:
    if isinstance(data, str) and data.strip():
        return Contact(name=Text({DEFAULT_LANGUAGE: data}))
    loaded = load(ContactShape(), document, ("contact",))
    if loaded is not None and not loaded.get("phone") and not loaded.get("email"):
        document.report(("contact",), "'contact' needs a 'phone' or an 'email', so that people can reach a human")
        return None
    return Contact(**loaded) if loaded is not None else None


_SECURITY_CONTACT = re.compile(r"(?:mailto:[^@\s]+@[^@\s]+|https://[^\s/]+\S*|tel:\+?[0-9-]+)")


def _security_contact(address: str | None, document: Document) -> str | None:
    if address is None or _SECURITY_CONTACT.fullmatch(address):
        return address
    message = f"'{address}' is no address such as mailto:security@example.org or https://example.org/security"
    document.report(("security_contact",), message)
    return None


def _timezone(name: str, document: Document) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        document.report(("timezone",), f"unknown time zone '{name}'; give a name such as Europe/London")
        return None


def _home_country(code: str, document: Document) -> str | None:
    if code in SUPPORTED_REGIONS:
        return code
    near = did_you_mean(code.upper(), SUPPORTED_REGIONS)
    document.report(("home_country",), f"unknown country '{code}'{near}; give a code of ISO 3166 such as US or GB")
    return None


def read_condition(slug: str, document: Document, bank: BankReading, articles: Collection[str]) -> Condition | None:
    """Return a condition, or None after reporting the faults of the file."""
    if not document.is_readable:
        return None
    loaded = load(ConditionShape(), document)
    if loaded is None:
        return None
    opening = tuple(
        question_id
        for index, question_id in enumerate(loaded.get("opening_questions", []))
        if _is_asked(question_id, ("opening_questions", index), document, bank)
    )
    for index, article in enumerate(loaded.get("articles", [])):
        if article not in articles:
            document.report(("articles", index), f"unknown article '{article}'{did_you_mean(article, articles)}")
    flags = tuple(
        flag
        for index, entry in enumerate(loaded.get("red_flags", []))
        if (flag := _red_flag(entry, ("red_flags", index), document, bank))
    )
    return Condition(
        slug=slug,
        name=loaded["name"],
        summary=loaded.get("summary"),
        opening_questions=opening,
        red_flags=flags,
        articles=tuple(loaded.get("articles", [])),
        urgent_sign=loaded.get("urgent_sign"),
        registry_terms=tuple(loaded.get("registry_terms", [])),
    )


def _is_asked(question_id: str, steps: Steps, document: Document, bank: BankReading) -> bool:
    if question_id not in bank.bank:
        if question_id not in bank.faulty:
            near = did_you_mean(question_id, bank.bank.questions)
            document.report(steps, f"unknown question '{question_id}'{near}")
        return False
    if bank.bank[question_id].computed or bank.bank[question_id].ask_if:
        document.report(steps, f"'{question_id}' cannot open the interview: it depends on other answers")
        return False
    return True


def _red_flag(entry: dict[str, Any], steps: Steps, document: Document, bank: BankReading) -> RedFlag | None:
    rule = RuleReader(document, bank.bank.questions, bank.faulty).rule(entry["when"], (*steps, "when"))
    if rule is None:
        return None
    say = entry.get("say")
    return RedFlag(rule, Urgency(entry["level"]), _followed(entry["advice"], say), entry.get("sign"), say)


def _followed(text: Text, end: Text | None) -> Text:
    if end is None:
        return text
    return Text({code: f"{words} {end.in_language(code)}" for code, words in text.by_language.items()})
