"""Wild requests: every route and every form of the service, with parts that no page would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.tables import Base
from tests.web.every_form import FILLED, Sent, World
from tests.web.referred import TRIAL
from tests.web.visitor import SETTLED, SLUG

HOSTILE = (
    *("", " ", "\0", "a\0b", "\ud7ff\ufffe\u202e", "é" * 300, "x" * 10_000, "9" * 30, "-1", "0", "1e999", "NaN"),
    *("9999-12-31", "0001-01-01", "2026-02-30", "9999-12-31T23:59", "../../etc/passwd", "%00", "%c0%ae", "{{7*7}}"),
    *("' OR 1=1 --", "<script>", "=cmd()", "a@b@c", "a" * 70 + "@example.org", "yes", "no", "en", "es", "csv", "x/y"),
    *("00000000-0000-0000-0000-000000000007", "١٢", "😀", "\u0301" * 50, "[]", "null", "*", TRIAL, SLUG, "\r\nX: y"),
)
HEADERS = ("Accept-Language", "User-Agent", "Referer", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "Range", "Host",
           "If-None-Match", "If-Modified-Since", "Content-Type", "Accept", "Accept-Encoding", "Idempotency-Key",
           "X-Forwarded-Proto", "Authorization", "Transfer-Encoding", "X-Request-Id")  # fmt: skip
_T = TypeVar("_T")
COOKIES = ("prescreen-recruiter", f"prescreen-{SLUG}", "session", "prescreen", "prescreen-person", "language")
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")

VALUES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
_WORDS = st.dictionaries(st.integers(0, 999), VALUES, max_size=3)
_HEADER_VALUES = st.one_of(
    st.sampled_from(("*/*", "en", "es;q=0.1", "null", "bytes=0-", "cross-site", "text/plain", "multipart/form-data")),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30),
)


@dataclass(frozen=True)
class Wild:
    """A request; its numbers choose among what the service has, so that they mean something at any time."""

    place: int
    """Among routes and filled forms."""
    actor: int
    arguments: Sequence[int | str]
    method: int
    form: Mapping[int, str]
    query: Mapping[int, str]
    headers: Mapping[int, str]
    cookies: Mapping[int, str]


_NUMBERS = st.integers(0, 9_999)
_SELDOM = st.dictionaries(_NUMBERS, _HEADER_VALUES, max_size=1)
WILD = st.builds(
    Wild,
    place=_NUMBERS,
    actor=_NUMBERS,
    arguments=st.lists(st.one_of(_NUMBERS, _NUMBERS, VALUES), min_size=3, max_size=3),
    method=_NUMBERS,
    form=_WORDS,
    query=_WORDS,
    headers=st.dictionaries(_NUMBERS, _HEADER_VALUES, max_size=2),
    cookies=_SELDOM,
)


def _pick(choices: Sequence[_T], number: int) -> _T:
    return choices[number % len(choices)]


@dataclass
class Target:
    """A service with people at work in it, which is as it was again after `reset`."""

    app: Flask
    world: World
    path: Path
    forms: list[Sent] = field(default_factory=list)
    known: dict[str, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    asked: int = 0
    answered: dict[int, int] = field(default_factory=dict)
    _content: bytes = b""
    _jars: list[tuple[FlaskClient, dict[Any, Any]]] = field(default_factory=list)

    def prepare(self) -> None:
        """Fill in every form once, and remember how all is."""
        self.forms = [fill(self.world) for fills in FILLED.values() for fill in fills]
        sent = {name for one in self.forms for name in one.data}
        self.names = sorted(sent | {"page", "language", "utm_source", "next", "id", "form_token"})
        self.known = self._known()
        clients = {id(one.client): one.client for one in self.forms} | {id(one): one for one in self.actors}
        self._jars = [(one, dict(one._cookies or {})) for one in clients.values()]
        self.world.database.close()
        self._content = self.path.read_bytes()

    @property
    def actors(self) -> list[FlaskClient]:
        """Return browsers: of an administrator, of a person who left details, and of everybody who fills in a form."""
        return [self.world.staff.client, self.world.person, *(one.client for one in self.forms)]

    @property
    def rules(self) -> list[Rule]:
        """Return all routes."""
        return sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))

    def _known(self) -> dict[str, list[str]]:
        """Return what stands for each part of an address."""
        database: Database = self.world.database
        kinds = {"referral_id": "referral", "recruiter_id": "recruiter", "invitation_id": "account_invitation",
                 "session_id": "recruiter_session", "reminder_id": "reminder", "note_id": "referral_note",
                 "view_id": "saved_view", "run_id": "export_run"}  # fmt: skip
        with database.reading() as session:
            found = {
                name: [str(one) for one in session.scalars(select(Base.metadata.tables[kind].c.id).limit(20))]
                for name, kind in kinds.items()
                if kind in Base.metadata.tables
            }
        texts = {"slug": [SLUG, "low-back-pain"], "trial_id": list(self.world.catalog.trials), "place": ["0", "1", "9"]}
        texts |= {"question_id": [*SETTLED, "age", "weight_kg"], "site_id": ["x"], "sha256": ["0" * 64]}
        tokens = [one.path.rsplit("/", 1)[1] for one in self.forms if "/join/" in one.path]
        return {**{name: ids or [str(UUID(int=7))] for name, ids in found.items()}, **texts, "token": tokens or ["x"]}

    def reset(self) -> None:
        """Put the database and everybody's cookies back."""
        self.world.database.close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.write_bytes(self._content)
        for client, jar in self._jars:
            client._cookies = dict(jar)

    def send(self, wild: Wild, rules: Sequence[Rule]) -> TestResponse:
        """Send a wild request, to one of these routes or as an altered form."""
        self.asked += 1
        number = wild.place // 2
        answer = (
            self._form(wild, _pick(self.forms, number)) if wild.place % 2 else self._route(wild, _pick(rules, number))
        )
        answer.get_data()
        answer.close()
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        return answer

    def _form(self, wild: Wild, sent: Sent) -> TestResponse:
        data = {**sent.data, **self._named(wild.form, list(sent.data))}
        where_to: dict[str, Any] = {"query_string": data} if sent.method == "GET" else {"data": data}
        return sent.client.open(sent.path, method=sent.method, headers=self._headers(wild), **where_to)

    def _route(self, wild: Wild, rule: Rule) -> TestResponse:
        client = _pick(self.actors, wild.actor)
        for number, value in wild.cookies.items():
            with suppress(ValueError):
                client.set_cookie(_pick(COOKIES, number), value)
        methods = sorted((rule.methods or {"GET"}) - {"OPTIONS", "HEAD"})
        method = _pick(METHODS, wild.method) if wild.method % 10 == 0 else _pick(methods, wild.method)
        form = self._named(wild.form, self.names) | {"form_token": self.world.token}
        return client.open(
            self._address(rule, wild.arguments),
            method=method,
            query_string=self._named(wild.query, self.names),
            headers=self._headers(wild),
            data=form if method == "POST" else None,
        )

    def _address(self, rule: Rule, chosen: Sequence[int | str]) -> str:
        parts = []
        arguments = iter(chosen)
        for is_dynamic, part in rule._trace:
            if is_dynamic:
                one = next(arguments)
                parts.append(quote(one, safe="") if isinstance(one, str) else _pick(self.known.get(part, ["x"]), one))
            elif part != "|":
                parts.append(part)
        return "".join(parts) or "/"

    def _named(self, words: Mapping[int, str], names: Sequence[str]) -> dict[str, str]:
        return {_pick(names or self.names, number): value for number, value in words.items()}

    def _headers(self, wild: Wild) -> list[tuple[str, str]]:
        return [(_pick(HEADERS, number), value) for number, value in wild.headers.items()]
