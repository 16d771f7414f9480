from datetime import UTC, datetime
from uuid import UUID

import pytest
import structlog
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Account, Assignment, Right, Role, SecondFactor
from prescreen.storage.base.keys import Keys
from tests.web.markup import read
from tests.web.referred import TRIAL
from tests.web.staff import Staff, account, actions, kept, with_second_factor

EXPORT = {"trial": TRIAL, "format": "csv", "column": "state", "reason": "for the monthly report"}
ACCOUNTS, OTHER_TRIAL = "/recruiter/accounts", "NCT06053242"


@pytest.fixture
def admin(app: Flask, database: Database) -> Staff:
    account(database, "admin@example.org", Role.ADMINISTRATOR)
    admin = Staff(app, "admin@example.org")
    admin.sign_in()
    return admin


@pytest.fixture
def other(app: Flask, database: Database) -> Staff:
    """A recruiter at work."""
    account(database)
    other = Staff(app)
    other.sign_in()
    return other


def do(admin: Staff, who: Account, deed: str = "", **form: str | list[str]) -> TestResponse:
    return admin.post(f"{ACCOUNTS}/{who.id}{deed}", **form)


def test_the_list_says_of_everybody_what_they_may_and_when_they_were_seen(admin: Staff, other: Staff) -> None:
    rows = [" ".join(row.text.split()) for row in admin.page(ACCOUNTS).one("main").all("li")]

    assert len(rows) == 2
    assert rows[0].startswith(
        "Admin you Administrator, NCT03386149 admin@example.org. May export: CSV, Excel, NDJSON, REDCap, with"
    )
    assert rows[1].startswith("Rec Recruiter, NCT03386149 rec@example.org.")
    assert "never" not in rows[1]


def test_an_author_exports_nothing_whatever_the_rights(admin: Staff, database: Database) -> None:
    account(database, role=Role.AUTHOR)

    (author,) = [row.text for row in admin.page(ACCOUNTS).one("main").all("li") if "Author" in row.text]
    assert "Author, NCT03386149" in author
    assert "May export: nothing" in author


def test_a_change_of_role_trials_and_rights_holds_at_the_next_request(
    admin: Staff, other: Staff, database: Database
) -> None:
    who = kept(database, other.email)
    assert other.post("/recruiter/exports", **EXPORT).status_code == 200

    changed = do(admin, who, role="analyst", place=[OTHER_TRIAL], right=["export_xlsx"])

    now = kept(database, other.email)
    assert changed.status_code == 303
    assert (now.role, now.assignments, now.rights) == (
        Role.ANALYST,
        (Assignment(OTHER_TRIAL),),
        frozenset({Right.EXPORT_XLSX}),
    )
    assert other.post("/recruiter/exports", **EXPORT).location == "/recruiter/login"
    other.sign_in()
    assert other.post("/recruiter/exports", **EXPORT).status_code == 404
    assert "recruiter_changed" in actions(database, who)


def test_every_trial_is_every_one_of_the_catalog(admin: Staff, other: Staff, database: Database) -> None:
    do(admin, kept(database, other.email), role="recruiter", place=["*"])

    assert "every trial" in admin.page(ACCOUNTS).text
    assert OTHER_TRIAL in kept(database, other.email).trial_ids


def test_what_is_held_of_a_trial_that_left_the_catalog_stays_unless_it_is_unticked(
    admin: Staff, other: Staff, database: Database
) -> None:
    who = kept(database, other.email)
    with database.writing() as session:
        recruiters.assign(session, who.id, [Assignment("NCT99999999", "gone")])
    page = admin.page(f"{ACCOUNTS}/{who.id}")
    ticked = [one["value"] for one in page.all("input", name="place") if "checked" in one]

    do(admin, who, role="recruiter", place=ticked)
    assert kept(database, other.email).assignments == (Assignment(TRIAL), Assignment("NCT99999999", "gone"))
    do(admin, who, role="recruiter", place=[TRIAL])

    assert kept(database, other.email).assignments == (Assignment(TRIAL),)


