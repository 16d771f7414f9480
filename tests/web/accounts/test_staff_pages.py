import csv
import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from prescreen.app import create_app
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.audit import events as audit
from prescreen.storage.participants.consents import GivenBy
from prescreen.storage.referrals import referrals
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.participants import data_subject_rights
from tests.people import CONTACT, PASSWORD, recruiter
from tests.web.markup import read
from tests.web.office import EMAIL, OTHER_TRIAL, Office, actions, catalog, form_token, office, sign_in
from tests.web.referred import TRIAL, refer

__all__ = ["catalog", "office"]


@pytest.mark.parametrize("path", ["/recruiter/", f"/recruiter/referrals/{UUID(int=7)}"])
def test_a_page_leads_to_the_sign_in_who_is_not_signed_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.location) == (303, "/recruiter/login")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_address_without_its_last_stroke_leads_to_the_work_list(client: FlaskClient) -> None:
    assert client.get("/recruiter", follow_redirects=True).status_code == 200


def test_signing_in_leads_to_the_work_list(client: FlaskClient, database: Database) -> None:
    recruiter(database, Assignment(TRIAL))

    answer = sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/recruiter/")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("prescreen-recruiter="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert client.get("/recruiter/").status_code == 200


def test_over_https_the_cookies_are_for_this_very_host(app: Flask, settings: Settings, database: Database) -> None:
    recruiter(database, Assignment(TRIAL))
    secure = create_app(Settings(**{name: getattr(settings, name) for name in settings.__slots__} | {"https": True}))
    client = secure.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"

    cookies = sign_in(client).headers.getlist("Set-Cookie")

    assert all(one.startswith("__Host-prescreen-") and "; Secure" in one for one in cookies)
    assert client.get("/recruiter/").status_code == 200


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@example.org", PASSWORD), ("", "")])
def test_wrong_account_and_wrong_password_get_the_same_sentence(
    client: FlaskClient, database: Database, email: str, password: str
) -> None:
    recruiter(database, Assignment(TRIAL))

    answer = sign_in(client, password, email)

    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert 'role="alert"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{email}"' in answer.text
    assert client.get("/recruiter/").status_code == 303


def test_too_many_wrong_passwords_are_told_how_long_to_wait(client: FlaskClient, database: Database) -> None:
    recruiter(database, Assignment(TRIAL))

    answers = [sign_in(client, "wrong") for _ in range(10)]

    assert [answer.status_code for answer in answers] == [422] * 9 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert "Wait 15 minutes" in answers[-1].text
    assert sign_in(client).status_code == 429


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_sign_in_form_from_elsewhere_is_offered_again(client: FlaskClient, database: Database, token: str) -> None:
    recruiter(database, Assignment(TRIAL))
    client.get("/recruiter/login")

    form = {"form_token": token, "email": EMAIL, "password": PASSWORD}
    answer = client.post("/recruiter/login", data=form)

    assert answer.status_code == 403
    assert "Sign in again here" in answer.text


