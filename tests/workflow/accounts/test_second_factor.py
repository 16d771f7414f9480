from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts import second_factor as second_factors
from prescreen.storage.accounts.recruiters import Account, Assignment, SecondFactor
from prescreen.storage.accounts.sign_in_attempts import Tried
from prescreen.storage.audit import events as audit
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import second_factor, sessions, sign_in
from prescreen.workflow.accounts.sessions import SignedIn
from prescreen.workflow.accounts.sign_in import Credentials
from prescreen.workflow.accounts.throttling import TooManyAttemptsError, Typed, counted
from tests.people import ADDRESS, NOW, PASSWORD, recruiter

STEP = timedelta(seconds=30)


@pytest.fixture
def account(database: Database) -> Account:
    return recruiter(database, Assignment("NCT00000001"))


@pytest.fixture
def secret(database: Database, keys: Keys, account: Account) -> str:
    """Set up a second factor, an hour ago."""
    with database.writing() as session:
        return second_factor.set_up_by_operator(session, keys, account.id, NOW - timedelta(hours=1))


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(NOW + steps * STEP)


def half(database: Database, keys: Keys) -> SignedIn:
    """Return the password, and get no further."""
    token = sign_in.sign_in(database, keys, Credentials("rec@example.org", PASSWORD, ADDRESS, "a browser"), NOW)
    with database.reading() as session:
        found = sessions.signed_in(session, token or "", NOW)
    assert found is not None
    return found


def give(database: Database, keys: Keys, code: str, address: str = ADDRESS) -> str | None:
    return second_factor.give_code(database, keys, half(database, keys), Typed(code, address), NOW)


def recovery_codes(database: Database, keys: Keys, account: Account) -> list[str]:
    with database.writing() as session:
        return second_factor.make_recovery_codes(session, keys, account.id, NOW)


@pytest.mark.usefixtures("secret")
def test_the_password_alone_opens_nothing(database: Database, keys: Keys) -> None:
    assert not half(database, keys).is_complete


def test_a_code_completes_the_session_under_a_new_token(database: Database, keys: Keys, secret: str) -> None:
    before = half(database, keys)

    token = second_factor.give_code(database, keys, before, Typed(code_of(secret), ADDRESS), NOW)

    with database.reading() as session:
        after = sessions.signed_in(session, token or "", NOW)
        listed = sessions.open_sessions(session, before.recruiter.id, NOW)
    assert after is not None
    assert (after.is_complete, after.session.device) == (True, "a browser")
    assert [one.id for one in listed] == [after.session.id] != [before.session.id]


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_step_before_or_after_will_do(
    database: Database, keys: Keys, secret: str, steps: int, taken: bool
) -> None:
    assert (give(database, keys, code_of(secret, steps)) is not None) is taken


@pytest.mark.parametrize("typed", ["{} ", " {}", "{:.3}-{:.0}"])
def test_a_code_may_be_typed_with_gaps(database: Database, keys: Keys, secret: str, typed: str) -> None:
    code = code_of(secret)

    assert give(database, keys, typed.format(code) if ":" not in typed else f"{code[:3]} {code[3:]}")


def test_a_code_is_taken_once(database: Database, keys: Keys, secret: str) -> None:
    assert give(database, keys, code_of(secret))

    assert give(database, keys, code_of(secret)) is None


def test_a_code_older_than_one_that_was_taken_is_refused(database: Database, keys: Keys, secret: str) -> None:
    assert give(database, keys, code_of(secret, 1))

    assert give(database, keys, code_of(secret, 0)) is None


def test_of_many_who_give_one_code_at_once_one_gets_in(database: Database, keys: Keys, secret: str) -> None:
    halves = [half(database, keys) for _ in range(6)]
    typed = Typed(code_of(secret), ADDRESS)

    with ThreadPoolExecutor(6) as threads:
        tokens = list(threads.map(lambda one: second_factor.give_code(database, keys, one, typed, NOW), halves))

    assert len([token for token in tokens if token]) == 1


