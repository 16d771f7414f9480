"""Reading of the folder `vocabulary`: what registries' words mean in terms of the question bank."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from prescreen.catalog.authoring.vocabulary_schema import VocabularyShape
from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Data, Document, Steps, read_document
from prescreen.catalog.criteria.folder_reader import is_left_behind
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.units import TIME_UNITS, QuantityError, UnitError, quantity
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning
from prescreen.eligibility.interpretation.vocabulary import Entry, Term, Vocabulary, spellings
from prescreen.eligibility.interpretation.words import lowered, pieces, stem

FOLDER = "vocabulary"
"""The subfolder of the vocabulary."""
SEX = "sex_at_birth"
_SHAPE = VocabularyShape()


@dataclass(frozen=True, slots=True)
class ReadTerm:
    """What a term means, and its place."""

    entry: Entry
    document: Document
    steps: Steps


@dataclass(frozen=True, slots=True)
class VocabularyReading:
    """The terms of a criteria folder as far as they can be read, and the documents, which hold the faults found.

    `places` says for each spelling, by its stems, the conditions and the entries with it, and where each stands.
    """

    bank: BankReading
    documents: tuple[Document, ...]
    read: list[ReadTerm] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    places: dict[tuple[str, ...], list[tuple[frozenset[str], Entry, str]]] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary of the terms that could be read."""
        return Vocabulary(self.bank.bank, self.terms)


def read_vocabulary(root: Path, bank: BankReading) -> tuple[Vocabulary, tuple[Document, ...]]:
    """Return the vocabulary of a criteria folder and its documents, which hold the faults found in them.

    Terms at fault are left out. A folder without a vocabulary has an empty one.
    """
    reading = read_terms(root, bank)
    return reading.vocabulary, reading.documents


def read_terms(root: Path, bank: BankReading) -> VocabularyReading:
    """Return every term of the vocabulary of a criteria folder with its place."""
    reading = VocabularyReading(bank, tuple(_documents(root / FOLDER)))
    for document in reading.documents:
        if document.is_readable:
            _File(document, reading).read()
    return reading


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
class _File:
    """One file of the vocabulary."""

    document: Document
    reading: VocabularyReading

    def read(self) -> None:
        """Add every term of the file to the reading; report what is at fault."""
        loaded = load(_SHAPE, self.document)
        if loaded is None:
            return
        conditions = frozenset(loaded.get("conditions", ()))
        unless = frozenset(stem(word) for words in loaded.get("unless", ()) for word in pieces(lowered(words)))
        for index, term in enumerate(loaded["terms"]):
            steps = ("terms", index)
            entry = _TermReader(self.document, self.reading.bank, steps).entry(term)
            if entry is not None:
                self.reading.read.append(ReadTerm(entry, self.document, steps))
                self._add_words((Term(words, entry, conditions, unless) for words in term["words"]), (*steps, "words"))

    def _add_words(self, terms: Iterable[Term], steps: Steps) -> None:
        for index, term in enumerate(terms):
            at = (*steps, index)
            try:
                spelled = [tuple(map(stem, pieces(one))) for one in spellings(term.words)]
            except ValueError as error:
                self.document.report(at, str(error))
                continue
            if () in spelled:
                self.document.report(at, f"'{term.words}' also stands for no word at all")
                continue
            self.reading.terms.append(term)
            for spelling in spelled:
                self._note(spelling, term.conditions, term.entry, at)

    def _note(self, spelling: tuple[str, ...], conditions: frozenset[str], entry: Entry, at: Steps) -> None:
        """Note where a spelling stands; report where it has another meaning in the same trials."""
        others = self.reading.places.setdefault(spelling, [])
        line, column = self.document.place(at)
        for about, known, place in others:
            if known != entry and (about == conditions or about & conditions):
                self.document.report(at, f"'{' '.join(spelling)}' means something else at {place}; keep one")
                return
        others.append((conditions, entry, f"{self.document.path}:{line}:{column}"))


