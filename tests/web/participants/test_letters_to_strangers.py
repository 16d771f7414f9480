"""No one can have a stranger flooded with letters through any page, and no page tells whether an address is known."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from prescreen.config import mail_server
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.tables import Lead
from prescreen.web.base.request_context import EXTENSION
from tests.catalog import folders
from tests.web.kept import rows
from tests.web.mailed import letters, links, newest
from tests.web.markup import read
from tests.web.visitor import DETAILS, Visitor

FRESH = folders.altered(folders.TRIAL, "confirmed: 2026-11-01", f"confirmed: {datetime.now(UTC).date()}")
VICTIM = DETAILS["email"]


@pytest.fixture
def service(serve: Callable[..., Flask], tmp_path: Path) -> Flask:
    """A service that is no sample and sends letters."""
    folder = folders.write(tmp_path / "criteria", FRESH)
    return serve(criteria=folder, mail_url=mail_server("smtp://127.0.0.1"), public_url="https://trials.example.org")


@pytest.fixture
def database(service: Flask) -> Database:
    """Return that service's database."""
    return service.extensions[EXTENSION].database


def someone(service: Flask, **changes: Any) -> Visitor:
    """Return somebody new, in a browser of their own, who sent details."""
    visitor = Visitor(service.test_client(), "back-pain")
    visitor.answers({"numb": "no", "leg_pain": "yes"})
    assert visitor.send(**{"language": "en", **changes}).status_code == 303
    return visitor


def asked(database: Database, keys: Keys) -> list[Letter]:
    return [letter for kind, letter in letters(database, keys) if kind == "confirm"]


def post(person: Visitor, path: str, shown: str = "/my/", **data: Any) -> int:
    page = read(person.client.get(shown).text)
    signature = page.all("input", name="signature")[0]["value"]
    consent = {one["name"]: one["value"] for one in page.all("input", name="consent")}
    return person.client.post(path, data={"signature": signature, **consent, **data}).status_code


def test_twenty_five_forms_with_one_address_write_one_letter(service: Flask, database: Database, keys: Keys):
    for _ in range(25):
        someone(service)

    assert [letter.recipient for letter in asked(database, keys)] == [VICTIM]


def corrects(service: Flask) -> None:
    person = someone(service, email="own@example.org")
    person.open_my_data()
    assert post(person, "/my/contact", "/my/contact", **{**DETAILS, "language": "en"}) == 303


def allows(service: Flask) -> None:
    person = someone(service, **{"by-email": None, "by-phone": "yes"})
    person.open_my_data()
    assert post(person, "/my/allow", allow="email", agreed="yes") == 303


def asks_again(service: Flask) -> None:
    person = someone(service)
    person.open_my_data()
    assert post(person, "/my/ask") == 303


def wants_the_link(service: Flask) -> None:
    assert service.test_client().post("/my/again", data={"email": VICTIM}).status_code == 200


DOORS = (someone, corrects, allows, asks_again, wants_the_link)


@pytest.mark.parametrize("door", DOORS)
def test_no_door_writes_a_second_letter_to_an_address_that_did_not_answer(
    service: Flask, database: Database, keys: Keys, door: Callable[[Flask], Any]
):
    someone(service)
    door(service)

    assert [letter.recipient for letter in asked(database, keys)].count(VICTIM) == 1
    assert [letter for kind, letter in letters(database, keys) if kind != "confirm"] == []


@pytest.mark.parametrize("door", DOORS)
def test_no_door_writes_to_a_disowned_address(
    service: Flask, database: Database, keys: Keys, door: Callable[[Flask], Any]
):
    someone(service)
    _yes, no = links(newest(database, keys, "confirm"))
    page = service.test_client().post(no)
    assert "for 180 days we do not ask it again" in page.text

    door(service)

    assert [letter.recipient for _kind, letter in letters(database, keys) if letter.recipient == VICTIM] == []


def pages_of(person: Visitor) -> list[str]:
    """Return what a person sees after sending, without what differs for everyone: references, tokens and times."""
    thanks = person.get("/thanks").text
    person.open_my_data()
    post(person, "/my/ask")
    mine = person.client.get("/my/").text
    copy = json.loads(person.client.get("/my/download").text)
    told = {name: copy[name] for name in ("letters", "contact")}
    text = "\n".join([thanks, mine, json.dumps(told)])
    own = r"LP-\w{4}-\w{2}|/my/[\w-]{60,}|[0-9a-f]{32,64}|\d{4}-\d\d-\d\dT[\d:.+]+"
    return re.sub(own, "", text).splitlines()


def test_a_stranger_sees_the_same_whether_the_address_is_known_asked_or_disowned(
    service: Flask, database: Database, keys: Keys
):
    unknown = pages_of(someone(service, email="x@example.org"))

    first = someone(service)
    waiting = pages_of(someone(service))
    _yes, no = links(newest(database, keys, "confirm"))
    assert first.client.post(no).status_code == 200
    disowned = pages_of(someone(service))

    at_x = [line.replace("x@example.org", VICTIM) for line in unknown]
    assert at_x == waiting == disowned
    assert sum("we send no new one" in line for line in at_x) == 2


def test_after_a_yes_the_copy_says_what_became_of_the_letter(service: Flask, database: Database, keys: Keys):
    person = someone(service)
    person.open_my_data()
    yes, _no = links(newest(database, keys, "confirm"))
    person.client.post(yes)

    told = json.loads(person.client.get("/my/download").text)["letters"]

    assert [(one["about"], one["state"]) for one in told] == [("confirm", "pending"), ("receipt", "pending")]


def test_not_me_erases_only_the_address_of_who_can_be_called(service: Flask, database: Database, keys: Keys):
    person = someone(service, **{"by-phone": "yes"})
    letter = newest(database, keys, "confirm")
    assert "we erase this address" in letter.text
    _yes, no = links(letter)
    link = person.private_link()
    stranger = service.test_client()
    assert "we erase the address and do not ask it again" in stranger.get(no).text

    assert "Your address is erased" in stranger.post(no).text

    page = person.client.get(link, follow_redirects=True).text
    assert DETAILS["name"] in page
    assert VICTIM not in page
    assert "its owner told us that it is not yours" in page
    post(person, "/my/contact", "/my/contact", **{**DETAILS, "email": "right@example.org", "language": "en"})
    assert "its owner told us" not in person.client.get("/my/").text
    assert rows(database, Lead.deleted_at) == [(None,)]


def test_not_me_deletes_what_can_be_reached_in_no_other_way(service: Flask, database: Database, keys: Keys):
    someone(service)
    letter = newest(database, keys, "confirm")
    assert "we delete what was left with this address" in letter.text
    _yes, no = links(letter)
    assert "we delete all that was left with this address" in service.test_client().get(no).text

    service.test_client().post(no)

    assert rows(database, Lead.contact) == [(None,)]
