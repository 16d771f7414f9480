"""Withdrawing a consent ends just that one: not another person's, trial's, site's or purpose's."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from prescreen.database import Database
from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents
from prescreen.storage.participants.consents import ConsentGiven, StoredConsent
from prescreen.storage.participants.purposes import Purpose
from prescreen.storage.tables import Lead
from tests.people import LATER, NOW, TO_A, submitted

TRIALS, SITES = ("NCT00000001", "NCT00000002", "NCT00000003"), ("hull", "leeds", "york")
AT_EACH = [ConsentGiven(Purpose.SHARE, trial, site, "2026-11", "Share.", "en") for trial in TRIALS for site in SITES]
BESIDE = [
    ConsentGiven(purpose, None, None, "2026-11", f"{purpose}.", "en") for purpose in Purpose if purpose != "share"
]
Key = tuple[UUID, Purpose, str | None, str | None]


@pytest.fixture
def lead_ids(database: Database, keys: Keys) -> list[UUID]:
    """Let three people agree to everything; return their ids, of which the second is between the others."""
    sent = {"consents": (*AT_EACH, *BESIDE), "referrals": (TO_A,), "submitted_at": NOW}
    return [submitted(database, keys, id=name, **sent).lead_id for name in ("one", "two", "three")]


def ended(database: Database, withdraw: Callable[[Session, datetime], None]) -> set[Key]:
    """Withdraw, and return which consents ended."""
    with database.writing() as session:
        withdraw(session, LATER)
    with database.reading() as session:
        return {key_of(lead, one) for lead, one in every(session) if one.withdrawn_at is not None}


def every(session: Session) -> list[tuple[UUID, StoredConsent]]:
    leads = session.scalars(select(Lead.id))
    return [(lead, one) for lead, found in consents.of_leads(session, leads).items() for one in found]


def key_of(lead_id: UUID, one: StoredConsent) -> Key:
    return (lead_id, one.purpose, one.trial_id, one.site_id)


def test_withdrawing_a_share_ends_that_of_one_person_at_one_site(database: Database, lead_ids: list[UUID]) -> None:
    who, trial, site = sorted(lead_ids)[1], TRIALS[1], SITES[1]

    found = ended(database, lambda session, at: consents.withdraw_share(session, who, trial, site, at))

    assert found == {(who, Purpose.SHARE, trial, site)}


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.SHARE])
def test_withdrawing_a_purpose_ends_that_of_one_person(
    database: Database, lead_ids: list[UUID], purpose: Purpose
) -> None:
    who = sorted(lead_ids)[1]

    found = ended(database, lambda session, at: consents.withdraw_purpose(session, who, purpose, at))

    assert found == {(who, purpose, None, None)}


def test_withdrawing_everything_ends_all_of_one_person(database: Database, lead_ids: list[UUID]) -> None:
    who = sorted(lead_ids)[1]

    found = ended(database, lambda session, at: consents.withdraw_all(session, who, at))

    assert {lead for lead, *_ in found} == {who}
    assert len(found) == len(AT_EACH) + len(BESIDE)
