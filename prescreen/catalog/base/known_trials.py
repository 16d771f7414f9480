"""What the trials' files of a folder came to, by their content: only a file that changed is read again."""

import hashlib
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from prescreen.catalog.base.signed_cache import Entries, SignedCache
from prescreen.catalog.base.trial_file import TrialFile

_FEW = 20
"""So few files are read sooner than the cache."""

Read = Callable[[Sequence[bytes]], Sequence[TrialFile]]
"""Returns what the contents of files come to, in their order."""


class KnownTrials:
    """Remembers the files that were read last, in this process and, where there is a cache, in others too."""

    def __init__(self, cache: SignedCache | None = None) -> None:
        self._cache = cache
        self._known: dict[bytes, TrialFile] = {}
        self._unstored = False
        self._anew: frozenset[bytes] = frozenset()

    def read(self, contents: Iterable[bytes], depends_on: bytes, on: date, read: Read) -> Sequence[TrialFile]:
        """Return what the contents of files come to, in their order; those that are not known are read.

        `depends_on` is a digest of what a file comes to depends on, beside its content and the day.
        """
        keys, lacking = list[bytes](), dict[bytes, bytes]()
        known = _Known(self._known, self._cache, on)
        for content in contents:
            keys.append(key := hashlib.sha256(depends_on + content).digest())
            if not known.holds(key):
                lacking[key] = content
        if self._cache is not None and len(lacking) > _FEW:
            known.found |= self._read_many(self._cache, lacking, on, read)
        else:
            known.found |= zip(lacking, read(list(lacking.values())), strict=True)
            self._unstored |= bool(lacking)
            self._anew |= lacking.keys()
        self._known = known.found
        return [known.found[key] for key in keys]

    def _read_many(
        self, cache: SignedCache, lacking: Mapping[bytes, bytes], on: date, read: Read
    ) -> dict[bytes, TrialFile]:
        """Read many files, unless another process of this installation does so now: it stores what they come to."""
        with cache.locked():
            known = _Known({}, cache, on)
            contents = {key: content for key, content in lacking.items() if not known.holds(key)}
            new = dict(zip(contents, read(list(contents.values())), strict=True))
            if new:
                cache.store({**cache.load(), **{key: _packed(file) for key, file in new.items()}})
        # What the folder no longer holds goes when all is stored.
        self._unstored |= bool(new)
        return known.found | new

    def store(self) -> None:
        """Store what was read since it was stored last, and nothing that the folder no longer holds."""
        if self._cache is None or not self._unstored:
            return
        # What the cache holds of a file that was read anew held until another day.
        kept = {key: stored for key, stored in self._cache.load().items() if key not in self._anew}
        self._cache.store({key: kept.get(key) or _packed(file) for key, file in self._known.items()})
        self._unstored, self._anew = False, frozenset()


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
