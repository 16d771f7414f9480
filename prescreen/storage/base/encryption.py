"""Authenticated encryption of values: AES-256-GCM under a ring of keys, each value bound to its row."""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prescreen.config import EncryptionKey

_NONCE_BYTES = 12
_CHECK_TABLE, _CHECK = "key_check", b"prescreen"


class SealBrokenError(RuntimeError):
    """Raised for an encrypted value that cannot be decrypted."""

    def __init__(self, table: str, row: str, why: str) -> None:
        self.table, self.row = table, row
        super().__init__(f"the sealed value in {table} {row} does not open: {why}")


class KeyRing:
    """Keys by id. The first one encrypts; all of them decrypt.

    An encrypted value is: length of the key id (1 byte), key id, nonce (12 bytes), ciphertext with its tag. Nonces are
    random, so one key must not encrypt more than 2**32 values (NIST SP 800-38D).
    """

    def __init__(self, keys: Iterable[EncryptionKey]) -> None:
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}
        self._sealing_id = next(iter(self._ciphers))

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of all keys, that of the encrypting key first."""
        return tuple(self._ciphers)

    def seal(self, plain: bytes, table: str, row: str) -> bytes:
        """Return a value encrypted for one row of one table."""
        return self._sealed(self._sealing_id, plain, table, row)

    def check_value(self, key_id: str) -> bytes:
        """Return a constant encrypted with one key, by which that key is recognised later."""
        return self._sealed(key_id, _CHECK, _CHECK_TABLE, key_id)

    def is_key_of(self, check_value: bytes) -> bool:
        """Return whether the check value was made with a key of this ring."""
        try:
            return self.open(check_value, _CHECK_TABLE, key_id_of(check_value)) == _CHECK
        except SealBrokenError:
            return False

    def _sealed(self, key_id: str, plain: bytes, table: str, row: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = self._ciphers[key_id].encrypt(nonce, plain, _bound_to(table, row, key_id))
        return prefix_of(key_id) + nonce + ciphertext

    def open(self, sealed: bytes, table: str, row: str) -> bytes:
        """Return the decrypted value of a row.

        Raise SealBrokenError where it was altered or moved to another row, or where its key is missing.
        """
        key_id, head = key_id_of(sealed), 1 + int.from_bytes(sealed[:1])
        if key_id not in self._ciphers:
            raise SealBrokenError(table, row, f"PRESCREEN_ENCRYPTION_KEYS has no key '{key_id}'; put it back")
        nonce, ciphertext = sealed[head : head + _NONCE_BYTES], sealed[head + _NONCE_BYTES :]
        try:
            return self._ciphers[key_id].decrypt(nonce, ciphertext, _bound_to(table, row, key_id))
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(table, row, "it was altered or moved here; restore the row from a backup") from error


def prefix_of(key_id: str) -> bytes:
    """Return the first bytes of every value that is encrypted with the key of this id."""
    return bytes([len(key_id)]) + key_id.encode()


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key with which a value was encrypted."""
    return sealed[1 : 1 + int.from_bytes(sealed[:1])].decode(errors="replace")


def _bound_to(table: str, row: str, key_id: str) -> bytes:
    return f"{table}|{row}|{key_id}".encode()
