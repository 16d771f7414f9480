"""Reading of the folder `vocabulary`: what registries' words mean in terms of the question bank."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from prescreen.catalog.authoring.word_patterns import PatternError, phrases_of
from prescreen.catalog.base.faults import Fault, did_you_mean
from prescreen.catalog.base.schema import VocabularyShape
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Data, Document, Steps, read_document
from prescreen.catalog.criteria.folder_reader import is_left_behind, read_redcap_codes
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.criteria.units import TIME_UNITS
from prescreen.eligibility.drafting.possible_answers import Space, Wanted
from prescreen.eligibility.interpretation.vocabulary import Entry, Vocabulary

FOLDER = "vocabulary"
"""The subfolder of the vocabulary."""
_SHAPE = VocabularyShape()


def vocabulary_faults(root: Path, on: date) -> tuple[Fault, ...]:
    """Return every fault of the vocabulary of a criteria folder, sorted by file and place."""
    bank, _ = read_redcap_codes(root)
    known, documents = _read(root, bank)
    for term in known.terms:
        _check_bounds(term, bank, on)
    return tuple(sorted({fault for document in documents for fault in document.faults}))


def read_vocabulary(root: Path, bank: BankReading) -> tuple[Vocabulary, tuple[Document, ...]]:
    """Return the vocabulary of a criteria folder and its documents, which hold the faults found in them.

    Terms at fault are left out. A folder without a vocabulary has an empty one.
    """
    known, documents = _read(root, bank)
    return Vocabulary(tuple(known.entries)), documents


def _read(root: Path, bank: BankReading) -> tuple["_Known", tuple[Document, ...]]:
    known = _Known()
    documents = tuple(_documents(root / FOLDER))
    for document in documents:
        if document.is_readable:
            _File(document, bank, known).read()
    return known, documents


def _check_bounds(term: "_Term", bank: BankReading, on: date) -> None:
    """Report a sufficient rule with which somebody would surely have what they cannot have."""
    entry, about = term.entry, term.document
    now, ever = (entry.sufficient, entry.necessary), (entry.ever_sufficient, entry.ever_necessary)
    pairs = {"": now, "ever ": ever, "now and not ever ": (entry.sufficient, entry.ever_necessary)}
    for when, (sufficient, necessary) in pairs.items():
        if sufficient is not None and necessary is not None and _differs(sufficient, necessary, bank, on):
            message = f"some people satisfy the sufficient rule {when}and not the necessary one; widen the necessary rule"
            about.report(term.steps, message)


def _differs(sufficient: Rule, necessary: Rule, bank: BankReading, on: date) -> bool:
    space = Space.of((sufficient, necessary), bank.bank, on)
    wishes = ((Wanted(sufficient, Truth.TRUE, {}),), (Wanted(necessary, Truth.FALSE, {}),))
    return space.answers_with(wishes) is not None


def _documents(folder: Path) -> Iterator[Document]:
    if not folder.is_dir():
        return
    for name in sorted(os.listdir(folder)):
        if is_left_behind(name):
            continue
        if name.endswith(".yaml"):
            yield read_document(folder / name, str(folder / name), FOLDER)
        else:
            yield _refused(folder / name)


def _refused(file: Path) -> Document:
    document = Document(str(file), folder=FOLDER)
    document.report((), "files here end in '.yaml'; rename or remove this one")
    return document


@dataclass(frozen=True, slots=True)
class _Term:
    """A term that was read, and its place."""

    entry: Entry
    document: Document
    steps: Steps


@dataclass(frozen=True, slots=True)
class _Known:
    """The terms and the entries that were read, and for each phrase the entries with it and where each stands."""

    terms: list[_Term] = field(default_factory=list)
    entries: list[tuple[frozenset[str], str, Entry]] = field(default_factory=list)
    places: dict[str, list[tuple[frozenset[str], Entry, str]]] = field(default_factory=dict)

    def add(self, conditions: frozenset[str], phrase: str, entry: Entry, place: str) -> str | None:
        """Add a phrase; return where it stands already with another meaning in the same trials, None where nowhere."""
        others = self.places.setdefault(phrase, [])
        for about, known, at in others:
            if known != entry and (about == conditions or about & conditions):
                return at
        if (conditions, entry) not in [(about, known) for about, known, _ in others]:
            others.append((conditions, entry, place))
            self.entries.append((conditions, phrase, entry))
        return None


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the vocabulary."""

    document: Document
    bank: BankReading
    known: _Known

    def read(self) -> None:
        """Add every term of the file to what is known; report what is at fault."""
        loaded = load(_SHAPE, self.document)
        if loaded is None:
            return
        conditions = frozenset(loaded.get("conditions", ()))
        for index, term in enumerate(loaded["terms"]):
            entry = self._entry(term, ("terms", index))
            if entry is not None:
                self.known.terms.append(_Term(entry, self.document, ("terms", index)))
                self._add_words(term["words"], conditions, entry, ("terms", index, "words"))

    def _add_words(self, words: list[str], conditions: frozenset[str], entry: Entry, steps: Steps) -> None:
        for index, pattern in enumerate(words):
            at = (*steps, index)
            line, column = self.document.place(at)
            try:
                phrases = phrases_of(pattern.lower())
            except PatternError as error:
                self.document.report(at, str(error))
                continue
            for phrase in phrases:
                other = self.known.add(conditions, phrase, entry, f"{self.document.path}:{line}:{column}")
                if other is not None:
                    self.document.report(at, f"'{phrase}' means something else at {other}; keep one")

    def _entry(self, term: Mapping[str, Any], steps: Steps) -> Entry | None:
        before = len(self.document.faults)
        now = self._bounds(term, steps)
        ever = self._bounds(term["ever"], (*steps, "ever")) if "ever" in term else (None, None)
        entry = Entry(*now, *ever, is_event=term.get("event", False), near=tuple(term.get("near", ())))
        timed = {key: term.get(key) for key in ("time", "lasts")}
        numbers = tuple(term.get("numbers", ()))
        self._check_times(timed, steps)
        self._check_numbers(numbers, steps)
        self._check_near(entry.near, steps)
        if len(self.document.faults) > before:
            return None
        return replace(entry, time=timed["time"], lasts=timed["lasts"], numbers=numbers)

    def _bounds(self, part: Mapping[str, Any], steps: Steps) -> tuple[Rule | None, Rule | None]:
        """Return the sufficient and the necessary rule of a part."""
        if "exact" in part and ("sufficient" in part or "necessary" in part):
            self.document.report((*steps, "exact"), "'exact' is both bounds; drop it, or 'sufficient' and 'necessary'")
            return None, None
        if "exact" in part:
            exact = self._rule(part["exact"], (*steps, "exact"))
            return exact, exact
        sufficient, necessary = (
            self._rule(part[key], (*steps, key)) if key in part else None for key in ("sufficient", "necessary")
        )
        return sufficient, necessary

    def _rule(self, data: Data, steps: Steps) -> Rule | None:
        return RuleReader(self.document, self.bank.bank.questions, self.bank.faulty).rule(data, steps)

    def _check_times(self, timed: Mapping[str, str | None], steps: Steps) -> None:
        for key, name in timed.items():
            if name is not None and self._is_number(name, (*steps, key)) and self.bank.bank[name].unit not in TIME_UNITS:
                self.document.report((*steps, key), f"'{name}' asks for no time; '{key}' needs a question that does")

    def _check_numbers(self, names: tuple[str, ...], steps: Steps) -> None:
        for index, name in enumerate(names):
            self._is_number(name, (*steps, "numbers", index))

    def _is_number(self, name: str, steps: Steps) -> bool:
        question = self.bank.bank.questions.get(name)
        if question is None:
            if name not in self.bank.faulty:
                self.document.report(steps, f"unknown question '{name}'{did_you_mean(name, self.bank.bank.questions)}")
        elif question.type is not QuestionType.NUMBER:
            self.document.report(steps, f"'{name}' is no number question")
        return question is not None and question.type is QuestionType.NUMBER

    def _check_near(self, near: tuple[str, ...], steps: Steps) -> None:
        for index, name in enumerate(near):
            question, _, option = name.partition(".")
            known = self.bank.bank.questions.get(question)
            if known is None and question not in self.bank.faulty:
                near_by = did_you_mean(question, self.bank.bank.questions)
                self.document.report((*steps, "near", index), f"unknown question '{question}'{near_by}")
            elif known is not None and option and option not in known.option_ids:
                near_by = did_you_mean(option, known.option_ids)
                self.document.report((*steps, "near", index), f"'{question}' has no option '{option}'{near_by}")
