"""What is wrong with an installation that real people are to use: settings, catalog and database held together.

Each setting is valid by itself; here is what must not be so, or had better not be, once the service is on the internet.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from prescreen.config import PREFIX, SHIPPED_CRITERIA, Settings
from prescreen.service_addresses import is_loopback
from prescreen.storage import Transactions
from prescreen.storage.accounts.leaked_passwords import fault_of_list
from prescreen.storage.connections.database_account import may_change_tables
from prescreen.storage.participants import leads


class Weight(StrEnum):
    """Whether the service must not be opened to people, or only could do better."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an installation: the setting or file that is at fault, why, and what to do."""

    weight: Weight
    where: str
    why: str

    def __str__(self) -> str:
        """Return the finding as one line.

        >>> str(Finding(Weight.ERROR, "PRESCREEN_HTTPS", "it is off; set it to on"))
        'error: PRESCREEN_HTTPS: it is off; set it to on'
        """
        return f"{self.weight}: {self.where}: {self.why}"


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation: its settings, whether Flask would debug, and what its catalog and database hold.

    `untold` are the parts that the privacy notice lacks and only the operator can write. `may_change_tables` is whether
    the account of the database could drop them.
    """

    settings: Settings
    is_debugging: bool
    is_sample: bool
    holds_real_people: bool
    untold: tuple[str, ...] = ()
    may_change_tables: bool = False


def serves_as_owner(database: Transactions) -> bool:
    """Return whether the account of the database may change tables."""
    with database.reading() as session:
        return may_change_tables(session)


def holds_real_people(database: Transactions) -> bool:
    """Return whether the database holds somebody who is no test."""
    with database.reading() as session:
        return leads.holds_real(session)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: the setting or file, why it is a fault and what to do, and whether it is one.

    The texts may name what `_words` knows of an installation.
    """

    where: str
    why: str
    is_at_fault: Callable[[Installation], object]

    def __call__(self, one: Installation) -> tuple[str, str] | None:
        """Return where and why an installation is at fault; None where it is not."""
        words = _words(one) if self.is_at_fault(one) else None
        return None if words is None else (self.where.format(**words), self.why.format(**words))


def findings(installation: Installation) -> tuple[Finding, ...]:
    """Return what is wrong with an installation in production, errors first; nothing where all is well."""
    return tuple(
        Finding(weight, *told) for weight, checks in CHECKS.items() for one in checks if (told := one(installation))
    )


def _words(one: Installation) -> dict[str, str]:
    criteria = one.settings.criteria
    return {
        "leaked": _fault_of_leaked(one),
        "catalog": str(criteria / "catalog.yaml"),
        "notice": str(criteria / "notices" / "privacy.en.md"),
        "untold": ", ".join(one.untold),
        "key": _guessable_key(one) or "",
    }


def _fault_of_leaked(one: Installation) -> str:
    path = one.settings.leaked_passwords
    return fault_of_list(path) if path else ""


_EXAMPLE = re.compile(r"change.?me|replace.?me|example|placeholder|default|insecure|password|secret", re.IGNORECASE)


def _cannot_list_deletions(one: Installation) -> bool:
    path = one.settings.deletion_list
    place = next(place for place in (path, *path.parents) if place.exists())
    return not os.access(place, os.W_OK) or (place != path and not place.is_dir())


def _guessable_key(one: Installation) -> str | None:
    """Return the id of the first encryption key whose bytes are all one step apart, such as 0, 1, 2."""
    return next((key.id for key in one.settings.encryption_keys if _is_run(key.key)), None)


def _is_run(key: bytes) -> bool:
    return len({(after - before) % 256 for before, after in pairwise(key)}) == 1


def _has_links_without_tls(one: Installation) -> bool:
    return not (one.settings.public_url or "https://").startswith("https://")


def _has_letters_without_tls(one: Installation) -> bool:
    server = one.settings.mail_url
    return server is not None and server.clear_text and not server.is_loopback


_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def _has_database_without_tls(one: Installation) -> bool:
    return _is_in_clear(one.settings.database_url)


def _has_replica_without_tls(one: Installation) -> bool:
    return _is_in_clear(one.settings.database_read_url or "")