@pytest.mark.parametrize(
    "form",
    [
        {"role": "king", "place": TRIAL},
        {"role": "recruiter"},
        {"role": "recruiter", "place": "NCT99999999"},
        {"role": "recruiter", "place": TRIAL, "right": "all"},
    ],
)
def test_a_faulty_change_is_refused_and_changes_nothing(
    admin: Staff, other: Staff, database: Database, form: dict[str, str]
) -> None:
    before = kept(database, other.email)

    answer = do(admin, before, **form)

    assert answer.status_code == 422
    assert read(answer.text).one("div", id="errors")
    assert kept(database, other.email) == before


def test_the_last_administrator_can_neither_demote_nor_close_herself(admin: Staff, database: Database) -> None:
    me = kept(database, admin.email)

    demoted, closed = do(admin, me, role="recruiter", place=[TRIAL]), do(admin, me, "/disable")

    for answer in (demoted, closed):
        assert answer.status_code == 409
        assert "is the last administrator; make somebody else one first" in answer.text
    assert kept(database, admin.email) == me
    assert admin.get(ACCOUNTS).status_code == 200


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    admin: Staff, other: Staff, database: Database
) -> None:
    who = kept(database, other.email)

    do(admin, who, "/disable")
    assert other.get("/recruiter/").location == "/recruiter/login"
    assert other.sign_in().status_code == 422
    do(admin, who, "/enable")

    assert other.sign_in().status_code == 303
    assert actions(database, who)[-4:] == ["recruiter_disabled", "sign_in_failed", "recruiter_enabled", "signed_in"]


def test_somebody_elses_sessions_are_ended(admin: Staff, other: Staff, database: Database) -> None:
    do(admin, kept(database, other.email), "/end-sessions")

    assert other.get("/recruiter/").location == "/recruiter/login"
    assert admin.get("/recruiter/").status_code == 200


def test_a_lost_second_factor_is_reset(admin: Staff, app: Flask, database: Database, keys: Keys) -> None:
    who = account(database)
    with_second_factor(database, keys, who)
    lost = Staff(app)
    assert lost.sign_in().location == "/recruiter/login/code"

    do(admin, who, "/reset-second-factor")

    assert lost.get("/recruiter/").location == "/recruiter/login"
    assert lost.sign_in().location == "/recruiter/login/second-factor"
    assert kept(database, lost.email).second_factor is SecondFactor.DUE


@pytest.mark.parametrize("deed", ["", "/disable", "/enable", "/end-sessions", "/reset-second-factor"])
def test_an_account_that_is_not_there_is_not_found(admin: Staff, deed: str) -> None:
    path = f"{ACCOUNTS}/{UUID(int=7)}"

    assert admin.get(path).status_code == 404
    assert admin.post(path + deed, role="recruiter", place=TRIAL).status_code == 404


def test_an_invitation_that_is_not_there_cannot_be_cancelled(admin: Staff) -> None:
    assert admin.post(f"{ACCOUNTS}/invitations/{UUID(int=7)}/cancel").status_code == 404


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.ANALYST, Role.AUTHOR])
def test_accounts_are_for_administrators(app: Flask, database: Database, role: Role) -> None:
    who = account(database, role=role)
    other = Staff(app)
    other.sign_in()

    assert "Accounts" not in [one.text for one in other.page("/recruiter/account").all("a")]
    assert other.get(ACCOUNTS).status_code == 404
    assert do(other, who, role="administrator").status_code == 404
    assert kept(database, other.email).role is role


def test_what_is_refused_to_somebody_who_is_signed_in_is_logged_with_the_account_alone(
    app: Flask, database: Database
) -> None:
    account(database, role=Role.RECRUITER)
    other = Staff(app)
    other.sign_in()

    with structlog.testing.capture_logs() as logs:
        other.get(ACCOUNTS)
        other.client.post("/recruiter/account/news", data={"form_token": "forged", "news": "off"})

    who = str(kept(database, other.email).id)
    assert [one for one in logs if one["log_level"] == "warning"] == [
        {"event": "page_refused", "page": "recruiter.accounts", "account": who, "log_level": "warning"},
        {"event": "form_refused", "page": "recruiter.choose_news", "account": who, "log_level": "warning"},
    ]


def test_names_and_addresses_are_shown_as_text(admin: Staff, database: Database) -> None:
    with database.writing() as session:
        recruiters.add(session, "x@example.org", "<script>alert(1)</script>", password_hash="", at=datetime.now(UTC))

    assert "<script" not in admin.get(ACCOUNTS).text
