"""A recruiter with people on the work list, and which of them a page shows."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.audit import events
from prescreen.storage.referrals import referrals
from prescreen.storage.tables import Referral
from tests.web.markup import read
from tests.web.office import Office
from tests.web.referred import refer

HERE = "/recruiter/"


def amend(database: Database, referral_id: UUID, **values: object) -> None:
    with database.writing() as session:
        session.execute(update(Referral).where(Referral.id == referral_id).values(**values))


def made(office: Office, **details: object) -> UUID:
    """Refer a person and return the referral's id."""
    receipt = refer(office.database, office.keys, office.catalog, **details)  # type: ignore[arg-type]
    with office.database.reading() as session:
        return referrals.of_lead(session, receipt.lead_id)[0].id


def names(office: Office, path: str = HERE) -> list[str]:
    return names_on(office.client.get(path).text)


def names_on(page: str) -> list[str]:
    """Return the names that a page lists, in its order."""
    cells = [one for one in read(page).all("td") if "who" in one.attributes.get("class", "")]
    return [(cell.all("a") or cell.all("b"))[0].text for cell in cells]


def three(office: Office) -> dict[str, UUID]:
    return {name: made(office, name=name, days=days) for name, days in (("Old", 30), ("Mid", 10), ("Young", 1))}


def me(office: Office) -> UUID:
    with office.database.reading() as session:
        return recruiters.everyone(session)[0].id


def last_event(office: Office) -> events.Event:
    with office.database.reading() as session:
        return events.about(session, events.Subject("recruiter", str(me(office))))[-1]


def search(office: Office, words: str) -> str:
    return office.post("/recruiter/search", q=words).text
