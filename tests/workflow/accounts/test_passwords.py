"""What the service hashes passwords with, which other tests put aside."""

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from prescreen.workflow.accounts import passwords
from tests import hashes
from tests.people import PASSWORD


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", hashes.SLOW)


def test_a_password_costs_an_attacker_what_the_standard_asks_for() -> None:
    made = passwords.password_hash(PASSWORD)

    assert extract_parameters(made) == RFC_9106_LOW_MEMORY
    assert passwords.is_password(PASSWORD, made)
    assert not passwords.is_password(f"{PASSWORD}.", made)


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
