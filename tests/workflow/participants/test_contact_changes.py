"""What a person allows later on: who is on record as having given it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from prescreen.catalog.criteria.catalog import Catalog, Contact, Service
from prescreen.database import Database
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import Text
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents
from prescreen.storage.participants.consents import ConsentGiven, GivenBy, Purpose
from prescreen.storage.referrals import referrals
from prescreen.workflow.participants.contact_changes import allow_another_site, allow_channel, correct_contact
from prescreen.workflow.participants.data_subject_rights import delete, withdraw, withdraw_consent
from prescreen.workflow.participants.participant_letters import Desk
from tests.people import CONTACT, LATER, PHONE, SHARE_A, SHARE_B, submitted

SERVICE = Service(Text({"en": "Trials"}), "Some Hospital", Contact("", ""), ("en",), ZoneInfo("UTC"))
PEN = LetterWriter(Catalog(SERVICE, QuestionBank({}), {}, {}, {}, {}), "https://trials.example.org")
TEXT = ConsentGiven(Purpose.TEXT, None, None, "2026-11", "By text.", "en")
ANOTHER_SITE = replace(TEXT, purpose=Purpose.ANOTHER_SITE)


@pytest.mark.parametrize(
    ("before", "now"), [(by, GivenBy.SELF if by is GivenBy.READ_OUT else by) for by in GivenBy], ids=str
)
def test_what_is_allowed_later_was_given_by_the_same_as_before_but_for_a_phone_call(
    database: Database, keys: Keys, before: GivenBy, now: GivenBy
) -> None:
    first = tuple(replace(one, given_by=before) for one in (SHARE_A, SHARE_B, PHONE))
    lead_id = submitted(database, keys, consents=first).lead_id

    with database.writing() as session:
        assert allow_channel(session, Desk(keys, PEN, LATER), lead_id, TEXT)
        assert allow_another_site(session, lead_id, ANOTHER_SITE, LATER)

    with database.reading() as session:
        found = {one.purpose: one.given_by for one in consents.of_lead(session, lead_id)}
    assert {found[Purpose.TEXT], found[Purpose.ANOTHER_SITE]} == {now}


def test_nothing_is_allowed_corrected_or_taken_back_for_a_deleted_person(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id
    desk = Desk(keys, PEN, LATER)
    with database.writing() as session:
        delete(session, lead_id, LATER)
        before = events.about(session, events.lead(lead_id))

    with database.writing() as session:
        assert not allow_channel(session, desk, lead_id, TEXT)
        assert not allow_another_site(session, lead_id, ANOTHER_SITE, LATER)
        assert correct_contact(session, desk, lead_id, CONTACT) == ()
        assert not withdraw(session, lead_id, None, LATER)
        withdraw_consent(session, lead_id, Purpose.PHONE, LATER)

    with database.reading() as session:
        assert events.about(session, events.lead(lead_id)) == before
        assert [one for one in consents.of_lead(session, lead_id) if one.withdrawn_at is None] == []


def test_a_referral_withdrawn_meanwhile_is_given_no_distance(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id
    with database.writing() as session:
        [first, second] = referrals.of_lead(session, lead_id)
        withdraw(session, lead_id, first.id, LATER)

    with database.writing() as session:
        moved = replace(CONTACT, postal_code="10001")
        correct_contact(session, Desk(keys, PEN, LATER), lead_id, moved, {first.id: 7, second.id: 9})

    with database.reading() as session:
        assert [one.miles for one in referrals.of_lead(session, lead_id)] == [None, 9]