def test_a_sign_in_form_of_another_browser_does_not_sign_in(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    recruiter(database, Assignment(TRIAL))
    other = app.test_client()
    other.get("/recruiter/login")

    form = {"form_token": form_token(client, "/recruiter/login"), "email": EMAIL, "password": PASSWORD}

    assert other.post("/recruiter/login", data=form).status_code == 403


def test_the_sign_in_leads_on_who_is_signed_in(office: Office) -> None:
    assert office.client.get("/recruiter/login").location == "/recruiter/"


def test_signing_out_ends_the_session_for_good(office: Office) -> None:
    cookie = office.client.get_cookie("prescreen-recruiter")
    assert cookie is not None

    answer = office.post("/recruiter/logout")

    assert (answer.status_code, answer.location) == (303, "/recruiter/login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert office.client.get_cookie("prescreen-recruiter") is None
    office.client.set_cookie("prescreen-recruiter", cookie.value)
    assert office.client.get("/recruiter/").status_code == 303


def test_signing_in_again_ends_the_session_before(client: FlaskClient, database: Database) -> None:
    recruiter(database, Assignment(TRIAL))
    form = {"form_token": form_token(client, "/recruiter/login"), "email": EMAIL, "password": PASSWORD}
    client.post("/recruiter/login", data=form)
    first = client.get_cookie("prescreen-recruiter")
    client.post("/recruiter/login", data=form)
    assert client.get("/recruiter/").status_code == 200

    client.set_cookie("prescreen-recruiter", first.value if first else "")

    assert client.get("/recruiter/").status_code == 303


@pytest.mark.parametrize("path", ["/recruiter/logout", "/recruiter/exports"])
def test_a_form_that_was_not_made_for_the_session_is_refused(office: Office, path: str) -> None:
    assert office.client.post(path, data={"form_token": "0" * 64}).status_code == 403
    assert office.client.post(path).status_code == 403
    assert office.client.get("/recruiter/").status_code == 200


def test_a_session_ends_after_half_an_hour_without_use(office: Office) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=29)):
        assert office.client.get("/recruiter/").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=58)):
        assert office.client.get("/recruiter/").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=89)):
        assert office.client.get("/recruiter/").status_code == 303


def test_the_work_list_says_whom_to_call_and_what_to_ask(office: Office) -> None:
    office.refer(days=3)

    page = read(office.page("/recruiter/")).one("main")
    (row,) = page.one("tbody").all("tr")

    assert row.one("a").text == "Wilhelmina Quackenbush"
    told = (
        "waits 3 days",
        str(office.catalog.trials[TRIAL].title),
        "doesn't fit now operations",
        "Ask: ",
        " phone new ",
    )
    for words in told:
        assert words in row.text, words
    assert "All people below are tests." in page.text
    assert "New 1" in [one.text for one in page.one("nav").all("a")]


def test_whose_names_were_shown_is_on_record(office: Office) -> None:
    office.refer()

    office.page("/recruiter/")

    with office.database.reading() as session:
        (shown,) = referrals.of_trial(session, TRIAL, None, page=referrals.Page(10))
        (account,) = recruiters.everyone(session)
        events = audit.about(session, audit.Subject("recruiter", str(account.id)))
    assert [event.details["referrals"] for event in events if event.action == "worklist_viewed"] == [[str(shown.id)]]


def test_an_empty_work_list_says_so(office: Office) -> None:
    assert "There are no referrals to your trials yet." in office.page("/recruiter/?sort=urgent")
    assert "Nobody waits." in office.page("/recruiter/")


def test_another_trials_referral_is_neither_listed_nor_found(office: Office) -> None:
    office.refer(trial_id=OTHER_TRIAL)
    with office.database.reading() as session:
        (theirs,) = referrals.of_trial(session, OTHER_TRIAL, None, page=referrals.Page(10))

    assert office.links() == []
    assert office.client.get(f"/recruiter/referrals/{theirs.id}").status_code == 404
    assert actions(office.database, "referral", str(theirs.id)) == ["referral_refused"]


@pytest.mark.parametrize("name", [str(UUID(int=7)), "1", "x' OR 1=1"])
def test_a_referral_that_does_not_exist_is_not_found(office: Office, name: str) -> None:
    assert office.client.get(f"/recruiter/referrals/{name}").status_code == 404


def test_the_sheet_says_how_the_person_may_be_reached(office: Office) -> None:
    office.refer()

    sheet = office.sheet()

    assert 'href="tel:+16175550100"' in sheet
    assert CONTACT.email not in sheet
    assert "mailto:" not in sheet.replace("mailto:help@example.org", "")
    assert "Not agreed, do not use: email, text message.</b>" in sheet
    assert "after six" in sheet
    assert "Agreed to: phone" in sheet or "Agreed to: sharing with this site, phone" in sheet
    assert "wording 2026-11" in sheet


@pytest.mark.parametrize(("by", "words"), [("guardian", "Check their authority"), ("assisted", "Somebody else gave")])
def test_the_sheet_says_who_agreed_where_it_was_not_the_person_alone(office: Office, by: str, words: str) -> None:
    office.refer(by=GivenBy(by))

    assert words in office.sheet()


