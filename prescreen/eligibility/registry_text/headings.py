"""Headings: which words begin the inclusion and the exclusion criteria, name a group of people or a later stage."""

import re
from dataclasses import dataclass

from prescreen.eligibility.criteria.trials import Kind

_IN = r"inclusion|incl|inclusionary|eligibility|selection|inclusi[oó]n|einschluss"
_EX = r"exclusion|exlusion|excl|exclusionary|ineligibility|non-?inclusion|exclusi[oó]n|ausschluss"
_CRITERIA = r"criteri(?:a|on)|requirements?|factors?|kriterien"
_FULL = re.compile(
    rf"(?P<before>(?:[^\s.:;•]+[ \t]+){{0,6}}?)\(?"
    rf"(?:(?P<kind>{_IN}|{_EX})(?:\s*(?:{_CRITERIA}))|(?P<alone>inclusions?|exclusions?)(?=\s*(?::|$))"
    rf"|(?:{_CRITERIA}|criterios|crit[eè]res)\s+(?:for|of|de|d['’])\s*(?P<of>{_IN}|{_EX})"
    r"|(?P<worded>(?:patients|subjects|participants|individuals|people|persons|those)\s+(?:who\s+)?"
    r"(?:(?:will|must|should)\s+be|are)\s+(?:not\s+eligible|ineligible|eligible|excluded|included)"
    r"(?=[^.:;]{0,60}:|\s+(?:if|when)\s*(?:they)?\s*$)"
    r"|(?:who\s+(?:can|cannot|may|may\s+not)|reasons?\s+for\s+exclusion|(?:not\s+)?eligible\s+if|"
    r"main\s+(?:inclusion|exclusion)|key\s+(?:inclusion|exclusion)|"
    r"excluded|included|exclude|include)(?=[^.:;]{0,60}:|[^.:;]{0,30}$)))\)?"
    r"(?P<after>[^.:;\n•●*]{0,100}?)[ \t]*(?P<end>[:.](?=[\s•●*A-Z(0-9-]|$)|$)",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"clu[sd]|lusi|eligib|criteri|crit[eè]r|schluss|incl|excl|requirement|factor|selection|who (?:can|may)",
    re.IGNORECASE,
)
"""What each heading of criteria has somewhere; looked for first, since it is found faster."""
_EXCLUDES = re.compile(r"ex[ck]?lu|not eligible|ineligib|non-?inclu|ausschl|cannot|may not", re.IGNORECASE)
_GLUED = re.compile(
    r"(?:(?:Key|Main|Major|General|Study|Additional|KEY|MAIN|Primary|Specific)\s+)?"
    r"(?:In|Ex|IN|EX)(?:clusion|CLUSION)\s+(?:[Cc]riteri(?:a|on)|CRITERI(?:A|ON))\s*(?:include|are|INCLUDE)?\s*:"
)
_OTHER = re.compile(r"(?P<name>[^.:;]{2,60}\bcriteri(?:a|on))\s*(?P<end>:|$)", re.IGNORECASE)
_STAGE = re.compile(
    r"randomi[sz]|intra-?operat|intra-?surg|during (?:the )?(?:surgery|operation|procedure)|remov|withdr|discontinu"
    r"|drop-?out|terminat|exit|eliminat|\bafter\b|post-?(?:operat|random|enrol|screen)"
    r"|prior (?:to )?(?:trans|impl|random)|extension|continu|re-?treat|re-?dos|reject|suspension|dropping|shedding",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:groups?|cohorts?|arms?|controls?|healthy|volunteers?|patients?|participants?|subjects?|women|men|males?"
    r"|females?|children|adults?|adolescents?|infants?|caregivers?|carers?|partners?|parents?|clinicians?|providers?"
    r"|therapists?|physicians?|cervical|lumbar|thoracic|neck|part [a-z0-9]|phase [0-9i]+[ab]?|stage [0-9i]+|sub-?study"
    r"|population|cases|athletes|donors?|recipients?)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:(?:group|cohort|arm|part|stratum|population)\s+(?:[A-Z]|[IVX]+|\d+[A-Za-z]?)\b"
    r"|healthy\s+(?:control|volunteer|participant|subject|adult|individual|people)s?\b(?=\s*(?:$|:|must|should|group))"
    r"|control\s+(?:group|participants|subjects)\b|controls\b(?=\s*:))",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:following|must|meet|should|will|can|may|who have|have|has|had|are|is|was|if|when|any|such as|includ\w+|"
    r"defined|at least|one of|either|required|unable|able|willing|history|diagnos\w+|potential|only)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|both|each|every)\b", re.IGNORECASE)