def _is_in_clear(url: str) -> bool:
    """Return whether a database is reached over a network, and nothing demands that the connection be encrypted."""
    parts = urlsplit(url)
    is_far = bool(parts.scheme.startswith("postgresql") and parts.hostname and not is_loopback(parts.hostname))
    mode = parse_qs(parts.query).get("sslmode", [""])[-1]
    return is_far and mode not in _ENCRYPTED


CHECKS: dict[Weight, tuple[Check, ...]] = {
    Weight.ERROR: (
        Check(
            "FLASK_DEBUG",
            "it is on, so that an error could show code and data to visitors; take it out",
            lambda one: one.is_debugging,
        ),
        Check(
            f"{PREFIX}SECRET_KEY",
            "it looks like the key of an example; make one with openssl rand -base64 32",
            lambda one: _EXAMPLE.search(one.settings.secret_key or ""),
        ),
        Check(
            f"{PREFIX}ENCRYPTION_KEYS",
            "key '{key}' counts up or down and can be guessed; "
            "make one with openssl rand -base64 32 and write it as k1:…",
            _guessable_key,
        ),
        Check(
            f"{PREFIX}HTTPS",
            "it is off, so that cookies go over plain http; put a proxy with a certificate in front and set it to on",
            lambda one: not one.settings.https,
        ),
        Check(
            f"{PREFIX}PUBLIC_URL",
            "it is not https, so that private links in letters could be read on their way",
            _has_links_without_tls,
        ),
        Check(
            f"{PREFIX}MAIL_URL",
            "letters leave without encryption; take ?tls=off out, or send by a server on this machine",
            _has_letters_without_tls,
        ),
        Check(
            f"{PREFIX}DATABASE_URL",
            "answers cross the network to PostgreSQL and nothing demands encryption; add ?sslmode=verify-full",
            _has_database_without_tls,
        ),
        Check(
            f"{PREFIX}DATABASE_READ_URL",
            "exports cross the network from the replica and nothing demands encryption; add ?sslmode=verify-full",
            _has_replica_without_tls,
        ),
        Check(
            f"{PREFIX}LEAKED_PASSWORDS",
            "{leaked}, so that no password can be held against it; put the list there, or leave it out",
            _fault_of_leaked,
        ),
        Check(
            f"{PREFIX}DELETIONS",
            "the list of deletions cannot be written there, so that nobody could be deleted; "
            "give its folder to the user of the service",
            _cannot_list_deletions,
        ),
        Check(
            "{catalog}",
            "it says sample: true, and the database holds real people, whom nobody would call; "
            "serve them with the catalog they answered to",
            lambda one: one.is_sample and one.holds_real_people,
        ),
        Check(
            "{catalog}",
            "it says sample: true, so that everybody who agrees is stored as a test and deleted after a week; "
            "write your own operator and trials and take it out",
            lambda one: one.is_sample and not one.holds_real_people,
        ),
    ),
    Weight.WARNING: (
        Check(
            f"{PREFIX}CRITERIA",
            "it is the folder that comes with the software; an update would replace your trials",
            lambda one: not one.is_sample and one.settings.criteria == SHIPPED_CRITERIA,
        ),
        Check(
            "{notice}",
            "the privacy notice does not say: {untold}; write a section for each",
            lambda one: one.untold and not one.is_sample,
        ),
        Check(
            f"{PREFIX}PUBLIC_URL",
            "it is not set, so that links in letters lead to the address that is served here",
            lambda one: not one.settings.public_url,
        ),
        Check(
            f"{PREFIX}MAIL_URL",
            "it is not set, so that no letter is sent: all wait in the outbox",
            lambda one: one.settings.mail_url is None,
        ),
        Check(
            f"{PREFIX}SECOND_FACTOR",
            "it is not required, so that a password alone opens people's contact details",
            lambda one: not one.settings.second_factor_required,
        ),
        Check(
            f"{PREFIX}DATABASE_URL",
            "its account may change and drop tables, which serving never does; "
            "serve with another one, made by CREATE ROLE and `prescreen db grant`",
            lambda one: one.may_change_tables,
        ),
        Check(
            f"{PREFIX}TRUSTED_PROXIES",
            "it is 0 although TLS ends in front of the service: all visitors count as one address; "
            "say how many proxies",
            lambda one: one.settings.https and not one.settings.trusted_proxies,
        ),
        Check(
            f"{PREFIX}VISITOR_RATE_LIMIT",
            "it is off, so that one address may send as much as it likes",
            lambda one: one.settings.visitor_rate_limit is None,
        ),
    ),
}
