"""Names for new things: ids in the order of time, references that people read to each other."""

import secrets
from datetime import datetime
from uuid import UUID

# Crockford's base 32: no I, L, O or U, so that nothing is misread on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 74


def new_id(at: datetime) -> UUID:
    """Make an id that sorts after those of earlier milliseconds (UUID version 7, RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000)
    chance = secrets.randbits(_RANDOM_BITS)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | chance >> 62 << 64 | 0b10 << 62 | chance & (1 << 62) - 1)


def lowest_id(at: datetime) -> UUID:
    """Give an id that sorts before every one made at that moment or later, and after all earlier milliseconds."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def new_reference() -> str:
    """Make a reference such as `LP-7K3F-2M`. It tells nothing and opens nothing."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"LP-{letters[:4]}-{letters[4:]}"
