"""Quick hashes of passwords. Hashing is slow on purpose, and most tests that know a recruiter would wait for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from prescreen.workflow.accounts import passwords

SLOW = passwords._HASHER
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[None]:
    """Hash passwords quickly; tests/workflow/accounts/test_passwords.py looks at the hashes of the service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", QUICK)
        yield
