"""The first letter and its links, which change nothing when they are only opened."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import AuditEvent, Lead, OutboxLetter
from tests.web.kept import count, rows
from tests.web.mailed import letters, links, newest
from tests.web.markup import read
from tests.web.visitor import DETAILS, NOON, SETTLED, Visitor, where


@pytest.fixture
def asked(ready: Visitor, database: Database, keys: Keys) -> tuple[str, str]:
    """Return the two links of the letter to somebody who sent details."""
    ready.send(language="en")
    yes, no = links(newest(database, keys, "confirm"))
    return yes, no


def confirmed(database: Database) -> list[bool]:
    return [index is not None for (index,) in rows(database, Lead.email_index)]


def test_a_submission_writes_one_letter_that_asks_whose_address_it_is(ready: Visitor, database: Database, keys: Keys):
    form = ready.interest_form()

    ready.post("/interest", form)
    ready.post("/interest", form)

    [(kind, letter)] = letters(database, keys)
    assert (kind, letter.recipient) == ("confirm", DETAILS["email"])
    assert letter.subject == "Confirme su correo electrónico"
    assert rows(database, OutboxLetter.is_test) == [(True,)]


def test_who_did_not_agree_to_email_gets_none(ready: Visitor, database: Database, keys: Keys):
    ready.send(**{"by-email": None, "by-phone": "yes"})

    assert (count(database), letters(database, keys)) == (1, [])


def test_a_form_that_is_refused_writes_no_letter(ready: Visitor, database: Database, keys: Keys):
    ready.send(name="")

    assert letters(database, keys) == []


def test_links_in_letters_never_follow_the_address_that_a_request_claims(
    ready: Visitor, database: Database, keys: Keys
):
    form = ready.interest_form()

    ready.client.post("/low-back-pain/interest", data=form, headers={"Host": "localhost:666"})

    assert "http://127.0.0.1:8000/my/confirm/" in newest(database, keys, "confirm").text
    assert "666" not in newest(database, keys, "confirm").text


def test_opening_the_links_changes_nothing(client: FlaskClient, database: Database, asked: tuple[str, str]):
    before = count(database, AuditEvent)

    answers = [client.open(link, method=method) for link in asked for method in ("GET", "HEAD", "GET")]

    assert {answer.status_code for answer in answers} == {200}
    assert (confirmed(database), count(database, AuditEvent)) == ([False], before)
    assert rows(database, Lead.deleted_at) == [(None,)]


def test_each_link_shows_one_button(client: FlaskClient, asked: tuple[str, str]):
    for link in asked:
        main = read(client.get(link).text).one("main")
        assert main.one("form")["action"] == link
        assert len(main.all("button")) == 1


def test_pressing_yes_confirms_and_sends_the_receipt_once(
    client: FlaskClient, database: Database, keys: Keys, asked: tuple[str, str]
):
    pages = [client.post(asked[0]) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert confirmed(database) == [True]
    assert [kind for kind, _ in letters(database, keys)] == ["confirm", "receipt"]
    assert "email_confirmed" in [action for (action,) in rows(database, AuditEvent.action)]


def test_the_link_in_the_receipt_opens_what_is_held(
    client: FlaskClient, database: Database, keys: Keys, asked: tuple[str, str]
):
    client.post(asked[0])
    client.delete_cookie("prescreen-my", path="/my")

    [link] = links(newest(database, keys, "receipt"))

    assert where(client.get(link)) == "/my/"
    assert DETAILS["name"] in client.get("/my/").text


def test_not_me_deletes_everything_and_leaves_the_tombstone(
    client: FlaskClient, database: Database, keys: Keys, asked: tuple[str, str]
):
    page = client.post(asked[1])

    assert "Your address is erased" in page.text
    assert rows(database, Lead.contact) == [(None,)]
    assert letters(database, keys) == letters(database, keys, "cancelled") == []
    assert [client.get(link).status_code for link in asked] == [404, 404]
    actions = [action for (action,) in rows(database, AuditEvent.action)]
    assert {"email_disowned", "lead_deleted", "referral_withdrawn"} <= set(actions)


def test_the_answers_cannot_be_swapped(client: FlaskClient, database: Database, asked: tuple[str, str]):
    yes, no = asked
    swapped = [yes.replace("confirm", "not-me"), no.replace("not-me", "confirm"), yes.replace("confirm/", "")]

    assert [client.get(link).status_code for link in swapped] == [404] * 3
    assert [client.post(link).status_code for link in swapped[:2]] == [404] * 2
    assert (confirmed(database), rows(database, Lead.deleted_at)) == ([False], [(None,)])


@pytest.mark.parametrize("token", ["x", "A" * 80, "ä", "%00", "=", "A" * 4000])
@pytest.mark.parametrize("path", ["/my/confirm/", "/my/not-me/"])
def test_a_forged_token_shows_the_plain_page(client: FlaskClient, path: str, token: str):
    pages = [client.get(path + token), client.post(path + token)]

    assert [page.status_code for page in pages] == [404, 404]
    assert ["This link does not work" in page.text for page in pages] == [True, True]


def test_the_links_end_after_fourteen_days(visitor: Visitor, database: Database, keys: Keys):
    with time_machine.travel(NOON, tick=False) as clock:
        visitor.answers(SETTLED)
        visitor.send()
        both = links(newest(database, keys, "confirm"))
        clock.shift(timedelta(days=14))

        assert [visitor.client.post(link).status_code for link in both] == [404, 404]


def test_the_thank_you_page_speaks_of_an_email_only_where_one_is_sent(ready: Visitor):
    ready.send()

    assert "Confirm your email address" not in ready.page("/thanks").text
