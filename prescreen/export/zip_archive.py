"""ZIP archives that are streamed while they are made: nothing of them is kept, neither in memory nor on disk.

No program opens an incomplete one, because its table of contents comes last.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

# Half the time of the default level 6, for files a tenth larger.
_COMPRESSION = 3


class Archive:
    """An archive that is being written. The caller takes the finished bytes out of it repeatedly."""

    def __init__(self) -> None:
        self._ready: list[bytes] = []
        self._file = ZipFile(self, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION)

    def write(self, data: bytes) -> int:
        """Accept bytes as a file would; the zipfile module calls this."""
        self._ready.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no underlying file."""

    def take(self) -> bytes:
        """Return the bytes that are ready to be sent, and forget them."""
        data = b"".join(self._ready)
        self._ready.clear()
        return data

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Open a part for writing for the duration of a `with` block; only one can be open at a time."""
        with self._file.open(name, "w") as part:
            yield part

    def add(self, name: str, content: str) -> None:
        """Add a part with this content."""
        with self.part(name) as part:
            part.write(content.encode())

    def close(self) -> None:
        """Write the table of contents."""
        self._file.close()
