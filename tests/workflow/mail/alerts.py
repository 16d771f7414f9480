"""Recruiters who get letters, and the letters that come of a look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from prescreen.database import Database
from prescreen.mail.staff_letters import StaffLetterWriter
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.tables import Recruiter
from prescreen.workflow.accounts.recruiters import Assignment
from prescreen.workflow.mail.referral_alerts import SETTLED, announce
from tests.mail.letters import PEN
from tests.people import NOW, recruiter, submitted

NEW_YORK = ZoneInfo("America/New_York")
CATALOG = replace(PEN.catalog, service=replace(PEN.catalog.service, timezone=NEW_YORK))
STAFF_PEN = StaffLetterWriter(CATALOG, "https://trials.example.org")
SOON = NOW + SETTLED
EMAIL = "rec@example.org"


def pen_in(zone: ZoneInfo) -> StaffLetterWriter:
    """Return the writer of a service in a time zone."""
    return replace(STAFF_PEN, catalog=replace(CATALOG, service=replace(CATALOG.service, timezone=zone)))


def told(database: Database, keys: Keys, now: datetime = SOON, pen: StaffLetterWriter = STAFF_PEN) -> list[Letter]:
    """Announce, and give the letters that came of it."""
    before = set(letters(database))
    count = announce(database, keys, lambda: pen, now)
    found = [one for letter_id, one in letters(database).items() if letter_id not in before]
    with_text = [letter for one in found if (letter := outbox.open_letter(keys.ring, one))]
    assert len(with_text) == count
    return with_text


def letters(database: Database) -> dict[object, outbox.StoredLetter]:
    with database.reading() as session:
        return {one.id: one for one in outbox.everything(session) if one.kind in ("news", "digest")}


def set_news(database: Database, news_mode: str, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Recruiter).values(news=news_mode, **values))


def at_work(database: Database, *places: Assignment, email: str = EMAIL) -> Account:
    """Add a recruiter who has been here for an hour."""
    account = recruiter(database, *places, email=email)
    with database.writing() as session:
        session.execute(update(Recruiter).values(created_at=NOW - timedelta(hours=1)))
    return account


def sent(database: Database, keys: Keys, number: int = 1, **changes: object) -> None:
    for place in range(number):
        submitted(database, keys, id=f"{changes} {place}", **changes)


def new_york(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)