FULL_WIDTH = "".join(chr(0xFF10 + digit) for digit in (1, 2, 3, 4, 5, 6))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", FULL_WIDTH, "000000000000", "0" * 5000])
@pytest.mark.usefixtures("secret")
def test_what_is_no_code_is_refused(database: Database, keys: Keys, code: str) -> None:
    assert give(database, keys, code) is None


def test_the_tenth_wrong_code_is_refused_unlooked_at(database: Database, keys: Keys, secret: str) -> None:
    for number in range(9):
        assert give(database, keys, "000000", f"192.0.2.{number}") is None

    with pytest.raises(TooManyAttemptsError) as refused:
        give(database, keys, code_of(secret), "198.51.100.7")

    assert 0 < refused.value.retry_after <= 901


def test_wrong_codes_of_one_lock_out_no_one_else_behind_the_same_address(
    database: Database, keys: Keys, secret: str
) -> None:
    for number in range(9):
        tried = Tried(keys.index_of_address("code", f"{number}"), keys.index_of_address("code from", ADDRESS))
        with database.writing() as session:
            assert counted(session, tried, NOW) is None

    assert give(database, keys, code_of(secret), ADDRESS)


@pytest.mark.usefixtures("secret")
def test_many_wrong_codes_at_once_cannot_outrun_the_count(database: Database, keys: Keys) -> None:
    mine = half(database, keys)

    def attempt(_: int) -> str:
        try:
            return str(second_factor.give_code(database, keys, mine, Typed("000000", ADDRESS), NOW))
        except TooManyAttemptsError:
            return "refused"

    with ThreadPoolExecutor(8) as attackers:
        outcomes = list(attackers.map(attempt, range(24)))

    assert (outcomes.count("None"), outcomes.count("refused")) == (9, 15)


def test_a_right_code_forgets_the_wrong_ones(database: Database, keys: Keys, secret: str) -> None:
    for step in (-1, 0, 1):
        for _ in range(8):
            give(database, keys, "000000")
        assert give(database, keys, code_of(secret, step))


@pytest.mark.usefixtures("secret")
def test_a_recovery_code_works_once_and_however_it_is_typed(database: Database, keys: Keys, account: Account) -> None:
    first, second, *_ = recovery_codes(database, keys, account)

    assert give(database, keys, first)
    assert give(database, keys, first) is None
    assert give(database, keys, second.replace("-", " "))
    with database.reading() as session:
        assert second_factors.recovery_codes_left(session, account.id) == 8


@pytest.mark.usefixtures("secret")
def test_a_recovery_code_that_an_earlier_version_stored_still_opens_once(
    database: Database, keys: Keys, account: Account
) -> None:
    with database.writing() as session:
        stored = keys.quick_hash_of_recovery_code(account.id, "123456789012")
        second_factors.replace_recovery_codes(session, account.id, [stored])

    assert give(database, keys, "1234-5678-9012")
    assert give(database, keys, "1234-5678-9012") is None


def test_recovery_codes_of_two_accounts_have_salts_of_their_own(keys: Keys) -> None:
    salts = {keys.salt_of_recovery_codes(UUID(int=number)) for number in range(20)}

    assert (len(salts), {len(salt) for salt in salts}) == (20, {16})


@pytest.mark.usefixtures("secret")
def test_new_recovery_codes_replace_the_old_ones(database: Database, keys: Keys, account: Account) -> None:
    old, new = (recovery_codes(database, keys, account) for _ in range(2))

    assert give(database, keys, old[0]) is None
    assert give(database, keys, new[0])
    assert len({*old, *new}) == 20


@pytest.mark.usefixtures("secret")
def test_a_recovery_code_of_somebody_else_does_not_work(database: Database, keys: Keys) -> None:
    other = recruiter(database, Assignment("NCT00000001"), email="other@example.org")

    assert give(database, keys, recovery_codes(database, keys, other)[0]) is None


