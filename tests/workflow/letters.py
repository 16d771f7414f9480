"""People who can be written to, and the letters that wait for them."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.email_confirmation import confirm_address
from prescreen.workflow.participants.participant_letters import ANSWER_LASTS, Desk
from prescreen.workflow.participants.private_links import Answer, answer_token
from prescreen.workflow.participants.submission import Purpose
from tests.mail.letters import PEN
from tests.people import NOW, PHONE, SHARE_A, SHARE_B, submitted

EMAIL = replace(PHONE, purpose=Purpose.EMAIL, wording="Write to me.")


def desk(keys: Keys) -> Desk:
    return Desk(keys, PEN, NOW)


def person(database: Database, keys: Keys, *, confirmed: bool = True, **changes: Any) -> UUID:
    lead_id = submitted(database, keys, **{"consents": (SHARE_A, SHARE_B, EMAIL), **changes}).lead_id
    if confirmed:
        confirm(database, keys, lead_id)
    return lead_id


def confirm(database: Database, keys: Keys, lead_id: UUID) -> None:
    token = token_for(database, keys, lead_id, Answer.MINE, NOW)
    with database.writing() as session:
        assert confirm_address(session, desk(keys), token)


def token_for(database: Database, keys: Keys, lead_id: UUID, answer: Answer, at: datetime) -> str:
    """Return the token by which a letter of that time lets a person answer about the address."""
    with database.reading() as session:
        held = data_subject_rights.held_data(session, keys, lead_id)
    assert held is not None
    return answer_token(keys, held, answer, at + ANSWER_LASTS)


def to_a(database: Database, lead_id: UUID) -> UUID:
    with database.reading() as session:
        return next(one.id for one in referrals.of_lead(session, lead_id) if one.trial_id == "NCT00000001")
