"""Reading of a whole criteria folder."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from os.path import basename
from pathlib import Path
from typing import Protocol

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.base.trial_file import TrialFile
from prescreen.catalog.base.yaml_documents import Document, read_content, read_document
from prescreen.catalog.criteria.article_reader import named, read_article, read_consent, read_notice
from prescreen.catalog.criteria.catalog import Article, Catalog, Condition, Consent, Service
from prescreen.catalog.criteria.question_reader import BankReading, read_bank
from prescreen.catalog.criteria.service_reader import read_condition, read_service
from prescreen.catalog.figures import Figure, read_figure
from prescreen.catalog.notices import OperatorNotice
from prescreen.catalog.redcap import FILE, CodesReading, all_completed, read_codes

TRIALS = "trials"
"""The subfolder of the trials."""
CONDITIONS = "conditions"
"""The subfolder of the conditions."""


class ReadTrials(Protocol):
    """Reads the trials' files of a folder as of a day."""

    @property
    def on(self) -> date:
        """Return the day on which cases count as answered."""

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order, in a service of these languages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that could be read of a folder, and the documents that hold the faults found so far.

    `trials` leaves out files that hold no trial or one that an earlier file holds; `trial_files` are all.
    """

    service_document: Document
    service: Service | None
    bank: BankReading
    codes: CodesReading
    trials: tuple[tuple[Document, TrialFile], ...]
    trial_files: tuple[TrialFile, ...]
    conditions: dict[str, tuple[Document, Condition]]
    articles: dict[tuple[str, str], Article]
    figures: dict[str, tuple[Document, Figure]]
    consents: dict[tuple[str, str], Consent]
    notices: dict[tuple[str, str], OperatorNotice]
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
        trials = sorted((file.trial for _, file in self.trials if file.trial), key=lambda trial: trial.id)
        return Catalog(
            service=self.service,
            bank=self.bank.bank,
            trials={trial.id: trial for trial in trials},
            conditions={slug: condition for slug, (_, condition) in sorted(self.conditions.items())},
            articles=self.articles,
            consents=self.consents,
            notices=self.notices,
            redcap_codes=all_completed(self.bank.bank, self.codes.codes),
            figures={name: figure for name, (_, figure) in self.figures.items()},
        ).stamped(self._digest())

    def _digest(self) -> str:
        content = [(document.folder, basename(document.path), document.digest) for document in self.documents]
        return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


class _Folder:
    """A criteria folder and every document opened in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: list[Document] = []

    def open(self, name: str, folder: str = "") -> Document:
        """Read a YAML file of the folder, or of a subfolder."""
        file = self.root / folder / name
        return self._kept(read_document(file, str(file), folder))

    def blank(self, file: Path, folder: str = "") -> Document:
        """Return an empty document for a file that another module reads."""
        return self._kept(Document(str(file), folder=folder))

    def files(self, folder: str, ending: str) -> Iterator[Path]:
        """Yield the files of a subfolder that have the ending; the others are reported, since they would be ignored."""
        for file in self._listed(folder):
            if file.suffix == ending and _is_file(file):
                yield file
            else:
                self.blank(file, folder).report((), f"files here end in '{ending}'; rename or remove this one")

    def _listed(self, folder: str) -> list[Path]:
        """Return what a subfolder holds, in order, but for what editors and file transfers leave."""
        within = self.root / folder
        try:
            return [within / name for name in sorted(os.listdir(within)) if not is_left_behind(name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            self.blank(within, folder).report((), f"the folder cannot be read: {error.strerror}")
            return []

    def names(self, folder: str, ending: str) -> list[Path]:
        """Return the files with the ending that were found in a subfolder, whether they could be read or not."""
        found = (Path(document.path) for document in self.documents if document.folder == folder)
        return [file for file in found if file.suffix == ending]

    def _kept(self, document: Document) -> Document:
        self.documents.append(document)
        return document


def is_left_behind(name: str) -> bool:
    """Whether a file is hidden or an editor's copy, and so is not read: `.x`, `x~`, `#x#`, `x.swp`."""
    return name.startswith(".") or name.endswith(("~", ".swp")) or (name.startswith("#") and name.endswith("#"))


def _is_file(file: Path) -> bool:
    """Whether a path names a file; where that cannot be told, reading it will tell why."""
    try:
        return file.is_file()
    except OSError:
        return True


def read_folder(root: Path, read_trials: ReadTrials) -> Reading:
    """Read everything; what is at fault is left out and reported."""
    folder = _Folder(root)
    service_document = folder.open("catalog.yaml")
    service = read_service(service_document)
    bank = read_bank(folder.open("questions.yaml"))
    codes = _codes(folder)
    figures = _figures(folder)
    articles = _articles(folder)
    slugs = frozenset(name[0] for file in folder.names("articles", ".md") if (name := named(file)))
    files = _trial_files(folder, bank, service.languages if service else (), read_trials)
    return Reading(
        service_document=service_document,
        service=service,
        bank=bank,
        codes=codes,
        trials=_trials(files),
        trial_files=tuple(file for _, file in files),
        conditions=_conditions(folder, bank, slugs),
        articles=articles,
        figures=figures,
        consents=_consents(folder),
        notices=_notices(folder),
        documents=tuple(folder.documents),
        condition_slugs=frozenset(file.stem for file in folder.names(CONDITIONS, ".yaml")),
        article_slugs=slugs,
        has_unread_trials=_has_unread(folder, files),
    )


def read_redcap_codes(root: Path) -> tuple[BankReading, CodesReading]:
    """Read only the questions and the numbers of their options in REDCap."""
    folder = _Folder(root)
    return read_bank(folder.open("questions.yaml")), _codes(folder)


def read_conditions(root: Path) -> tuple[BankReading, dict[str, Condition], tuple[Document, ...]]:
    """Read only the questions and the conditions, by slug, with the documents that hold the faults found in them."""
    folder = _Folder(root)
    bank = read_bank(folder.open("questions.yaml"))
    articles = frozenset(name[0] for file in folder.files("articles", ".md") if (name := named(file)))
    conditions = {slug: condition for slug, (_, condition) in sorted(_conditions(folder, bank, articles).items())}
    return bank, conditions, tuple(folder.documents)


def _codes(folder: _Folder) -> CodesReading:
    file = folder.root / FILE
    if not os.path.lexists(file):
        return CodesReading(folder.blank(file), {}, exists=False)
    document = folder.open(FILE)
    return CodesReading(document, read_codes(document), exists=True)


def _trial_files(
    folder: _Folder, bank: BankReading, languages: tuple[str, ...], read_trials: ReadTrials
) -> list[tuple[Document, TrialFile]]:
    documents = [folder.blank(file, TRIALS) for file in folder.files(TRIALS, ".yaml")]
    read = iter(read_trials(_contents(documents), bank, languages))
    files = [next(read) if document.digest else _NOTHING for document in documents]
    for document, file in zip(documents, files, strict=True):
        document.faults += [replace(fault, path=document.path) for fault in file.faults]
    return list(zip(documents, files, strict=True))


def _contents(documents: list[Document]) -> Iterator[bytes]:
    """Yield the content of each file that can be read, one at a time: together they may be large."""
    for document in documents:
        content = read_content(Path(document.path), document)
        if content is not None:
            yield content


_NOTHING = TrialFile(None)


def _trials(files: list[tuple[Document, TrialFile]]) -> tuple[tuple[Document, TrialFile], ...]:
    found: dict[str, tuple[Document, TrialFile]] = {}
    for document, file in files:
        if file.trial is None:
            continue
        id_ = file.trial.id
        if id_ in found:
            document.report_at(file.id_place, f"the trial '{id_}' is also in {found[id_][0].path}; keep one")
            continue
        if id_ != Path(document.path).stem:
            document.report_at(file.id_place, f"the file of trial '{id_}' should be named so", warning=True)
        document.faults += [replace(fault, path=document.path) for fault in file.trial_faults]
        found[id_] = (document, file)
    return tuple(found.values())


def _has_unread(folder: _Folder, files: list[tuple[Document, TrialFile]]) -> bool:
    """Whether the folder of trials holds anything that could not be read as keys and values."""
    in_folder = sum(document.folder == TRIALS for document in folder.documents)
    return in_folder > len(files) or not all(file.is_mapping for _, file in files)


def _conditions(folder: _Folder, bank: BankReading, articles: frozenset[str]) -> dict[str, tuple[Document, Condition]]:
    conditions = {}
    for file in folder.files(CONDITIONS, ".yaml"):
        document = folder.open(file.name, CONDITIONS)
        condition = read_condition(file.stem, document, bank, articles)
        if condition is not None:
            conditions[file.stem] = (document, condition)
    return conditions


def _figures(folder: _Folder) -> dict[str, tuple[Document, Figure]]:
    figures = {}
    for file in folder.files("figures", ".svg"):
        document = folder.blank(file, "figures")
        figure = read_figure(file, document)
        if figure is not None:
            figures[file.stem] = (document, figure)
    return figures


def _articles(folder: _Folder) -> dict[tuple[str, str], Article]:
    articles = {}
    # A drawing at fault is no unknown one.
    figures = [file.stem for file in folder.names("figures", ".svg")]
    for file, document in _prose(folder, "articles"):
        article = read_article(file, document, figures)
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


def _notices(folder: _Folder) -> dict[tuple[str, str], OperatorNotice]:
    read = (read_notice(file, document) for file, document in _prose(folder, "notices"))
    return {(one.name, one.language): one for one in read if one}


def _prose(folder: _Folder, name: str) -> Iterator[tuple[Path, Document]]:
    for file in folder.files(name, ".md"):
        document = folder.blank(file, name)
        if named(file):
            yield file, document
        else:
            document.report((), "the name lacks a language: '<name>.en.md'")
