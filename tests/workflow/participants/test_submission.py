from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answers
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import leads, stored_answers
from prescreen.storage.participants.purposes import GivenBy
from prescreen.storage.referrals import referrals
from prescreen.storage.tables import AuditEvent, Base, Consent, ConsentWording, Lead, Referral
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.submission import (
    ConsentMissingError,
    Receipt,
    SubmissionConflictError,
    earlier_receipt,
)
from tests.people import (
    ANSWERS,
    CONTACT,
    FUTURE,
    LATER,
    NOW,
    PHONE,
    SHARE_A,
    SHARE_B,
    SUBMISSION,
    TO_A,
    TO_B,
    submitted,
)


def rows(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_submission_stores_lead_consents_answers_and_referrals(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)

    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, receipt.lead_id)
    assert held is not None
    assert held.contact == CONTACT
    assert {(one.purpose, one.trial_id, one.given_at) for one in held.consents} == {
        ("share", "NCT00000001", NOW),
        ("share", "NCT00000002", NOW),
        ("phone", None, NOW),
    }
    assert {one.trial_id for one in held.referrals} == {"NCT00000001", "NCT00000002"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"is_test": True, "entered_by": UUID(int=9)},
        {"consents": (SHARE_A, SHARE_B, replace(FUTURE, notice="What is done with it.", given_by=GivenBy.READ_OUT))},
        {"referrals": (replace(TO_A, reply_within=timedelta(days=3), may_be_offered=True, miles=12), TO_B)},
        {"referrals": (replace(TO_B, still_to_check=(), question_ids=()),), "answers": Answers()},
    ],
)
def test_what_a_receipt_says_is_stored_is_what_is_read(database: Database, keys: Keys, changes: dict[str, Any]) -> None:
    receipt = submitted(database, keys, **changes)

    with database.reading() as session:
        assert receipt.stored == data_subject_rights.held_data(session, keys, receipt.lead_id)
    assert submitted(database, keys, **changes).stored is None


def test_a_double_click_stores_one_lead(database: Database, keys: Keys) -> None:
    first, second = submitted(database, keys), submitted(database, keys)

    assert second == replace(first, replayed=True)
    assert (rows(database, Lead), rows(database, Referral), rows(database, AuditEvent)) == (1, 2, 1)


def test_identical_submissions_at_the_same_moment_give_the_same_receipt(database: Database, keys: Keys) -> None:
    together = Barrier(6)

    def send(_: int) -> Receipt:
        together.wait()
        return submitted(database, keys)

    with ThreadPoolExecutor(6) as senders:
        receipts = list(senders.map(send, range(6)))

    assert len({(receipt.lead_id, receipt.reference) for receipt in receipts}) == 1
    assert [receipt.replayed for receipt in receipts].count(False) == 1
    assert (rows(database, Lead), rows(database, Consent)) == (1, 3)


@pytest.mark.parametrize("other", ["digest-0", "digest-2"])
def test_a_submission_sent_again_with_other_content_is_refused(database: Database, keys: Keys, other: str) -> None:
    submitted(database, keys)

    with pytest.raises(SubmissionConflictError, match="submission-1 was stored with other content"):
        submitted(database, keys, content_digest=other)
    assert rows(database, Lead) == 1


def test_a_replay_after_deletion_resurrects_nobody(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)
    with database.writing() as session:
        data_subject_rights.delete(session, receipt.lead_id, LATER)

    assert submitted(database, keys) == replace(receipt, replayed=True)
    with database.reading() as session:
        assert data_subject_rights.held_data(session, keys, receipt.lead_id) is None


def test_the_receipt_of_an_earlier_submission_is_a_replay_and_of_a_new_one_none(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)

    with database.reading() as session:
        assert earlier_receipt(session, "submission-1", ["digest-1"]) == replace(receipt, replayed=True)
        assert earlier_receipt(session, "submission-2", ["digest-1"]) is None
        with pytest.raises(SubmissionConflictError):
            earlier_receipt(session, "submission-1", ["digest-0"])
        with pytest.raises(SubmissionConflictError):
            earlier_receipt(session, "submission-1", ["digest-2"])


def test_a_referral_without_consent_stores_nothing(database: Database, keys: Keys) -> None:
    with pytest.raises(ConsentMissingError, match="no consent names trial NCT00000002 at site york"):
        submitted(database, keys, consents=(SHARE_A, PHONE))

    assert rows(database, Lead) == 0


