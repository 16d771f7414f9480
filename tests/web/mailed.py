"""The decrypted letters in the service's outbox."""

from __future__ import annotations

import re

from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter


def letters(database: Database, keys: Keys, state: str = "pending") -> list[tuple[str, Letter]]:
    """Return the letters in a state, oldest first, each with its kind, without erased ones."""
    with database.reading() as session:
        found = [one for one in outbox.everything(session) if one.state == state]
    found.sort(key=lambda one: one.created_at)
    opened = [(one.kind.value, outbox.open_letter(keys.ring, one)) for one in found]
    return [(kind, letter) for kind, letter in opened if letter is not None]


def newest(database: Database, keys: Keys, kind: str) -> Letter:
    """Return the newest pending letter of a kind."""
    return [letter for one, letter in letters(database, keys) if one == kind][-1]


def links(letter: Letter) -> list[str]:
    """Return the paths of a letter's links."""
    return re.findall(r"https?://[^/\s]+(/\S+)", letter.text)
