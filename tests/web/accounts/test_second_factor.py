import re
from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
import time_machine
from flask import Flask

from prescreen.config import SecondFactorUse
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Role, SecondFactor
from prescreen.storage.base.keys import Keys
from tests.web.markup import read
from tests.web.staff import Staff, account, actions, kept, with_second_factor

CODE, SET_UP = "/recruiter/login/code", "/recruiter/login/second-factor"


@pytest.fixture
def secret(database: Database, keys: Keys) -> str:
    return with_second_factor(database, keys, account(database))


@pytest.fixture
def half(app: Flask, secret: str) -> Staff:
    """Somebody who gave the password and owes the code."""
    who = Staff(app)
    assert who.sign_in().location == CODE
    return who


def test_the_code_page_is_all_that_opens_after_the_password(half: Staff) -> None:
    assert [half.get(path).location for path in ("/recruiter/", "/recruiter/account", SET_UP)] == [CODE] * 3
    page = half.page(CODE)
    field = page.one("input", id="code")
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert "Signed in as" not in page.text


def test_who_owes_the_code_cannot_set_up_another_secret(half: Staff, database: Database) -> None:
    answer = half.post(SET_UP, CODE, offer="x", code="123456")

    assert answer.location == CODE
    assert "second_factor_set_up" not in actions(database, kept(database, half.email))[2:]


def test_a_code_leads_to_the_first_page_under_a_new_token(half: Staff, secret: str) -> None:
    before = half.client.get_cookie("prescreen-recruiter")

    answer = half.post(CODE, CODE, code=pyotp.TOTP(secret).now())

    after = half.client.get_cookie("prescreen-recruiter")
    assert (answer.status_code, answer.location) == (303, "/recruiter/")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert half.get("/recruiter/").status_code == 200
    assert half.get(CODE).location == "/recruiter/"
    half.client.set_cookie("prescreen-recruiter", before.value)
    assert half.get("/recruiter/").location == "/recruiter/login"


def test_a_wrong_code_is_told_and_the_tenth_is_refused_with_how_long_to_wait(half: Staff, secret: str) -> None:
    answers = [half.post(CODE, CODE, code="000000") for _ in range(10)]

    assert [answer.status_code for answer in answers] == [422] * 9 + [429]
    assert "That code does not work" in answers[0].text
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert half.post(CODE, CODE, code=pyotp.TOTP(secret).now()).status_code == 429


def test_who_owes_the_code_can_sign_out(half: Staff) -> None:
    assert half.post("/recruiter/logout", CODE).location == "/recruiter/login"
    assert half.get(CODE).location == "/recruiter/login"


def test_a_code_form_that_was_not_made_for_the_session_is_refused(half: Staff, secret: str) -> None:
    assert half.client.post(CODE, data={"form_token": "0" * 64, "code": pyotp.TOTP(secret).now()}).status_code == 403


def test_where_it_is_offered_the_password_is_enough_for_who_has_none(app: Flask, database: Database) -> None:
    account(database)

    assert Staff(app).sign_in().location == "/recruiter/"


def test_where_it_is_required_it_is_set_up_before_anything_opens(
    serve: Callable[..., Flask], database: Database
) -> None:
    account(database)
    who = Staff(serve(second_factor=SecondFactorUse.REQUIRED))

    assert who.sign_in().location == SET_UP
    assert [who.get(path).location for path in ("/recruiter/", "/recruiter/account", CODE)] == [SET_UP] * 3
    # The clock stands still, for the code would be another one half a minute later.
    with time_machine.travel(datetime.now(UTC), tick=False):
        secret, answer = who.set_up(SET_UP)

        assert answer.status_code == 200
        assert who.get("/recruiter/").status_code == 200
        again = Staff(serve(second_factor=SecondFactorUse.REQUIRED))
        assert again.sign_in().location == CODE
        used = again.post(CODE, CODE, code=pyotp.TOTP(secret).now())
        assert used.status_code == 422, "the code was used to set it up"


def test_a_session_from_before_it_was_required_is_led_to_set_it_up(
    app: Flask, serve: Callable[..., Flask], database: Database
) -> None:
    account(database)
    before = Staff(app)
    before.sign_in()
    cookie = before.client.get_cookie("prescreen-recruiter")
    after = Staff(serve(second_factor=SecondFactorUse.REQUIRED))
    after.client.set_cookie("prescreen-recruiter", cookie.value if cookie else "")

    assert after.get("/recruiter/").location == SET_UP


def test_the_picture_is_drawn_inline_without_style_or_script_and_the_key_can_be_typed(
    serve: Callable[..., Flask], database: Database
) -> None:
    account(database)
    who = Staff(serve(second_factor=SecondFactorUse.REQUIRED))
    who.sign_in()

    page = who.page(SET_UP)

    (picture,) = page.one("main").all("svg")
    assert "QR code" in picture.one("title").text
    assert [one.tag for one in page.everything() if "style" in one or one.tag in ("style", "script")] == []
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.one("code").text)


def test_a_wrong_code_shows_the_same_secret_again(serve: Callable[..., Flask], database: Database) -> None:
    account(database)
    who = Staff(serve(second_factor=SecondFactorUse.REQUIRED))
    who.sign_in()
    page = who.page(SET_UP)

    answer = who.post(SET_UP, SET_UP, offer=page.one("input", name="offer")["value"], code="000000")

    again = read(answer.text)
    assert answer.status_code == 422
    assert again.one("code").text == page.one("code").text
    assert kept(database, who.email).second_factor is SecondFactor.NONE


@pytest.mark.parametrize("offer", ["", "forged", "é"])
def test_a_secret_that_was_not_shown_here_is_not_kept(
    serve: Callable[..., Flask], database: Database, offer: str
) -> None:
    account(database)
    who = Staff(serve(second_factor=SecondFactorUse.REQUIRED))
    who.sign_in()

    assert who.post(SET_UP, SET_UP, offer=offer, code="123456").status_code == 422
    assert kept(database, who.email).second_factor is SecondFactor.NONE


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.ADMINISTRATOR, "/recruiter/"),
        (Role.RECRUITER, "/recruiter/"),
        (Role.ANALYST, "/recruiter/"),
    ],
)
def test_signing_in_leads_to_the_first_page_of_the_menu(app: Flask, database: Database, role: Role, first: str) -> None:
    account(database, role=role)

    assert Staff(app).sign_in().location == first


def test_an_author_who_has_no_work_list_is_led_elsewhere(app: Flask, database: Database) -> None:
    account(database, role=Role.AUTHOR)
    author = Staff(app)

    first = author.sign_in().location

    assert first != "/recruiter/"
    assert author.get(first).status_code == 200
    assert author.get("/recruiter/").location == first
    assert author.get("/recruiter/login").location == first


@pytest.mark.usefixtures("secret")
def test_a_session_of_a_wrong_password_is_no_session(app: Flask) -> None:
    who = Staff(app)

    assert who.sign_in("not the password").status_code == 422
    assert who.get(CODE).location == "/recruiter/login"
