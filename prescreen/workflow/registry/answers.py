"""What can come of asking a registry for a trial, whether it is a service or a folder of records.

A module of its own, since both kinds of registries and the watch share it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOST_BYTES = 5_000_000
"""The largest record that is read. The longest known has two million."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Failure(StrEnum):
    """Why a registry told nothing that could be believed. Its names are stored."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    BUSY = "busy"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    VANISHED = "vanished"
    NO_RECORD = "no_record"
    OLDER = "older"


DOWN = frozenset({Failure.UNREACHABLE, Failure.SLOW, Failure.BUSY})
"""Failures that are no answer about the trial: others would fail in the same way."""


class RegistryError(Exception):
    """Raised where nothing was told that could be believed. The message is one line.

    `asks_for` is how many seconds the registry asks to be left alone, 0 where it does not say.
    """

    def __init__(self, failure: Failure, why: str, asks_for: float = 0.0) -> None:
        self.failure, self.why, self.asks_for = failure, why, asks_for
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a registry sent beside the record that is known, by which it can say that nothing changed."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer with content, and what to send with the next request."""

    content: bytes
    seen: Seen = Seen()


Registry = Callable[[str, Seen], Fetched | None]
"""Returns the answer for a trial's id, or None where nothing changed since. It raises RegistryError."""


def safe_id(trial_id: str) -> str:
    """Return the id of a trial. Raise RegistryError for one that could be a part of another path or address."""
    if not _ID.fullmatch(trial_id):
        raise RegistryError(Failure.VANISHED, f"'{trial_id}' can be no id of a registry")
    return trial_id


def folder(root: Path) -> Registry:
    """Return the registry of a folder that holds records as `<id>.json`."""

    def record(trial_id: str, _: Seen) -> Fetched:
        file = root / f"{safe_id(trial_id)}.json"
        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
        except FileNotFoundError as error:
            raise RegistryError(Failure.VANISHED, f"{file} does not exist") from error
        except OSError as error:
            raise RegistryError(Failure.UNREACHABLE, f"{file} cannot be read: {error.strerror}") from error
        if len(content) > MOST_BYTES:
            raise RegistryError(Failure.NO_RECORD, f"{file} has more than {MOST_BYTES} bytes")
        return Fetched(content)

    return record
