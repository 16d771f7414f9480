"""Entry points: check a folder, load it to assess answers, or load it to serve people.

Each trial's file is read and checked apart from its folder; many by as many processes as there are cores, where that is
worth their start, and those that are known not at all.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from prescreen.catalog.assessment.fingerprints import written
from prescreen.catalog.base.faults import CatalogError, Fault
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.trial_file import TrialFile
from prescreen.catalog.base.yaml_documents import Document, decoded, parse
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.checks import all_keys, check, tested_keys
from prescreen.catalog.criteria.folder_reader import TRIALS, Reading, ReadTrials, read_folder
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.readability_checks import check_translations, check_trial_wording, check_wording
from prescreen.catalog.criteria.trial_checks import check_past_days, check_trial, turning_days
from prescreen.catalog.criteria.trial_reader import TrialReading, read_trial
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.text import Text

WORTH_BYTES = 2_000_000
"""So many bytes take one process longer than others take to start."""
_AT_ONCE = 25
_UNNAMED = ".yaml"


CheckMore = Callable[[TrialReading, QuestionBank, date], None]
"""Reports in a trial's document what only its author needs to know; a function of a module, for other processes."""


def check_folder(root: Path, on: date, more: CheckMore | None = None) -> tuple[Fault, ...]:
    """Return every fault and warning of a folder, sorted by file and place, with more checks of each trial."""
    return _checked(root, on, EachAnew(on, more=more)).faults


def load_to_judge(root: Path, on: date) -> Catalog:
    """Return a catalog whose files can all be read. Raise CatalogError otherwise.

    Semantic faults, such as a failing case, are left to `check_folder`: they forbid publishing, but the author who
    looks for their cause must be able to assess answers.
    """
    return _usable(read_folder(root, EachAnew(on, checked=False)))


def load_to_serve(root: Path, on: date, read_trials: ReadTrials | None = None) -> Catalog:
    """Return a catalog without a fault, warnings aside. Raise CatalogError with all faults otherwise."""
    return _usable(_checked(root, on, read_trials or EachAnew(on)))


def _checked(root: Path, on: date, read_trials: ReadTrials) -> Reading:
    found = read_folder(root, read_trials)
    check(found, on)
    check_wording(found)
    return found


def _usable(found: Reading) -> Catalog:
    catalog = found.catalog()
    if catalog is None or any(not fault.warning for fault in found.faults):
        raise CatalogError(found.faults)
    return catalog


@dataclass(frozen=True, slots=True)
class TrialContext:
    """What the reading of a trial's file depends on beside the file; a file that is not `checked` is only read."""

    bank: BankReading
    languages: tuple[str, ...]
    on: date
    checked: bool = True
    more: CheckMore | None = None


def read_trial_file(content: bytes, context: TrialContext) -> TrialFile:
    """Return what the content of a trial's file comes to."""
    document = Document(_UNNAMED, folder=TRIALS)
    text = decoded(content, document)
    if text is not None:
        parse(text, document)
    reading = read_trial(document, context.bank, context.on)
    if context.checked:
        check_past_days(document, context.on)
        check_translations(document, context.languages)
    of_file = len(document.faults)
    if context.checked and reading is not None:
        check_trial(reading, context.bank, context.on)
        check_trial_wording(reading)
        if context.more and reading.is_whole:
            context.more(reading, context.bank.bank, context.on)
    return _told(document, reading, of_file, context)


def _told(document: Document, reading: TrialReading | None, of_file: int, context: TrialContext) -> TrialFile:
    faults = [replace(fault, path="") for fault in document.faults]
    trial = reading.trial if reading else None
    conditions = range(len(trial.conditions)) if trial else ()
    return TrialFile(
        trial=trial,
        faults=tuple(faults[:of_file]),
        trial_faults=tuple(faults[of_file:]),
        is_mapping=isinstance(document.data, dict),
        tested=frozenset(key for key in tested_keys(document.data) if key in context.bank.bank),
        id_place=document.place(("id",)),
        condition_places=tuple(document.place(("conditions", index)) for index in conditions),
        holds=_days(document, context),
    )


def _days(document: Document, context: TrialContext) -> tuple[date, date]:
    """Return the first and the last day on which the file comes to the same: only dates depend on the day."""
    bank, on = context.bank.bank, context.on
    named = tuple(dict.fromkeys(key for key in all_keys(document.data) if key in bank))
    if any(bank[name].type is QuestionType.DATE for name in bank.reached_from(named)):
        return on, on
    turning = turning_days(document)
    first = max((day for day in turning if day <= on), default=date.min)
    last = min((day - timedelta(days=1) for day in turning if day > on), default=date.max)
    return first, last


def digest_of(context: TrialContext) -> bytes:
    """Return a digest of what the files of a folder depend on beside their content, but for the day."""
    questions = [_without_wording(question) for question in context.bank.bank]
    marked = [f"{one.id}.{option.id}" for one in questions for option in one.options if option.never_rules_out]
    content = written([questions, marked, sorted(context.bank.faulty), context.languages, context.checked])
    return hashlib.sha256(content.encode()).digest()


def _without_wording(question: Question) -> Question:
    """Return the question without its texts: a new wording must not make every trial be read again."""
    options = tuple(replace(option, label=_NO_TEXT) for option in question.options)
    return replace(question, options=options, ask=_NO_TEXT, help=None, ask_other=None, help_other=None, why=None)


_NO_TEXT = Text({})


def cores() -> int:
    """Return how many processes can work at the same time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class EachAnew:
    """Reads the trials' files of a folder as of a day, each time anew, with all cores."""

    on: date
    checked: bool = True
    more: CheckMore | None = None

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order."""
        context = TrialContext(bank, languages, self.on, self.checked, self.more)
        return read_all(list(contents), context, cores())


def read_all(contents: Sequence[bytes], context: TrialContext, processes: int) -> list[TrialFile]:
    """Return what the contents of trials' files come to, in their order, however many processes read them."""
    if processes > 1 and sum(map(len, contents)) >= WORTH_BYTES:
        try:
            return _read_by(processes, contents, context)
        except (BrokenProcessPool, OSError):
            # Without memory or room for processes, or where one is killed, this process reads by itself.
            pass
    return _read(context, contents)


def _read_by(processes: int, contents: Sequence[bytes], context: TrialContext) -> list[TrialFile]:
    chunks = [contents[start : start + _AT_ONCE] for start in range(0, len(contents), _AT_ONCE)]
    with ProcessPoolExecutor(processes, get_context("forkserver")) as pool:
        return list(chain.from_iterable(pool.map(partial(_read, context), chunks)))


def _read(context: TrialContext, contents: Sequence[bytes]) -> list[TrialFile]:
    return [read_trial_file(content, context) for content in contents]


@dataclass(frozen=True, slots=True)
class AsKnown:
    """Reads those of a folder's trials as of a day that are not known yet."""

    trials: KnownTrials
    on: date
    processes: int = 1

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order."""
        context = TrialContext(bank, languages, self.on)
        read = partial(read_all, context=context, processes=self.processes)
        if not bank.document.is_readable:
            # The folder will be refused; what was known of it is for its next state.
            return read(list(contents))
        return self.trials.read(contents, digest_of(context), self.on, read)