_IDLE = re.compile(
    r"\b(?:for|of|the|this|study|trial|to|be|met|by|key|main|major|general|primary|specific|additional|criteria|"
    r"include[sd]?|are|is|as|follows?|following|in|enrol\w+|entry|these|at|patients?|subjects?|participants?)\b"
    r"|[^\w\s]",
    re.IGNORECASE,
)
_LONGEST_NAME = 100
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says. `length`: how many characters it takes; criteria may follow in its line."""

    length: int
    kind: Kind | None = None
    population: str | None = None
    stage: str | None = None
    for_all: bool = False


def heading_of(text: str, *, marked: bool) -> Heading | None:
    """Return the heading that a block begins with, None where it begins with none. `marked`: a bullet stands before."""
    beginning = text[:300]
    if _HINT.search(beginning) and (found := _FULL.match(beginning)):
        return _heading_of_kind(found, beginning, marked=marked)
    if marked or len(text) > _LONGEST_NAME:
        return None
    return _other_criteria(text) or _group(text)


def glued_headings(text: str, start: int, end: int) -> list[int]:
    """Return the places inside a block at which a heading begins that somebody forgot to put into a line of its own."""
    return [found.start() for found in _GLUED.finditer(text, start, end) if found.start() > start]


def population_of(statement: str) -> str | None:
    """Return the group that a statement names at its beginning: "Group A: ...", "Healthy controls must ..."."""
    found = _GROUP.match(statement)
    return found[0] if found else None


def _heading_of_kind(found: re.Match[str], text: str, *, marked: bool) -> Heading | None:
    if not _is_heading(found, text, marked=marked):
        return None
    words = found[0].rstrip(" \t:.")
    kind = Kind.EXCLUSION if _EXCLUDES.search(words) else Kind.INCLUSION
    rest = f"{found['before']} {found['after']}"
    stage = words if _STAGE.search(rest) else None
    return Heading(found.end(), kind, None if stage else _population_in(rest), stage, bool(_ALL.search(rest)))


def _is_heading(found: re.Match[str], text: str, *, marked: bool) -> bool:
    """Whether words about criteria head a list: with a colon, or alone; a sentence that speaks of them does not."""
    before, after = found["before"].split(), found["after"].split()
    if found["end"] == ":":
        return len(before) + len(after) <= _MOST_WORDS and not (marked and found["worded"] and len(text) < found.end())
    if found["end"] == "." or marked:
        return len(before) <= 1 and not after and not found["worded"] and (not marked or found.end() == len(text))
    return found.end() == len(text) and not _NO_NAME.search(" ".join((*before, *after)))


def _population_in(words: str) -> str | None:
    named = re.sub(r"^\W*(?:for|in|of|[-–:])?\s+|\W+$", "", f" {words.strip()}").strip(" -–()")
    if not _PEOPLE.search(named) or _ALL.search(named) or _NO_NAME.search(named):
        return None
    return named if _IDLE.sub("", named).strip() else None


def _other_criteria(text: str) -> Heading | None:
    """Return the heading of a list that is named criteria, of a stage or of nothing that matters here."""
    found = _OTHER.fullmatch(text.strip())
    if not found or _NO_NAME.search(found["name"]):
        return None
    stage = found["name"] if _STAGE.search(found["name"]) else None
    leaves = stage and re.search(r"remov|withdr|discontin|drop|terminat|exit|elimin|reject", stage, re.IGNORECASE)
    return Heading(len(text), Kind.EXCLUSION if leaves else None, stage=stage)


def _group(text: str) -> Heading | None:
    name = text.strip()
    if not name.endswith(":") and not (_GROUP.match(name) and len(name.split()) <= _MOST_WORDS // 2):
        return None
    name = name.rstrip(": ")
    if len(name.split()) > _MOST_WORDS or _NO_NAME.search(name) or not _PEOPLE.search(name):
        return None
    for_all = bool(_ALL.search(name))
    return Heading(len(text), population=None if for_all else name, for_all=for_all)
