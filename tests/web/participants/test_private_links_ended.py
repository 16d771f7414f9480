"""Private links end, and every browser in which one is open: with a changed or disowned address, or by a button."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import AuditEvent, Lead
from prescreen.web.interview.answer_cookie import MINE
from prescreen.web.sealed_cookies import sealed
from tests.web.kept import rows
from tests.web.mailed import links, newest
from tests.web.markup import Element, read
from tests.web.visitor import DETAILS, Visitor, where

BUTTON = "/my/end-links"
NEW_ADDRESS = "mina@example.net"


@pytest.fixture
def person(ready: Visitor) -> Visitor:
    """Return somebody whose private page is open."""
    ready.send(language="en")
    ready.open_my_data()
    return ready


@pytest.fixture
def old_link(person: Visitor) -> str:
    """Return the link of the thank-you page."""
    return person.private_link()


@pytest.fixture
def elsewhere(app: Flask, old_link: str) -> FlaskClient:
    """Return another browser in which that link was opened."""
    client = app.test_client()
    assert where(client.get(old_link)) == "/my/"
    return client


def signature(client: FlaskClient) -> str:
    return read(client.get("/my/contact").text).one("input", name="signature")["value"]


def correct(client: FlaskClient, **changes: str) -> TestResponse:
    form = {**DETAILS, "language": "en", "signature": signature(client), **changes}
    return client.post("/my/contact", data=form)


def end_links(client: FlaskClient) -> TestResponse:
    return client.post(BUTTON, data={"signature": signature(client)})


def new_link(page: Element) -> str:
    box = page.one("section", id="new-link")
    return "/my/" + box.one("a")["href"].rpartition("/my/")[2]


def opens(client: FlaskClient, link: str = "/my/") -> bool:
    return client.get(link).status_code in (200, 303)


def test_a_changed_address_ends_older_links_wherever_they_are_open(
    person: Visitor, old_link: str, elsewhere: FlaskClient, app: Flask
):
    correct(person.client, email=NEW_ADDRESS, name="Mina Q")

    assert [opens(elsewhere), opens(app.test_client(), old_link)] == [False, False]
    assert [elsewhere.get(path).status_code for path in ("/my/contact", "/my/download")] == [404, 404]
    assert "Mina Q" in person.client.get("/my/").text


@pytest.mark.parametrize("change", [{"name": "Mina Q"}, {"email": DETAILS["email"].upper()}, {"phone": ""}])
def test_other_corrections_end_no_link(
    person: Visitor, old_link: str, elsewhere: FlaskClient, app: Flask, change: dict[str, str]
):
    correct(person.client, **change)

    assert [opens(person.client), opens(elsewhere), opens(app.test_client(), old_link)] == [True] * 3
    assert not read(person.client.get("/my/").text).all("section", id="new-link")


def test_an_older_link_can_neither_withdraw_nor_delete_any_more(
    person: Visitor, elsewhere: FlaskClient, database: Database
):
    signed = signature(elsewhere)
    correct(person.client, email=NEW_ADDRESS)

    paths = ("/my/delete", "/my/withdraw", "/my/contact", "/my/allow", "/my/ask", BUTTON)
    assert [elsewhere.post(path, data={"signature": signed, "all": "yes"}).status_code for path in paths] == [404] * 6
    assert rows(database, Lead.deleted_at) == [(None,)]


@pytest.mark.parametrize("end", [end_links, lambda client: correct(client, email=NEW_ADDRESS)])
def test_the_browser_that_ended_them_shows_a_new_link_that_works(person: Visitor, app: Flask, end):
    end(person.client)

    page = read(person.client.get("/my/").text)
    assert "Your older links have ended." in page.text
    assert where(app.test_client().get(new_link(page))) == "/my/"
    assert person.get("/thanks").status_code == 410


def test_the_button_ends_every_link_and_browser_but_this_one_and_is_on_record(
    person: Visitor, old_link: str, elsewhere: FlaskClient, app: Flask, database: Database
):
    assert where(end_links(person.client)) == "/my/"

    assert [opens(person.client), opens(elsewhere), opens(app.test_client(), old_link)] == [True, False, False]
    assert [action for (action,) in rows(database, AuditEvent.action)].count("links_ended") == 1


def test_the_button_works_again_and_ends_the_newer_link_too(person: Visitor, app: Flask):
    end_links(person.client)
    first = new_link(read(person.client.get("/my/").text))
    end_links(person.client)
    second = new_link(read(person.client.get("/my/").text))

    assert [opens(app.test_client(), link) for link in (first, second)] == [False, True]


@pytest.mark.parametrize("signed", ["", "f" * 64])
def test_no_other_site_can_press_the_button(person: Visitor, old_link: str, app: Flask, signed: str):
    assert person.client.post(BUTTON, data={"signature": signed}).status_code == 404
    assert opens(app.test_client(), old_link)


@pytest.mark.parametrize("path", [BUTTON, "/my/contact"])
def test_a_double_click_whose_first_answer_is_lost_locks_no_one_out(person: Visitor, app: Flask, path: str):
    cookie = person.cookie("prescreen-my", "/my")
    form = {**DETAILS, "email": NEW_ADDRESS, "language": "en", "signature": signature(person.client)}

    def press(_: int) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("prescreen-my", cookie, path="/my")
        assert where(client.post(path, data=form)) == "/my/"
        return client

    with ThreadPoolExecutor(3) as fingers:
        browsers = list(fingers.map(press, range(3)))

    assert [opens(one) for one in (*browsers, person.client)] == [True] * 4
    assert opens(app.test_client(), new_link(read(person.client.get("/my/").text)))


def test_a_disowned_address_that_was_confirmed_ends_the_links_that_went_to_it(
    person: Visitor, app: Flask, database: Database, keys: Keys
):
    correct(person.client, email="stranger@example.net")
    yes, no = links(newest(database, keys, "confirm"))
    stranger = app.test_client()
    stranger.post(yes)
    [receipt] = links(newest(database, keys, "receipt"))
    assert where(stranger.get(receipt)) == "/my/"

    stranger.post(no)

    assert [opens(stranger), opens(app.test_client(), receipt)] == [False, False]
    assert rows(database, Lead.deleted_at) == [(None,)]


def test_a_session_of_earlier_code_ends(person: Visitor, app: Flask, database: Database):
    with app.test_request_context():
        [(lead_id,)] = rows(database, Lead.id)
        old = sealed({"lead": lead_id.hex}, MINE)
    person.client.set_cookie("prescreen-my", old, path="/my")

    assert person.client.get("/my/").status_code == 404
