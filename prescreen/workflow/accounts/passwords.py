"""Passwords: which are accepted, their hashes, and checking in the same time whether or not the account exists."""

import re
import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw
from zxcvbn import zxcvbn

from prescreen.eligibility.criteria.typed_text import normalised
from prescreen.storage.accounts.leaked_passwords import is_leaked

SHORTEST = 15
LONGEST = 1000
FEWEST_DIFFERENT_CHARACTERS = 5
FEWEST_GUESSES = 10**10
"""How many guesses a password must withstand, by lists of common passwords, names and words, and patterns of keys."""
OF_THE_SERVICE = ("prescreen", "screener", "recruiter", "administrator", "referral", "clinical", "trial", "study")
"""Words that are guessed first of who works here, as are the account's own name and address."""

_LOOKED_AT, _SHORTEST_WORD = 40, 4
"""The beginning of a password that is looked at, since that takes more than twice as long for twice as much; and the
length from which a word is one to look for."""
_HASHER = PasswordHasher()
_CODE_HASH_BYTES = 32


class PasswordRefusedError(ValueError):
    """Raised for a password that is too easy to guess, or too long to hash."""


def password_hash(password: str, *own: str, leaked: Path | None = None) -> str:
    """Return the argon2id hash to store. `own` are the name and the e-mail address of the account.

    Raise PasswordRefusedError where the password is not accepted, also for one that the list `leaked` has.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefusedError(
            f"the password has {len(password)} characters; give {SHORTEST} to {LONGEST}, such as four or more words"
        )
    if len(set(password)) < FEWEST_DIFFERENT_CHARACTERS:
        raise PasswordRefusedError("the password repeats a few characters; give a phrase of four or more words")
    if _guesses(password, own) < FEWEST_GUESSES:
        raise PasswordRefusedError(
            "the password is common or easily guessed; give four or more words that do not belong together"
        )
    if leaked is not None and _is_known_to_thieves(password, leaked):
        raise PasswordRefusedError(
            "the password stands on a list of passwords that were stolen elsewhere; give four or more other words"
        )
    return _HASHER.hash(_composed(password))


def _is_known_to_thieves(password: str, leaked: Path) -> bool:
    try:
        return is_leaked(password, leaked) or is_leaked(_composed(password), leaked)
    except OSError as error:
        raise PasswordRefusedError(
            f"the list of stolen passwords cannot be read ({error.strerror}), so none can be set; tell the operator"
        ) from error


def _guesses(password: str, own: tuple[str, ...]) -> int:
    """Return how many guesses it takes at least for what is left without the words that are guessed first."""
    words = {part.lower() for one in (*OF_THE_SERVICE, *own) for part in re.split(r"[\W_]+", one)}
    longest_first = sorted((one for one in words if len(one) >= _SHORTEST_WORD), key=len, reverse=True)
    left = password[:_LOOKED_AT].lower()
    for word in longest_first:
        left = left.replace(word, "")
    return int(zxcvbn(left)["guesses"]) if left else 0


def is_password(password: str, stored_hash: str | None) -> bool:
    """Return whether this is the password. Without a hash (no account) it is false, after the same amount of work."""
    try:
        matches = _HASHER.verify(stored_hash or _dummy_hash(), _composed(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored_hash is not None


def hash_of_code(code: str, salt: bytes) -> bytes:
    """Return the argon2id hash of a code, of 32 bytes, by which it is looked up among those of its account.

    It costs as much as a password's; `salt` is the account's own, of 16 bytes, and kept outside the database.
    """
    costs = (_HASHER.time_cost, _HASHER.memory_cost, _HASHER.parallelism)
    return hash_secret_raw(code.encode(), salt, *costs, _CODE_HASH_BYTES, Type.ID)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash(secrets.token_hex())


def _composed(password: str) -> str:
    # Keyboards differ in how they compose accented letters (NIST SP 800-63B, 3.1.1.2).
    return normalised(password, "NFKC")
