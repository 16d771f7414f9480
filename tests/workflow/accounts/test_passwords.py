"""What the service hashes passwords with, which other tests put aside."""

import base64
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from prescreen.workflow.accounts import passwords
from tests import hashes
from tests.people import PASSWORD, write_leaked


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", hashes.SLOW)


def test_a_password_costs_an_attacker_what_the_standard_asks_for() -> None:
    made = passwords.password_hash(PASSWORD)

    assert extract_parameters(made) == RFC_9106_LOW_MEMORY
    assert passwords.is_password(PASSWORD, made)
    assert not passwords.is_password(f"{PASSWORD}.", made)


COMMON = (
    "passwordpassword",
    "password123456789",
    "Password!2345678",
    "P@ssw0rdP@ssw0rd",
    "iloveyouiloveyou",
    "qwertyuiopasdfghjkl",
    "1qaz2wsx3edc4rfv",
    "123456789012345",
    "abcdefghijklmnopqrst",
    "administrator1234",
    "Prescreen2026Recruiter",
    "prescreen-clinical-trial",
    "liverpoolliverpool",
)
OWN = ("Zdislava Vrbkova", "zdislava.v@kratonik-hospital.org")


@pytest.mark.parametrize("password", COMMON)
def test_a_common_password_is_refused_however_long(password: str) -> None:
    with pytest.raises(passwords.PasswordRefusedError, match="is common or easily guessed"):
        passwords.password_hash(password)


@pytest.mark.parametrize("password", ["zdislava vrbkova", "Zdislava-Vrbkova26!", "kratonik-hospital1990"])
def test_a_password_of_ones_own_name_and_address_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordRefusedError, match="is common or easily guessed"):
        passwords.password_hash(password, *OWN)

    assert passwords.password_hash(password), "without the name it would be taken"


@pytest.mark.parametrize("password", [PASSWORD, "kettle drum orange sky", "qlbp wzrt vmkd xx", "día de lluvia y café"])
def test_a_phrase_of_several_words_is_taken_whatever_its_signs(password: str) -> None:
    assert passwords.is_password(password, passwords.password_hash(password, *OWN))


def test_a_password_that_leaked_elsewhere_is_refused_however_it_was_composed(tmp_path: Path) -> None:
    composed, in_parts = "kettle drum orange caf\u00e9", "kettle drum orange cafe\u0301"
    leaked = write_leaked(tmp_path / "list", [composed, "another"])

    for one in (composed, in_parts):
        assert passwords.password_hash(one), "without the list it would be taken"
        with pytest.raises(passwords.PasswordRefusedError, match="stolen elsewhere"):
            passwords.password_hash(one, leaked=leaked)
    assert passwords.password_hash(PASSWORD, leaked=leaked)


def test_where_the_list_cannot_be_read_no_password_is_taken(tmp_path: Path) -> None:
    with pytest.raises(passwords.PasswordRefusedError, match=r"cannot be read \(No such file"):
        passwords.password_hash(PASSWORD, leaked=tmp_path / "none")


def test_a_recovery_code_costs_an_attacker_as_much() -> None:
    salt = bytes(range(16))
    argon2 = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    made = argon2.hash("123456789012", salt=salt)

    assert base64.b64encode(passwords.hash_of_code("123456789012", salt)).rstrip(b"=").decode() == made.split("$")[-1]


def test_a_password_of_sixty_four_characters_and_one_of_a_thousand_are_taken_whole() -> None:
    for long in ("kettle drum orange sky " * 3)[:64], "kettle drum orange sky " * 43:
        made = passwords.password_hash(long)

        assert passwords.is_password(long, made)
        assert not passwords.is_password(long[:-1], made)


def test_a_bare_limit_of_length_and_letters_would_take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "FEWEST_GUESSES", 0)

    assert [one for one in COMMON if not passwords.password_hash(one)] == []


def test_a_password_is_checked_with_the_same_work_where_there_is_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords._dummy_hash.cache_clear()
    checked = []

    class Watched:
        hash = hashes.SLOW.hash

        def verify(self, stored: str, password: str) -> bool:
            checked.append(extract_parameters(stored))
            return hashes.SLOW.verify(stored, password)

    monkeypatch.setattr(passwords, "_HASHER", Watched())

    assert not passwords.is_password(PASSWORD, None)
    assert checked == [RFC_9106_LOW_MEMORY]
    passwords._dummy_hash.cache_clear()
