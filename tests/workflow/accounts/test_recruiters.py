from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from prescreen.database import Database
from prescreen.storage.accounts import second_factor as second_factors
from prescreen.storage.accounts import sessions, sign_in_attempts
from prescreen.storage.accounts.recruiters import SecondFactor
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import KnownAddress
from prescreen.workflow.accounts import recruiters, second_factor, throttling
from prescreen.workflow.accounts import sessions as at_work
from prescreen.workflow.accounts import sign_in as signing_in
from prescreen.workflow.accounts.passwords import PasswordRefusedError
from prescreen.workflow.accounts.recruiters import AccountError, Assignment, RecruiterDetails
from prescreen.workflow.accounts.sessions import SignedIn
from prescreen.workflow.accounts.sign_in import Credentials
from prescreen.workflow.accounts.throttling import TooManyAttemptsError
from tests.people import ADDRESS, LATER, NOW, PASSWORD, recruiter

TRIAL_A, TRIAL_B = Assignment("NCT00000001"), Assignment("NCT00000002", "york")
EMAIL = "rec@example.org"


def sign_in(
    database: Database,
    keys: Keys,
    password: str = PASSWORD,
    *,
    email: str = EMAIL,
    address: str = ADDRESS,
    minutes: int = 0,
) -> str | None:
    credentials = Credentials(email, password, address)
    return signing_in.sign_in(database, keys, credentials, NOW + timedelta(minutes=minutes))


def fail(database: Database, keys: Keys, times: int, *, email: str = EMAIL, address: str = ADDRESS) -> None:
    for _ in range(times):
        assert sign_in(database, keys, "wrong", email=email, address=address) is None


def who(database: Database, token: str, after: timedelta) -> SignedIn | None:
    with database.reading() as session:
        return at_work.signed_in(session, token, NOW + after)


def test_a_recruiter_signs_in_and_is_known_by_the_token(database: Database, keys: Keys) -> None:
    account = recruiter(database, TRIAL_A, TRIAL_B)

    token = sign_in(database, keys)

    signed_in = who(database, token or "", timedelta(seconds=5))
    assert signed_in is not None
    assert (signed_in.recruiter, signed_in.is_complete, signed_in.to_be_noted) == (account, True, False)
    assert account.assignments == (TRIAL_A, TRIAL_B)


@pytest.mark.parametrize("email", ["REC@Example.ORG", " rec@example.org ", "\u202arec@exam\u200bple.org\u202c"])
def test_an_address_is_known_however_it_is_typed(database: Database, keys: Keys, email: str) -> None:
    recruiter(database, TRIAL_A)

    assert sign_in(database, keys, email=email)


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@example.org", PASSWORD), ("", "")])
def test_wrong_account_and_wrong_password_are_answered_alike(
    database: Database, keys: Keys, email: str, password: str
) -> None:
    recruiter(database, TRIAL_A)

    assert sign_in(database, keys, password, email=email) is None


@pytest.mark.parametrize("email", ["x" * 243 + "@example.org", "e\u0301\u0327" * 20_000, "@" * 255])
def test_an_address_that_is_too_long_is_refused_before_it_is_validated(database: Database, email: str) -> None:
    details = RecruiterDetails(email, "Rec", (TRIAL_A,), PASSWORD)

    with pytest.raises(AccountError, match="at most 254 characters"), database.writing() as session:
        recruiters.add_recruiter(session, details, NOW)


def test_somebody_who_signs_in_with_such_an_address_is_told_what_all_are(database: Database, keys: Keys) -> None:
    assert sign_in(database, keys, email="e\u0301\u0327" * 20_000) is None


@pytest.mark.parametrize(
    ("name", "kept"), [(" Rec\u00a0 Ruiter\ufeff", "Rec Ruiter"), ("گل\u200cنسترن", "گل\u200cنسترن")]
)
def test_the_name_of_an_account_is_kept_without_invisible_signs(database: Database, name: str, kept: str) -> None:
    with database.writing() as session:
        account = recruiters.add_recruiter(session, RecruiterDetails(EMAIL, name, (TRIAL_A,), PASSWORD), NOW)

    assert account.name == kept


