"""Every route, opened by everybody, with the ids of somebody else: who sees her, and that nobody else changes anything.

Which page a role may open at all is the table of tests/architecture/test_policy.py. Here the pages are called.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import or_, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import Settings
from prescreen.storage.accounts.recruiters import Assignment, Role
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import referrals
from prescreen.storage.tables import Base, Lead, Recruiter, Referral
from prescreen.web.base.request_context import EXTENSION
from prescreen.web.base.security import signed
from prescreen.workflow.accounts.recruiters import RecruiterDetails, add_recruiter
from prescreen.workflow.participants.private_links import link_token
from tests.people import PASSWORD
from tests.web.every_form import FILLED, World
from tests.web.office import OTHER_TRIAL
from tests.web.referred import TRIAL, refer
from tests.web.toured import settings_in
from tests.web.visitor import SLUG

SESSION = "prescreen-recruiter"
NAME, EMAIL, PHONE = "Persephone Quillfeather", "persephone@quillfeather.example", "617 555 0187"
HERS = (NAME, "Quillfeather", "quillfeather.example", "555 0187", "5550187", "555-0187")

VISITOR, HERSELF, PARTICIPANT = "visitor", "herself", "another participant"
HER_STAFF = {f"{role.value} of her trial" for role in Role}
OTHER_STAFF = {f"{role.value} of another trial" for role in Role}
OTHER_SITE, DISABLED, ENDED = "recruiter of another site", "disabled account", "ended session"
ACTORS = {VISITOR, HERSELF, PARTICIPANT, *HER_STAFF, *OTHER_STAFF, OTHER_SITE, DISABLED, ENDED}
TEAM = {"administrator of her trial", "recruiter of her trial"}
AT_WORK = {*TEAM, "analyst of her trial"}
NOBODY: set[str] = set()

# Who sees who she is. A new route needs a row here.
SHOWS: dict[str, set[str]] = {
    "my_data.mine": {HERSELF},
    "my_details.contact": {HERSELF},
    "my_details.download": {HERSELF},
    "recruiter.referral": TEAM,
    "recruiter.search": TEAM,
    "recruiter.work_list": TEAM,
}
# What shows nobody by her ids, and whose posts change nothing of somebody else's.
SHOWS_NOBODY = (
    "addresses.again",
    "addresses.confirm",
    "addresses.confirming",
    "addresses.disown",
    "addresses.disowning",
    "addresses.send_again",
    "caregiving.ask_sender",
    "caregiving.choose",
    "caregiving.choose_sender",
    "content.condition",
    "content.home",
    "content.trial",
    "health.alive",
    "health.ready",
    "interest.form",
    "interest.send",
    "leaving.leave",
    "look.mark",
    "look.shown_elsewhere",
    "look.style",
    "metrics.show",
    "my_data.erase",
    "my_data.notice",
    "my_data.open_link",
    "my_data.take_back",
    "my_details.allow",
    "my_details.ask",
    "my_details.correct",
    "my_details.end_older_links",
    "my_invitations.accept",
    "my_invitations.ask_to_end_all",
    "my_invitations.decline",
    "my_invitations.end_all",
    "notices.accessibility",
    "notices.privacy",
    "noting.choose",
    "noting.leave",
    "noting.thanks",
    "noting.write",
    "recruiter.account",
    "recruiter.accounts",
    "recruiter.add_reminder",
    "recruiter.ask_code",
    "recruiter.ask_set_up",
    "recruiter.ask_whom_to_invite",
    "recruiter.bulk",
    "recruiter.cancel_invitation",
    "recruiter.change_account",
    "recruiter.change_password",
    "recruiter.choose_entry",
    "recruiter.choose_news",
    "recruiter.digest_of_export",
    "recruiter.disable_account",
    "recruiter.enable_account",
    "recruiter.end_other_sessions",
    "recruiter.end_session",
    "recruiter.end_sessions_of",
    "recruiter.entry",
    "recruiter.entry_stored",
    "recruiter.exports",
    "recruiter.finish_reminder",
    "recruiter.give_code",
    "recruiter.invite",
    "recruiter.join",
    "recruiter.label",
    "recruiter.make_account",
    "recruiter.make_export",
    "recruiter.make_recovery_codes",
    "recruiter.offers",
    "recruiter.one_account",
    "recruiter.own_factor",
    "recruiter.reminders",
    "recruiter.remove_view",
    "recruiter.reset_second_factor",
    "recruiter.rest_of_export",
    "recruiter.reword_note",
    "recruiter.save_view",
    "recruiter.save_what_came_of_it",
    "recruiter.set_up",
    "recruiter.set_up_own_factor",
    "recruiter.show_trail",
    "recruiter.sign_in",
    "recruiter.sign_out",
    "recruiter.store_entry",
    "recruiter.take_offer",
    "recruiter.tick",
    "recruiter.trial_numbers",
    "recruiter.try_sign_in",
    "recruiter.undo",
    "screener.answer",
    "screener.ask_for_one",
    "screener.choose_wishes",
    "screener.clear",
    "screener.clear_everywhere",
    "screener.cleared",
    "screener.question",
    "screener.review",
    "screener.show_results",
    "screener.urgent",
    "screener.wishes",
    "sheet.answers",
    "sheet.sheet",
    "thanks.show",
    "well_known.change_password",
    "well_known.security",
)
TABLE = dict.fromkeys(SHOWS_NOBODY, NOBODY) | SHOWS


@dataclass
class Everybody:
    """Browsers of all actors, and what stands for her in an address."""

    world: World
    lead_id: UUID
    referral_id: UUID
    token: str
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    path: Path = Path()
    content: bytes = b""
    jars: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def stored(self) -> dict[str, list[str]]:
        """Return all rows that belong to her."""
        hers = {"lead_id": self.lead_id, "referral_id": self.referral_id}
        owned = [
            (one.name, select(one).where(or_(*(one.c[name] == hers[name] for name in hers if name in one.c))))
            for one in Base.metadata.sorted_tables
            if hers.keys() & set(one.c.keys())
        ]
        owned.append(("lead", select(Base.metadata.tables["lead"]).where(Lead.id == self.lead_id)))
        owned.append(("referral", select(Base.metadata.tables["referral"]).where(Referral.lead_id == self.lead_id)))
        with self.world.database.reading() as session:
            return {name: sorted(map(str, session.execute(rows))) for name, rows in owned}

    def keep(self, path: Path) -> None:
        """Remember how the database and all cookies are."""
        self.path, self.jars = path, {name: dict(one._cookies or {}) for name, one in self.clients.items()}
        self.world.database.close()
        self.content = path.read_bytes()

    def reset(self) -> None:
        """Put them back: who signs out on one page is signed in on the next."""
        self.world.database.close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.write_bytes(self.content)
        for name, jar in self.jars.items():
            self.clients[name]._cookies = dict(jar)

    def shows(self, rule: Rule, actor: str) -> bool:
        """Open a route, and return whether it shows who she is."""
        answer = self.opened(rule, actor)
        shown = answer.get_data().decode(errors="replace")
        answer.close()
        return any(one in shown for one in HERS)

    def address(self, rule: Rule, actor: str) -> str:
        """Return the address of a route with her ids; whoever is not her has guessed at her link."""
        guessed = self.token[:-2] + ("AA" if self.token[-2:] != "AA" else "BB")
        site = self.world.catalog.trials[TRIAL].sites[0].id
        known: dict[str, object] = {"referral_id": self.referral_id, "trial_id": TRIAL, "site_id": site, "slug": SLUG}
        known |= {"question_id": "age", "place": 1, "token": self.token if actor == HERSELF else guessed}
        values = {name: known.get(name, UUID(int=7)) for name in rule.arguments}
        return self.world.app.url_map.bind("localhost").build(rule.endpoint, values)

    def opened(self, rule: Rule, actor: str) -> TestResponse:
        """Open a route as an actor, with a form that its page would accept from its owner."""
        client, path = self.clients[actor], self.address(rule, actor)
        if "POST" not in (rule.methods or ()):
            return client.get(path, query_string={"trial": TRIAL, "period": "all"})
        cookie = client.get_cookie(SESSION)
        token = signed(
            self.world.app.extensions[EXTENSION].keys.flask, "recruiter's form", cookie.value if cookie else ""
        )
        hers: dict[str, Any] = {
            "version": "1",
            "referral": [f"{self.referral_id}:1"],
            "trial": TRIAL,
            "column": ["name"],
        }
        if rule.endpoint == "recruiter.search":
            # Elsewhere a page would show what is sent to it.
            hers["q"] = "Persephone"
        return client.post(path, data={**self.forms.get(rule.endpoint, {}), **hers, "form_token": token})


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    """Return settings without counters, which a thread of their own writes."""
    return replace(settings_in(tmp_path, sqlite_template), counters=False)


@pytest.fixture
def everybody(app: Flask, settings: Settings, keys: Keys, shipped_criteria: LiveCatalog) -> Everybody:
    now, database = datetime.now(UTC), app.extensions[EXTENSION].database
    world = World({}, app, database, keys, shipped_criteria.current(now.date()))
    receipt = refer(database, keys, world.catalog, name=NAME, email=EMAIL, phone=PHONE)
    with database.reading() as session:
        [hers] = referrals.of_lead(session, receipt.lead_id)
    made = Everybody(world, receipt.lead_id, hers.id, link_token(keys, receipt.lead_id, 1, now + timedelta(days=30)))
    made.clients = dict(_clients(world, made.token))
    routes = app.url_map.bind("localhost")
    filled = (fill(world) for fills in FILLED.values() for fill in fills)
    made.forms = {routes.match(one.path, method=one.method)[0]: one.data for one in filled}
    made.keep(settings.instance / "prescreen.sqlite3")
    return made


def _clients(world: World, token: str) -> Iterator[tuple[str, FlaskClient]]:
    yield VISITOR, world.visitor().client
    yield PARTICIPANT, world.person
    herself = world.app.test_client()
    herself.get(f"/my/{token}")
    yield HERSELF, herself
    for role in Role:
        yield f"{role.value} of her trial", _staff(world, f"hers-{role.value}", role, Assignment(TRIAL))
        yield f"{role.value} of another trial", _staff(world, f"other-{role.value}", role, Assignment(OTHER_TRIAL))
    yield OTHER_SITE, _staff(world, "site", Role.RECRUITER, Assignment(TRIAL, "another-site"))
    disabled = _staff(world, "disabled", Role.ADMINISTRATOR, Assignment(TRIAL))
    with world.database.writing() as session:
        at = datetime.now(UTC)
        session.execute(update(Recruiter).where(Recruiter.email == "disabled@example.org").values(disabled_at=at))
    yield DISABLED, disabled
    ended = _staff(world, "ended", Role.ADMINISTRATOR, Assignment(TRIAL))
    cookie = ended.get_cookie(SESSION)
    assert cookie is not None
    token_of_form = signed(world.app.extensions[EXTENSION].keys.flask, "recruiter's form", cookie.value)
    assert ended.post("/recruiter/logout", data={"form_token": token_of_form}).status_code == 303
    ended.set_cookie(SESSION, cookie.value)
    yield ENDED, ended


def _staff(world: World, name: str, role: Role, assignment: Assignment) -> FlaskClient:
    email = f"{name}@example.org"
    with world.database.writing() as session:
        add_recruiter(session, RecruiterDetails(email, name, (assignment,), PASSWORD, role), datetime.now(UTC))
    who = world.browser(email)
    assert who.sign_in().status_code == 303
    return who.client


HANDS_OUT = {"recruiter.search", "recruiter.make_export", "recruiter.rest_of_export"}
"""Posts that show somebody and change nothing of her."""
OWNERS = {HERSELF, *AT_WORK}


def faults(everybody: Everybody, table: Mapping[str, set[str]], only: str = "") -> Iterator[str]:
    """Open every route (or one) as everybody; yield what differs from the table, and what others changed of her."""
    rules = list(everybody.world.app.url_map.iter_rules())
    names = {rule.endpoint for rule in rules}
    yield from (f"{name}: no such route" for name in table.keys() - names)
    yield from (f"{name}: not in the table" for name in names - table.keys())
    for rule in (one for one in rules if only in ("", one.endpoint)):
        everybody.reset()
        before = everybody.stored()
        reads = "GET" in (rule.methods or ()) or rule.endpoint in HANDS_OUT
        for actor in sorted(ACTORS - OWNERS) + sorted(OWNERS if reads else NOBODY):
            shows = everybody.shows(rule, actor)
            if shows != (actor in table.get(rule.endpoint, NOBODY)):
                yield f"{rule.endpoint}: {actor} {'sees her' if shows else 'does not see her'}"
            if actor not in OWNERS and everybody.stored() != before:
                yield f"{rule.endpoint}: {actor} changed what is stored of her"
                before = everybody.stored()


def test_everybody_sees_whom_the_table_says_and_changes_nobody_else(everybody: Everybody) -> None:
    assert everybody.stored()["lead"]
    assert list(faults(everybody, TABLE)) == []


def test_a_route_without_a_row_and_a_row_without_a_route_are_convicted(everybody: Everybody) -> None:
    table = {name: who for name, who in TABLE.items() if name != "my_data.mine"} | {"my_data.gone": NOBODY}

    assert list(faults(everybody, table, "my_data.gone")) == [
        "my_data.gone: no such route",
        "my_data.mine: not in the table",
    ]


def test_a_page_that_shows_her_to_everybody_is_convicted(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(everybody.world.app.view_functions, "content.home", lambda: NAME)

    assert set(faults(everybody, TABLE, "content.home")) == {f"content.home: {actor} sees her" for actor in ACTORS}


def test_a_page_by_which_anybody_changes_what_is_hers_is_convicted(
    everybody: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> str:
        # Past the guard of the tests that holds that whoever writes about a person has locked her.
        with sqlite3.connect(everybody.path) as connection:
            connection.execute("UPDATE lead SET language = 'es' WHERE id = ?", (everybody.lead_id.hex,))
        connection.close()
        return "done"

    monkeypatch.setitem(everybody.world.app.view_functions, "content.home", change)

    [first, *others] = faults(everybody, TABLE, "content.home")
    assert (first.endswith("changed what is stored of her"), others) == (True, [])
