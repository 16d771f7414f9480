"""Files that appear under their names only when complete, with a digest beside them; lists in constant memory."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import Protocol

import click

from prescreen.storage.base.private_files import sync_folder

_AT_ONCE = 1 << 20


class NotWrittenError(Exception):
    """Raised for a file that could not be written; the message is one line."""


class Digest(Protocol):
    """A hash over bytes, as in hashlib."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""

    def hexdigest(self) -> str:
        """Return the digest of all bytes so far, in hexadecimal."""


def write_file(file: Path, made: Iterable[bytes], digest: Digest, *, keep_part: bool, go_on: bool) -> None:
    """Write the content to FILE.part, rename it to FILE at the end, and write its digest to FILE.sha256.

    `digest` must have hashed what is written. With `go_on` the content is appended to the part that an earlier run
    left, and the digest covers both. An interruption leaves a part that ends with a complete piece, or no part. Raise
    NotWrittenError where the file system fails.
    """
    part = file.with_name(f"{file.name}.part")
    if not go_on:
        part.unlink(missing_ok=True)
    try:
        _hash_part(part, digest)
        _write(part, made, keep=keep_part)
        _digest_file(file).unlink(missing_ok=True)
        part.rename(file)
        sync_folder(file.parent)
        _digest_file(file).write_text(f"{digest.hexdigest()}  {file.name}\n")
    except OSError as error:
        raise NotWrittenError(f"{file} cannot be written: {error.strerror}") from error


def replace_file(file: Path, text: str) -> None:
    """Write or replace a file as a whole, so that nobody ever reads half of it.

    A link stays one. Raise NotWrittenError where the file system fails, or for what is no file, such as a device; what
    stood there before then stays.
    """
    try:
        file = file.resolve()
        if file.exists() and not file.is_file():
            raise NotWrittenError(f"{file} cannot be written: it is no file")
    except OSError as error:
        raise NotWrittenError(f"{file} cannot be written: {error.strerror}") from error
    new = file.with_name(f".{file.name}.part")
    try:
        try:
            new.write_text(text, encoding="utf-8")
            new.replace(file)
        except BaseException:
            if not new.is_dir():
                new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotWrittenError(f"{file} cannot be written: {error.strerror}") from error


def _digest_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _hash_part(part: Path, digest: Digest) -> None:
    if part.exists():
        with part.open("rb") as file:
            while data := file.read(_AT_ONCE):
                digest.update(data)


def _write(part: Path, made: Iterable[bytes], *, keep: bool) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            size = os.fstat(descriptor).st_size
            try:
                for data in made:
                    size += _write_all(file.fileno(), data)
                os.fsync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, size)
                raise
    except BaseException:
        if not keep:
            part.unlink(missing_ok=True)
        raise


def _write_all(descriptor: int, data: bytes) -> int:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    return len(data)


@contextmanager
def telling(things: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that reports progress as a count of things such as "leads"; it is silent in a pipe."""
    told = False

    def tell(count: int) -> None:
        nonlocal told
        told = True
        click.echo(f"\r{count:,} {things}", nl=False, err=True)

    try:
        yield tell if sys.stderr.isatty() else lambda _: None
    finally:
        if told:
            click.echo(err=True)


def print_json_list(items: Iterable[Mapping[str, object]]) -> None:
    """Print a JSON list as `json.dumps(..., indent=2)` would, one item after the other."""
    between = "["
    for item in items:
        click.echo(f"{between}\n{indent(json.dumps(item, indent=2), '  ')}", nl=False)
        between = ","
    click.echo("[]" if between == "[" else "\n]")
