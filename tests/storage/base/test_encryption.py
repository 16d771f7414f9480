import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.config import EncryptionKey
from prescreen.storage.base.encryption import KeyRing, SealBrokenError

OLD = EncryptionKey("k1", bytes(range(32)))
NEW = EncryptionKey("k2", bytes(range(32, 64)))


@given(st.binary())
def test_what_was_sealed_opens_in_its_row(plain: bytes) -> None:
    ring = KeyRing([OLD])

    assert ring.open(ring.seal(plain, "lead", "1"), "lead", "1") == plain


@pytest.mark.parametrize(("table", "row"), [("lead", "2"), ("outbox", "1")])
def test_a_sealed_value_moved_elsewhere_does_not_open(table: str, row: str) -> None:
    ring = KeyRing([OLD])
    sealed = ring.seal(b"contact", "lead", "1")

    with pytest.raises(SealBrokenError, match=f"in {table} {row} does not open"):
        ring.open(sealed, table, row)


@given(st.integers(min_value=0))
def test_one_changed_bit_anywhere_breaks_the_seal(place: int) -> None:
    ring = KeyRing([OLD])
    altered = bytearray(ring.seal(b"contact", "lead", "1"))
    altered[place % len(altered)] ^= 1

    with pytest.raises(SealBrokenError):
        ring.open(bytes(altered), "lead", "1")


@given(st.binary(max_size=40))
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    with pytest.raises(SealBrokenError):
        KeyRing([OLD]).open(noise, "lead", "1")


def test_the_first_key_seals_and_the_others_still_open() -> None:
    sealed_before = KeyRing([OLD]).seal(b"contact", "lead", "1")
    ring = KeyRing([NEW, OLD])

    assert ring.open(sealed_before, "lead", "1") == b"contact"
    assert ring.seal(b"contact", "lead", "1").startswith(b"\x02k2")


def test_a_missing_key_is_named() -> None:
    sealed = KeyRing([OLD]).seal(b"contact", "lead", "1")

    with pytest.raises(SealBrokenError, match="PRESCREEN_ENCRYPTION_KEYS has no key 'k1'"):
        KeyRing([NEW]).open(sealed, "lead", "1")


def test_equal_contacts_seal_differently() -> None:
    ring = KeyRing([OLD])

    assert ring.seal(b"contact", "lead", "1") != ring.seal(b"contact", "lead", "1")
