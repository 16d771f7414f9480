"""The service's keys: from the settings, else made once and stored in the instance folder, for its owner only."""

import base64
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from prescreen.config import PREFIX, Settings, SettingsError, key_ring, secret
from prescreen.eligibility.criteria.typed_text import folded_email
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.private_files import sync_folder

SECRET_KEY_FILE = "secret.key"  # noqa: S105 - the name of a file
ENCRYPTION_KEYS_FILE = "encryption.keys"

# Names of one provider, which ignores dots before the @.
_WITHOUT_DOTS = ("gmail.com", "googlemail.com")

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Keys:
    """All secrets. Every key but the ring is derived from the secret key, each for one purpose.

    `earlier` are the keys of secret keys before this one. What was made with them is still accepted and found; nothing
    new is made with them.
    """

    ring: KeyRing
    email_index: bytes = field(repr=False)
    links: bytes = field(repr=False)
    cookies: bytes = field(repr=False)
    addresses: bytes = field(repr=False)
    flask: bytes = field(repr=False)
    templates: bytes = field(repr=False)
    snapshots: bytes = field(repr=False)
    recovery_codes: bytes = field(repr=False)
    search: bytes = field(repr=False)
    check: bytes = field(repr=False)
    criteria_cache: bytes = field(repr=False)
    deletions: bytes = field(repr=False)
    proofs: bytes = field(repr=False)
    earlier: "tuple[Keys, ...]" = field(default=(), repr=False)

    @classmethod
    def derived(cls, secret_key: str, ring: KeyRing, earlier: "tuple[Keys, ...]" = ()) -> "Keys":
        """Derive the keys of all purposes, of 32 bytes each, from the secret key."""

        def derive(purpose: str) -> bytes:
            return HKDF(SHA256(), 32, salt=None, info=f"prescreen {purpose} 1".encode()).derive(secret_key.encode())

        return cls(
            ring=ring,
            email_index=derive("e-mail index"),
            links=derive("links"),
            cookies=derive("cookies"),
            addresses=derive("addresses"),
            flask=derive("flask"),
            templates=derive("compiled templates"),
            snapshots=derive("snapshots"),
            recovery_codes=derive("recovery codes"),
            search=derive("desk search"),
            check=derive("key check"),
            criteria_cache=derive("criteria cache"),
            deletions=derive("list of deletions"),
            proofs=derive("proofs of deletion"),
            earlier=earlier,
        )

    @property
    def generations(self) -> "tuple[Keys, ...]":
        """Return these keys, and then those before them that are still accepted."""
        return (self, *self.earlier)

    @property
    def of_deletions(self) -> tuple[bytes, ...]:
        """Return the keys under which somebody may stand on the list of deletions, the present one first."""
        return tuple(keys.deletions for keys in self.generations)

    def indexes_of_email(self, email: str) -> tuple[bytes, ...]:
        """Return every keyed hash under which an e-mail address may be stored, the present one first."""
        return tuple(keys.index_of_email(email) for keys in self.generations)

    def index_of_email(self, email: str) -> bytes:
        """Return the keyed hash of an e-mail address for look-ups; it reveals nothing without the key."""
        return hmac.digest(self.email_index, folded_email(email).encode(), "sha256")

    def index_of_mailbox(self, email: str, kind: str) -> bytes:
        """Return the keyed hash of the mailbox behind an e-mail address, under which letters to it are counted.

        Addresses that differ only in case or in a tag (`name+tag@`) are one mailbox, and at Gmail those that differ in
        dots. Those of different kinds, such as real and test leads, are counted apart.
        """
        return self.index_of_address(kind, _mailbox_of(email))

    def search_token(self, kind: str, word: str) -> bytes:
        """Return the keyed hash of a word of a name, or of an address, for recruiters' searches."""
        return hmac.digest(self.search, f"{kind}|{word}".encode(), "sha256")[:16]

    def index_of_address(self, kind: str, address: str) -> bytes:
        """Return the keyed hash of an account or a network address, under which attempts are counted."""
        return hmac.digest(self.addresses, f"{kind}|{address}".encode(), "sha256")

    def salt_of_recovery_codes(self, recruiter_id: UUID) -> bytes:
        """Return the salt of an account's recovery codes, of 16 bytes; without it they cannot be guessed offline."""
        return hmac.digest(self.recovery_codes, f"salt|{recruiter_id}".encode(), "sha256")[:16]

    def quick_hash_of_recovery_code(self, recruiter_id: UUID, code: str) -> bytes:
        """Return the keyed hash of a recovery code as earlier versions stored it; their codes still open."""
        return hmac.digest(self.recovery_codes, f"{recruiter_id}|{code}".encode(), "sha256")

    def row_id(self, lead_id: UUID) -> str:
        """Return the keyed hash that names a lead in all snapshots; without the key it cannot be linked to the lead."""
        return hmac.digest(self.snapshots, lead_id.bytes, "sha256")[:16].hex()


