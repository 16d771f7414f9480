"""Cookies that only this service can read: encrypted and authenticated, each for one purpose, for two hours."""

import base64
import binascii
import json
import os
import zlib
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response

from prescreen.web.base.cookies import VISIT, CookieKind, set_cookie
from prescreen.web.base.request_context import now, resources

_NONCE_BYTES, _TIME_BYTES = 12, 4
_STAMPED = b"\x01"
"""Begins content that is preceded by the time of sealing; earlier content is compressed JSON with the time in it."""
_MOST_UNFOLDED_BYTES = 64 * 1024
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def seal(content: bytes, purpose: str) -> str:
    """Return content encrypted and authenticated, with the time of encryption, as text for a cookie."""
    return _sealed(content, int(now().timestamp()).to_bytes(_TIME_BYTES, "big"), purpose)


def seal_anew(text: str, content: bytes, purpose: str) -> str:
    """Return other content in place of that of a cookie which `unseal` can read; it ends no later than that one."""
    sealed_at = (_decrypted(text, purpose) or b"")[len(_STAMPED) : len(_STAMPED) + _TIME_BYTES]
    return _sealed(content, sealed_at, purpose)


def _sealed(content: bytes, stamp: bytes, purpose: str) -> str:
    nonce = os.urandom(_NONCE_BYTES)
    sealed_content = _cipher(resources().keys.cookies).encrypt(nonce, _STAMPED + stamp + content, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed_content).decode().rstrip("=")


def unseal(text: str, purpose: str) -> bytes | None:
    """Return the decrypted content, or None for text that is forged, for another purpose, or older than two hours."""
    content = _decrypted(text, purpose)
    if content is None:
        return None
    if content.startswith(_STAMPED):
        start = len(_STAMPED) + _TIME_BYTES
        return content[start:] if _is_recent(int.from_bytes(content[len(_STAMPED) : start], "big")) else None
    return content if _is_recent((decompressed(content) or {}).get("t")) else None


def _decrypted(text: str, purpose: str) -> bytes | None:
    try:
        padded = text.encode("ascii").translate(_URL_SAFE) + b"=" * (-len(text) % 4)
        raw = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError:
        return None
    found = (_opened(keys.cookies, raw, purpose) for keys in resources().keys.generations)
    return next((content for content in found if content is not None), None)


def _opened(key: bytes, raw: bytes, purpose: str) -> bytes | None:
    try:
        return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except (ValueError, InvalidTag):
        return None


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _is_recent(sealed_at: object) -> bool:
    return isinstance(sealed_at, int) and now().timestamp() - sealed_at <= VISIT.total_seconds()


def compressed(data: dict[str, Any]) -> bytes:
    """Return JSON-ready data as compressed bytes."""
    return zlib.compress(as_json(data), 9)


def decompressed(content: bytes) -> dict[str, Any] | None:
    """Return the data that `compressed` was given; None for other bytes."""
    try:
        return of_json(zlib.decompressobj().decompress(content, _MOST_UNFOLDED_BYTES))
    except zlib.error:
        return None


def as_json(data: dict[str, Any]) -> bytes:
    """Return JSON-ready data as the bytes of its shortest JSON."""
    return json.dumps(data, separators=(",", ":")).encode()


def of_json(text: bytes) -> dict[str, Any] | None:
    """Return the data that `as_json` was given; None for other bytes."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def sealed(data: dict[str, Any], purpose: str) -> str:
    """Return data encrypted and authenticated, with the time of encryption, as text for a cookie."""
    return seal(compressed(data), purpose)


def unsealed(text: str, purpose: str) -> dict[str, Any] | None:
    """Return the decrypted data, or None for text that is forged, for another purpose, or older than two hours."""
    content = unseal(text, purpose)
    return None if content is None else decompressed(content)


def set_sealed(response: Response, kind: CookieKind, data: dict[str, Any], purpose: str, *, path: str) -> None:
    """Set a cookie with data that only this service can read, for one purpose."""
    set_cookie(response, kind, sealed(data, purpose), path=path)
