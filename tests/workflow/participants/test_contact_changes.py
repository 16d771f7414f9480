"""What a person allows later on: who is on record as having given it."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from prescreen.catalog.criteria.catalog import Catalog, Contact, Service
from prescreen.database import Database
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import Text
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents
from prescreen.storage.participants.consents import ConsentGiven, GivenBy, Purpose
from prescreen.workflow.participants.contact_changes import allow_another_site, allow_channel
from prescreen.workflow.participants.participant_letters import Desk
from tests.people import LATER, PHONE, SHARE_A, SHARE_B, submitted

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
