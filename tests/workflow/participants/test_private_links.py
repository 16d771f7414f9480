from datetime import timedelta
from uuid import uuid4

import pytest

from prescreen.config import EncryptionKey
from prescreen.database import Database
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.private_links import lead_behind, link_token
from tests.people import LATER, NOW, submitted

IN_A_MONTH = NOW + timedelta(days=30)
OTHER_KEYS = Keys.derived("another secret, of another service", KeyRing([EncryptionKey("k1", bytes(range(32)))]))


def test_a_link_leads_to_its_lead_until_it_expires(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id
    token = link_token(keys, lead_id, 1, IN_A_MONTH)

    with database.reading() as session:
        assert lead_behind(session, keys, token, NOW) == lead_id
        assert lead_behind(session, keys, token, IN_A_MONTH - timedelta(seconds=1)) == lead_id
        assert lead_behind(session, keys, token, IN_A_MONTH) is None


def test_a_link_of_an_earlier_generation_leads_nowhere(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    with database.reading() as session:
        assert lead_behind(session, keys, link_token(keys, lead_id, 0, IN_A_MONTH), NOW) is None


def test_a_link_made_with_another_key_leads_nowhere(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id

    with database.reading() as session:
        assert lead_behind(session, keys, link_token(OTHER_KEYS, lead_id, 1, IN_A_MONTH), NOW) is None


def test_a_deleted_leads_link_leads_nowhere(database: Database, keys: Keys) -> None:
    lead_id = submitted(database, keys).lead_id
    with database.writing() as session:
        data_subject_rights.delete(session, lead_id, LATER)

    with database.reading() as session:
        assert lead_behind(session, keys, link_token(keys, lead_id, 1, IN_A_MONTH), NOW) is None
        assert lead_behind(session, keys, link_token(keys, lead_id, 2, IN_A_MONTH), NOW) is None


def test_no_letter_of_a_link_can_be_changed(database: Database, keys: Keys) -> None:
    token = link_token(keys, submitted(database, keys).lead_id, 1, IN_A_MONTH)
    changed = [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]

    with database.reading() as session:
        assert [lead_behind(session, keys, one, NOW) for one in changed] == [None] * len(token)


@pytest.mark.parametrize("token", ["", "x", "é", "../..", "A" * 80, "A" * 100_000, "=" * 4])
def test_nonsense_leads_nowhere(database: Database, keys: Keys, token: str) -> None:
    with database.reading() as session:
        assert lead_behind(session, keys, token, NOW) is None


def test_a_link_to_nobody_leads_nowhere(database: Database, keys: Keys) -> None:
    with database.reading() as session:
        assert lead_behind(session, keys, link_token(keys, uuid4(), 1, IN_A_MONTH), NOW) is None