def test_the_sheet_says_per_finding_whether_it_permits_and_what_was_answered(office: Office) -> None:
    office.refer()

    rows = [one.text for one in read(office.sheet()).all("tr") if one.attributes.get("id", "").startswith("finding-")]

    operation = next(one for one in rows if "You have had an operation on the spine or a disc in your low back." in one)
    assert operation.startswith("× does not fit Keeps out: ")
    assert next(one for one in rows if "4 to 8 out of 10" in one).startswith("✓ fits ")
    assert next(one for one in rows if "You are pregnant, breast-feeding" in one).startswith("? not clear yet ")


def test_the_sheet_says_the_determination_and_never_plain_eligible(office: Office) -> None:
    office.refer()

    sheet = office.sheet()

    assert ">doesn't fit now</span>" in sheet
    assert "ineligible" not in sheet
    assert not re.search(r"(?<!found )(?<!found not )(?<!“not )\beligible\b", sheet, re.IGNORECASE)


def test_what_is_still_to_check_is_ordered_phone_records_visit(office: Office) -> None:
    office.refer()

    sheet = office.sheet()

    places = [sheet.index(words) for words in ("Ask by phone", "Look up in the records", "Check at the visit")]
    assert places == sorted(places)


def test_a_sheet_stays_readable_when_the_trial_has_left_the_catalog(
    office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.refer()
    title = str(office.catalog.trials[TRIAL].title)
    monkeypatch.delitem(office.catalog.trials, TRIAL)  # type: ignore[arg-type]

    assert TRIAL in office.page("/recruiter/")
    sheet = office.sheet()

    assert title in sheet
    assert "You have had an operation on the spine or a disc in your low back." in sheet
    assert "Ask by phone" in sheet


def test_a_withdrawn_referral_stays_as_a_line_without_a_name(office: Office) -> None:
    receipt = refer(office.database, office.keys, office.catalog)
    with office.database.writing() as session:
        data_subject_rights.delete(session, receipt.lead_id, datetime.now(UTC))

    page = office.page("/recruiter/?sort=urgent")
    [link] = set(re.findall(r'href="(/recruiter/referrals/[^"]+)"', page))
    sheet = office.page(link)

    assert receipt.reference in page
    assert "has withdrawn" in page
    assert "This person has withdrawn" in sheet
    for secret in (CONTACT.name, CONTACT.email, "back-surgery", "ineligible"):
        assert secret not in page.split("<table")[1] + sheet


def export(office: Office, trial_id: str, **changes: str) -> TestResponse:
    form = {"format": "csv", "column": "state", "reason": "for the monthly report", **changes}
    return office.post("/recruiter/exports", trial=trial_id, **form)


def test_the_export_is_a_csv_that_is_on_record(office: Office) -> None:
    office.refer(name="=1+1")

    answer = export(office, TRIAL, identity="yes")
    (line,) = csv.DictReader(io.StringIO(answer.text, newline=""))

    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={TRIAL}-")
    assert (line["name"], line["phone"], line["state"]) == ("'=1+1", "'+1 617 555 0100", "new")
    assert actions(office.database, "trial", TRIAL) == ["export_started", "export_ended"]


@pytest.mark.parametrize("trial_id", [OTHER_TRIAL, "nothing", "..%2f"])
def test_another_trial_cannot_be_exported(office: Office, trial_id: str) -> None:
    office.refer(trial_id=OTHER_TRIAL)

    assert export(office, trial_id).status_code == 404
    assert "export_started" not in actions(office.database, "trial", OTHER_TRIAL)


def test_a_recruiter_of_one_site_exports_that_site_only(office: Office) -> None:
    recruiter(office.database, Assignment(OTHER_TRIAL, "elsewhere"))
    sign_in(office.client)
    office.refer(trial_id=OTHER_TRIAL)

    answer = export(office, OTHER_TRIAL)

    assert answer.status_code == 200
    assert answer.text.count("\r\n") == 1
