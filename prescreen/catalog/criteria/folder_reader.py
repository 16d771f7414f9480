"""Reading of a whole criteria folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.base.yaml_documents import Document, read_document
from prescreen.catalog.criteria.article_reader import named, read_article, read_consent
from prescreen.catalog.criteria.catalog import Article, Catalog, Condition, Consent, Service
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.criteria.service_reader import read_condition, read_service
from prescreen.catalog.criteria.trial_reader import TrialReading, read_trial
from prescreen.catalog.redcap import FILE, CodesReading, all_completed, read_codes


@dataclass(frozen=True, slots=True)
class Reading:
    """All that could be read of a folder, and the documents that hold the faults found so far."""

    service_document: Document
    service: Service | None
    bank: BankReading
    codes: CodesReading
    trials: tuple[TrialReading, ...]
    conditions: dict[str, tuple[Document, Condition]]
    articles: dict[tuple[str, str], Article]
    consents: dict[tuple[str, str], Consent]
    documents: tuple[Document, ...]
    condition_slugs: frozenset[str]
    article_slugs: frozenset[str]
    has_unread_trials: bool

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return every fault found so far, without duplicates, in the order of files and places."""
        return tuple(sorted({fault for document in self.documents for fault in document.faults}))

    def catalog(self) -> Catalog | None:
        """Return the catalog, or None where catalog.yaml could not be read."""
        if self.service is None:
            return None
        trials = sorted((reading.trial for reading in self.trials), key=lambda trial: trial.id)
        return Catalog(
            service=self.service,
            bank=self.bank.bank,
            trials={trial.id: trial for trial in trials},
            conditions={slug: condition for slug, (_, condition) in sorted(self.conditions.items())},
            articles=self.articles,
            consents=self.consents,
            redcap_codes=all_completed(self.bank.bank, self.codes.codes),
        )


class _Folder:
    """A criteria folder and every document opened in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: list[Document] = []

    def open(self, relative: str) -> Document:
        """Read a YAML file of the folder."""
        return self._kept(read_document(self.root / relative, str(self.root / relative)))

    def blank(self, file: Path) -> Document:
        """Return an empty document for a file that another module reads."""
        return self._kept(Document(str(file)))

    def files(self, folder: str, ending: str) -> Iterator[Path]:
        """Yield the files of a subfolder that have the ending; the others are reported, since they would be ignored."""
        for file in sorted((self.root / folder).glob("*")):
            if file.suffix == ending and file.is_file():
                yield file
            elif not file.name.startswith("."):
                self.blank(file).report((), f"files here end in '{ending}'; rename or remove this one")

    def _kept(self, document: Document) -> Document:
        self.documents.append(document)
        return document


def read_folder(root: Path, on: date) -> Reading:
    """Read everything; what is at fault is left out and reported. Cases count as answered on the given day."""
    folder = _Folder(root)
    service_document = folder.open("catalog.yaml")
    bank = read_bank(folder.open("questions.yaml"))
    codes = _codes(folder)
    articles = _articles(folder)
    slugs = frozenset(name[0] for file in (root / "articles").glob("*.md") if (name := named(file)))
    trials = _trials(folder, bank, on)
    return Reading(
        service_document=service_document,
        service=read_service(service_document),
        bank=bank,
        codes=codes,
        trials=trials,
        conditions=_conditions(folder, bank, slugs),
        articles=articles,
        consents=_consents(folder),
        documents=tuple(folder.documents),
        condition_slugs=frozenset(file.stem for file in (root / "conditions").glob("*.yaml")),
        article_slugs=slugs,
        has_unread_trials=any(not isinstance(one.data, dict) for one in folder.documents if one.folder == "trials"),
    )


def _codes(folder: _Folder) -> CodesReading:
    file = folder.root / FILE
    if not file.exists():
        return CodesReading(folder.blank(file), {}, exists=False)
    document = folder.open(FILE)
    return CodesReading(document, read_codes(document), exists=True)


def _trials(folder: _Folder, bank: BankReading, on: date) -> tuple[TrialReading, ...]:
    readings: dict[str, TrialReading] = {}
    for file in folder.files("trials", ".yaml"):
        document = folder.open(f"trials/{file.name}")
        reading = read_trial(document, bank, on)
        if reading is None:
            continue
        if reading.trial.id in readings:
            first = readings[reading.trial.id].document.path
            document.report(("id",), f"the trial '{reading.trial.id}' is also in {first}; keep one")
        elif reading.trial.id != file.stem:
            document.report(("id",), f"the file of trial '{reading.trial.id}' should be named so", warning=True)
        readings.setdefault(reading.trial.id, reading)
    return tuple(readings.values())


def _conditions(folder: _Folder, bank: BankReading, articles: frozenset[str]) -> dict[str, tuple[Document, Condition]]:
    conditions = {}
    for file in folder.files("conditions", ".yaml"):
        document = folder.open(f"conditions/{file.name}")
        condition = read_condition(file.stem, document, bank, articles)
        if condition is not None:
            conditions[file.stem] = (document, condition)
    return conditions


def _articles(folder: _Folder) -> dict[tuple[str, str], Article]:
    articles = {}
    for file, document in _prose(folder, "articles"):
        article = read_article(file, document)
        if article is not None:
            articles[article.slug, article.language] = article
    return articles


def _consents(folder: _Folder) -> dict[tuple[str, str], Consent]:
    consents = {}
    for file, document in _prose(folder, "consents"):
        consent = read_consent(file, document)
        if consent is not None:
            consents[consent.version, consent.language] = consent
    return consents


def _prose(folder: _Folder, name: str) -> Iterator[tuple[Path, Document]]:
    for file in folder.files(name, ".md"):
        document = folder.blank(file)
        if named(file):
            yield file, document
        else:
            document.report((), "the name lacks a language: '<name>.en.md'")
