from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.config import MailServer
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment, Right, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import Invited
from tests.people import PASSWORD, write_leaked
from tests.web.markup import read
from tests.web.referred import TRIAL
from tests.web.staff import Staff, account, kept

NEW = "new@example.org"
INVITED = {"email": NEW, "name": "New", "role": "recruiter", "place": TRIAL, "right": "export_csv"}
CHOSEN = {"name": "New Person", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def admin(app: Flask, database: Database) -> Staff:
    account(database, "admin@example.org", Role.ADMINISTRATOR)
    admin = Staff(app, "admin@example.org")
    admin.sign_in()
    return admin


def link(admin: Staff, **changes: str | list[str]) -> str:
    """Invite somebody, and give the path of the link that the page shows."""
    answer = admin.post("/recruiter/accounts/invite", **{**INVITED, **changes})
    assert answer.status_code == 200, answer.text
    shown = read(answer.text).one("code").text
    assert shown.startswith("http://127.0.0.1:8000/recruiter/join/")
    return shown.removeprefix("http://127.0.0.1:8000")


def send(who: Staff, path: str, **changes: str) -> TestResponse:
    return who.post(path, path, **{**CHOSEN, **changes})


def test_who_is_invited_chooses_a_password_and_sets_up_a_second_factor_before_anything_opens(
    admin: Staff, app: Flask, database: Database
) -> None:
    new, path = Staff(app, NEW), link(admin)

    assert NEW in new.page(path).text
    assert send(new, path).location == "/recruiter/login/second-factor"
    for closed in ("/recruiter/", "/recruiter/account", "/recruiter/login/code"):
        assert new.get(closed).location == "/recruiter/login/second-factor"
    secret, answer = new.set_up("/recruiter/login/second-factor")

    codes = [one.text for one in read(answer.text).one("ol").all("code")]
    assert len(set(codes)) == 10
    assert len(secret) == 32
    assert new.get("/recruiter/").status_code == 200
    made = kept(database, NEW)
    assert (made.name, made.assignments, made.rights) == (
        "New Person",
        (Assignment(TRIAL),),
        frozenset({Right.EXPORT_CSV}),
    )


def test_the_sign_out_beside_the_recovery_codes_is_of_the_new_session(admin: Staff, app: Flask) -> None:
    new, path = Staff(app, NEW), link(admin)
    send(new, path)
    _, answer = new.set_up("/recruiter/login/second-factor")

    token = read(answer.text).one("input", name="form_token")["value"]

    assert new.client.post("/recruiter/logout", data={"form_token": token}).location == "/recruiter/login"
    assert new.get("/recruiter/").status_code == 303


def test_who_leaves_before_setting_up_is_led_there_at_the_next_sign_in(admin: Staff, app: Flask) -> None:
    send(Staff(app, NEW), link(admin))

    again = Staff(app, NEW)

    assert again.sign_in().location == "/recruiter/login/second-factor"
    assert again.get("/recruiter/").location == "/recruiter/login/second-factor"


def test_unknown_used_expired_and_cancelled_links_get_one_and_the_same_page(admin: Staff, app: Flask) -> None:
    used, expired = link(admin), link(admin, email="expired@example.org")
    cancelled = link(admin, email="cancelled@example.org")
    send(Staff(app), used)
    buttons = [form["action"] for form in admin.page("/recruiter/accounts").all("form") if "cancel" in form["action"]]
    admin.post(buttons[0])

    answers = [Staff(app).get(path) for path in (used, cancelled, "/recruiter/join/unknown")]
    answers.append(send(Staff(app), used))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, minutes=1)):
        answers.append(Staff(app).get(expired))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "This link does not work" in answers[0].text


