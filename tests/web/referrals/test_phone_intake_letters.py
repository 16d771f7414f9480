"""Who is entered by phone gets the letters they agreed to, and keeps their place if an address was mistyped."""

from __future__ import annotations

import re

import pytest

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import Lead, Referral
from tests.web.kept import rows
from tests.web.mailed import letters, links, newest
from tests.web.markup import read
from tests.web.referrals.callers import (
    CONTACT,
    NAME,
    Caller,
    caller,
    catalog,
    stored,
)
from tests.web.visitor import where

__all__ = ["caller", "catalog"]


def test_without_an_email_address_the_reference_is_to_be_read_out(
    caller: Caller, database: Database, keys: Keys
) -> None:
    answer = caller.store(email="")

    told = caller.page(where(answer)).one("main").text
    assert rows(database, Lead.reference)[0][0] in told
    assert "Read the reference out to them" in told
    assert "+1 555 0100" in told
    assert NAME not in told
    assert letters(database, keys) == []


def test_who_agreed_to_email_is_asked_to_confirm_and_comes_to_a_page_that_says_how_it_was_agreed(
    caller: Caller, database: Database, keys: Keys
) -> None:
    caller.store(**{"by-email": "yes", "future": "yes"})
    yes, _no = links(newest(database, keys, "confirm"))
    caller.client.post(yes)

    [link] = links(newest(database, keys, "receipt"))
    page = read(caller.client.get(link, follow_redirects=True).text).one("main").text
    assert "a team read the wording out to you on the phone" in page
    assert '"given_by": "read_out"' in caller.client.get("/my/download").text
    caller.client.set_cookie("prescreen-language", "es")
    assert "por teléfono" in read(caller.client.get("/my/").text).one("main").text


@pytest.mark.parametrize(
    ("by_phone", "advice"),
    [("yes", "Ask the person for the right one."), (None, "If they call, ask for the right one.")],
)
def test_who_was_entered_by_phone_is_never_deleted_by_the_owner_of_a_mistyped_address(
    caller: Caller, database: Database, keys: Keys, by_phone: str | None, advice: str
) -> None:
    referral_id = stored(caller.store(**{"by-email": "yes", "by-phone": by_phone}))
    letter = newest(database, keys, "confirm")
    assert "we erase this address" in letter.text
    _yes, no = links(letter)

    assert caller.client.post(no).status_code == 200

    assert rows(database, Lead.deleted_at) == rows(database, Referral.withdrawn_at) == [(None,)]
    told = caller.page(f"/recruiter/referrals/{referral_id}").one("main").text
    assert NAME in told
    assert CONTACT["email"] not in told
    assert "The e-mail address was wrong: its owner said on" in told
    assert advice in told


def test_entering_one_address_again_writes_no_second_letter_and_does_not_say_so(
    caller: Caller, database: Database, keys: Keys
) -> None:
    told = [caller.page(where(caller.store(**{"by-email": "yes"}))).one("main").text for _ in range(2)]

    references = [reference for (reference,) in rows(database, Lead.reference)]
    first, second = (re.sub("|".join(references), "", text) for text in told)
    assert first == second
    assert [kind for kind, _letter in letters(database, keys)] == ["confirm"]