def test_consent_to_one_site_is_no_consent_to_another(database: Database, keys: Keys) -> None:
    with pytest.raises(ConsentMissingError):
        submitted(database, keys, referrals=(replace(TO_A, site_id="york"),))


def test_only_answers_that_the_chosen_trials_use_are_stored(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys, consents=(SHARE_A,), referrals=(TO_A,))

    with database.reading() as session:
        kept = stored_answers.of_lead(session, receipt.lead_id)
    assert set(kept) == {"age", "low_back_pain", "fever"}


def test_all_answers_are_stored_where_later_trials_may_be_told(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys, consents=(SHARE_A, SHARE_B, FUTURE))

    with database.reading() as session:
        assert stored_answers.of_lead(session, receipt.lead_id) == ANSWERS


def test_a_failure_on_the_way_stores_nothing(database: Database, keys: Keys) -> None:
    twice = replace(TO_A, evidence="{}")

    with pytest.raises(Exception, match=r"(?i)unique"):
        submitted(database, keys, referrals=(TO_A, twice))
    assert (rows(database, Lead), rows(database, ConsentWording)) == (0, 0)
    assert submitted(database, keys).replayed is False


def test_a_wording_is_kept_once_however_many_agree(database: Database, keys: Keys) -> None:
    submitted(database, keys)
    submitted(database, keys, id="submission-2")

    assert (rows(database, ConsentWording), rows(database, Consent)) == (3, 6)


def test_the_criteria_stay_readable_by_their_fingerprint(database: Database, keys: Keys) -> None:
    submitted(database, keys)

    with database.reading() as session:
        assert referrals.evidence(session, "a" * 64) == '{"id": "NCT00000001"}'


def test_references_and_ids_do_not_tell_the_person_apart_from_chance(database: Database, keys: Keys) -> None:
    first, second = submitted(database, keys), submitted(database, keys, id="submission-2")

    assert first.reference != second.reference
    assert first.reference.startswith("LP-")
    assert first.lead_id.version == 7


def test_nothing_of_the_contact_is_readable_in_the_database(database: Database, keys: Keys) -> None:
    submitted(database, keys)

    stored = everything_in(database)
    assert b"NCT00000001" in stored
    for canary in ("Wilhelmina", "Quackenbush", "example.org", "617 555", "after six", "02139"):
        assert canary.encode().lower() not in stored.lower()


def everything_in(database: Database) -> bytes:
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        folder = Path(url.database or "").parent
        return b"".join(path.read_bytes() for path in folder.glob("prescreen.sqlite3*"))
    with database.reading() as session:
        return "".join(_dump(session, table) for table in Base.metadata.tables).encode()


def _dump(session: Session, table: str) -> str:
    session.execute(text("SET LOCAL bytea_output = 'escape'"))
    return "".join(session.scalars(text(f"SELECT {table}::text FROM {table}")))  # noqa: S608


def test_the_audit_event_names_ids_and_purposes_only(database: Database, keys: Keys) -> None:
    receipt = submitted(database, keys)

    with database.reading() as session:
        (event,) = events.about(session, events.Subject("lead", str(receipt.lead_id)))
    assert event.action is events.Action.LEAD_SUBMITTED
    assert event.details["consents"] == ["share", "share", "phone"]
    assert "Quackenbush" not in repr(event)


def test_a_contact_moved_to_another_lead_does_not_open(database: Database, keys: Keys) -> None:
    one, other = submitted(database, keys), submitted(database, keys, id="submission-2")
    with database.writing() as session:
        moved = select(Lead.contact).where(Lead.id == one.lead_id).scalar_subquery()
        session.execute(update(Lead).where(Lead.id == other.lead_id).values(contact=moved))

    with database.reading() as session, pytest.raises(SealBrokenError):
        data_subject_rights.held_data(session, keys, other.lead_id)


def test_a_submission_never_shows_who_sent_it(keys: Keys) -> None:
    assert "Quackenbush" not in repr(SUBMISSION)
    assert "Fraction" not in repr(SUBMISSION)


def test_an_address_cannot_be_looked_up_by_before_it_is_confirmed(database: Database, keys: Keys) -> None:
    submitted(database, keys)

    with database.reading() as session:
        assert leads.with_email(session, keys.indexes_of_email(CONTACT.email), 5) == []
