"""A list of passwords that leaked, in a file that nobody changes: found by halving, however large the file is.

The list has a line for each password, which begins with its SHA-1 in hexadecimal, in ascending order, as the lists of
Have I Been Pwned have: `0000000A1D4B746FAA3FD526FF6D5BC8052FDB38:10`.
"""

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

_DIGITS = 40
_LINE = re.compile(rb"[0-9A-Fa-f]{40}(?::\d{1,12})?\s*")
_LONGEST_LINE = 80


def fault_of_list(path: Path) -> str:
    """Return why a file is no list of leaked passwords that can be read; empty where it is one."""
    try:
        with path.open("rb") as file:
            first = file.readline(_LONGEST_LINE)
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})"
    return "" if _LINE.fullmatch(first) else f"{path} does not begin with a line such as 0000000A…:10"


def is_leaked(password: str, path: Path) -> bool:
    """Whether a list has this password. Raise OSError where it cannot be read."""
    # The lists are of SHA-1, which guards nothing here.
    wanted = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            found = _digest_from(file, middle)
            low, high = (low, middle) if not found or found >= wanted else (middle + 1, high)
        return _digest_from(file, low) == wanted


def _digest_from(file: BinaryIO, offset: int) -> bytes:
    """Return the digest in the first line that begins at an offset or after it; empty where none does."""
    file.seek(max(offset - 1, 0))
    if offset:
        file.readline()
    return file.readline()[:_DIGITS].upper()
