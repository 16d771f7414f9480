"""A browser in which an account was entered before has tries of its own, whoever else tries, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from prescreen.database import Database
from prescreen.storage.accounts import recruiters as accounts_kept
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import KnownBrowser
from prescreen.workflow.accounts import known_browsers, recruiters, second_factor, sessions
from prescreen.workflow.accounts import sign_in as signing_in
from prescreen.workflow.accounts.passwords import password_hash
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.accounts.sessions import SignedIn
from prescreen.workflow.accounts.sign_in import Credentials
from prescreen.workflow.accounts.throttling import TooManyAttemptsError, Typed
from tests.people import ADDRESS, NOW, PASSWORD, recruiter

EMAIL = "rec@example.org"
ELSEWHERE = "198.51.100.1"
REAL_SECONDS = 20


@pytest.fixture
def account(database: Database) -> Account:
    return recruiter(database)


@pytest.fixture
def known(database: Database, keys: Keys, account: Account) -> str:
    """Return the token of a browser in which the account was entered."""
    token = sign_in(database, keys, address="203.0.113.5")
    assert token is not None
    return known_browsers.token_of(token)


def sign_in(
    database: Database, keys: Keys, password: str = PASSWORD, *, address: str = ADDRESS, tokens: tuple[str, ...] = ()
) -> str | None:
    return signing_in.sign_in(database, keys, Credentials(EMAIL, password, address, "", tokens), NOW)


def outcome(database: Database, keys: Keys, password: str, tokens: tuple[str, ...], address: str = ADDRESS) -> str:
    try:
        return "in" if sign_in(database, keys, password, address=address, tokens=tokens) else "wrong"
    except TooManyAttemptsError:
        return "refused"


def signed_in(database: Database, token: str | None) -> SignedIn:
    with database.reading() as session:
        found = sessions.signed_in(session, token or "", NOW)
    assert found is not None
    return found


def test_strangers_use_up_their_own_tries_alone(database: Database, keys: Keys, known: str) -> None:
    assert [outcome(database, keys, "wrong", ()) for _ in range(10)] == ["wrong"] * 9 + ["refused"]

    assert outcome(database, keys, PASSWORD, ()) == "refused"
    assert outcome(database, keys, PASSWORD, (known,)) == "in"


def test_a_stolen_token_gives_nine_tries_though_many_use_it_at_once(database: Database, keys: Keys, known: str) -> None:
    with ThreadPoolExecutor(8) as thieves:
        outcomes = list(thieves.map(lambda n: outcome(database, keys, "wrong", (known,), f"198.51.100.{n}"), range(24)))

    assert (outcomes.count("wrong"), outcomes.count("refused")) == (9, 15)


def test_a_token_is_used_up_by_a_sign_in_and_the_next_one_counts(database: Database, keys: Keys, known: str) -> None:
    token = sign_in(database, keys, tokens=(known,))
    for _ in range(9):
        outcome(database, keys, "wrong", (), ELSEWHERE)

    assert token is not None
    assert outcome(database, keys, "wrong", (known,), "198.51.100.2") == "refused"
    assert outcome(database, keys, "wrong", (known_browsers.token_of(token),), "198.51.100.2") == "wrong"


def test_an_account_has_ten_known_browsers_at_most(database: Database, keys: Keys, account: Account) -> None:
    tokens = [sign_in(database, keys) or "" for _ in range(known_browsers.MOST_BROWSERS + 3)]

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KnownBrowser)) == known_browsers.MOST_BROWSERS
        newest = known_browsers.among(session, account.id, [known_browsers.token_of(tokens[-1])], NOW)
    assert newest is not None


def test_a_browser_is_known_for_180_days_and_then_forgotten(database: Database, account: Account, known: str) -> None:
    just, later = NOW + timedelta(days=180, seconds=-1), NOW + timedelta(days=180, seconds=1)
    with database.reading() as session:
        told = [known_browsers.among(session, account.id, [known], moment) is not None for moment in (just, later)]
    assert told == [True, False]

    with database.writing() as session:
        sessions.begin(session, account.id, "", later, complete=True)
        assert session.scalar(select(func.count()).select_from(KnownBrowser)) == 1


def test_neither_the_token_nor_the_session_can_be_read_from_what_is_kept(
    database: Database, keys: Keys, account: Account
) -> None:
    token = sign_in(database, keys) or ""

    with database.reading() as session:
        (kept,) = session.scalars(select(KnownBrowser.token_sha256))
    assert kept not in {token.encode(), known_browsers.token_of(token).encode(), sessions.hashed(token)}
    assert token not in known_browsers.token_of(token)


def test_ending_one_session_forgets_its_browser_alone(database: Database, keys: Keys, account: Account) -> None:
    lost, mine = sign_in(database, keys) or "", sign_in(database, keys) or ""

    with database.writing() as session:
        assert sessions.end_session(session, account.id, signed_in(database, lost).session.id, NOW)

    with database.reading() as session:
        told = [
            known_browsers.among(session, account.id, [known_browsers.token_of(one)], NOW) is not None
            for one in (lost, mine)
        ]
    assert told == [False, True]


def test_a_known_browser_has_codes_of_its_own_to_try(database: Database, keys: Keys, account: Account) -> None:
    with database.writing() as session:
        secret = second_factor.set_up_by_operator(session, keys, account.id, NOW - timedelta(hours=1))
    code = pyotp.TOTP(secret)
    first = second_factor.give_code(database, keys, half(database, keys), Typed(code.at(NOW), ADDRESS), NOW)
    browser = (known_browsers.token_of(first or ""),)

    def give(text: str, address: str, tokens: tuple[str, ...] = ()) -> str | None:
        return second_factor.give_code(database, keys, half(database, keys, tokens), Typed(text, address, tokens), NOW)

    for number in range(9):
        assert give("000000", f"198.51.100.{number}") is None
    with pytest.raises(TooManyAttemptsError):
        give(code.at(NOW + timedelta(seconds=30)), ELSEWHERE)
    assert give(code.at(NOW + timedelta(seconds=30)), ELSEWHERE, browser)


def half(database: Database, keys: Keys, tokens: tuple[str, ...] = ()) -> SignedIn:
    """Give the password, and get no further."""
    return signed_in(database, sign_in(database, keys, tokens=tokens))


def test_a_session_that_was_ended_meanwhile_is_not_completed(database: Database, keys: Keys, account: Account) -> None:
    with database.writing() as session:
        secret = second_factor.set_up_by_operator(session, keys, account.id, NOW - timedelta(hours=1))
    waiting = half(database, keys)
    with database.writing() as session:
        sessions.end_all(session, account.id, NOW)

    assert second_factor.give_code(database, keys, waiting, Typed(pyotp.TOTP(secret).at(NOW), ADDRESS), NOW) is None


def test_a_sign_in_beside_a_change_of_password_leaves_no_session_behind(
    database: Database, keys: Keys, account: Account
) -> None:
    mine, changing, changed = signed_in(database, sign_in(database, keys)), threading.Event(), threading.Event()
    hashed = password_hash("five other plain little words")

    def change() -> None:
        with database.writing() as session:
            recruiters.change_password(session, mine, hashed, NOW)
            changing.set()
            changed.wait(1)

    with ThreadPoolExecutor(2) as threads:
        other = threads.submit(change)
        assert changing.wait(REAL_SECONDS)
        thief = threads.submit(sign_in, database, keys)
        assert thief.result(REAL_SECONDS) is None
        changed.set()
        other.result(REAL_SECONDS)

    with database.reading() as session:
        assert len(sessions.open_sessions(session, account.id, NOW)) == 1
        assert accounts_kept.find(session, account.id) != account
