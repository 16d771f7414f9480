"""People who were stored when fewer spellings of a name were known are found after `reindex`, and only those."""

from dataclasses import replace

from sqlalchemy import delete, select

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import SearchToken
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.worklist.reindexing import reindex
from tests.people import CONTACT, LATER, submitted


def kept(database: Database) -> list[tuple[bytes, object]]:
    with database.reading() as session:
        return sorted((one.token, one.lead_id) for one in session.scalars(select(SearchToken)))


def test_older_tokens_become_those_of_today_and_stay_so(database: Database, keys: Keys) -> None:
    for number, name in enumerate(("Jürgen Müller", "Anne-Marie O’Brien")):
        submitted(database, keys, id=str(number), contact=replace(CONTACT, name=name))
    wanted = kept(database)
    with database.writing() as session:
        few = {lead_id: token for token, lead_id in wanted}.values()
        session.execute(delete(SearchToken).where(SearchToken.token.not_in(few)))

    counted: list[int] = []
    assert len(kept(database)) == 2
    assert reindex(database, keys, counted.append) == 2
    assert kept(database) == wanted
    assert reindex(database, keys, counted.append) == 2
    assert (kept(database), counted) == (wanted, [2, 2])


def test_more_people_than_one_transaction_takes_are_all_indexed(database: Database, keys: Keys) -> None:
    for number in range(3):
        submitted(database, keys, id=str(number))
    wanted = kept(database)

    assert reindex(database, keys, lambda _: None, at_once=1) == 3

    assert kept(database) == wanted


def test_who_left_is_not_found_again(database: Database, keys: Keys) -> None:
    gone, withdrawn = (submitted(database, keys, id=name).lead_id for name in ("gone", "withdrawn"))
    with database.writing() as session:
        data_subject_rights.delete(session, gone, LATER)
        data_subject_rights.withdraw(session, withdrawn, None, LATER)

    assert reindex(database, keys, lambda _: None) == 0

    assert kept(database) == []