def test_opening_a_link_does_not_use_it_up(admin: Staff, app: Flask) -> None:
    path = link(admin)

    assert [Staff(app).get(path).status_code for _ in range(3)] == [200] * 3
    assert send(Staff(app), path).status_code == 303


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Type your name"),
        ({"password": "short", "again": "short"}, "password", "has 5 characters"),
        ({"password": "qwertyuiop123456", "again": "qwertyuiop123456"}, "password", "is common"),
        ({"again": PASSWORD + "s"}, "again", "differ"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field_and_the_link_stays_good(
    admin: Staff, app: Flask, changes: dict[str, str], field: str, words: str
) -> None:
    new, path = Staff(app), link(admin)

    answer = send(new, path, **changes)

    page = read(answer.text)
    assert answer.status_code == 422
    assert words in page.one("p", id=f"{field}-error").text
    assert page.one("input", id=field)["aria-invalid"] == "true"
    assert send(new, path).status_code == 303


def test_a_password_that_leaked_elsewhere_is_told_beside_its_field(serve: Callable[..., Flask], tmp_path: Path) -> None:
    app = serve(leaked_passwords=write_leaked(tmp_path / "list", [PASSWORD]))
    database = app.extensions[EXTENSION].database
    invited = Invited("new@example.org", None, Role.RECRUITER, (Assignment(TRIAL),), frozenset())
    with database.writing() as session:
        path = f"/recruiter/join/{account_invitations.invite(session, invited, None, datetime.now(UTC))}"
    new = Staff(app)

    refused = send(new, path)

    assert refused.status_code == 422
    assert "stolen elsewhere" in read(refused.text).one("p", id="password-error").text
    other = f"{PASSWORD} and more"
    assert send(new, path, password=other, again=other).status_code == 303


def test_a_form_from_another_browser_is_offered_again(admin: Staff, app: Flask) -> None:
    path = link(admin)

    answer = Staff(app).client.post(path, data={**CHOSEN, "form_token": "0" * 64})

    assert answer.status_code == 403
    assert "Send it again" in answer.text


def test_where_the_link_names_nobody_the_address_is_asked_for(app: Flask, database: Database) -> None:
    with database.writing() as session:
        invited = Invited(None, None, Role.AUTHOR, (Assignment(TRIAL),), frozenset())
        path = f"/recruiter/join/{account_invitations.invite(session, invited, None, datetime.now(UTC))}"
    new = Staff(app)

    assert send(new, path, email="nobody").status_code == 422
    assert send(new, path, email="Author@Example.org").status_code == 303
    assert kept(database, "author@example.org").role is Role.AUTHOR


def test_an_address_that_has_an_account_is_told_so(app: Flask, database: Database) -> None:
    account(database)
    with database.writing() as session:
        invited = Invited(None, None, Role.AUTHOR, (Assignment(TRIAL),), frozenset())
        path = f"/recruiter/join/{account_invitations.invite(session, invited, None, datetime.now(UTC))}"

    assert "has an account already" in send(Staff(app), path, email="rec@example.org").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "nobody"}, "Type the person's e-mail address"),
        ({"email": "admin@example.org"}, "has an account already"),
        ({"place": []}, "Choose at least one trial"),
        ({"place": "NCT99999999"}, "Choose among the trials"),
        ({"place": f"{TRIAL}:nowhere"}, "Choose among the trials"),
        ({"right": "everything"}, "Choose among the trials and rights"),
        ({"role": "king"}, "Choose what the account is for"),
    ],
)
def test_a_faulty_invitation_is_refused_with_a_sentence_and_nothing_is_made(
    admin: Staff, changes: dict[str, str | list[str]], words: str
) -> None:
    answer = admin.post("/recruiter/accounts/invite", **{**INVITED, **changes})

    assert answer.status_code == 422
    assert words in read(answer.text).one("div", id="errors").text
    assert "There are none." in admin.page("/recruiter/accounts").text


def test_sites_are_left_out_where_the_whole_trial_is_chosen(admin: Staff, app: Flask, database: Database) -> None:
    places = [one["value"] for one in admin.page("/recruiter/accounts/invite").all("input", name="place")]
    sites = [one for one in places if one.startswith(f"{TRIAL}:")]
    path = link(admin, place=[TRIAL, sites[0]])
    send(Staff(app), path)
    path = link(admin, place=sites[:2], email="site@example.org")
    send(Staff(app), path)

    assert kept(database, NEW).assignments == (Assignment(TRIAL),)
    assert kept(database, "site@example.org").assignments == tuple(
        sorted(Assignment(*site.split(":")) for site in sites[:2])
    )


def test_without_a_mail_server_the_administrator_sends_the_link(admin: Staff, database: Database) -> None:
    answer = admin.post("/recruiter/accounts/invite", **INVITED)

    assert "send this link yourself" in answer.text
    with database.reading() as session:
        assert outbox.everything(session) == []


def test_with_a_mail_server_the_link_goes_out_too(serve: Callable[..., Flask], database: Database, keys: Keys) -> None:
    account(database, "admin@example.org", Role.ADMINISTRATOR)
    admin = Staff(serve(mail_url=MailServer("localhost", 25, tls=False)), "admin@example.org")
    admin.sign_in()

    path = link(admin)

    with database.reading() as session:
        (stored,) = outbox.everything(session)
    letter = outbox.open_letter(keys.ring, stored)
    assert letter is not None
    assert (stored.kind, stored.lead_id, letter.recipient) == (outbox.LetterKind.ACCOUNT, None, NEW)
    assert f"http://127.0.0.1:8000{path}\n" in letter.text
    assert "seven" not in letter.text
    assert "for 7 days" in letter.text
