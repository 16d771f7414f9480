"""Passwords: which are accepted, their hashes, and checking in the same time whether or not the account exists."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from prescreen.eligibility.criteria.typed_text import normalised

SHORTEST = 15
LONGEST = 1000
FEWEST_DIFFERENT_CHARACTERS = 5

_HASHER = PasswordHasher()


class PasswordRefusedError(ValueError):
    """Raised for a password that is too easy to guess, or too long to hash."""


def password_hash(password: str) -> str:
    """Return the argon2id hash to store. Raise PasswordRefusedError where the password is not accepted."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefusedError(
            f"the password has {len(password)} characters; give {SHORTEST} to {LONGEST}, such as four or more words"
        )
    if len(set(password)) < FEWEST_DIFFERENT_CHARACTERS:
        raise PasswordRefusedError("the password repeats a few characters; give a phrase of four or more words")
    return _HASHER.hash(_composed(password))


def is_password(password: str, stored_hash: str | None) -> bool:
    """Return whether this is the password. Without a hash (no account) it is false, after the same amount of work."""
    try:
        matches = _HASHER.verify(stored_hash or _dummy_hash(), _composed(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored_hash is not None


@cache
def _dummy_hash() -> str:
    return _HASHER.hash(secrets.token_hex())


def _composed(password: str) -> str:
    # Keyboards differ in how they compose accented letters (NIST SP 800-63B, 3.1.1.2).
    return normalised(password, "NFKC")
