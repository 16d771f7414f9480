"""Files that hold records of trials, for every command that takes them: those of a folder, and how one is read.

A module of its own, since `draft` and `check --record` must take and refuse the same.
"""

import sys
from pathlib import Path

from prescreen.catalog.sources.json_text import MOST_BYTES, WHOLE, too_large
from prescreen.catalog.sources.source_record import SourceError, SourceRecord
from prescreen.catalog.sources.sources import ENDINGS, read_source
from prescreen.cli.base.command_options import DataError

STANDARD_INPUT = "-"


def files_of(folder: Path) -> list[Path]:
    """Return the records of a folder in order. Raise DataError where it holds none or cannot be read."""
    try:
        listed = sorted(one for one in folder.iterdir() if not one.is_dir())
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror}") from error
    files = [file for file in listed if file.suffix.casefold() in ENDINGS and not file.name.startswith(".")]
    if not files:
        raise DataError(f"{folder}: holds no records; their names end in {' or '.join(ENDINGS)}")
    return files


def read_record(file: Path) -> SourceRecord:
    """Return the record in a file, or on standard input. Raise SourceError where there is none that can be read."""
    try:
        return read_source(_content(file), file.name)
    except OSError as error:
        raise SourceError(WHOLE, f"cannot be read: {error.strerror}") from error


def _content(file: Path) -> bytes:
    """Return the bytes of a file, of which no more are read than a record may have: some files never end."""
    if str(file) == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    if (size := file.stat().st_size) > MOST_BYTES:
        raise too_large(size)
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def named(file: Path) -> str:
    """Return what a file of a record is called in messages."""
    return "standard input" if str(file) == STANDARD_INPUT else str(file)