def _mailbox_of(email: str) -> str:
    name, _, domain = folded_email(email).rpartition("@")
    untagged = name.partition("+")[0] or name
    if domain in _WITHOUT_DOTS:
        return f"{untagged.replace('.', '')}@{_WITHOUT_DOTS[0]}"
    return f"{untagged}@{domain}"


def load_keys(settings: Settings, *, may_make: bool = True) -> Keys:
    """Return the keys of the settings, else those of the instance folder, which are made there on first use.

    Raise SettingsError where a key file is invalid or readable by other users, or where it is missing and `may_make`
    is false.
    """
    secret_key = settings.secret_key or _kept(settings, _SECRET, may_make=may_make)
    keys = settings.encryption_keys or _kept(settings, _ENCRYPTION, may_make=may_make)
    ring = KeyRing(keys)
    before = settings.secret_key_before
    return Keys.derived(secret_key, ring, (Keys.derived(before, ring),) if before else ())


def secret_source(settings: Settings) -> str:
    """Return the name of the variable or file that holds the secret key."""
    return _SECRET.variable if settings.secret_key else str(settings.instance / _SECRET.name)


def encryption_source(settings: Settings) -> str:
    """Return the name of the variable or file that holds the encryption keys."""
    return _ENCRYPTION.variable if settings.encryption_keys else str(settings.instance / _ENCRYPTION.name)


@dataclass(frozen=True, slots=True)
class _KeyFile(Generic[Kept]):
    """A file of the instance folder: its name, the variable that stands for it, how its text is made and read."""

    name: str
    variable: str
    make: Callable[[], str]
    parse: Callable[[str], Kept]


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _random_key() -> str:
    # Two keys that were made apart must not share an id: what one sealed would seem altered under the other.
    return f"k{secrets.token_hex(6)}:{_random()}"


_SECRET = _KeyFile(SECRET_KEY_FILE, f"{PREFIX}SECRET_KEY", _random, secret)
_ENCRYPTION = _KeyFile(ENCRYPTION_KEYS_FILE, f"{PREFIX}ENCRYPTION_KEYS", _random_key, key_ring)


def _kept(settings: Settings, file: _KeyFile[Kept], *, may_make: bool) -> Kept:
    path = settings.instance / file.name
    try:
        if not path.exists():
            _create_unless_needed(path, file, may_make=may_make)
        _refuse_open_to_others(path)
        return file.parse(path.read_text().strip())
    except OSError as error:
        raise SettingsError(str(path), f"cannot be kept here ({error.strerror}); set PRESCREEN_INSTANCE") from error
    except ValueError as error:
        raise SettingsError(str(path), str(error)) from error


def _create_unless_needed(path: Path, file: _KeyFile[Kept], *, may_make: bool) -> None:
    if not may_make:
        raise ValueError(
            "it is missing, and what the database holds cannot be read or found with a new key; "
            f"put the file back, from a backup or from the other machine, or set {file.variable}"
        )
    _create_once(path, file.make())


def _create_once(path: Path, text: str) -> None:
    """Write a file atomically; in a race with another worker, the first file stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)


def _refuse_open_to_others(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"other users of this machine can read this key; chmod 600 {path}")
