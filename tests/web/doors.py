"""Every door through which a person comes to a trial's team, each opened up to the last click.

The small folder has two trials with two sites each, and is no sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update
from werkzeug.test import TestResponse

from prescreen.database import Database
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import CriteriaEvidence, Invitation, Lead, Referral
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts.recruiters import Assignment
from tests.catalog import folders
from tests.people import recruiter
from tests.web.kept import rows
from tests.web.markup import Element, read
from tests.web.office import sign_in
from tests.web.result_cards import recruiting
from tests.web.visitor import Visitor

SLUG, TRIAL, OTHER = "back-pain", "T1", "T2"
LEEDS, YORK = "leeds", "york"
_SITES = "{id: leeds, name: Leeds Hospital, reply_within: 5}, {id: york, name: York Hospital, reply_within: 5}"
_FITS = {"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"}

Send = Callable[[], TestResponse]


def criteria(root: Path) -> Path:
    """Write the folder."""
    trial = recruiting(sites=_SITES)
    consent = folders.FILES[folders.CONSENT] + "\n## Another site {#another_site}\n\nYou may ask another site.\n"
    second = trial.replace("id: T1", "id: T2", 1)
    return folders.write(root, {folders.TRIAL: trial, "trials/T2.yaml": second, folders.CONSENT: consent})


@dataclass(frozen=True, slots=True)
class Door:
    """A door: `open` goes up to the last click, which it returns; then a person comes to this site."""

    open: Callable[[Flask], Send]
    site: str = LEEDS


def fitting(app: Flask) -> Visitor:
    """Return a visitor who fits both trials."""
    visitor = Visitor(app.test_client(), SLUG)
    visitor.answers(_FITS)
    visitor.answer("pain_duration", "10", unit="wk")
    return visitor


def referred(app: Flask) -> int:
    """Return how many referrals to the trial there are."""
    return rows(_database(app), Referral.trial_id).count((TRIAL,))


def _database(app: Flask) -> Database:
    found: Database = app.extensions[EXTENSION].database
    return found


def _interest(app: Flask) -> Send:
    visitor = fitting(app)
    filled = visitor.interest_form(trial=TRIAL, **{f"site-{TRIAL}": LEEDS})
    return lambda: visitor.post("/interest", filled)


def _staff(app: Flask, site: str) -> FlaskClient:
    recruiter(_database(app), Assignment(TRIAL, site))
    client = app.test_client()
    sign_in(client)
    return client


def _sending(client: FlaskClient, form: Element, **changes: Any) -> Send:
    hidden = {one["name"]: one["value"] for one in form.all("input", type="hidden")}
    data = {name: value for name, value in {**hidden, **changes}.items() if value is not None}
    return lambda: client.post(form["action"], data=data)


def _phone(app: Flask) -> Send:
    path = f"/recruiter/enter/{TRIAL}/{LEEDS}"
    client = _staff(app, LEEDS)
    form = read(client.get(path).text).one("form", action=path)
    asked = {one["name"]: _said(one) for one in form.all("input", type="radio") if _said(one)}
    typed = {"q-age-answer": "44", "q-pain_duration-answer": "10", "q-pain_duration-unit": "wk"}
    contact = {"name": "Wilhelmina Quackenbush", "phone": "617 555 0143", "language": "en"}
    return _sending(client, form, **asked, **typed, **contact, adult="yes", share="yes", **{"by-phone": "yes"})


def _said(radio: Element) -> str:
    """Return the value of a radio button if it is the answer of somebody who fits; "" else."""
    wanted = {f"q-{name}-answer": value for name, value in _FITS.items()}
    return radio["value"] if wanted.get(radio["name"]) == radio["value"] else ""


def _invitation(app: Flask) -> Send:
    visitor = fitting(app)
    visitor.send(trial=OTHER, future="yes")
    _invite(app)
    visitor.open_my_data()
    page = read(visitor.client.get("/my/").text)
    form = next(one for one in page.all("form") if one["action"] == "/my/accept")
    return _sending(visitor.client, form, site=LEEDS)


def _invite(app: Flask) -> None:
    database, now = _database(app), datetime.now(UTC)
    [(lead_id,)] = rows(database, Lead.id)
    row = {"id": new_id(now), "lead_id": lead_id, "trial_id": TRIAL, "fingerprint": "f", "created_at": now}
    with database.writing() as session:
        session.execute(insert(CriteriaEvidence).values(fingerprint="f", content="{}"))
        session.execute(insert(Invitation).values(**row, determination="potentially_eligible"))


def _reassignment(app: Flask) -> Send:
    visitor = fitting(app)
    visitor.send(trial=TRIAL, **{f"site-{TRIAL}": LEEDS, "another_site": "yes"})
    long_ago = datetime.now(UTC) - timedelta(days=30)
    late = {"created_at": long_ago, "due_at": long_ago, "offered_from": long_ago + timedelta(days=10)}
    with _database(app).writing() as session:
        session.execute(update(Referral).where(Referral.offered_from.is_not(None)).values(**late))
    client = _staff(app, YORK)
    page = read(client.get("/recruiter/offers").text)
    return _sending(client, next(one for one in page.all("form") if one["action"].startswith("/recruiter/offers/")))


DOORS: Mapping[str, Door] = {
    "consent": Door(_interest),
    "entry by phone": Door(_phone),
    "invitation": Door(_invitation),
    "reassignment": Door(_reassignment, YORK),
}
