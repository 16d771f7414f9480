"""Leads: the sentence before a list, and what its members are to it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import Joined


class Relation(StrEnum):
    """What the members of a list are to the sentence before it."""

    EACH = "each"
    """Each decides by itself."""
    PARTS = "parts"
    """They decide together: some or all of them must hold."""
    EXPLAINED = "explained"
    """They only say what the sentence means."""
    APART = "apart"
    """The sentence decides without them, and they without it."""


@dataclass(frozen=True, slots=True)
class Lead:
    """How a list belongs to the sentence before it; `joined` and `count` of parts."""

    relation: Relation
    joined: Joined = Joined.ALL
    count: int = 0


_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNT = r"one|two|three|four|five|six|\d"
_OF = (
    r"(?:\s+\(\d\))?(?:[\s-]+(?:of|additional|other|more)\b)?(?:[\s-]+[\w/()-]+){0,6}?[\s-]+"
    r"(?:following|these|those|below|signs?|symptoms?|therapies|treatments?|criteria|conditions?|features?|findings?"
    r"|factors?|tests?|options|listed|methods)\b"
)
_AT_LEAST = re.compile(
    rf"\b(?:at least|minimum of|no fewer than)\s+(?P<a>{_COUNT}){_OF}"
    rf"|\b(?P<b>{_COUNT})\s+o[rf]\s+more(?:\s+of)?\b(?:\s+[\w/-]+){{0,4}}?\s+(?:following|these|criteria|conditions)\b"
    r"|\bmore than (?P<c>one) of\b",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:any(?:\s+one)?(?:\s*\(?1\)?)?\s+of|(?:only\s+)?one\s+of|either(?:\s+of)?\b|any\s+(?:\w+\s+){0,3}following)",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:all(?:\s+of)?\s+(?:the\s+)?(?:\w+\s+){0,2}(?:following|these|below|listed|criteria)|both\b|each\s+of|all\s+three)",
    re.IGNORECASE,
)
_EXPLAINED = re.compile(
    r"(?:\bdefined(?:\s+\w+){0,3}\s+(?:as|by)|\bas defined by|\bi\.e\.?,?|\be\.g\.?,?|\bfor example,?"
    r"|\binclud(?:ing|es?)"
    r"(?:\s+but\s+not\s+limited\s+to)?|\bincluding,? but not limited to,?|\bexamples?(?:\s+\w+){0,3}|\bmethods"
    r"|\b(?:diagnosed|confirmed|documented|measured|assessed|evaluated|determined|supported|evidenced|demonstrated)"
    r"(?:\s+\w+){0,2}\s+(?:by|with|on|via))\s*(?:\bthe following\s*)?[:,-]?\s*$",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(r"\b(?:such as|like)\s*:?\s*$", re.IGNORECASE)
_METHODS = re.compile(r"contracepti|birth control|\bmay have\b", re.IGNORECASE)
_LEADS = re.compile(
    r"(?::|[-–]|\b(?:following(?:\s+\w+){0,8}|which|that|and|or|with|must|to|if|are|of|by|have|who))[\s(]*[.:]?$",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"\b(?:will|should|must|are|is|to) be(?:en)? excluded\b|\b(?:are|is) excluded\b"
    r"|\bnot (?:be )?eligible\b|\bineligible\b"
    r"|^also excluded\b|\bwill be exclu",
    re.IGNORECASE,
)
_DEMANDS = re.compile(r"\b(?:must|agrees? to|are required to|is required to)\b", re.IGNORECASE)


def lead_of(text: str, kind: Kind, members: tuple[str, ...]) -> Lead:
    """Return what the members of a list are to the sentence before it."""
    counted = _AT_LEAST.search(text)
    count = _number(counted) if counted else 0
    if count > 1:
        return Lead(Relation.PARTS, Joined.AT_LEAST, count)
    if _METHODS.search(text):
        return Lead(Relation.EXPLAINED)
    if count == 1 or _ANY.search(text):
        return _alternatives(kind)
    if _EVERY.search(text):
        return Lead(Relation.PARTS) if kind is Kind.EXCLUSION and _LEADS.search(text) else Lead(Relation.EACH)
    return _by_its_end(text, kind, members)


def _number(counted: re.Match[str]) -> int:
    word = (counted["a"] or counted["b"] or "two").lower()
    return _NUMBERS.get(word) or int(word)


def _alternatives(kind: Kind) -> Lead:
    """Alternatives of an inclusion decide together; whoever is excluded by any of several is so by each."""
    return Lead(Relation.PARTS, Joined.ANY, 1) if kind is Kind.INCLUSION else Lead(Relation.EACH)


def _by_its_end(text: str, kind: Kind, members: tuple[str, ...]) -> Lead:
    if _EXPLAINED.search(text) or (kind is Kind.INCLUSION and _EXAMPLES.search(text)):
        return Lead(Relation.EXPLAINED)
    if _EXAMPLES.search(text):
        return Lead(Relation.EACH)
    if not _LEADS.search(text):
        return Lead(Relation.APART)
    if kind is Kind.INCLUSION and any(_has_or(one) for one in members):
        return Lead(Relation.PARTS, Joined.ANY, 1)
    return Lead(Relation.EACH)


def _has_or(member: str) -> bool:
    words = member.lower().rstrip(" ;,.").split()
    return len(words) > 1 and (words[-1] in ("or", "and/or") or words[0] == "or")


def says_kind(statement: str, kind: Kind, *, first: bool) -> Kind:
    """Return whether a statement includes or excludes; words of its own count more than the heading above it.

    `first`: whether it begins its block. A later sentence in an exclusion that demands something is an inclusion.
    """
    if kind is Kind.INCLUSION and _EXCLUDED.search(statement):
        return Kind.EXCLUSION
    if kind is Kind.EXCLUSION and not first and _DEMANDS.search(statement) and not _EXCLUDED.search(statement):
        return Kind.INCLUSION
    return kind
