"""What the trials' files of a folder came to, by their content: only a file that changed is read again."""

import hashlib
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prescreen.catalog.base.signed_cache import Entries, SignedCache
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_file import ReadTrials, TrialContext, TrialFile
from prescreen.catalog.criteria.trial_file_reader import digest_of, read_all

_FEW = 20
"""So few files are read sooner than the cache."""


class KnownTrials:
    """Remembers the files that were read last, in this process and, where there is a cache, in others too."""

    def __init__(self, cache: SignedCache | None = None, processes: int = 1) -> None:
        self._cache, self._processes = cache, processes
        self._known: dict[bytes, TrialFile] = {}
        self._unstored = False

    def reading(self, on: date) -> ReadTrials:
        """Return what reads the files of a folder as of a day."""
        return _AsOf(self, on)

    def read(self, contents: Iterable[bytes], context: TrialContext) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order."""
        if not context.bank.document.is_readable:
            # The folder will be refused; what was known of it is for its next state.
            return read_all(list(contents), context, self._processes)
        return self._read(contents, context)

    def store(self) -> None:
        """Store what was read since it was stored last, and nothing that the folder no longer holds."""
        if self._cache is None or not self._unstored:
            return
        kept = self._cache.load()
        self._cache.store({key: kept.get(key) or _packed(file) for key, file in self._known.items()})
        self._unstored = False

    def _read(self, contents: Iterable[bytes], context: TrialContext) -> list[TrialFile]:
        digest, keys, lacking = digest_of(context), list[bytes](), dict[bytes, bytes]()
        known = _Known(self._known, self._cache, context.on)
        for content in contents:
            keys.append(key := hashlib.sha256(digest + content).digest())
            if not known.holds(key):
                lacking[key] = content
        new = read_all(list(lacking.values()), context, self._processes)
        known.found |= zip(lacking, new, strict=True)
        self._known, self._unstored = known.found, self._unstored or bool(new)
        return [known.found[key] for key in keys]


@dataclass(frozen=True, slots=True)
class _AsOf:
    """Reads the files of a folder as of a day."""

    trials: KnownTrials
    on: date

    def __call__(self, contents: Iterable[bytes], bank: BankReading, languages: tuple[str, ...]) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order."""
        return self.trials.read(contents, TrialContext(bank, languages, self.on))


class _Known:
    """What is known on a day of the files of a folder: from the last reading, else from the cache."""

    def __init__(self, before: Mapping[bytes, TrialFile], cache: SignedCache | None, on: date) -> None:
        self.found: dict[bytes, TrialFile] = {}
        self._before, self._cache, self._on = before, cache, on
        self._wanting = 0 if before else _FEW
        self._stored: Entries | None = None

    def holds(self, key: bytes) -> bool:
        """Whether it is known what a file comes to, which is then among what was found."""
        file = self._before.get(key) or self._of_cache(key)
        if file is None or not file.holds_on(self._on):
            return False
        self.found[key] = file
        return True

    def _of_cache(self, key: bytes) -> TrialFile | None:
        self._wanting += 1
        if self._cache is None or self._wanting <= _FEW:
            return None
        if self._stored is None:
            self._stored = self._cache.load()
        stored = self._stored.get(key)
        return None if stored is None else _unpacked(stored)


def _packed(file: TrialFile) -> bytes:
    return pickle.dumps(file, pickle.HIGHEST_PROTOCOL)


def _unpacked(stored: bytes | memoryview) -> TrialFile:
    file: TrialFile = pickle.loads(stored)  # noqa: S301 - of a cache that is signed
    return file
