"""Where visitors come from, as a short name that is only counted: a campaign's name, or a host."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from prescreen.catalog.assessment.answer_codec import LONGEST_SOURCE
from prescreen.storage.interview.usage_counters import DIRECT, OTHER

PART_LENGTH = 40

_BETWEEN = "/"
_FOREIGN = re.compile(r"[^a-z0-9._-]+")
_MOST_READ = 200
"""The greatest number of characters that is read of a name."""

_KNOWN = (
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "ecosia",
    "baidu",
    "yandex",
    "brave",
    "facebook",
    "instagram",
    "linkedin",
    "reddit",
    "youtube",
    "pinterest",
    "tiktok",
    "clinicaltrials",
)
"""Sites with many hosts, each counted under one name: google.de and google.com are the same source."""


def campaign(source: str, medium: str = "", name: str = "") -> str:
    """Return the name of a campaign from its three UTM parameters, or an empty string where they are empty.

    >>> campaign("Facebook", "Paid Social", "Sciatica 11/2026"), campaign("", "email"), campaign(" ")
    ('facebook/paid-social/sciatica-11-2026', 'unnamed/email', '')
    """
    parts = [_part(source), _part(medium), _part(name)]
    while parts and not parts[-1]:
        parts.pop()
    return _BETWEEN.join(part or "unnamed" for part in parts)


def referrer(address: str) -> str:
    """Return the host of the page that linked here, never its path or query, or an empty string for none.

    >>> referrer("https://www.google.co.uk/search?q=my+back"), referrer("http://backpain.example:81/x"), referrer("x")
    ('google', 'backpain.example', '')
    """
    try:
        parts = urlsplit(address[:_MOST_READ])
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    if _is_number(host):
        return OTHER
    labels = host.split(".")
    return next((name for name in _KNOWN if name in labels), None) or _part(host.removeprefix("www."))


def named(text: str) -> str:
    """Return any typed text as a name that may be counted; a name made here is unchanged (idempotent).

    >>> named("facebook/paid-social/x"), named("A" * 999) == "a" * 40, named("a/b/c/d<script>"), named("/")
    ('facebook/paid-social/x', True, 'a/b/c-d-script', '')
    """
    return campaign(*text[:_MOST_READ].split(_BETWEEN, 2))[:LONGEST_SOURCE]


def counted_as(name: str) -> str:
    """Return the name under which a source is counted; an empty name is counted as direct."""
    return name or DIRECT


def _part(text: str) -> str:
    cleaned = _FOREIGN.sub("-", text[:_MOST_READ].lower())
    return cleaned.strip("-._")[:PART_LENGTH].rstrip("-._")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
