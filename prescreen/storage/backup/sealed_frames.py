"""A file of encrypted frames, of which none can be altered, moved, repeated or cut off unnoticed.

The file begins with a line that names the format, and its own random key, sealed with the ring of the service. Each
frame is its length (4 bytes) and AES-256-GCM ciphertext; its nonce is its number, and for the last frame another one:
a file that was cut has no last frame. Only one frame is in memory at a time.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prescreen.storage.base.encryption import KeyRing, SealBrokenError

_FORMAT = b"prescreen backup 1\n"
_PLACE = ("backup", "key")
_LENGTH = struct.Struct(">I")
_NONCE = struct.Struct(">3xBQ")
_KEY_BYTES = 32
_LONGEST = 1 << 28


class BackupError(ValueError):
    """Raised for a backup that cannot be read or must not be restored; the message is one line."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of a file: a letter that says what it is, and its content."""

    kind: bytes
    content: bytes


def sealed(ring: KeyRing, frames: Iterable[Frame]) -> Iterator[bytes]:
    """Yield the bytes of a file that holds these frames, at least one."""
    key = os.urandom(_KEY_BYTES)
    head = ring.seal(key, *_PLACE)
    yield _FORMAT + _LENGTH.pack(len(head)) + head
    cipher, number, waiting = AESGCM(key), 0, None
    for frame in frames:
        if waiting is not None:
            yield _encrypted(cipher, number, waiting, is_last=False)
            number += 1
        waiting = frame
    if waiting is not None:
        yield _encrypted(cipher, number, waiting, is_last=True)


def _encrypted(cipher: AESGCM, number: int, frame: Frame, *, is_last: bool) -> bytes:
    ciphertext = cipher.encrypt(_NONCE.pack(is_last, number), frame.kind + frame.content, _FORMAT)
    return _LENGTH.pack(len(ciphertext)) + ciphertext


def opened(ring: KeyRing, path: Path) -> Iterator[Frame]:
    """Yield the frames of a file, each as soon as it was found genuine.

    Raise BackupError, maybe after some frames, for a file that is no backup, was cut, altered or added to, or whose
    key is not in the ring; OSError where it cannot be read.
    """
    with path.open("rb") as file:
        cipher = AESGCM(_key(ring, path, file))
        number, is_last = 0, False
        while not is_last:
            ciphertext = _measured(path, file)
            frame, is_last = _decrypted(cipher, number, ciphertext, path)
            yield frame
            number += 1
        if file.read(1):
            raise BackupError(f"{path}: something was added behind its end; take another copy of it")


def _key(ring: KeyRing, path: Path, file: BinaryIO) -> bytes:
    if file.read(len(_FORMAT)) != _FORMAT:
        raise BackupError(f"{path}: it is no backup that this version reads")
    try:
        return ring.open(_measured(path, file), *_PLACE)
    except SealBrokenError as error:
        raise BackupError(f"{path}: its key does not open: {_why(error)}") from error


def _why(error: SealBrokenError) -> str:
    text = str(error).partition(" does not open: ")[2]
    return text if "has no key" in text else "the file was altered, or the keys are not those that it was made with"


def _measured(path: Path, file: BinaryIO) -> bytes:
    """Read a length and as many bytes."""
    head = file.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
    if length > _LONGEST:
        raise BackupError(f"{path}: it was altered; take another copy of it")
    content = file.read(length)
    if not content or len(content) < length:
        raise BackupError(f"{path}: it is cut off; take another copy of it")
    return content


def _decrypted(cipher: AESGCM, number: int, ciphertext: bytes, path: Path) -> tuple[Frame, bool]:
    for is_last in (False, True):
        try:
            plain = cipher.decrypt(_NONCE.pack(is_last, number), ciphertext, _FORMAT)
        except (InvalidTag, ValueError):
            continue
        return Frame(plain[:1], plain[1:]), is_last
    raise BackupError(f"{path}: it was altered; take another copy of it")
