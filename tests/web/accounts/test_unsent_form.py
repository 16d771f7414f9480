"""Where the session has ended, what a team typed is shown again, and nothing is stored."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from prescreen.storage.tables import Lead, LogEntry, RecruiterSession
from prescreen.web.accounts import staff_pages
from prescreen.web.accounts.staff_pages import SHOWN_AGAIN
from prescreen.workflow.accounts.permissions import Permission
from tests.web.kept import count
from tests.web.markup import read
from tests.web.office import Office, catalog, office, sign_in
from tests.web.referred import TRIAL

__all__ = ["catalog", "office"]

NOTE = "Rang twice.\nThe daughter will ring back on Friday."
CALL = {"name": "Wilhelmina Quackenbush", "phone": "617 555 0143", "q-age-answer": "44", "q-leg_reach-answer": "calf"}


def end_session(office: Office) -> None:
    office.client.delete_cookie("prescreen-recruiter")


def sign_in_anew(office: Office) -> None:
    end_session(office)
    sign_in(office.client)


def add_note(office: Office, path: str, text: str = NOTE) -> TestResponse:
    return office.client.post(f"{path}/outcome", data={"form_token": "f" * 64, "note": text})


@pytest.fixture
def person(office: Office) -> str:
    """Return the page of a person."""
    office.refer()
    [path] = set(office.links())
    return path


@pytest.mark.parametrize(("ending", "status"), [(end_session, 401), (sign_in_anew, 403)])
def test_a_note_is_shown_again_and_not_stored(office: Office, person: str, ending, status: int) -> None:
    ending(office)

    answer = add_note(office, person)

    page = read(answer.text)
    assert answer.status_code == status
    assert page.one("h1").text == "Nothing was stored"
    assert "The daughter will ring back on Friday." in page.text
    assert count(office.database, LogEntry) == 0


@pytest.mark.parametrize(("ending", "status"), [(end_session, 401), (sign_in_anew, 403)])
def test_a_call_is_shown_again_with_its_questions(office: Office, ending, status: int) -> None:
    site = office.catalog.trials[TRIAL].sites[0].id
    ending(office)
    hidden = {"form_token": "f" * 64, "signature": "5" * 64, "submission": "abc", "shown": "", "call": "en"}

    answer = office.client.post(f"/recruiter/enter/{TRIAL}/{site}", data={**hidden, **CALL})

    page = read(answer.text)
    assert answer.status_code == status
    assert {one.text for one in page.all("dd")} == set(CALL.values())
    assert str(office.catalog.bank["age"].ask) in page.text
    assert count(office.database, Lead) == 0


def test_it_leads_to_signing_in_beside_this_page(office: Office, person: str) -> None:
    end_session(office)

    link = read(add_note(office, person).text).one("a", class_="go")

    assert (link["href"], link["target"]) == ("/recruiter/login", "_blank")


def test_where_nothing_was_typed_the_sign_in_comes_at_once(office: Office, person: str) -> None:
    end_session(office)

    answer = add_note(office, person, "  ")

    assert (answer.status_code, answer.location) == (303, "/recruiter/login")


def test_a_password_is_never_shown_again(office: Office) -> None:
    end_session(office)

    answer = office.client.post("/recruiter/account/password", data={"password": "a long secret", "new": "another"})

    assert "secret" not in answer.text
    assert all(permission not in SHOWN_AGAIN for permission in (Permission.OWN_ACCOUNT, Permission.MANAGE_ACCOUNTS))


def test_markup_that_was_typed_is_shown_as_text(office: Office, person: str) -> None:
    end_session(office)

    assert "<b>Bo</b>" not in add_note(office, person, "<b>Bo</b>").text


def test_the_guard_asks_for_it(office: Office, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_pages, "_unsent", lambda *_: None)
    end_session(office)

    assert add_note(office, person).status_code == 303
    assert count(office.database, RecruiterSession) > 0
