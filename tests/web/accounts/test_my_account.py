import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import News, Role, SecondFactor
from prescreen.storage.base.keys import Keys
from prescreen.web.accounts.staff_session import device_words
from prescreen.web.base.request_context import EXTENSION
from tests.people import PASSWORD, write_leaked
from tests.web.markup import read
from tests.web.staff import Staff, account, actions, kept, with_second_factor

ACCOUNT, FACTOR = "/recruiter/account", "/recruiter/account/second-factor"
NEW = "five other plain little words"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604"


@pytest.fixture
def who(app: Flask, database: Database) -> Staff:
    account(database)
    signed_in = Staff(app)
    signed_in.sign_in()
    return signed_in


def done(who: Staff, path: str) -> str:
    """Return what the page says that was done."""
    return who.page(path).one("p", role="status").text


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(who: Staff, app: Flask) -> None:
    other = Staff(app)
    other.sign_in()

    wrong = who.post(f"{ACCOUNT}/password", old="wrong", password=NEW, again=NEW)
    right = who.post(f"{ACCOUNT}/password", old=PASSWORD, password=NEW, again=NEW)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "That is not your password" in wrong.text
    assert "Your password is changed" in done(who, right.location)
    assert other.get(ACCOUNT).location == "/recruiter/login"
    assert Staff(app).sign_in().status_code == 422
    assert Staff(app).sign_in(NEW).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "has 5 characters"),
        (NEW, NEW + "x", "differ"),
        ("iloveyouiloveyou", "iloveyouiloveyou", "is common"),
        ("Prescreen2026Recruiter", "Prescreen2026Recruiter", "is common"),
    ],
)
def test_a_new_password_that_will_not_do_changes_nothing(
    who: Staff, app: Flask, password: str, again: str, words: str
) -> None:
    answer = who.post(f"{ACCOUNT}/password", old=PASSWORD, password=password, again=again)

    assert answer.status_code == 422
    assert words in answer.text
    assert Staff(app).sign_in().status_code == 303


def test_the_old_password_cannot_be_guessed_from_a_session_in_other_hands(who: Staff, database: Database) -> None:
    answers = [who.post(f"{ACCOUNT}/password", old="wrong", password=NEW, again=NEW) for _ in range(10)]

    assert [answer.status_code for answer in answers] == [422] * 9 + [429]
    assert actions(database, kept(database, who.email)).count("password_refused") == 9


def test_a_second_factor_is_set_up_with_password_and_code(who: Staff, database: Database) -> None:
    _, refused = who.set_up(FACTOR, old="wrong")
    assert refused.status_code == 422
    assert kept(database, who.email).second_factor is SecondFactor.NONE

    _, answer = who.set_up(FACTOR, old=PASSWORD)

    assert len(read(answer.text).one("ol").all("code")) == 10
    assert kept(database, who.email).second_factor is SecondFactor.SET_UP
    assert who.get(ACCOUNT).status_code == 200
    assert "10 of your recovery codes are left" in who.page(ACCOUNT).text


def test_a_new_password_that_leaked_elsewhere_changes_nothing(serve: Callable[..., Flask], tmp_path: Path) -> None:
    leaked = f"{PASSWORD} elsewhere"
    app = serve(leaked_passwords=write_leaked(tmp_path / "list", [leaked]))
    account(app.extensions[EXTENSION].database)
    who = Staff(app)
    who.sign_in()

    answer = who.post(f"{ACCOUNT}/password", old=PASSWORD, password=leaked, again=leaked)

    assert answer.status_code == 422
    assert "stolen elsewhere" in read(answer.text).text
    assert Staff(app).sign_in(PASSWORD).status_code == 303
    assert Staff(app).sign_in(leaked).status_code == 422


def test_the_old_second_factor_works_until_the_new_one_is_confirmed(app: Flask, database: Database, keys: Keys) -> None:
    old = with_second_factor(database, keys, account(database))
    who = Staff(app)
    who.sign_in()
    who.post("/recruiter/login/code", "/recruiter/login/code", code=pyotp.TOTP(old).now())
    page = who.page(FACTOR)

    wrong = who.post(FACTOR, FACTOR, old=PASSWORD, offer=page.one("input", name="offer")["value"], code="000000")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        again = Staff(app)
        again.sign_in()
        still = again.post("/recruiter/login/code", "/recruiter/login/code", code=pyotp.TOTP(old).now())
    new, right = who.set_up(FACTOR, old=PASSWORD)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=4)):
        third = Staff(app)
        third.sign_in()
        gone = third.post("/recruiter/login/code", "/recruiter/login/code", code=pyotp.TOTP(old).now())
        now = third.post("/recruiter/login/code", "/recruiter/login/code", code=pyotp.TOTP(new).now())

    assert [one.status_code for one in (wrong, still, right, gone, now)] == [422, 303, 200, 422, 303]