def test_setting_up_needs_a_code_of_the_secret_and_uses_it_up(database: Database, keys: Keys, account: Account) -> None:
    secret, mine = second_factor.new_secret(), half(database, keys)
    with database.writing() as session:
        refused = second_factor.set_up(session, keys, mine, (secret, code_of(second_factor.new_secret())), NOW)
        before = recruiters.find(session, account.id)
        codes = second_factor.set_up(session, keys, mine, (secret, code_of(secret)), NOW)

    assert refused is None
    assert before is not None
    assert before.second_factor is SecondFactor.NONE
    assert len(set(codes or ())) == 10
    assert give(database, keys, code_of(secret)) is None
    assert give(database, keys, code_of(secret, 1))


def test_another_secret_ends_other_sessions_even_when_it_follows_at_once(
    database: Database, keys: Keys, account: Account
) -> None:
    with database.writing() as session:
        second_factor.set_up_by_operator(session, keys, account.id, NOW)
    mine, other, secret = half(database, keys), half(database, keys), second_factor.new_secret()

    with database.writing() as session:
        assert second_factor.set_up(session, keys, mine, (secret, code_of(secret)), NOW)

    with database.reading() as session:
        assert [one.id for one in sessions.open_sessions(session, account.id, NOW)] == [mine.session.id]
    assert other.session.id != mine.session.id


def test_a_recovery_code_ends_all_other_sessions_and_a_code_none(
    database: Database, keys: Keys, account: Account, secret: str
) -> None:
    codes = recovery_codes(database, keys, account)
    first = give(database, keys, code_of(secret))
    assert give(database, keys, code_of(secret, 1))
    assert len(open_now(database, account)) == 2

    entered = give(database, keys, codes[0])

    with database.reading() as session:
        assert sessions.signed_in(session, first or "", NOW) is None
        found = sessions.signed_in(session, entered or "", NOW)
    assert found is not None
    assert open_now(database, account) == [found.session.id]


def open_now(database: Database, account: Account) -> list[UUID]:
    with database.reading() as session:
        return [one.id for one in sessions.open_sessions(session, account.id, NOW)]


def test_neither_secret_nor_recovery_codes_stand_in_the_database(
    database: Database, keys: Keys, account: Account, secret: str
) -> None:
    codes = recovery_codes(database, keys, account)

    with database.engine.connect() as connection:
        stored = [
            value
            for table in ("recruiter", "recovery_code", "audit_event")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608
            for value in row
        ]
    written = b"".join(bytes(one) if isinstance(one, (bytes, memoryview)) else str(one).encode() for one in stored)
    for hidden in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert hidden.encode() not in written


def test_a_secret_that_is_moved_to_another_account_does_not_open(
    database: Database, keys: Keys, account: Account, secret: str
) -> None:
    other = recruiter(database, Assignment("NCT00000001"), email="other@example.org")
    with database.engine.begin() as connection:
        moved = "UPDATE recruiter SET totp_secret = (SELECT totp_secret FROM recruiter WHERE email = 'rec@example.org')"
        connection.exec_driver_sql(moved)

    with database.reading() as session:
        assert second_factors.secret_of(session, keys.ring, account.id) == secret
        with pytest.raises(SealBrokenError):
            second_factors.secret_of(session, keys.ring, other.id)


def test_an_offer_opens_in_its_own_session_alone(keys: Keys, account: Account) -> None:
    secret, other = second_factor.new_secret(), "not of this ring"
    offer = second_factor.sealed_offer(keys, account.id, secret)

    assert second_factor.opened_offer(keys, account.id, offer) == secret
    assert second_factor.opened_offer(keys, UUID(int=7), offer) is None
    assert [second_factor.opened_offer(keys, account.id, one) for one in ("", other, "é", offer[:-8])] == [None] * 4


def test_what_is_done_about_a_second_factor_is_on_record_without_the_code(
    database: Database, keys: Keys, account: Account, secret: str
) -> None:
    give(database, keys, "000000")
    give(database, keys, code_of(secret))

    with database.reading() as session:
        events = audit.about(session, audit.Subject("recruiter", str(account.id)))
    assert [event.action for event in events] == [
        "recruiter_added",
        "second_factor_set_up",
        "password_given",
        "second_factor_failed",
        "password_given",
        "signed_in",
    ]
    assert events[-1].details == {"second_factor": "code"}
