"""Strangers who try passwords and codes: what they can use up, and what a stolen cookie is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.base.keys import Keys
from tests.people import PASSWORD
from tests.web.staff import Staff, account, kept, with_second_factor

CODE, LOGIN = "/recruiter/login/code", "/recruiter/login"
ELSEWHERE = "198.51.100.1"
NEW_PASSWORD = "five other plain little words"
KNOWN = "prescreen-known-"

End = Callable[[Staff, Staff, str], TestResponse]


def stranger(app: Flask, address: str = "127.0.0.1") -> Staff:
    """Return a browser that never signed in; if not said otherwise, at the recruiter's own network address."""
    who = Staff(app)
    who.client.environ_base["REMOTE_ADDR"] = address
    return who


def guess(who: Staff, times: int = 9) -> list[int]:
    """Send wrong passwords."""
    return [who.sign_in("a wrong guess of a password").status_code for _ in range(times)]


def leave(who: Staff) -> None:
    """Sign out."""
    assert who.post("/recruiter/logout").location == LOGIN


def known(who: Staff) -> dict[str, str]:
    """Return the cookies by which a browser is known."""
    return {one.key: one.value for one in who.client._cookies.values() if one.key.startswith(KNOWN)}


@pytest.fixture
def rec(app: Flask, database: Database) -> Staff:
    """Somebody who signed in before, and is out again."""
    account(database)
    rec = Staff(app)
    assert rec.sign_in().location == "/recruiter/"
    leave(rec)
    return rec


@pytest.mark.parametrize("address", ["127.0.0.1", ELSEWHERE])
def test_strangers_cannot_lock_out_a_browser_that_signed_in_before(app: Flask, rec: Staff, address: str) -> None:
    attacker = stranger(app, address)
    assert guess(attacker, 10)[-1] == 429

    assert rec.sign_in().location == "/recruiter/"


def test_they_cannot_even_while_they_go_on_day_after_day(app: Flask, rec: Staff) -> None:
    for day in range(1, 4):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=30 * day), tick=True):
            guess(stranger(app, ELSEWHERE), 10)
            guess(stranger(app), 10)
            assert rec.sign_in().location == "/recruiter/"
            leave(rec)


def test_a_browser_is_known_wherever_it_is_taken(app: Flask, rec: Staff) -> None:
    guess(stranger(app), 10)
    rec.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    assert rec.sign_in().location == "/recruiter/"


def test_a_known_browser_has_nine_tries_of_its_own_and_no_more(app: Flask, rec: Staff) -> None:
    assert guess(rec, 10) == [422] * 9 + [429]
    assert rec.sign_in().status_code == 429


def test_a_stolen_cookie_gives_nine_tries_wherever_it_is_used(app: Flask, rec: Staff) -> None:
    statuses = []
    for number in range(12):
        thief = stranger(app, f"198.51.100.{number}")
        for name, value in known(rec).items():
            thief.client.set_cookie(name, value)
        statuses += guess(thief, 1)

    assert statuses == [422] * 9 + [429] * 3


def test_a_stolen_cookie_is_worth_nothing_after_the_owner_signed_in_again(app: Flask, rec: Staff) -> None:
    stolen = known(rec)
    rec.sign_in()
    assert known(rec) != stolen
    guess(stranger(app, ELSEWHERE), 9)
    thief = stranger(app, "198.51.100.9")
    for name, value in stolen.items():
        thief.client.set_cookie(name, value)

    assert guess(thief, 1) == [429]


@pytest.mark.parametrize("value", ["", "x", "0" * 64, "\u00ff" * 40, "x" * 3000])
def test_a_forged_cookie_gives_no_tries(app: Flask, rec: Staff, value: str) -> None:
    guess(stranger(app, ELSEWHERE), 9)
    forger = stranger(app, "198.51.100.9")
    for number in range(30):
        forger.client.set_cookie(f"{KNOWN}{number}", value)
    for name in known(rec):
        forger.client.set_cookie(name, value)

    assert guess(forger, 1) == [429]


def test_the_cookie_of_one_account_gives_no_tries_on_another(app: Flask, rec: Staff, database: Database) -> None:
    account(database, "boss@example.org", Role.ADMINISTRATOR)
    rec.client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    for number in range(9):
        other = Staff(app, "boss@example.org")
        other.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number + 20}"
        guess(other, 1)
    rec.email = "boss@example.org"

    assert guess(rec, 1) == [429]


