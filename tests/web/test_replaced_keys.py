"""The secret key is replaced while pages are open: what was begun before is finished after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from prescreen.config import SettingsError
from prescreen.storage.accounts import second_factor
from prescreen.storage.base.keys import Keys
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts.second_factor import hashes_of_recovery_code, make_recovery_codes
from tests.web.markup import read
from tests.web.staff import Staff, account
from tests.web.toured import SECRET
from tests.web.visitor import SETTLED, Visitor, where

NEXT = "another secret for tests, and for nothing else"
Serve = Callable[..., Flask]


@pytest.fixture
def replaced(serve: Serve) -> Callable[..., Flask]:
    """Return a function that starts the service anew with another secret key; `before` is the one given beside it."""
    return lambda before: serve(secret_key=NEXT, secret_key_before=before)


def moved(browser: FlaskClient, app: Flask) -> FlaskClient:
    """Return a browser with the same cookies at a service that was started anew."""
    other = app.test_client()
    other._cookies = browser._cookies
    return other


def test_a_form_that_was_open_is_sent_and_sent_again_after_the_key_was_replaced(
    serve: Serve, replaced: Callable[..., Flask]
) -> None:
    visitor = Visitor(serve().test_client())
    visitor.answers({**SETTLED, "age": "44"})
    form = visitor.interest_form()

    after = Visitor(moved(visitor.client, replaced(SECRET)))

    assert where(after.post("/interest", form)) == "/low-back-pain/thanks"
    assert where(after.post("/interest", form)) == "/low-back-pain/thanks"
    assert after.client.get(after.private_link(), follow_redirects=True).status_code == 200


def test_what_was_sent_before_is_known_again_after_and_its_private_page_stays_open(
    serve: Serve, replaced: Callable[..., Flask]
) -> None:
    visitor = Visitor(serve().test_client())
    visitor.answers({**SETTLED, "age": "44"})
    form = visitor.interest_form()
    visitor.post("/interest", form)
    link = visitor.private_link()
    [delete] = [one for one in visitor.open_my_data().all("form") if one["action"] == "/my/delete"]

    app = replaced(SECRET)
    after = Visitor(moved(visitor.client, app))

    assert where(after.post("/interest", form)) == "/low-back-pain/thanks"
    assert app.test_client().get(link).status_code in (200, 302, 303)
    hidden = {one["name"]: one["value"] for one in delete.all("input", type="hidden")}
    assert "deleted" in after.client.post("/my/delete", data=hidden, follow_redirects=True).text.lower()


def test_a_recovery_code_and_a_sign_in_of_before_go_on(serve: Serve, replaced: Callable[..., Flask]) -> None:
    first = serve()
    resources = first.extensions[EXTENSION]
    who = account(resources.database)
    staff = Staff(first)
    staff.sign_in()
    page = read(staff.get("/recruiter/account").text)
    with resources.database.writing() as session:
        codes = make_recovery_codes(session, resources.keys, who.id, datetime.now(UTC))

    app = replaced(SECRET)
    client = moved(staff.client, app)

    token = page.all("input", name="form_token")[0]["value"]
    assert client.get("/recruiter/").status_code == 200
    assert client.post("/recruiter/account/news", data={"form_token": token, "news": "none"}).status_code != 400
    with resources.database.writing() as session:
        hashes = hashes_of_recovery_code(_keys(app), who.id, codes[0].replace("-", ""))
        assert not second_factor.take_recovery_code(session, who.id, hashes[:1], datetime.now(UTC))
        assert second_factor.take_recovery_code(session, who.id, hashes, datetime.now(UTC))


def _keys(app: Flask) -> Keys:
    keys: Keys = app.extensions[EXTENSION].keys
    return keys


def test_a_service_that_lacks_the_key_before_does_not_start(serve: Serve, replaced: Callable[..., Flask]) -> None:
    serve()

    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY: it is not the key"):
        replaced(None)
