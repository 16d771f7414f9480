"""What the criteria of many drafts ask and the bank does not: terms with counts, each as a question to start from.

Terms are found by simple fixed rules, so that the same records give the same list; an author chooses among them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from prescreen.catalog.drafts.draft import Draft
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import interpret
from prescreen.eligibility.interpretation.vocabulary import Vocabulary
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion
from prescreen.eligibility.wording.criterion_names import name_of_words
from prescreen.eligibility.wording.openings import is_of_illness
from prescreen.eligibility.wording.phrases import head_of, is_of_deed, with_article
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
        lines.append(f'  ask: "{_ASKS[self.kind].format(self._named)}"')
        lines += [f'  unit: "{self.unit}"'] if self.unit else []
        return "\n".join(lines) + "\n"

    @property
    def _named(self) -> str:
        """Return the term as it stands in its question."""
        words = " ".join(word.upper() if word in _ABBREVIATED else word for word in self.term.split())
        return with_article(words) if self.kind is TermKind.DIAGNOSIS else words


_ABBREVIATED = frozenset({"aids", "als", "copd", "hiv", "ms", "tb"})
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


def proposals(drafts: Iterable[Draft], vocabulary: Vocabulary) -> tuple[Proposal, ...]:
    """Return the terms that neither rules nor the bank say, those of most records first; each counts once a record."""
    records: dict[tuple[TermKind, str], dict[str, None]] = {}
    units: dict[tuple[TermKind, str], list[str]] = {}
    is_asked = _asked_by(vocabulary)
    for draft in drafts:
        for term in _terms_of(draft):
            if is_asked(term, frozenset(draft.conditions)):
                continue
            key = term.kind, term.words
            records.setdefault(key, {})[draft.id] = None
            units.setdefault(key, []).extend([term.unit] if term.unit else [])
    found = (_proposal(kind, words, tuple(ids), units[kind, words]) for (kind, words), ids in records.items())
    return tuple(sorted(found, key=lambda one: (-one.count, one.kind, one.term)))


def _asked_by(vocabulary: Vocabulary) -> Callable[[_Term, frozenset[str]], bool]:
    """Return what tells whether the bank asks a term already: some answer to it tells of the term, for or against."""
    known: dict[tuple[str, frozenset[str]], bool] = {}

    def is_asked(term: _Term, conditions: frozenset[str]) -> bool:
        words = f"{term.words} over 1" if term.kind is TermKind.MEASUREMENT else term.words
        key = words, conditions
        if key not in known:
            found = (interpret(SourceCriterion(kind, words, words), vocabulary, conditions) for kind in Kind)
            known[key] = any(one.rule for one in found)
        return known[key]

    return is_asked


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
    r"[,;:/.]\s|\s(?:and/or|or|and|such as|including|e\.g\.|within|during|that|which|who|due to|because of)\s"
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
    words = _noun(phrase)
    kind = _kind(words)
    return _Term(words, kind) if kind and words else None


def _kind(words: str) -> TermKind | None:
    """Return what a noun phrase is about, None where it is no name of anything that can be asked."""
    head = head_of(words).split()
    is_ill = bool(head) and is_of_illness(head[-1]) and not is_of_deed(words)
    if _DEVICE.search(words):
        return TermKind.DEVICE
    if _TREATMENT.search(words) and not is_ill:
        return TermKind.TREATMENT
    return TermKind.DIAGNOSIS if is_ill else None


# fmt: off
_SAYING_NOTHING = frozenset({
    "abnormality", "active", "chronic", "clinical", "comorbid", "comorbidity", "condition", "defect", "deficit",
    "deformity", "device", "disease", "disorder", "drug", "failure", "general", "illness", "implant", "infection",
    "injection", "injury", "instability", "insufficiency", "intervention", "medical", "medication", "medicine",
    "operation", "pain", "pathology", "pharmacological", "problem", "procedure", "related", "serious", "severe",
    "surgery", "surgical", "symptom", "syndrome", "systemic", "therapy", "treatment", "trouble", "unstable",
    "weakness",
})
_LOOSE = frozenset({"associated", "chronic", "currently", "including", "only", "related", "requiring", "undergoing"})
_ENDING_SO = frozenset({"aids", "ascites", "caries", "diabetes", "herpes", "rabies", "series"})
# fmt: on


def _noun(words: str) -> str:
    """Return a noun phrase in the singular without empty words at its ends.

    "" for one that is too long, or whose words ask nothing by themselves.
    """
    kept = without_vague_ends(words.replace("tumour", "tumor").replace("haem", "hem").replace("mellitus", "")).split()
    while kept and (kept[0] in _LOOSE - {"chronic"} or kept[-1] in _LOOSE):
        del kept[0 if kept[0] in _LOOSE - {"chronic"} else -1]
    single = [_singular(word) for word in kept]
    is_telling = any(word not in _SAYING_NOTHING for word in single)
    return " ".join(single) if is_telling and len(single) <= _MOST_WORDS else ""


def _singular(word: str) -> str:
    """Return a noun in the singular.

    >>> [_singular(word) for word in ("injuries", "tumors", "diseases", "diabetes", "stenosis", "illnesses", "als")]
    ['injury', 'tumor', 'disease', 'diabetes', 'stenosis', 'illness', 'als']
    """
    if len(word) <= _SHORT or word in _ENDING_SO or word.endswith(("ss", "us", "is", "'s")):
        return word
    found = next((ending for ending in _PLURALS if word.endswith(ending)), None)
    return f"{word.removesuffix(found)}{_PLURALS[found]}" if found else word


_SHORT = 3
_PLURALS = {"ies": "y", "sses": "ss", "ches": "ch", "xes": "x", "oses": "osis", "eses": "esis", "s": ""}
"""How plurals end and what ends their singulars, tried in this order."""
