"""What the criteria of many drafts ask and the bank does not: terms with counts, each as a question to start from.

Terms are found by simple fixed rules, so that the same records give the same list; an author chooses among them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from prescreen.catalog.drafts.draft import Draft
from prescreen.eligibility.wording.criterion_names import name_of_words
from prescreen.eligibility.wording.openings import is_of_illness
from prescreen.eligibility.wording.vague_words import without_vague_ends

_MOST_WORDS, _MOST_EXAMPLES = 5, 5


class TermKind(StrEnum):
    """What a term is about, which decides how its question begins."""

    DIAGNOSIS = "diagnosis"
    TREATMENT = "treatment"
    MEASUREMENT = "measurement"
    ALLERGY = "allergy"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term that `count` records ask about, with some of their ids; `unit` is that of most of its numbers."""

    term: str
    kind: TermKind
    count: int
    records: tuple[str, ...]
    unit: str | None = None

    @property
    def stub(self) -> str:
        """Return a question to start from, as it stands in `questions.yaml`."""
        lines = [f"- id: {name_of_words(self.term).replace('-', '_')}"]
        lines.append(f"  type: {'number' if self.kind is TermKind.MEASUREMENT else 'boolean'}")
        lines.append(f'  ask: "{_ASKS[self.kind].format(self.term)}"')
        lines += [f'  unit: "{self.unit}"'] if self.unit else []
        return "\n".join(lines) + "\n"


_ASKS = {
    TermKind.DIAGNOSIS: "Has a doctor told you that you have {}?",
    TermKind.TREATMENT: "Have you had this treatment: {}?",
    TermKind.MEASUREMENT: "What was your last {}?",
    TermKind.ALLERGY: "Are you allergic to {}?",
    TermKind.DEVICE: "Do you have this in your body: {}?",
}


@dataclass(frozen=True, slots=True)
class _Term:
    """A term in the words of one criterion."""

    words: str
    kind: TermKind
    unit: str | None = None


def proposals(drafts: Iterable[Draft]) -> tuple[Proposal, ...]:
    """Return the terms that rules do not say, those of most records first; each counts once a record."""
    records: dict[tuple[TermKind, str], dict[str, None]] = {}
    units: dict[tuple[TermKind, str], list[str]] = {}
    for draft in drafts:
        for term in _terms_of(draft):
            key = term.kind, term.words
            records.setdefault(key, {})[draft.id] = None
            units.setdefault(key, []).extend([term.unit] if term.unit else [])
    found = (_proposal(kind, words, tuple(ids), units[kind, words]) for (kind, words), ids in records.items())
    return tuple(sorted(found, key=lambda one: (-one.count, one.kind, one.term)))


def _proposal(kind: TermKind, words: str, ids: tuple[str, ...], units: list[str]) -> Proposal:
    unit = max(sorted(set(units)), key=units.count) if units else None
    return Proposal(words, kind, len(ids), tuple(sorted(ids))[:_MOST_EXAMPLES], unit)


def _terms_of(draft: Draft) -> Iterator[_Term]:
    for criterion in draft.criteria:
        for phrase in _phrases(criterion.words or ""):
            if term := _term(phrase):
                yield term


_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_BETWEEN = re.compile(
    r"[,;:/.]\s|\s(?:or|and|such as|including|e\.g\.|within|during|that|which|who|due to|because of)\s"
)
_COMPARED = re.compile(
    r"(?P<what>[a-z][a-z -]*?)\s*(?:\bof\b|\bis\b|:)?\s*(?:>=?|<=?|≥|≤|=|over|under|above|below|more than|less than|"
    r"greater than|at least|at most)\s*\d+(?:[.,]\d+)?\s*(?P<unit>%|[a-zµ]+(?:/[a-z0-9.²]+)*)?"
)
_NO_UNITS = frozenset(
    {"years", "year", "months", "month", "weeks", "week", "days", "day", "hours", "points", "to", "and", "or"}
)
_ALLERGY = re.compile(
    r"\b(?:allerg\w+|hypersensitiv\w+|intoleran\w+|sensitivity)\b(?: reactions?)?(?: to| against| of)?\s*"
)
_DEVICE = re.compile(
    r"\b(?:implants?|pacemakers?|defibrillators?|stimulators?|prosthes[ie]s|pumps?|stents?|devices?)\b"
)
_TREATMENT = re.compile(
    r"\b(?:\w+(?:ectomy|plasty|desis|therapy)|surger(?:y|ies)|operations?|fusion|injections?|treatments?|medications?|"
    r"drugs?|steroids?|corticosteroids?|opioids?|antibiotics?|transfusions?|vaccines?|blockers?|inhibitors?)\b"
)  # fmt: skip


def _phrases(words: str) -> Iterator[str]:
    """Yield the pieces of a criterion between its commas and its joining words, in small letters."""
    lowered = _BRACKETS.sub(" ", words.lower().replace("\\", ""))
    yield from (piece for part in _BETWEEN.split(f"{lowered} ") if (piece := part.strip(" .,;:-*")))


def _term(phrase: str) -> _Term | None:
    if compared := _COMPARED.search(phrase):
        unit = compared["unit"]
        what = _noun(compared["what"])
        known = unit if unit not in _NO_UNITS else None
        return _Term(what, TermKind.MEASUREMENT, known) if what and what != "age" else None
    if allergy := _ALLERGY.search(phrase):
        what = _noun(phrase[allergy.end() :])
        return _Term(what, TermKind.ALLERGY) if what else None
    kind = _kind(phrase)
    words = _noun(phrase)
    return _Term(words, kind) if kind and words else None


def _kind(phrase: str) -> TermKind | None:
    if _DEVICE.search(phrase):
        return TermKind.DEVICE
    if _TREATMENT.search(phrase):
        return TermKind.TREATMENT
    return TermKind.DIAGNOSIS if is_of_illness(phrase) else None


def _noun(words: str) -> str:
    """Return a noun phrase without empty words at its ends and in the singular; "" for one that is too long."""
    kept = without_vague_ends(words).split()
    return _singular(" ".join(kept)) if 0 < len(kept) <= _MOST_WORDS else ""


def _singular(words: str) -> str:
    """Return a noun phrase with its last word in the singular.

    >>> _singular("knee injuries"), _singular("tumors"), _singular("diabetes"), _singular("stenosis")
    ('knee injury', 'tumor', 'diabetes', 'stenosis')
    """
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    is_plural = words.endswith("s") and not words.endswith(("ss", "us", "is", "es"))
    return words[:-1] if is_plural else words
