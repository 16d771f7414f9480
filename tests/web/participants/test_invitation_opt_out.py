"""The link that ends invitations, as a person opens it and as a mail program posts to it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import Consent, Lead
from prescreen.workflow.participants.invitation_responses import opt_out_token
from tests.web.kept import rows
from tests.web.mailed import links, newest
from tests.web.markup import read
from tests.web.visitor import Visitor


@pytest.fixture
def path(ready: Visitor, database: Database, keys: Keys) -> str:
    """Return the path of the link of somebody who confirmed their address."""
    ready.send(**{"future": "yes", "language": "en"})
    ready.client.post(links(newest(database, keys, "confirm"))[0])
    with database.reading() as session:
        lead = session.scalars(select(Lead)).one()
    return f"/my/no-more/{opt_out_token(keys, lead.id, lead.email_index)}"


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """Return a client without any cookie, as the server of a mail program is one."""
    return app.test_client(use_cookies=False)


def wants_invitations(database: Database) -> bool:
    return [
        at is None for purpose, at in rows(database, Consent.purpose, Consent.withdrawn_at) if purpose == "future"
    ] == [True]


def test_opening_the_link_asks_and_changes_nothing(stranger: FlaskClient, path: str, database: Database):
    page = stranger.get(path)

    assert (page.status_code, len(read(page.text).all("form", method="post", action=path))) == (200, 1)
    assert wants_invitations(database)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", None])
def test_one_click_without_cookies_ends_invitations(
    stranger: FlaskClient, path: str, database: Database, kind: str | None
):
    data = {"List-Unsubscribe": "One-Click"} if kind else None

    answer = stranger.post(path, data=data, content_type=kind)

    assert (answer.status_code, answer.headers.getlist("Set-Cookie"), answer.location) == (200, [], None)
    assert not wants_invitations(database)
    assert stranger.post(path).status_code == 200


def test_another_site_cannot_press_the_button(stranger: FlaskClient, path: str, database: Database):
    assert stranger.post(path, headers={"Origin": "https://evil.example"}).status_code == 403
    assert wants_invitations(database)


@pytest.mark.parametrize("change", [lambda path: path[:-1], lambda path: path.replace("no-more/", "no-more/x")])
def test_a_forged_link_is_told_and_ends_nothing(stranger: FlaskClient, path: str, database: Database, change: object):
    answers = [stranger.get(change(path)), stranger.post(change(path))]

    assert [one.status_code for one in answers] == [404, 404]
    assert wants_invitations(database)


def test_the_link_opens_nothing_else(stranger: FlaskClient, path: str):
    token = path.rpartition("/")[2]

    assert [stranger.get(f"/my/{door}{token}").status_code for door in ("", "confirm/", "not-me/")] == [404] * 3
