"""What a file that no reader knows looks like, so that who brought it learns where to fetch another."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from prescreen.catalog.sources.source_record import SourceError

CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
"""The field that every record of ClinicalTrials.gov has which can be drafted from."""
FETCH = "fetch the record of ClinicalTrials.gov (API v2) as JSON, or give its criteria as plain text"

_XML = re.compile(r"<\?xml|<!doctype|<!--|<[A-Za-z][\w:.-]*[\s/>]", re.IGNORECASE)
_ROOTS = (
    ("clinical_study", "classic ClinicalTrials.gov XML"),
    ("isrctn", "XML of ISRCTN"),
    ("anzctr", "XML of ANZCTR"),
    ("trials_downloaded_from_ictrp", "XML of the WHO's search portal (ICTRP)"),
    ("hl7.org/fhir", "FHIR XML"),
    ("cdisc.org/ns/odm", "CDISC ODM"),
    ("eudract", "XML of the EU Clinical Trials Register"),
    ("<html", "a web page"),
)
_HEAD = 2_000
_KEYS: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("a FHIR resource", lambda data: "resourceType" in data),
    ("a record of CTIS, the EU's register", lambda data: bool({"ctNumber", "authorizedApplication"} & data.keys())),
    ("a record of the EU Clinical Trials Register", lambda data: _has(data, "eudract")),
    ("a record of ISRCTN", lambda data: _has(data, "isrctn")),
    ("a record of ANZCTR", lambda data: _has(data, "actrn") or _has(data, "anzctr")),
    ("a record of the WHO's search portal (ICTRP)", lambda data: "TrialID" in data),
    (
        "a record of the classic ClinicalTrials.gov API",
        lambda data: _has(data, "fullstud") or _has(data, "studyfields") or "Study" in data,
    ),
    ("a record of the classic ClinicalTrials.gov XML, turned into JSON", lambda data: "clinical_study" in data),
)
_TEXTS = (
    (re.compile(r"NCT Number,|\"?NCT Number\"?[,\t]", re.IGNORECASE), "a table of ClinicalTrials.gov (CSV)"),
    (re.compile(r"EudraCT Number:", re.IGNORECASE), "a download of the EU Clinical Trials Register"),
    (re.compile(r"\"?TrialID\"?[,;\t]", re.IGNORECASE), "a table of the WHO's search portal (ICTRP)"),
    (re.compile(r"(?:#.*\n|\s)*id: .*\n(?:draft|title|conditions):"), "a criteria file of this service"),
)


def refuse_markup(text: str) -> None:
    """Raise SourceError where a text is XML or a web page."""
    start = text[:_HEAD].lstrip().casefold()
    if _XML.match(start):
        raise _unread(next((words for mark, words in _ROOTS if mark in start), "XML"))


def refuse_table(text: str) -> None:
    """Raise SourceError where a text is a table or a form of a registry."""
    start = text[:_HEAD].lstrip("\ufeff \r\n\t")
    for begins, words in _TEXTS:
        if begins.match(start):
            raise _unread(words)


def unknown_data(data: Mapping[str, Any]) -> SourceError:
    """Return the error for an object that is neither a record of ClinicalTrials.gov nor a USDM study."""
    words = next((words for words, fits in _KEYS if fits(data)), None)
    if words:
        return _unread(words)
    return SourceError("protocolSection", f"is missing, and so is study of USDM; {FETCH}")


def _unread(words: str) -> SourceError:
    return SourceError(CRITERIA, f"is missing: this looks like {words}, which is not read; {FETCH}")


def _has(data: Mapping[str, Any], word: str) -> bool:
    """Whether an object, or one directly below it, has a key with this word in it."""
    below = [value for value in data.values() if isinstance(value, Mapping)]
    return any(word in key.casefold() for one in (data, *below) for key in one)
