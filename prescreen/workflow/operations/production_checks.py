"""What is wrong with an installation that real people are to use: settings, catalog and database held together.

Each setting is valid by itself; here is what must not be so, or had better not be, once the service is on the internet.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from prescreen.config import PREFIX, SHIPPED_CRITERIA, Settings
from prescreen.service_addresses import is_loopback
from prescreen.storage import Transactions
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

    `untold` are the parts that the privacy notice lacks and only the operator can write.
    """

    settings: Settings
    is_debugging: bool
    is_sample: bool
    holds_real_people: bool
    untold: tuple[str, ...] = ()


def holds_real_people(database: Transactions) -> bool:
    """Return whether the database holds somebody who is no test."""
    with database.reading() as session:
        return leads.holds_real(session)


Told = tuple[str, str] | None
Check = Callable[[Installation], Told]


def findings(installation: Installation) -> tuple[Finding, ...]:
    """Return what is wrong with an installation in production, errors first; nothing where all is well."""
    return tuple(_findings(installation))


def _findings(installation: Installation) -> Iterator[Finding]:
    for weight, checks in CHECKS.items():
        for check in checks:
            if told := check(installation):
                yield Finding(weight, *told)


def _debugging(one: Installation) -> Told:
    told = "FLASK_DEBUG", "it is on, so that an error could show code and data to visitors; take it out"
    return told if one.is_debugging else None


_EXAMPLE = re.compile(r"change.?me|replace.?me|example|placeholder|default|insecure|password|secret", re.IGNORECASE)


def _secret_of_an_example(one: Installation) -> Told:
    told = f"{PREFIX}SECRET_KEY", "it looks like the key of an example; make one with openssl rand -base64 32"
    return told if _EXAMPLE.search(one.settings.secret_key or "") else None


def _encryption_key_of_an_example(one: Installation) -> Told:
    why = "key '{}' counts up or down and can be guessed; make one with openssl rand -base64 32 and write it as k1:…"
    guessed = next((key.id for key in one.settings.encryption_keys if _is_run(key.key)), None)
    return (f"{PREFIX}ENCRYPTION_KEYS", why.format(guessed)) if guessed else None


def _is_run(key: bytes) -> bool:
    """Whether all bytes are one step apart, such as 0, 1, 2."""
    return len({(after - before) % 256 for before, after in pairwise(key)}) == 1


def _no_tls(one: Installation) -> Told:
    told = (
        f"{PREFIX}HTTPS",
        "it is off, so that cookies go over plain http; put a proxy with a certificate in front and set it to on",
    )
    return None if one.settings.https else told


def _links_without_tls(one: Installation) -> Told:
    told = f"{PREFIX}PUBLIC_URL", "it is not https, so that private links in letters could be read on their way"
    url = one.settings.public_url
    return told if url and not url.startswith("https://") else None


def _letters_without_tls(one: Installation) -> Told:
    told = (
        f"{PREFIX}MAIL_URL",
        "letters leave without encryption; take ?tls=off out, or send by a server on this machine",
    )
    server = one.settings.mail_url
    return told if server and server.clear_text and not server.is_loopback else None


_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def _database_without_tls(one: Installation) -> Told:
    told = (
        f"{PREFIX}DATABASE_URL",
        "answers cross the network to PostgreSQL and nothing demands encryption; add ?sslmode=verify-full",
    )
    parts = urlsplit(one.settings.database_url)
    is_far = bool(parts.scheme.startswith("postgresql") and parts.hostname and not is_loopback(parts.hostname))
    mode = parse_qs(parts.query).get("sslmode", [""])[-1]
    return told if is_far and mode not in _ENCRYPTED else None


def _sample_beside_real_people(one: Installation) -> Told:
    told = (
        str(one.settings.criteria / "catalog.yaml"),
        "it says sample: true, and the database holds real people, whom nobody would call; "
        "serve them with the catalog they answered to",
    )
    return told if one.is_sample and one.holds_real_people else None


def _sample(one: Installation) -> Told:
    told = (
        str(one.settings.criteria / "catalog.yaml"),
        "it says sample: true, so that everybody who agrees is stored as a test and deleted after a week; "
        "write your own operator and trials and take it out",
    )
    return told if one.is_sample and not one.holds_real_people else None


def _shipped_criteria(one: Installation) -> Told:
    told = f"{PREFIX}CRITERIA", "it is the folder that comes with the software; an update would replace your trials"
    return told if not one.is_sample and one.settings.criteria == SHIPPED_CRITERIA else None


def _notice_unfinished(one: Installation) -> Told:
    told = (
        str(one.settings.criteria / "notices" / "privacy.en.md"),
        f"the privacy notice does not say: {', '.join(one.untold)}; write a section for each",
    )
    return told if one.untold and not one.is_sample else None


def _no_public_url(one: Installation) -> Told:
    told = f"{PREFIX}PUBLIC_URL", "it is not set, so that links in letters lead to the address that is served here"
    return None if one.settings.public_url else told


def _no_mail(one: Installation) -> Told:
    told = f"{PREFIX}MAIL_URL", "it is not set, so that no letter is sent: all wait in the outbox"
    return None if one.settings.mail_url else told


def _second_factor_optional(one: Installation) -> Told:
    told = f"{PREFIX}SECOND_FACTOR", "it is not required, so that a password alone opens people's contact details"
    return None if one.settings.second_factor_required else told


def _proxy_untrusted(one: Installation) -> Told:
    told = (
        f"{PREFIX}TRUSTED_PROXIES",
        "it is 0 although TLS ends in front of the service: all visitors count as one address; say how many proxies",
    )
    return told if one.settings.https and not one.settings.trusted_proxies else None


def _rate_unlimited(one: Installation) -> Told:
    told = f"{PREFIX}VISITOR_RATE_LIMIT", "it is off, so that one address may send as much as it likes"
    return None if one.settings.visitor_rate_limit else told


CHECKS: dict[Weight, tuple[Check, ...]] = {
    Weight.ERROR: (
        _debugging,
        _secret_of_an_example,
        _encryption_key_of_an_example,
        _no_tls,
        _links_without_tls,
        _letters_without_tls,
        _database_without_tls,
        _sample_beside_real_people,
        _sample,
    ),
    Weight.WARNING: (
        _shipped_criteria,
        _notice_unfinished,
        _no_public_url,
        _no_mail,
        _second_factor_optional,
        _proxy_untrusted,
        _rate_unlimited,
    ),
}
