"""Settings, read once from the environment, which no other module reads.

Every variable is optional: without any, the service runs on one machine with SQLite and keys of its own in `instance/`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from prescreen.response_headers import Headers, headers_of
from prescreen.retention_periods import PERIODS, Days, Kept, retention
from prescreen.secret_files import SUFFIX, secret_given
from prescreen.secret_values import EncryptionKey as EncryptionKey
from prescreen.secret_values import is_key_id as is_key_id
from prescreen.secret_values import key_ring as key_ring
from prescreen.secret_values import metrics_token as metrics_token
from prescreen.secret_values import secret as secret
from prescreen.service_addresses import MailServer as MailServer
from prescreen.service_addresses import mail_server as mail_server
from prescreen.service_addresses import registry_place as registry_place

PREFIX = "PRESCREEN_"
USUAL_STOP_DELAY = 1
"""For how many seconds a process that was told to stop still takes requests, and says so to whoever sends them."""
SHIPPED_CRITERIA = Path(__file__).resolve().parent.parent / "criteria"

_RATE = re.compile(r"(?P<count>[1-9]\d{0,8})/(?P<per>second|minute|hour)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_SWITCH = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}

Setting = TypeVar("Setting")


class SecondFactorUse(StrEnum):
    """Whether a second factor is optional or required for accounts."""

    OFFERED = "offered"
    REQUIRED = "required"


class SettingsError(ValueError):
    """Raised for a setting that the service refuses. The message is one line and never shows a secret."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where}: {why}")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A rate limit: at most `count` requests in `seconds`."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Settings:
    """The operator's settings. An empty `secret_key` or `encryption_keys` means those in the instance folder."""

    database_url: str = field(repr=False)
    criteria: Path
    instance: Path
    secret_key: str | None = field(repr=False)
    encryption_keys: tuple[EncryptionKey, ...]
    host: str
    port: int
    workers: int
    visitor_rate_limit: RateLimit | None
    https: bool
    trusted_proxies: int
    counters: bool
    public_url: str | None
    mail_url: MailServer | None
    mail_from: str | None
    second_factor: SecondFactorUse
    registry: str | Path | None = None
    registry_closes: bool = False
    deletions: Path | None = None
    secret_key_before: str | None = field(default=None, repr=False)
    retention: Mapping[Kept, Days] = field(default_factory=lambda: PERIODS)
    metrics_token: str | None = field(default=None, repr=False)
    stop_delay: int = USUAL_STOP_DELAY
    hsts_subdomains: bool = False
    leaked_passwords: Path | None = None
    database_read_url: str | None = field(default=None, repr=False)
    published_criteria: bool = False
    worker: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings; an empty variable counts as unset. Raise SettingsError for the first invalid one."""
        given = {name: _given(environ, name) for name in _NAMES}
        instance = Path(given["INSTANCE"] or "instance").absolute()
        return cls(
            database_url=_read(given, "DATABASE_URL", _database_url, f"sqlite:///{instance / 'prescreen.sqlite3'}"),
            criteria=Path(given["CRITERIA"] or SHIPPED_CRITERIA).absolute(),
            instance=instance,
            secret_key=_read(given, "SECRET_KEY", secret, None),
            encryption_keys=_read(given, "ENCRYPTION_KEYS", key_ring, ()),
            host=given["HOST"] or "127.0.0.1",
            port=_read(given, "PORT", _port, 8000),
            workers=_read(given, "WORKERS", _workers, 2),
            visitor_rate_limit=_read(given, "VISITOR_RATE_LIMIT", rate_limit, _USUAL_RATE),
            https=_read(given, "HTTPS", _switch, False),
            trusted_proxies=_read(given, "TRUSTED_PROXIES", _proxies, 0),
            counters=_read(given, "COUNTERS", _switch, True),
            public_url=_read(given, "PUBLIC_URL", _public_url, None),
            mail_url=_read(given, "MAIL_URL", mail_server, None),
            mail_from=_read(given, "MAIL_FROM", _mail_from, None),
            second_factor=_read(given, "SECOND_FACTOR", _second_factor, SecondFactorUse.OFFERED),
            registry=_read(given, "REGISTRY", registry_place, None),
            registry_closes=_read(given, "REGISTRY_CLOSES", _switch, False),
            deletions=Path(given["DELETIONS"]).absolute() if given["DELETIONS"] else None,
            secret_key_before=_read(given, "SECRET_KEY_BEFORE", secret, None),
            retention=_read(given, "RETENTION", retention, PERIODS),
            metrics_token=_read(given, "METRICS_TOKEN", metrics_token, None),
            stop_delay=_read(given, "STOP_DELAY", _stop_delay, USUAL_STOP_DELAY),
            hsts_subdomains=_read(given, "HSTS_SUBDOMAINS", _switch, False),
            leaked_passwords=Path(given["LEAKED_PASSWORDS"]).absolute() if given["LEAKED_PASSWORDS"] else None,
            database_read_url=_read(given, "DATABASE_READ_URL", _replica_url(given["DATABASE_URL"]), None),
            published_criteria=_read(given, "PUBLISHED_CRITERIA", _switch, False),
            worker=_read(given, "WORKER", _switch, True),
        )

    @property
    def response_headers(self) -> Headers:
        """Return the headers of every response."""
        return headers_of(https=self.https, subdomains=self.hsts_subdomains)

    @property
    def cache(self) -> Path:
        """Return the folder of what can be made again at any time."""
        return self.instance / "cache"

    @property
    def deletion_list(self) -> Path:
        """Return the file that lists who was deleted, apart from the database."""
        return self.deletions or self.instance / "deletions.list"

    @property
    def second_factor_required(self) -> bool:
        """Whether every account needs a second factor to sign in."""
        return self.second_factor is SecondFactorUse.REQUIRED

    def public_address(self) -> str:
        """Return the public base URL of this service, without a slash at its end; links in letters begin with it.

        It is never taken from a request: the sender could make links in letters lead to another host.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"{'https' if self.https else 'http'}://{host}:{self.port}"


