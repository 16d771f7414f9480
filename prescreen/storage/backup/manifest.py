"""What a backup says of itself: the schema, when it was made, and each table's rows and digest."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a backup comes from: it stands at its beginning.

    `secret_check` tells the secret key from others and reveals nothing. `listed` is how many bytes the list of
    deletions had when the backup was begun, `listed_sha256` their digest.
    """

    revision: str
    made_at: str
    database: str
    secret_check: str
    listed: int
    listed_sha256: str


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table whose rows follow: its name and the order of columns in each line."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a table came to: its number of rows, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a backup says of itself."""

    origin: Origin
    tables: Mapping[str, Content]

    @property
    def rows(self) -> int:
        """Return the number of rows of all tables."""
        return sum(content.rows for content in self.tables.values())


def written(part: Origin | TableOf) -> bytes:
    """Return a part as it stands in a backup."""
    return json.dumps(asdict(part)).encode()


def written_contents(contents: Mapping[str, Content]) -> bytes:
    """Return the contents of all tables as they stand at the end of a backup."""
    return json.dumps({name: asdict(content) for name, content in contents.items()}).encode()


def read_origin(content: bytes) -> Origin:
    """Return the origin that `written` wrote; raise TypeError or ValueError for anything else."""
    return Origin(**_read(content))


def read_table(content: bytes) -> TableOf:
    """Return the table that `written` wrote; raise TypeError, KeyError or ValueError for anything else."""
    read = _read(content)
    return TableOf(read["name"], tuple(read["columns"]))


def read_contents(content: bytes) -> dict[str, Content]:
    """Return the contents that `written_contents` wrote; raise TypeError or ValueError for anything else."""
    return {name: Content(**one) for name, one in _read(content).items()}


def _read(content: bytes) -> dict[str, Any]:
    read = json.loads(content)
    if not isinstance(read, dict):
        raise TypeError("not an object")
    return read
