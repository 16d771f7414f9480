"""Somebody who is signed in and looks at the page of numbers, and what there is to count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import OF_VISITS, CounterKind, Key, month_of
from prescreen.storage.tables import Referral
from tests.people import CONTACT, recruiter
from tests.web.markup import Element, read
from tests.web.office import EMAIL, sign_in
from tests.web.referred import TRIAL, refer

TODAY = datetime.now(UTC).date()


@pytest.fixture
def catalog(shipped_criteria: LiveCatalog) -> Catalog:
    return shipped_criteria.current(TODAY)


@pytest.fixture
def desk(client: FlaskClient, database: Database) -> Callable[..., Desk]:
    """Return what signs in an account of a role, for one trial."""

    def signed_in(role: Role = Role.RECRUITER, assignment: Assignment | None = None) -> Desk:
        account = recruiter(database, assignment or Assignment(TRIAL))
        with database.writing() as session:
            recruiters.set_role(session, account.id, role)
        sign_in(client, email=EMAIL)
        return Desk(client)

    return signed_in


class Desk:
    """Somebody who is signed in and looks at numbers."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self, query: str = "") -> Element:
        answer = self.client.get(f"/recruiter/numbers{query}")
        assert answer.status_code == 200, answer.status
        return read(answer.text)

    def block(self, name: str, query: str = "") -> Element:
        return self.page(query).one("section", **{"aria-labelledby": name})

    def headline(self, name: str, query: str = "") -> str:
        return self.block(name, query).all("p")[0].text


def count(database: Database, counts: dict[Key, int]) -> None:
    with database.writing() as session:
        usage_counters.add(session, {(month_of(TODAY), key): number for key, number in counts.items()})


@pytest.fixture
def referred(database: Database, keys: Keys, catalog: Catalog) -> None:
    """Refer thirteen people: six were contacted on the day after, seven wait and are overdue."""
    now = datetime.now(UTC)
    for number in range(13):
        refer(database, keys, catalog, name=f"{CONTACT.name} {number}")
    with database.writing() as session:
        ids = session.scalars(Referral.__table__.select().with_only_columns(Referral.id)).all()
        contacted = {
            "state": "contacted",
            "contacted_at": now + timedelta(days=1, minutes=1),
            "due_at": now + timedelta(days=2),
        }
        session.execute(update(Referral).where(Referral.id.in_(ids[:6])).values(**contacted))
        late = {"due_at": now - timedelta(hours=1)}
        session.execute(update(Referral).where(Referral.id.in_(ids[6:])).values(**late))


def visits(database: Database, source: str, began: int, *later: int) -> None:
    """Count visits that began, and how many of them came to each later step for the trial."""
    keys = [Key(CounterKind.BEGAN, "low-back-pain", source), *(Key(kind, TRIAL, source) for kind in OF_VISITS)]
    count(database, {key: number for key, number in zip(keys, (began, *later), strict=True) if number})


Line = tuple[str, list[str]]


def lines(table: Element) -> list[Line]:
    """Return the rows of a table under its headings: the label of each, and the text of its cells."""
    rows = [row for row in table.all("tr") if row.all("td")]
    return [(row.all("th")[0].text, [" ".join(cell.text.split()) for cell in row.all("td")]) for row in rows]


def tile(page: Element, label: str) -> str:
    """Return what a figure on top of the page says."""
    [found] = [one for one in page.one("dl").all("div") if one.one("dt").text == label]
    return " ".join(f"{found.one('b').text} {found.one('dd').text.strip().removeprefix(found.one('b').text)}".split())
