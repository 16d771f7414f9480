"""Fictional people: a submission, a recruiter and keys to start from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.dates import PartialDate, Precision
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import recruiters
from prescreen.workflow.participants.submission import (
    ConsentGiven,
    Contact,
    Purpose,
    Receipt,
    ReferralWanted,
    Submission,
    submit,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PASSWORD = "four plain little words"
ADDRESS = "192.0.2.7"

CONTACT = Contact(
    name="Wilhelmina Quackenbush",
    email="Wilhelmina.Q@example.org",
    phone="+1 617 555 0100",
    postal_code="02139",
    best_time="after six",
    language="en",
)
ANSWERS = Answers(
    {
        "age": Answer(Fraction(44), date(2026, 11, 23)),
        "height": Answer(Fraction("170.18"), date(2026, 11, 23)),
        "fevers_a_year": Answer(Fraction(1, 3), date(2026, 11, 22)),
        "pregnancy": Answer("neither", date(2026, 11, 23)),
        "low_back_pain": Answer(True, date(2026, 11, 23)),
        "surgery": Answer(False, date(2026, 11, 23)),
        "medicines": Answer(frozenset({"nsaid", "opioid"}), date(2026, 11, 23)),
        "devices": Answer(frozenset(), date(2026, 11, 23)),
        "fever": Answer(Declined.DO_NOT_KNOW, date(2026, 11, 23)),
        "weight": Answer(Declined.RATHER_NOT_SAY, date(2026, 11, 23)),
        "last_dose": Answer(PartialDate(date(2026, 3, 27)), date(2026, 11, 23)),
        "onset": Answer(PartialDate(date(2026, 3, 1), Precision.MONTH), date(2026, 11, 23)),
    }
)
SHARE_A = ConsentGiven(Purpose.SHARE, "NCT00000001", "leeds", "2026-11", "Share with trial A.", "en")
SHARE_B = ConsentGiven(Purpose.SHARE, "NCT00000002", "york", "2026-11", "Share with trial B.", "en")
FUTURE = ConsentGiven(Purpose.FUTURE, None, None, "2026-11", "Tell me about later trials.", "en")
PHONE = ConsentGiven(Purpose.PHONE, None, None, "2026-11", "Ring me.", "en")
TO_A = ReferralWanted(
    trial_id="NCT00000001",
    site_id="leeds",
    site_name="Leeds, General",
    determination=Determination.POTENTIALLY_ELIGIBLE,
    findings=(
        {"criterion": "adult", "kind": "inclusion", "rule": "true", "permits": "true", "open_questions": []},
        {"criterion": "fever", "kind": "exclusion", "rule": "unknown", "permits": "unknown", "open_questions": []},
    ),
    still_to_check=("mri",),
    fingerprint="a" * 64,
    evidence='{"id": "NCT00000001"}',
    question_ids=("age", "low_back_pain", "fever"),
)
TO_B = replace(
    TO_A,
    trial_id="NCT00000002",
    site_id="york",
    site_name="York",
    fingerprint="b" * 64,
    evidence='{"id": "NCT00000002"}',
    question_ids=("age", "medicines"),
)
SUBMISSION = Submission(
    id="submission-1",
    content_digest="digest-1",
    contact=CONTACT,
    consents=(SHARE_A, SHARE_B, PHONE),
    referrals=(TO_A, TO_B),
    answers=ANSWERS,
    is_test=False,
    submitted_at=NOW,
)


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Return keys that are always the same."""
    return Keys.derived("a secret for tests, and for nothing else", KeyRing([EncryptionKey("k1", bytes(range(32)))]))


def submitted(database: Database, keys: Keys, **changes: Any) -> Receipt:
    """Send the submission above, with the given changes."""
    with database.writing() as session:
        return submit(session, keys, replace(SUBMISSION, **changes))


def recruiter(database: Database, *assignments: Assignment, email: str = "rec@example.org") -> Account:
    """Add a recruiter with these trials."""
    details = recruiters.RecruiterDetails(email, "Rec Ruiter", assignments, PASSWORD)
    with database.writing() as session:
        return recruiters.add_recruiter(session, details, NOW)


def write_leaked(path: Path, passwords: Iterable[str], *, counts: bool = True, ending: str = "\n") -> Path:
    """Write a list of leaked passwords, and return its path."""
    digests = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in passwords)
    path.write_bytes("".join(f"{one}{':7' if counts else ''}{ending}" for one in digests).encode())
    return path
