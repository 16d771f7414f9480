"""What a transaction inserts is sent without waiting, and everything else that it does works as it would."""

from __future__ import annotations

from sqlalchemy import select

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.base.upserts import insert_once
from prescreen.storage.tables import CriteriaEvidence, Lead
from tests.people import submitted


def test_rows_are_read_in_parts_amid_what_is_inserted(database: Database, keys: Keys) -> None:
    people = {submitted(database, keys, id=f"s{number}").lead_id for number in range(3)}

    with database.writing() as session:
        insert_once(session, CriteriaEvidence, {"fingerprint": "before", "content": "{}"})
        read = set(session.scalars(select(Lead.id).execution_options(yield_per=2)))
        insert_once(session, CriteriaEvidence, {"fingerprint": "after", "content": "{}"})

    assert read == people
    with database.reading() as session:
        assert {"before", "after"} <= set(session.scalars(select(CriteriaEvidence.fingerprint)))
