"""Recruiters whose lines are slow: they download an export from a service and take next to nothing of it."""

from __future__ import annotations

import re
import socket
import urllib.parse
import urllib.request
from dataclasses import dataclass, replace
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import Self

from sqlalchemy import ColumnElement, insert, select

from prescreen.database import Database
from prescreen.export.columns.table import HEADER
from prescreen.storage import Session
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import seal_contact
from prescreen.storage.tables import Base, Lead, Referral
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants.submission import submit
from tests.people import CONTACT, NOW, PASSWORD, SHARE_A, SUBMISSION, TO_A, recruiter

EMAIL = "rec@example.org"
_ROW_BYTES = 1_300
_SMALLEST_BUFFER = 4096
_SECONDS = 30.0


def fill(database: Database, keys: Keys, export_bytes: int) -> None:
    """Add a recruiter of a trial, and so many referrals to it that their export has about so many bytes."""
    recruiter(database, Assignment(TO_A.trial_id), email=EMAIL)
    contact = replace(CONTACT, best_time="x" * 900)
    one = replace(SUBMISSION, contact=contact, consents=(SHARE_A,), referrals=(TO_A,))
    with database.writing() as session:
        receipt = submit(session, keys, one)
        lead = _columns(session, Lead, Lead.id == receipt.lead_id)
        referral = _columns(session, Referral, Referral.lead_id == receipt.lead_id)
        ids = [(new_id(NOW), new_id(NOW)) for _ in range(export_bytes // _ROW_BYTES)]
        sealed = {lead_id: seal_contact(keys.ring, lead_id, contact) for lead_id, _ in ids}
        leads = [{**lead, "id": one, "reference": str(one), "contact": sealed[one]} for one, _ in ids]
        session.execute(insert(Lead), leads)
        session.execute(insert(Referral), [{**referral, "id": one, "lead_id": lead_id} for lead_id, one in ids])


def _columns(session: Session, table: type[Base], which: ColumnElement[bool]) -> dict[str, object]:
    row = session.scalars(select(table).where(which)).one()
    return {column.key: getattr(row, column.key) for column in table.__table__.columns}


@dataclass(frozen=True)
class SignedIn:
    """A recruiter's session at a service."""

    host: str
    port: int
    cookies: str
    form_token: str


def sign_in(host: str, port: int) -> SignedIn:
    """Sign the recruiter in."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def opened(path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        answer: HTTPResponse
        with browser.open(f"http://{host}:{port}{path}", data, timeout=_SECONDS) as answer:
            return answer.read().decode()

    token = _token(opened("/recruiter/login"))
    opened("/recruiter/login", {"form_token": token, "email": EMAIL, "password": PASSWORD})
    form_token = _token(opened("/recruiter/exports"))
    return SignedIn(host, port, "; ".join(f"{one.name}={one.value}" for one in jar), form_token)


def _token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


class SlowReader:
    """A connection on which an export was asked for. What is not read stays with the server, but for a little."""

    def __init__(self, who: SignedIn) -> None:
        form = {"form_token": who.form_token, "trial": TO_A.trial_id, "format": "csv", "identity": "yes"}
        pairs = [*form.items(), ("reason", "for a slow line"), *(("column", name) for name in HEADER)]
        body = urllib.parse.urlencode(pairs)
        head = [
            "POST /recruiter/exports HTTP/1.1",
            f"Host: {who.host}:{who.port}",
            f"Cookie: {who.cookies}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALLEST_BUFFER)
        self._socket.settimeout(_SECONDS)
        self._socket.connect((who.host, who.port))
        self._socket.sendall("\r\n".join([*head, "", body]).encode())
        self.taken = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def status(self, seconds: float = _SECONDS) -> int | None:
        """Return the status of the answer; None where none came within so many seconds."""
        self._socket.settimeout(seconds)
        try:
            while len(self.taken) < len("HTTP/1.1 200"):
                self.take(64)
        except TimeoutError:
            return None
        return int(self.taken.split()[1])

    def take(self, count: int) -> bool:
        """Take so many bytes at most, and return whether any came."""
        got = self._socket.recv(count)
        self.taken += got
        return bool(got)

    def rest(self) -> bytes:
        """Take everything that is left, and return all that came."""
        self._socket.settimeout(_SECONDS)
        while self.take(1 << 16):
            pass
        return self.taken
