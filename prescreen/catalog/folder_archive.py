"""A criteria folder as one archive, which holds the files that are read and nothing else."""

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from prescreen.catalog.criteria.folder_reader import is_left_behind

MOST_BYTES = 256 * 1024 * 1024
"""The most that an archive may unfold to: a thousand trials are some forty megabytes."""
DAMAGED = (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""What the standard library raises for an archive that was altered."""
_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


class ArchiveError(ValueError):
    """Raised for an archive that holds no criteria folder; the message is one line."""


def archived(folder: Path) -> bytes:
    """Return the archive of a folder and its subfolders. The same files make the same bytes."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for file in _files(folder):
            # Without a time of its own: what a copy changes is no content.
            archive.writestr(ZipInfo(file.relative_to(folder).as_posix()), file.read_bytes(), ZIP_DEFLATED)
    return made.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if is_left_behind(path.name):
            continue
        within = sorted(path.iterdir()) if path.is_dir() else [path]
        yield from (one for one in within if one.is_file() and not is_left_behind(one.name))


def unfold(content: bytes, folder: Path) -> None:
    """Write the files of an archive into a new folder. Raise ArchiveError for anything that `archived` has not made."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(one.file_size for one in entries) > MOST_BYTES:
                raise ArchiveError(f"it unfolds to more than {MOST_BYTES} bytes")
            folder.mkdir(parents=True)
            for one in entries:
                _write(folder, one.filename, archive.read(one))
    except ArchiveError:
        raise
    except DAMAGED as error:
        raise ArchiveError(f"it is damaged: {error}") from error


def _write(folder: Path, name: str, content: bytes) -> None:
    if not _NAME.fullmatch(name):
        raise ArchiveError(f"it holds a file whose name is no name of criteria: {name!r}")
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
