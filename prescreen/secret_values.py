"""Secrets as an operator writes them: what can be one, and what is refused since it could be guessed."""

import base64
import binascii
import re
from dataclasses import dataclass, field

SHORTEST_SECRET = 32
FEWEST_DIFFERENT_CHARACTERS = 10
ENCRYPTION_KEY_BYTES = 32

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MAKE_A_KEY = "make one with openssl rand -base64 32 and write it as k1:…"


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """One AES-256 key, and the id by which encrypted values name it."""

    id: str
    key: bytes = field(repr=False)


def secret(text: str) -> str:
    """Return the text if it can be a secret key. Raise ValueError, which never shows the text, where it cannot."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(
            f"it has {len(text)} characters, and who guesses it can forge links and sign-ins; "
            f"give {SHORTEST_SECRET} random ones or more (openssl rand -base64 32)"
        )
    if len(set(text)) < FEWEST_DIFFERENT_CHARACTERS:
        raise ValueError("it repeats a few characters and can be guessed; make one with openssl rand -base64 32")
    return text


def key_ring(text: str) -> tuple[EncryptionKey, ...]:
    """Parse `id:base64key,id:base64key`; the first key encrypts, all of them decrypt.

    Raise ValueError, which says what is wrong, for any other text.
    """
    keys = tuple(_encryption_key(part.strip(), place) for place, part in enumerate(text.split(","), start=1))
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("two keys have one id, so that a sealed value could not tell them apart; rename one")
    return keys


def is_key_id(text: str) -> bool:
    """Return whether a text can be the id of an encryption key."""
    return _KEY_ID.fullmatch(text) is not None


def _encryption_key(text: str, place: int) -> EncryptionKey:
    key_id, _, encoded = text.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if not is_key_id(key_id) or len(key) != ENCRYPTION_KEY_BYTES:
        raise ValueError(f"key {place} is not id:key with {ENCRYPTION_KEY_BYTES} bytes in base64; {_MAKE_A_KEY}")
    if len(set(key)) < FEWEST_DIFFERENT_CHARACTERS:
        raise ValueError(f"key {place} repeats a few bytes and can be guessed; {_MAKE_A_KEY}")
    return EncryptionKey(key_id, key)


def metrics_token(text: str) -> str:
    """Return the text if it can be what opens the metrics. Raise ValueError where it cannot."""
    if len(text) < SHORTEST_SECRET or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(
            f"who guesses it reads what monitoring reads; give {SHORTEST_SECRET} random characters or more, "
            "without spaces (openssl rand -base64 32)"
        )
    return text
