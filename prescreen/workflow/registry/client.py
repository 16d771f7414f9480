"""A polite client of ClinicalTrials.gov's API v2: few requests, conditional ones, and patience that has an end.

The operator names the address; nothing that a file or an answer says leads elsewhere. A redirect is followed within
the same scheme, host and port alone.
"""

import random
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Lock
from urllib.parse import quote, urljoin

import urllib3
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from prescreen.workflow.registry.answers import MOST_BYTES, Failure, Fetched, RegistryError, Seen, safe_id
from prescreen.workflow.registry.time_limits import LimitedPools, time_limit

_AGAIN = frozenset({429, 502, 503, 504})
_CHUNK = 65_536
_MOST_REDIRECTS = 2
_LONGEST_VALIDATOR = 200
_PRINTABLE = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Patience:
    """How fast and how long a registry is asked. All but `tries` and `per_second` are seconds.

    `first_wait` doubles with each further try, up to `longest_wait`, and is then made shorter or longer by chance.
    `whole` bounds an answer from its request to its last byte, however slowly its headers or its body come.
    """

    per_second: float = 3.0
    tries: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0
    connect: float = 5.0
    read: float = 15.0
    whole: float = 60.0


USUAL = Patience()


class RegistryClient:
    """Asks one registry. It can be called as a `Registry`, by several threads, which share its pace."""

    def __init__(self, base: str, agent: str, patience: Patience = USUAL) -> None:
        """Prepare for the registry at an https address, or http on this machine; `agent` says who asks."""
        self._base, self._patience = base.rstrip("/"), patience
        self._agent = "".join(_PRINTABLE.findall(agent))
        timeout = urllib3.Timeout(connect=patience.connect, read=patience.read)
        self._pool = LimitedPools(num_pools=1, maxsize=1, timeout=timeout, retries=False)
        self._pace, self._next_at = Lock(), 0.0

    def __call__(self, trial_id: str, seen: Seen) -> Fetched | None:
        """Return the answer for a trial, or None where nothing changed. Raise RegistryError where there is none."""
        address = f"{self._base}/api/v2/studies/{quote(safe_id(trial_id), safe='')}"
        tried = 1
        while isinstance(found := self._asked(address, seen), _Later):
            if tried >= self._patience.tries or found.asks_for > self._patience.longest_wait:
                why = f"{found.why}, {tried} time{'' if tried == 1 else 's'}"
                raise RegistryError(found.failure, why, found.asks_for)
            time.sleep(self._wait(tried, found.asks_for))
            tried += 1
        return found

    def _wait(self, tried: int, asked_for: float) -> float:
        """Return how long to wait after so many tries: never less than the registry asked for."""
        backed_off: float = min(self._patience.longest_wait, self._patience.first_wait * 2 ** (tried - 1))
        return max(asked_for, backed_off * random.uniform(0.5, 1.5))  # noqa: S311 - keeps two clients apart, no secret

    def _asked(self, address: str, seen: Seen) -> "Fetched | _Later | None":
        try:
            with self._opened(address, seen) as response:
                return self._read(response)
        except ReadTimeoutError:
            return _Later(Failure.SLOW, f"no answer within {self._patience.read:g} seconds")
        except HTTPError as error:
            return _Later(Failure.UNREACHABLE, f"it cannot be reached ({type(error).__name__})")

    @contextmanager
    def _opened(self, address: str, seen: Seen) -> Iterator[BaseHTTPResponse]:
        """Yield the answer of an address, after redirects within the same host. The body is not read yet."""
        for _ in range(_MOST_REDIRECTS + 1):
            with self._answer(address, seen) as response:
                target = response.get_redirect_location()
                if not target:
                    yield response
                    return
                address = _within(address, target)
        raise RegistryError(Failure.ELSEWHERE, "it redirects again and again")

    @contextmanager
    def _answer(self, address: str, seen: Seen) -> Iterator[BaseHTTPResponse]:
        """Yield the answer of an address. Raise RegistryError where it is not read within the time that it may take."""
        headers = {"User-Agent": self._agent, "Accept": "application/json", **_conditions(seen)}
        self._keep_pace()
        with time_limit(self._patience.whole) as limit:
            try:
                response = self._pool.request("GET", address, headers=headers, preload_content=False, redirect=False)
                with closing(response):
                    # What was not read belongs to no later answer: the connection is not used again.
                    yield response
            except HTTPError:
                if not limit.is_over:
                    raise
            # A body without a length just ends where its connection does.
            if limit.is_over:
                raise RegistryError(Failure.SLOW, f"the answer took more than {self._patience.whole:g} seconds")

    def _keep_pace(self) -> None:
        """Wait until the next request may be sent."""
        with self._pace:
            now = time.monotonic()
            at = max(now, self._next_at)
            self._next_at = at + 1 / self._patience.per_second
        time.sleep(at - now)

    def _read(self, response: BaseHTTPResponse) -> "Fetched | _Later | None":
        status = response.status
        if status == HTTPStatus.NOT_MODIFIED:
            return None
        if status in _AGAIN:
            return _Later(Failure.BUSY, f"it answers {status}", _seconds(response.headers.get("Retry-After")))
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise RegistryError(Failure.VANISHED, f"it has no such record ({status})")
        if status != HTTPStatus.OK:
            raise RegistryError(Failure.REFUSED, f"it answers {status}")
        kind = response.headers.get("Content-Type", "")
        if "json" not in kind.lower():
            raise RegistryError(Failure.NO_RECORD, f"it answers with '{kind[:40]}' instead of JSON")
        return Fetched(self._body(response), _seen(response))

    def _body(self, response: BaseHTTPResponse) -> bytes:
        """Return the whole body as it was sent. Raise RegistryError for one that is too large or cut."""
        content = bytearray()
        while chunk := response.read1(_CHUNK, decode_content=False):
            content += chunk
            if len(content) > MOST_BYTES:
                raise RegistryError(Failure.NO_RECORD, f"the answer has more than {MOST_BYTES} bytes")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) != len(content):
            raise RegistryError(Failure.NO_RECORD, f"the answer was cut after {len(content)} of {int(length)} bytes")
        return bytes(content)


@dataclass(frozen=True, slots=True)
class _Later:
    """That it is worth asking again, and after how many seconds at least."""

    failure: Failure
    why: str
    asks_for: float = 0.0


def _conditions(seen: Seen) -> dict[str, str]:
    given = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in given.items() if value}


def _seen(response: BaseHTTPResponse) -> Seen:
    return Seen(_validator(response.headers.get("ETag")), _validator(response.headers.get("Last-Modified")))


def _validator(value: str | None) -> str | None:
    """Return what may be sent back: a line of printable characters, and no long one."""
    fits = value is not None and len(value) <= _LONGEST_VALIDATOR and _PRINTABLE.fullmatch(value)
    return value if fits else None


def _seconds(retry_after: str | None) -> float:
    """Return how many seconds a Retry-After asks for; 0 where it is none."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _within(address: str, target: str) -> str:
    """Return the address that a redirect leads to. Raise RegistryError for another scheme, host or port."""
    try:
        found = urljoin(address, target)
        same = _origin(found) == _origin(address)
    except ValueError:
        same = False
    if not same:
        raise RegistryError(Failure.ELSEWHERE, "it redirects to another place, which is not followed")
    return found


def _origin(address: str) -> tuple[str | None, str | None, int | None]:
    # By the parser of what connects: where two parsers differ, one would approve of what the other does not reach.
    parts = urllib3.util.parse_url(address)
    return parts.scheme, parts.host, parts.port