@pytest.mark.parametrize("name", ["", " ", "\u200b\u2060"])
def test_an_account_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(AccountError, match="a name is needed"), database.writing() as session:
        recruiters.add_recruiter(session, RecruiterDetails(EMAIL, name, (TRIAL_A,), PASSWORD), NOW)


def test_adding_an_existing_recruiter_adds_trials_and_keeps_the_password(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)

    with database.writing() as session:
        account = recruiters.add_recruiter(session, RecruiterDetails(EMAIL, "Rec", (TRIAL_A, TRIAL_B), None), NOW)

    assert account.assignments == (TRIAL_A, TRIAL_B)
    assert sign_in(database, keys)


def test_a_new_password_ends_old_sessions(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys)

    with database.writing() as session:
        recruiters.add_recruiter(session, RecruiterDetails(EMAIL, "Rec", (), "five other plain little words"), NOW)

    assert who(database, token or "", timedelta()) is None
    assert sign_in(database, keys) is None
    assert sign_in(database, keys, "five other plain little words")


def test_another_password_by_the_operator_ends_every_session_and_keeps_the_second_factor(
    database: Database, keys: Keys
) -> None:
    account = recruiter(database, TRIAL_A)
    token = sign_in(database, keys)
    with database.writing() as session:
        secret = second_factor.set_up_by_operator(session, keys, account.id, NOW)
        recruiters.add_recruiter(session, RecruiterDetails(EMAIL, "Rec", (), "five other plain little words"), NOW)

    with database.reading() as session:
        assert second_factors.secret_of(session, keys.ring, account.id) == secret
        assert recruiters.existing(session, account.id).second_factor is SecondFactor.SET_UP
    assert who(database, token or "", timedelta()) is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("fourteen chars", "has 14 characters; give 15"),
        ("a" * 20, "repeats a few"),
        ("ab" * 501, "has 1002 characters"),
        ("password12345678", "is common or easily guessed"),
    ],
)
def test_a_weak_password_is_refused(database: Database, password: str, problem: str) -> None:
    with pytest.raises(PasswordRefusedError, match=problem), database.writing() as session:
        recruiters.add_recruiter(session, RecruiterDetails(EMAIL, "Rec", (), password), NOW)