_Bounds = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _TermReader:
    """Reads one term against the question bank."""

    document: Document
    bank: BankReading
    steps: Steps

    def entry(self, term: Mapping[str, Any]) -> Entry | None:
        """Return what a term means, or None after reporting every fault in it."""
        before = len(self.document.faults)
        entry = Entry(
            said=self._bounds(term, self.steps),
            now=self._bounds(term["now"], (*self.steps, "now")) if "now" in term else None,
            ever=self._bounds(term["ever"], (*self.steps, "ever")) if "ever" in term else None,
            time=self._time(term, "time"),
            lasts=self._time(term, "lasts"),
            numbers=self._numbers(term),
            is_event=term.get("event", False),
            is_taken=term.get("taken", False),
            besides=self._besides(term),
            near=self._near(term),
            bare_is_least=term.get("bare_is_least", False),
            sex=self._sex(term),
            within=self._within(term),
            time_of_some=term.get("time_of_some", False),
            is_anywhere=term.get("anywhere", False),
            is_fertile=term.get("fertile", False),
        )
        return entry if len(self.document.faults) == before else None

    def _bounds(self, part: _Bounds, steps: Steps) -> Meaning:
        if "exact" not in part:
            keys = ("sufficient", "necessary")
            return Meaning(*(self._rule(part[key], (*steps, key)) if key in part else None for key in keys))
        if "sufficient" in part or "necessary" in part:
            self._fault((*steps, "exact"), "'exact' is both bounds; drop it, or 'sufficient' and 'necessary'")
            return UNKNOWN
        exact = self._rule(part["exact"], (*steps, "exact"))
        return Meaning(exact, exact)

    def _rule(self, data: Data, steps: Steps) -> Rule | None:
        return RuleReader(self.document, self.bank.bank.questions, self.bank.faulty).rule(data, steps)

    def _within(self, term: Mapping[str, Any]) -> tuple[tuple[Fraction, Meaning], ...]:
        spans = []
        for index, part in enumerate(term.get("within", ())):
            at = (*self.steps, "within", index)
            try:
                spans.append((quantity(part["span"], "d"), self._bounds(part, at)))
            except (QuantityError, UnitError) as error:
                self._fault((*at, "span"), str(error))
        return tuple(sorted(spans, key=lambda one: one[0]))

    def _time(self, term: Mapping[str, Any], key: str) -> str | None:
        name = term.get(key)
        question = self._number(name, (*self.steps, key)) if name is not None else None
        if question is not None and question.unit not in TIME_UNITS:
            self._fault((*self.steps, key), f"'{name}' asks for no time; '{key}' needs a question that does")
        return name

    def _numbers(self, term: Mapping[str, Any]) -> tuple[str, ...]:
        names = term.get("numbers", ())
        for index, name in enumerate(names):
            self._number(name, (*self.steps, "numbers", index))
        return tuple(names)

    def _number(self, name: str, steps: Steps) -> Question | None:
        question = self._question(name, steps)
        if question is not None and question.type is not QuestionType.NUMBER:
            self._fault(steps, f"'{name}' is no number question")
            return None
        return question

    def _besides(self, term: Mapping[str, Any]) -> frozenset[str]:
        """Return exceptions as the interpretation compares them: without commas, "for" and "of"."""
        found = set()
        for index, pattern in enumerate(term.get("besides", ())):
            try:
                spelled = [pieces(lowered(one)) for one in spellings(pattern)]
            except ValueError as error:
                self._fault((*self.steps, "besides", index), str(error))
                continue
            found |= {" ".join(word for word in one if word not in (".", ",", "for", "of")) for one in spelled}
        return frozenset(found)

    def _near(self, term: Mapping[str, Any]) -> tuple[str, ...]:
        for index, name in enumerate(term.get("near", ())):
            question, _, option = name.partition(".")
            self._option(question, option, (*self.steps, "near", index))
        return tuple(term.get("near", ()))

    def _sex(self, term: Mapping[str, Any]) -> str | None:
        sex: str | None = term.get("sex")
        if sex is not None:
            self._option(SEX, sex, (*self.steps, "sex"))
        return sex

    def _option(self, name: str, option: str, steps: Steps) -> None:
        question = self._question(name, steps)
        if question is not None and option and option not in question.option_ids:
            self._fault(steps, f"'{name}' has no option '{option}'{did_you_mean(option, question.option_ids)}")

    def _question(self, name: str, steps: Steps) -> Question | None:
        question = self.bank.bank.questions.get(name)
        if question is None and name not in self.bank.faulty:
            self._fault(steps, f"unknown question '{name}'{did_you_mean(name, self.bank.bank.questions)}")
        return question

    def _fault(self, steps: Steps, message: str) -> None:
        self.document.report(steps, message)
