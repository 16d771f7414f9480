"""ZIP archives that leave while they are made: nothing of them is kept, neither in memory nor on disk.

Half of one opens nowhere, because its table of contents comes last.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

# Half the time of the usual 6, for files a tenth larger.
_COMPRESSION = 3


class Archive:
    """An archive in the making. What is ready to leave is taken out of it again and again."""

    def __init__(self) -> None:
        self._ready: list[bytes] = []
        self._file = ZipFile(self, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION)

    def write(self, data: bytes) -> int:
        """Take what the archive's file would be given."""
        self._ready.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no file behind."""

    def take(self) -> bytes:
        """Return what is ready to leave."""
        data = b"".join(self._ready)
        self._ready.clear()
        return data

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part for writing, one after the other."""
        with self._file.open(name, "w") as part:
            yield part

    def add(self, name: str, content: str) -> None:
        """Add a whole part."""
        with self.part(name) as part:
            part.write(content.encode())

    def close(self) -> None:
        """Write the table of contents."""
        self._file.close()