_USUAL_RATE: RateLimit | None = RateLimit(120, 60)
_NAMES = tuple(setting.name.upper() for setting in fields(Settings))
SECRETS = (
    "DATABASE_URL",
    "DATABASE_READ_URL",
    "SECRET_KEY",
    "SECRET_KEY_BEFORE",
    "ENCRYPTION_KEYS",
    "MAIL_URL",
    "METRICS_TOKEN",
)
"""The settings that may be given as files: those that hold a key or a password."""

VARIABLES = (*(PREFIX + name for name in _NAMES), *(PREFIX + name + SUFFIX for name in SECRETS))
"""The names of all environment variables that the service reads."""


def _given(environ: Mapping[str, str], name: str) -> str:
    variable = PREFIX + name
    if name not in SECRETS:
        return environ.get(variable, "").strip()
    try:
        return secret_given(environ, variable)
    except ValueError as error:
        raise SettingsError(variable + SUFFIX, str(error)) from error


def _read(given: Mapping[str, str], name: str, parse: Callable[[str], Setting], default: Setting) -> Setting:
    if not given[name]:
        return default
    try:
        return parse(given[name])
    except ValueError as error:
        raise SettingsError(PREFIX + name, str(error)) from error


def _database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and ":memory:" not in rest and len(rest) > 1:
        return text
    raise ValueError("it is neither sqlite:///path/to/file nor postgresql://user@host/database")


def _replica_url(primary: str) -> Callable[[str], str]:
    """Return what parses the address of a read replica of the database at another address."""

    def read(text: str) -> str:
        url = _database_url(text)
        if not all(one.startswith("postgres") for one in (url, primary)):
            raise ValueError(
                "only PostgreSQL has read replicas; set PRESCREEN_DATABASE_URL to its primary, or leave it out"
            )
        return url

    return read


def _mail_from(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"'{text}' is not an address such as trials@example.org")
    return text


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        raise ValueError(f"'{text}' is not an address such as https://trials.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _stop_delay(text: str) -> int:
    return _whole_number(text, 300, least=0)


def _port(text: str) -> int:
    return _whole_number(text, 65535)


def _workers(text: str) -> int:
    return _whole_number(text, 256)


def _proxies(text: str) -> int:
    return _whole_number(text, 9, least=0)


def _whole_number(text: str, greatest: int, least: int = 1) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= greatest:
        raise ValueError(f"'{text}' is not a whole number from {least} to {greatest}")
    return int(text)


def rate_limit(text: str) -> RateLimit | None:
    """Parse a rate such as `120/minute`; return None for `off`. Raise ValueError for any other text."""
    if text == "off":
        return None
    found = _RATE.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is neither off nor a rate such as 120/minute")
    return RateLimit(int(found["count"]), _SECONDS[found["per"]])


def _second_factor(text: str) -> SecondFactorUse:
    if text not in set(SecondFactorUse):
        raise ValueError(f"'{text}' is neither required nor offered")
    return SecondFactorUse(text)


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(f"'{text}' is neither on nor off")
    return _SWITCH[text.lower()]
