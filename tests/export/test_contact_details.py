"""Which contact details are in a file: in every format, from both databases, by the same rule as on every page."""

import io
import zipfile
from dataclasses import replace

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.consents import CHANNELS, Purpose
from prescreen.workflow.export.referral_rows import Format
from prescreen.workflow.participants import data_subject_rights
from tests.export.exported import made, wanted
from tests.people import CONTACT, LATER, PHONE, SHARE_A, TO_A, submitted

PERSON = replace(CONTACT, phone="+16175550143", best_time="evenings after six")
HELD = {"email": PERSON.email, "phone": "6175550143", "best_time": PERSON.best_time, "name": PERSON.name}
LEAVES = {
    Purpose.EMAIL: {"email"},
    Purpose.PHONE: {"phone", "best_time"},
    Purpose.TEXT: {"phone", "best_time"},
}


def text_of(data: bytes) -> str:
    """Return a file as text; the parts of an archive one after the other."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def leaving(database: Database, keys: Keys, form: Format) -> set[str | None]:
    text = text_of(made(database, keys, wanted(form)))
    return {detail for detail, value in HELD.items() if value and value in text}


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("stopped", CHANNELS)
def test_who_stops_one_way_of_contact_is_exported_without_its_details(
    database: Database, keys: Keys, form: Format, stopped: Purpose
) -> None:
    consents = (SHARE_A, *(replace(PHONE, purpose=one) for one in CHANNELS))
    lead_id = submitted(database, keys, contact=PERSON, consents=consents, referrals=(TO_A,)).lead_id
    assert leaving(database, keys, form) == set(HELD)

    for purpose in {stopped, *(one for one in CHANNELS if LEAVES[one] == LEAVES[stopped])}:
        with database.writing() as session:
            data_subject_rights.withdraw_consent(session, lead_id, purpose, LATER)

    assert leaving(database, keys, form) == set(HELD) - LEAVES[stopped]


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("given", CHANNELS)
def test_the_one_way_that_was_agreed_to_is_the_one_that_leaves(
    database: Database, keys: Keys, form: Format, given: Purpose
) -> None:
    consents = (SHARE_A, replace(PHONE, purpose=given))
    submitted(database, keys, contact=PERSON, consents=consents, referrals=(TO_A,))

    assert leaving(database, keys, form) == {"name", *LEAVES[given]}


@pytest.mark.parametrize("form", Format)
def test_what_is_chosen_beside_a_detail_does_not_let_it_out(database: Database, keys: Keys, form: Format) -> None:
    submitted(database, keys, contact=PERSON, consents=(SHARE_A,), referrals=(TO_A,))

    for columns in (("phone",), ("email", "phone", "best_time"), ("name", "phone", "channels")):
        text = text_of(made(database, keys, wanted(form, columns=columns)))
        assert [value for detail, value in HELD.items() if detail != "name" and value and value in text] == []
