"""Identifiers: ids that sort by time, and references that people can read out."""

import re
import secrets
from datetime import datetime
from uuid import UUID

# Crockford's base 32: no I, L, O or U, so that no character is mistaken for another on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_LETTERS = 6
_RANDOM_BITS = 74


def new_id(at: datetime) -> UUID:
    """Return a new id that sorts after those of earlier milliseconds (UUID version 7, RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000)
    chance = secrets.randbits(_RANDOM_BITS)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | chance & (1 << 62) - 1)


def first_id(at: datetime) -> UUID:
    """Return the least id of a millisecond: it sorts after all ids made earlier, before all made from then on."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def new_reference() -> str:
    """Return a new random reference such as `LP-7K3F-2M`. It carries no information and grants no access."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return f"LP-{letters[:4]}-{letters[4:]}"


def reference_in(typed: str) -> str | None:
    """Return the reference that was typed, in its standard form; None where the text cannot be one.

    >>> reference_in("lp 7k3f 2m"), reference_in("7K3F-2M"), reference_in("LP-oi3f-2m"), reference_in("Anna")
    ('LP-7K3F-2M', 'LP-7K3F-2M', 'LP-013F-2M', None)
    """
    letters = re.sub(r"[\s\-–_.]", "", typed).upper()
    letters = letters.removeprefix("LP").translate(_MISREAD) if len(letters) > _LETTERS else letters.translate(_MISREAD)
    if len(letters) != _LETTERS or not set(letters) <= set(_ALPHABET):
        return None
    return f"LP-{letters[:4]}-{letters[4:]}"