@pytest.mark.parametrize("email", ["", "rec", "rec@", "rec@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(AccountError, match="is not an e-mail address"), database.writing() as session:
        recruiters.add_recruiter(session, RecruiterDetails(email, "Rec", (), PASSWORD), NOW)


def test_a_new_account_needs_a_password(database: Database) -> None:
    with pytest.raises(AccountError, match="a password is needed"), database.writing() as session:
        recruiters.add_recruiter(session, RecruiterDetails(EMAIL, "Rec", (), None), NOW)


def test_the_tenth_try_after_nine_failures_is_refused_even_with_the_password(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    fail(database, keys, 9)

    with pytest.raises(TooManyAttemptsError) as refused:
        sign_in(database, keys, minutes=5)

    assert 595 <= refused.value.retry_after <= 601


def test_failures_count_for_the_account_wherever_they_come_from(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    for number in range(9):
        fail(database, keys, 1, address=f"192.0.2.{number}")

    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys, address="198.51.100.1")


def test_one_who_forgot_the_password_locks_out_no_one_else_behind_the_same_address(
    database: Database, keys: Keys
) -> None:
    recruiter(database, TRIAL_A)
    fail(database, keys, 9, email="forgetful@example.org")

    assert sign_in(database, keys)
    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys, email="forgetful@example.org")


def guess(database: Database, keys: Keys, times: int, *, address: str = ADDRESS) -> None:
    """Count wrong passwords for as many accounts, without hashing any."""
    for number in range(times):
        tried = Tried(keys.index_of_address("account", f"{number}"), keys.index_of_address("sign-in", address))
        with database.writing() as session:
            assert throttling.counted(session, tried, NOW) is None


def test_failures_count_for_the_address_whatever_the_account_up_to_a_hundred(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    guess(database, keys, throttling.ATTEMPTS_FROM_ADDRESS - 1)
    fail(database, keys, 1)

    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys)
    assert sign_in(database, keys, address="198.51.100.1")


def test_an_address_that_guessed_too_often_still_lets_in_who_is_known_there(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    assert sign_in(database, keys)
    guess(database, keys, throttling.ATTEMPTS_FROM_ADDRESS)

    assert sign_in(database, keys)
    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys, email="newcomer@example.org")


def test_strangers_cannot_use_up_the_tries_of_who_is_known_at_an_address(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    assert sign_in(database, keys)
    fail(database, keys, 9, address="198.51.100.1")

    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys, address="203.0.113.9")
    assert sign_in(database, keys)


def test_at_a_known_address_too_the_tenth_try_is_refused(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    assert sign_in(database, keys)
    fail(database, keys, 9)

    with pytest.raises(TooManyAttemptsError):
        sign_in(database, keys)


def test_an_address_is_known_for_thirty_days(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    tried = Tried(b"account", b"address")
    with database.writing() as session:
        throttling.succeeded(session, tried, NOW)
        throttling.succeeded(session, tried, LATER)
        throttling.succeeded(session, Tried(b"other", b"address"), LATER + throttling.KNOWN_FOR)

    with database.reading() as session:
        known = [sign_in_attempts.is_known(session, tried, moment) for moment in (NOW, LATER)]
        assert (known, session.scalar(select(func.count()).select_from(KnownAddress))) == ([True, False], 2)


def test_many_tries_at_once_cannot_outrun_the_count(database: Database, keys: Keys) -> None:
    def attempt(_: int) -> str:
        try:
            return str(sign_in(database, keys, "wrong"))
        except TooManyAttemptsError:
            return "refused"

    with ThreadPoolExecutor(8) as attackers:
        outcomes = list(attackers.map(attempt, range(24)))

    assert (outcomes.count("None"), outcomes.count("refused")) == (9, 15)


def test_refused_tries_do_not_prolong_the_wait(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    fail(database, keys, 9)
    for minute in (5, 10, 14):
        with pytest.raises(TooManyAttemptsError):
            sign_in(database, keys, minutes=minute)

    assert sign_in(database, keys, minutes=16)


def test_success_forgets_the_accounts_failures(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)

    for _ in range(3):
        fail(database, keys, 8)
        assert sign_in(database, keys)


@pytest.mark.parametrize(
    ("after", "known"), [(timedelta(minutes=29, seconds=59), True), (timedelta(minutes=30), False)]
)
def test_a_session_ends_after_half_an_hour_without_use(
    database: Database, keys: Keys, after: timedelta, known: bool
) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys) or ""

    assert (who(database, token, after) is not None) is known


def test_a_session_ends_after_twelve_hours_whatever_its_use(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys) or ""
    with database.writing() as session:
        at_work.keep_signed_in(session, token, NOW + timedelta(hours=11, minutes=50))

    assert who(database, token, timedelta(hours=11, minutes=59))
    assert who(database, token, timedelta(hours=12)) is None


def test_a_session_in_use_asks_to_be_noted_once_a_minute(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys) or ""

    noted = [found.to_be_noted for s in (59, 60) if (found := who(database, token, timedelta(seconds=s)))]
    assert noted == [False, True]


def test_signing_out_ends_the_session_on_the_server(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token, other = sign_in(database, keys) or "", sign_in(database, keys) or ""

    with database.writing() as session:
        at_work.sign_out(session, token, NOW)
        at_work.sign_out(session, token, NOW)

    assert who(database, token, timedelta()) is None
    assert who(database, other, timedelta())


def test_a_closed_account_is_out_at_once(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys) or ""

    with database.writing() as session:
        recruiters.disable_recruiter(session, EMAIL, NOW)

    assert who(database, token, timedelta()) is None
    assert sign_in(database, keys) is None


def test_a_forged_token_is_nobody(database: Database) -> None:
    assert who(database, "x" * 43, timedelta()) is None


def test_the_token_itself_is_not_stored(database: Database, keys: Keys) -> None:
    recruiter(database, TRIAL_A)
    token = sign_in(database, keys) or ""

    with database.reading() as session:
        assert sessions.find(session, token.encode()) is None
