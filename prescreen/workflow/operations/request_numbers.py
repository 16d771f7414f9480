"""Numbers by which a request is found again in the log, and the keys under which WSGI environments carry them.

A module of its own: the server, the pages and the log all speak of one request by it.
"""

import re
import secrets

HEADER = "X-Request-ID"
IN_ENVIRON = "prescreen.request_id"
"""The key of a WSGI environment under which the app finds, or leaves, the number of a request."""

STOPPING = "prescreen.stopping"
"""The key of a WSGI environment that says whether the process was told to stop."""

_DIGITS = 12
_WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")


def new() -> str:
    """Return a random number of twelve digits in groups of four, which people can read out on the telephone."""
    digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    return "-".join(digits[start : start + 4] for start in range(0, _DIGITS, 4))


def is_well_formed(text: str) -> bool:
    """Return whether a number that a proxy gave may stand in the log and in a header.

    >>> [is_well_formed(text) for text in ("4821-0937-5562", "7f3a91c2", "short", "two words here", "a" * 65)]
    [True, True, False, False, False]
    """
    return _WELL_FORMED.fullmatch(text) is not None