def test_a_browser_that_two_share_is_known_for_both(app: Flask, rec: Staff, database: Database) -> None:
    account(database, "other@example.org")
    rec.email = "other@example.org"
    assert rec.sign_in().location == "/recruiter/"
    assert len(known(rec)) == 2
    leave(rec)
    guess(stranger(app), 10)

    rec.email = "rec@example.org"
    assert rec.sign_in().location == "/recruiter/"


def test_the_cookie_is_kept_from_scripts_for_180_days_and_opens_nothing(app: Flask, rec: Staff) -> None:
    (cookie,) = (one for one in rec.client._cookies.values() if one.key.startswith(KNOWN))
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (True, "Lax", "/", 180 * 86_400)
    thief = stranger(app)
    thief.client.set_cookie(cookie.key, cookie.value)
    thief.client.set_cookie("prescreen-recruiter", cookie.value)

    assert thief.get("/recruiter/").location == LOGIN


def test_a_browser_is_known_for_180_days(app: Flask, rec: Staff) -> None:
    for days, status in ((179, 303), (180 + 179 + 1, 429)):
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
            guess(stranger(app, ELSEWHERE), 9)
            assert rec.sign_in().status_code == status


def test_a_password_without_the_second_factor_makes_no_browser_known(
    app: Flask, database: Database, keys: Keys
) -> None:
    with_second_factor(database, keys, account(database))
    thief = stranger(app)

    assert thief.sign_in().location == CODE
    assert known(thief) == {}


def test_who_has_the_password_cannot_use_up_the_codes_of_a_known_browser(
    app: Flask, database: Database, keys: Keys
) -> None:
    secret = with_second_factor(database, keys, account(database))
    rec, thief = Staff(app), stranger(app)
    rec.sign_in()
    assert rec.post(CODE, CODE, code=pyotp.TOTP(secret).now()).location == "/recruiter/"
    leave(rec)
    thief.sign_in()
    assert [thief.post(CODE, CODE, code="000000").status_code for _ in range(10)][-1] == 429

    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=60), tick=True):
        rec.sign_in()
        assert rec.post(CODE, CODE, code=pyotp.TOTP(secret).now()).location == "/recruiter/"


def test_strangers_cannot_use_up_the_tries_of_who_types_the_password_once_more(app: Flask, rec: Staff) -> None:
    rec.sign_in()
    guess(stranger(app), 10)

    answer = rec.post("/recruiter/account/password", old=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)

    assert answer.location == "/recruiter/account?done=password"


def _changed_password(_: Staff, other: Staff, page: str = "") -> TestResponse:
    return other.post("/recruiter/account/password", old=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)


def _ended_others(_: Staff, other: Staff, page: str) -> TestResponse:
    return other.post("/recruiter/account/sessions/end-others")


def _ended_by_administrator(admin: Staff, _: Staff, page: str) -> TestResponse:
    return admin.post(f"{page}/end-sessions")


def _disabled_and_enabled(admin: Staff, _: Staff, page: str) -> TestResponse:
    admin.post(f"{page}/disable")
    return admin.post(f"{page}/enable")


@pytest.mark.parametrize(
    "end",
    [_changed_password, _ended_others, _ended_by_administrator, _disabled_and_enabled],
    ids=lambda one: one.__name__,
)
def test_what_ends_sessions_ends_known_browsers_too(app: Flask, rec: Staff, database: Database, end: End) -> None:
    account(database, "admin@example.org", Role.ADMINISTRATOR)
    admin, other = Staff(app, "admin@example.org"), Staff(app)
    admin.sign_in()
    other.sign_in()
    assert end(admin, other, f"/recruiter/accounts/{kept(database, rec.email).id}").status_code == 303
    guess(stranger(app, ELSEWHERE), 9)
    rec.client.environ_base["REMOTE_ADDR"] = "198.51.100.9"

    assert guess(rec, 1) == [429]


def test_who_changes_the_password_stays_known_in_that_browser(app: Flask, rec: Staff) -> None:
    rec.sign_in()
    _changed_password(rec, rec)
    leave(rec)
    guess(stranger(app), 10)

    assert rec.sign_in(NEW_PASSWORD).location == "/recruiter/"


def test_ten_browsers_of_an_account_are_known(app: Flask, database: Database) -> None:
    account(database)
    browsers = [Staff(app) for _ in range(11)]
    for one in browsers:
        one.sign_in()
        leave(one)
    guess(stranger(app, ELSEWHERE), 9)
    for number, one in enumerate(browsers):
        one.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number + 10}"

    assert guess(browsers[0], 1) == [429]
    assert guess(browsers[1], 1) + guess(browsers[10], 1) == [422, 422]
