"""Snapshots: a folder of Parquet files with answers and no identity, for evaluation away from the database.

Each part holds some people, a row each; a manifest, written last, says which questions the columns stand for. A
snapshot appears under its name atomically, so that an incomplete one is never mistaken for a complete one.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from numpy.typing import NDArray

from prescreen.storage.cohort.answer_columns import Columns

FORMAT = 1
_OWNER_ALONE = 0o600
MANIFEST = "manifest.json"
ROW = "row"
"""The column with the person's pseudonym: the same in every snapshot, and indistinguishable from random data."""


class SnapshotError(ValueError):
    """Raised where a snapshot cannot be written or read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `questions` maps ids to fingerprints; `parts` maps file names to sizes in bytes."""

    taken_on: date
    bank: str
    questions: Mapping[str, str]
    rows: int = 0
    left_out: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)


def refuse_taken(folder: Path) -> None:
    """Raise SnapshotError where no snapshot can be written to this folder, before any work is done."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SnapshotError(f"{folder} is there already; name a folder that is not")


def write(folder: Path, manifest: Manifest, parts: Iterable[tuple[pl.DataFrame, int]]) -> Manifest:
    """Write a snapshot and return its manifest. A part is a frame of people, and the number left out of its batch.

    Raise SnapshotError where it cannot be written; no files are left behind then.
    """
    refuse_taken(folder)
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    try:
        draft.mkdir(mode=0o700, parents=True)
        whole = _write_parts(draft, manifest, parts)
        _write_synced(draft / MANIFEST, json.dumps({"format": FORMAT, **asdict(whole)}, default=str, indent=2))
        os.rename(draft, folder)
    except OSError as error:
        raise SnapshotError(f"{folder} cannot be written: {error.strerror}; choose another place") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return whole


def _write_parts(draft: Path, manifest: Manifest, parts: Iterable[tuple[pl.DataFrame, int]]) -> Manifest:
    rows, left_out, sizes = 0, 0, {}
    for number, (people, left) in enumerate(parts):
        path = draft / f"part-{number:05}.parquet"
        path.touch(mode=_OWNER_ALONE)
        people.write_parquet(path)
        rows, left_out, sizes[path.name] = rows + people.height, left_out + left, path.stat().st_size
    return Manifest(manifest.taken_on, manifest.bank, manifest.questions, rows, left_out, sizes)


def _write_synced(path: Path, text: str) -> None:
    path.touch(mode=_OWNER_ALONE)
    with path.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a snapshot; raise SnapshotError where the folder is not one, or is incomplete."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise SnapshotError(f"{folder} was written by another version; take a new snapshot")
        manifest = Manifest(**{**data, "taken_on": date.fromisoformat(data["taken_on"])})
        missing = [name for name, size in manifest.parts.items() if (folder / name).stat().st_size != size]
    except OSError as error:
        raise SnapshotError(
            f"{folder} is not a whole snapshot: {Path(error.filename).name}: {error.strerror}"
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        reason = str(error) if isinstance(error, SnapshotError) else f"{folder}: {MANIFEST} cannot be read"
        raise SnapshotError(reason) from error
    if missing:
        raise SnapshotError(f"{folder} is not a whole snapshot: {missing[0]} has another size; take a new one")
    return manifest


def files(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the paths of the Parquet files that hold the people."""
    return [folder / name for name in manifest.parts]


def parts(folder: Path, manifest: Manifest, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the people part by part, with these columns and that of the pseudonym."""
    for file in files(folder, manifest):
        yield pl.read_parquet(file, columns=[ROW, *columns])


_KNOWN = "{}+"


def framed(columns: Columns, **beside: Sequence[object] | NDArray[Any]) -> pl.DataFrame:
    """Return the leads as a frame; `beside` are further columns by name, with a value for each lead."""
    values = {name: column.values for name, column in columns.by_name.items()}
    known = {_KNOWN.format(name): column.known for name, column in columns.by_name.items()}
    return pl.DataFrame({**beside, **values, **known}).select(*beside, *map(_finished, values))


def _finished(name: str) -> pl.Expr:
    value = pl.when(pl.col(_KNOWN.format(name))).then(pl.col(name))
    return value.cast(pl.Date).alias(name) if name.endswith("@") else value.alias(name)
