"""Compiled templates, kept between starts: compiling those of the first pages takes a quarter of a second.

What is kept is code. So it is believed only where it bears a signature by a key of this installation, made under these
versions; anything else counts as missing. Jinja itself holds it against the template's source.
"""

import hmac
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_SIGNATURE_BYTES = 32
_OURS_ALONE = 0o700
_VERSIONS = "|".join([sys.version, *(f"{name} {version(name)}" for name in ("Jinja2", "MarkupSafe"))])


def prepare(app: Flask, folder: Path, key: bytes) -> None:
    """Keep an app's compiled templates in a folder, signed with a key."""
    app.jinja_env.bytecode_cache = KeptBytecode(folder, key)


class KeptBytecode(BytecodeCache):
    """A file for each template. Where nothing can be written, templates are compiled by each process as before."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept of its template, unless that is missing, spoilt, foreign or outdated."""
        try:
            content = self._file_of(bucket).read_bytes()
        except OSError:
            return
        signature, code = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
        if hmac.compare_digest(signature, self._sign(code)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to, replacing the file as a whole."""
        code = bucket.bytecode_to_string()
        with suppress(OSError):
            self._folder.mkdir(mode=_OURS_ALONE, parents=True, exist_ok=True)
            self._replace(self._file_of(bucket), self._sign(code) + code)

    def _replace(self, file: Path, content: bytes) -> None:
        with NamedTemporaryFile(dir=self._folder, delete=False) as draft:
            try:
                draft.write(content)
                draft.close()
                os.replace(draft.name, file)
            except OSError:
                os.unlink(draft.name)
                raise

    def _file_of(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.template"

    def _sign(self, code: bytes) -> bytes:
        return hmac.digest(self._key, f"{_VERSIONS}|".encode() + code, "sha256")
