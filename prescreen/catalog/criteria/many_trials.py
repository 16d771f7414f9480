"""Reading of many trials' files at once, by as many processes as there are cores where that is worth their start."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from multiprocessing import get_context

from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_file import TrialContext, TrialFile
from prescreen.catalog.criteria.trial_file_reader import read_trial_file

WORTH_BYTES = 2_000_000
"""So many bytes take one process longer than others take to start."""
_AT_ONCE = 25


def cores() -> int:
    """Return how many processes can work at the same time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class EachAnew:
    """Reads the trials' files of a folder as of a day, each time anew, with all cores."""

    on: date
    checked: bool = True

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order."""
        return read_all(list(contents), TrialContext(bank, languages, self.on, self.checked), cores())


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
