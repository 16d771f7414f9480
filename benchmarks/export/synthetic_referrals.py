"""Synthetic referrals for the benchmark of exports, written by COPY, and a table for the raw driver export.

That table has what an export without identity has of a referral in one row, and four sealed fields a row, so that its
reader needs no join.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prescreen import database as schema
from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import Contact, seal_contact
from tests.services import postgres

TRIAL = "NCT00000001"
KEY = bytes(range(32))
KEYS = Keys.derived("a secret for benchmarks, and for nothing else", KeyRing([EncryptionKey("k1", KEY)]))
SEALED = ("name", "email", "phone", "postal_code")
_BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
_STATES = ("new", "contacted", "screening", "enrolled", "unreachable")
_FINDINGS = json.dumps(
    [
        {"criterion": f"criterion-{n}", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []}
        for n in range(8)
    ]
)
_ANSWERS = (
    ("age", "number", "44"),
    ("back_pain_score", "number", "13/2"),
    ("diabetes", "option", "insulin"),
    ("leg_reach", "options", '["calf", "foot"]'),
    ("pregnancy", "declined", "rather_not_say"),
)
_QUESTIONS = json.dumps([name for name, _, _ in _ANSWERS])
_CONSENTS = (("share", TRIAL), ("email", None), ("phone", None))
_FIELDS = ", ".join(f"{field} bytea" for field in SEALED)
_RAW = f"""CREATE TABLE bench_raw (reference text, referral_id uuid, trial_id text, site_id text, site_name text,
  state text, determination text, created_at timestamptz, is_test boolean, {_FIELDS},
  best_time text, language text, state_changed_at timestamptz, contacted_at timestamptz, reason text,
  due_at timestamptz, miles integer)"""


@contextmanager
def filled_database(count: int) -> Iterator[tuple[Database, str]]:
    """Run a cluster with a database of so many referrals; its value is the database and its address."""
    with postgres.throwaway() as server:
        url = server.replace("/postgres?", "/bench?")
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        database = Database(url)
        schema.upgrade(database.engine)
        fill(url, count)
        yield database, url
        database.close()


def fill(url: str, count: int) -> None:
    """Write `count` leads with a referral, answers and consents each."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("INSERT INTO consent_wording VALUES ('w', 'You may.')")
        connection.execute("INSERT INTO criteria_evidence VALUES ('f', '{}')")
        connection.execute(_RAW)
        _copy(
            connection, "lead (id, reference, contact, language, is_test, created_at, link_generation)", _leads(count)
        )
        _copy(
            connection,
            "referral (id, lead_id, trial_id, site_id, site_name, state, determination, findings, still_to_check, "
            "question_ids, fingerprint, version, created_at, state_changed_at, contacted_at, due_at, miles)",
            _referrals(count),
        )
        _copy(
            connection,
            "consent (id, lead_id, purpose, trial_id, version, wording_sha256, language, given_at, given_by)",
            _consents(count),
        )
        _copy(connection, "answer (lead_id, question_id, answered_on, kind, value)", _answers(count))
        _copy(connection, "bench_raw", _raw(count))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _copy(connection: psycopg.Connection, table: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _id(kind: int, number: int) -> UUID:
    """Return an id that sorts by time of making."""
    chance = (number * 2_654_435_761 + kind * 97) % (1 << 62)
    return UUID(int=(1_770_000_000_000 + number) << 80 | 0x7 << 76 | kind << 64 | 0b10 << 62 | chance)


def _at(number: int) -> datetime:
    return _BEGIN + timedelta(seconds=number * 7, microseconds=number % 1_000_000)


def _contact(number: int) -> Contact:
    name = "=1+1" if number % 1000 == 0 else f"Person {number} Quackenbush"
    phone = f"+1 617 555 {number % 10_000:04}"
    return Contact(name, f"person.{number}@example.org", phone, f"{number % 100_000:05}", "after six, or at noon", "en")


def _leads(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        sealed = seal_contact(KEYS.ring, _id(1, number), _contact(number))
        yield _id(1, number), f"LP-{number:06}", sealed, "en", False, _at(number), 1


def _plain(number: int) -> tuple[object, ...]:
    site, state = number % 7, _STATES[number % len(_STATES)]
    return f"site-{site}", f"Hospital {site}, North", state, "potentially_eligible"


def _moments(number: int) -> tuple[object, ...]:
    later = _at(number) + timedelta(days=2)
    return later, (later if number % 3 else None), later + timedelta(days=5), number % 90


def _referrals(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        judged = (_FINDINGS, '["mri"]', _QUESTIONS, "f", 1, _at(number))
        yield _id(2, number), _id(1, number), TRIAL, *_plain(number), *judged, *_moments(number)


def _consents(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        for kind, (purpose, trial) in enumerate(_CONSENTS, start=3):
            given = ("2026-11", "w", "en", _at(number), "self")
            yield _id(kind, number), _id(1, number), purpose, trial, *given


def _answers(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        for question, kind, value in _ANSWERS:
            yield _id(1, number), question, _at(number).date(), kind, value


def _raw(count: int) -> Iterator[tuple[object, ...]]:
    cipher = AESGCM(KEY)
    for number in range(count):
        contact, row = _contact(number), _id(2, number)
        sealed = [_sealed(cipher, getattr(contact, field), f"lead|{field}|{row}") for field in SEALED]
        changed, contacted, due, miles = _moments(number)
        known = (f"LP-{number:06}", _id(2, number), TRIAL, *_plain(number), _at(number), False)
        yield *known, *sealed, contact.best_time, "en", changed, contacted, None, due, miles


def _sealed(cipher: AESGCM, text: str, bound_to: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, text.encode(), bound_to.encode())