def test_new_recovery_codes_need_the_password_and_are_shown_once(app: Flask, database: Database, keys: Keys) -> None:
    secret = with_second_factor(database, keys, account(database))
    who = Staff(app)
    who.sign_in()
    who.post("/recruiter/login/code", "/recruiter/login/code", code=pyotp.TOTP(secret).now())

    refused = who.post(f"{ACCOUNT}/recovery-codes", codes_password="wrong")
    answer = who.post(f"{ACCOUNT}/recovery-codes", codes_password=PASSWORD)

    codes = [one.text for one in read(answer.text).one("ol").all("code")]
    assert (refused.status_code, answer.headers["Cache-Control"]) == (422, "no-store")
    assert len(codes) == 10
    assert codes[0] not in who.get(ACCOUNT).text
    other = Staff(app)
    other.sign_in()
    assert other.post("/recruiter/login/code", "/recruiter/login/code", code=codes[0]).location == "/recruiter/"
    assert "9 of your recovery codes are left" in other.page(ACCOUNT).text


def test_the_sessions_are_listed_in_plain_words_and_this_one_is_marked(who: Staff, app: Flask) -> None:
    Staff(app, browser=IPHONE).sign_in()

    listed = [" ".join(one.text.split()) for one in who.page(ACCOUNT).one("ul", class_="plain").all("li")]

    assert len(listed) == 2
    here, there = sorted(listed)
    assert re.match(r"Firefox on Windows this one signed in \d+ \w+ \d{4}, .* last seen ", here)
    assert re.match(r"Safari on iPhone signed in .* End the session on Safari on iPhone", there)


def test_a_session_is_ended_from_the_list(who: Staff, app: Flask) -> None:
    other = Staff(app, browser=IPHONE)
    other.sign_in()
    buttons = [form["action"] for form in who.page(ACCOUNT).all("form") if re.search("sessions/.*/end", form["action"])]

    (path,) = buttons
    assert who.post(path).status_code == 303

    assert other.get("/recruiter/").location == "/recruiter/login"
    assert who.get("/recruiter/").status_code == 200


def test_a_session_of_somebody_else_is_not_found(who: Staff, app: Flask, database: Database) -> None:
    account(database, "other@example.org")
    other = Staff(app, "other@example.org")
    other.sign_in()
    third = Staff(app, "other@example.org", IPHONE)
    third.sign_in()
    theirs = [form["action"] for form in other.page(ACCOUNT).all("form") if form["action"].endswith("/end")]

    assert [who.post(path).status_code for path in theirs] == [404]
    assert who.post(f"{ACCOUNT}/sessions/{UUID(int=7)}/end").status_code == 404
    assert third.get("/recruiter/").status_code == 200


def test_all_other_sessions_are_ended_at_once(who: Staff, app: Flask) -> None:
    others = [Staff(app) for _ in range(2)]
    for other in others:
        other.sign_in()

    who.post(f"{ACCOUNT}/sessions/end-others")

    assert [one.get("/recruiter/").status_code for one in (who, *others)] == [200, 303, 303]


def test_how_news_comes_is_chosen(who: Staff, database: Database) -> None:
    chosen = who.post(f"{ACCOUNT}/news", news="daily")

    assert done(who, chosen.location) == "Your choice is kept."
    assert kept(database, who.email).news is News.DAILY
    assert "checked" in who.page(ACCOUNT).one("input", name="news", value="daily")
    assert who.post(f"{ACCOUNT}/news", news="hourly").status_code == 422
    assert kept(database, who.email).news is News.DAILY


def test_reminders_of_a_morning_are_off_until_they_are_ticked_and_end_with_the_tick(
    who: Staff, database: Database
) -> None:
    ticks = [(None, False), ("yes", True), (None, False)]
    assert "checked" not in who.page(ACCOUNT).one("input", name="reminders")

    for sent, wanted in ticks:
        who.post(f"{ACCOUNT}/news", news="off", **({"reminders": sent} if sent else {}))

        assert kept(database, who.email).wants_reminders == wanted
        assert ("checked" in who.page(ACCOUNT).one("input", name="reminders")) == wanted


@pytest.mark.parametrize(("role", "offered"), [(Role.RECRUITER, 3), (Role.ANALYST, 0), (Role.AUTHOR, 0)])
def test_news_is_offered_to_those_who_work_referrals(app: Flask, database: Database, role: Role, offered: int) -> None:
    account(database, role=role)
    who = Staff(app)
    who.sign_in()

    assert len(who.page(ACCOUNT).all("input", name="news")) == offered


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140 Safari/537 Edg/140",
            "Edge on Mac",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537 Chrome/140 Safari/537", "Chrome on Chromebook"),
        ("Something on Windows NT", "a browser on Windows"),
        ("<script>alert(1)</script>" * 1000, "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_a_device_is_told_in_plain_words(agent: str, words: str) -> None:
    assert device_words(agent) == words
