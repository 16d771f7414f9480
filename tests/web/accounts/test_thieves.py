"""A session in other hands ends with every change of what opens the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask

from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment, Right, Role
from prescreen.storage.base.keys import Keys
from prescreen.workflow.accounts import second_factor
from prescreen.workflow.accounts.recruiters import RecruiterDetails, add_recruiter, disable_recruiter
from tests.people import PASSWORD
from tests.web.referred import TRIAL
from tests.web.staff import Staff, account, kept, with_second_factor

OWN_FACTOR, CODE = "/recruiter/account/second-factor", "/recruiter/login/code"
NEW_PASSWORD = "five other plain little words"
REC = "rec@example.org"


class Scene:
    """A recruiter, a thief with a session of the recruiter's account, and an administrator."""

    def __init__(self, app: Flask, database: Database, keys: Keys) -> None:
        self.app, self.database, self.keys = app, database, keys
        self.who = account(database)
        account(database, "admin@example.org", Role.ADMINISTRATOR)
        self.thief, self.rec, self.admin = Staff(app), Staff(app), Staff(app, "admin@example.org")
        for one in (self.thief, self.rec, self.admin):
            assert one.sign_in().location == "/recruiter/"
        self.page = f"/recruiter/accounts/{self.who.id}"

    def administered(self, **changes: str | list[str]) -> None:
        """Send the administrator's form."""
        rights = [right.value for right in Right]
        form = {"role": "recruiter", "place": TRIAL, "right": rights, **changes}
        assert self.admin.post(self.page, self.page, **form).status_code == 303

    def operated(self, **changes: object) -> None:
        """Do what the operator does at the command line."""
        known = {"assignments": (Assignment(TRIAL),), "password": None, **changes}
        with self.database.writing() as session:
            add_recruiter(session, RecruiterDetails(REC, "Rec", **known), datetime.now(UTC))  # type: ignore[arg-type]


@pytest.fixture
def scene(app: Flask, database: Database, keys: Keys) -> Scene:
    return Scene(app, database, keys)


def password(scene: Scene) -> None:
    scene.rec.post("/recruiter/account/password", old=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD)


def first_second_factor(scene: Scene) -> None:
    _, answer = scene.rec.set_up(OWN_FACTOR, old=PASSWORD)
    assert answer.status_code == 200


def end_others(scene: Scene) -> None:
    scene.rec.post("/recruiter/account/sessions/end-others")


OWN = [password, first_second_factor, end_others]


def reset_by_administrator(scene: Scene) -> None:
    scene.admin.post(f"{scene.page}/reset-second-factor")


def ended_by_administrator(scene: Scene) -> None:
    scene.admin.post(f"{scene.page}/end-sessions")


def disabled_by_administrator(scene: Scene) -> None:
    scene.admin.post(f"{scene.page}/disable")
    scene.admin.post(f"{scene.page}/enable")


def another_role(scene: Scene) -> None:
    scene.administered(role="analyst")


def fewer_rights(scene: Scene) -> None:
    scene.administered(right=[Right.EXPORT_CSV.value])


def password_by_operator(scene: Scene) -> None:
    scene.operated(password=NEW_PASSWORD)


def role_by_operator(scene: Scene) -> None:
    scene.operated(role=Role.ANALYST)


def second_factor_by_operator(scene: Scene) -> None:
    with scene.database.writing() as session:
        second_factor.set_up_by_operator(session, scene.keys, scene.who.id, datetime.now(UTC))


def disabled_by_operator(scene: Scene) -> None:
    with scene.database.writing() as session:
        disable_recruiter(session, REC, datetime.now(UTC))


OTHERS = [
    *(reset_by_administrator, ended_by_administrator, disabled_by_administrator, another_role, fewer_rights),
    *(password_by_operator, role_by_operator, second_factor_by_operator, disabled_by_operator),
]


@pytest.mark.parametrize("change", [*OWN, *OTHERS], ids=lambda one: one.__name__)
def test_the_thief_is_out(scene: Scene, change: Callable[[Scene], None]) -> None:
    assert scene.thief.get("/recruiter/account").status_code == 200

    change(scene)

    assert scene.thief.get("/recruiter/account").location == "/recruiter/login"


@pytest.mark.parametrize("change", OWN, ids=lambda one: one.__name__)
def test_who_changes_their_own_account_stays_in(scene: Scene, change: Callable[[Scene], None]) -> None:
    change(scene)

    assert scene.rec.get("/recruiter/account").status_code == 200


def test_more_trials_end_no_session(scene: Scene) -> None:
    scene.administered(place=[TRIAL, "NCT00415220"])
    scene.operated(assignments=(Assignment("NCT00000410"),))

    assert len(kept(scene.database, REC).trial_ids) == 3
    assert scene.rec.get("/recruiter/account").status_code == 200


def test_a_session_of_the_password_alone_does_not_outlive_another_second_factor(scene: Scene) -> None:
    first_second_factor(scene)
    thief = Staff(scene.app)
    assert thief.sign_in().location == CODE

    first_second_factor(scene)

    assert thief.get(CODE).location == "/recruiter/login"


def test_a_second_factor_set_up_on_the_way_in_ends_what_was_opened_without_it(
    app: Flask, database: Database, keys: Keys
) -> None:
    scene = Scene(app, database, keys)
    reset_by_administrator(scene)
    thief, rec = Staff(app), Staff(app)
    assert (thief.sign_in().location, rec.sign_in().location) == ("/recruiter/login/second-factor",) * 2

    rec.set_up("/recruiter/login/second-factor")

    assert rec.get("/recruiter/account").status_code == 200
    assert thief.get("/recruiter/login/second-factor").location == "/recruiter/login"


def test_a_recovery_code_ends_all_other_sessions(app: Flask, database: Database, keys: Keys) -> None:
    secret = with_second_factor(database, keys, account(database))
    with database.writing() as session:
        codes = second_factor.make_recovery_codes(session, keys, kept(database, REC).id, datetime.now(UTC))
    thief, waiting, rec = Staff(app), Staff(app), Staff(app)
    thief.sign_in()
    assert thief.post(CODE, CODE, code=pyotp.TOTP(secret).now()).location == "/recruiter/"
    waiting.sign_in()
    rec.sign_in()

    assert rec.post(CODE, CODE, code=codes[0]).location == "/recruiter/"

    assert (thief.get("/recruiter/account").location, waiting.get(CODE).location) == ("/recruiter/login",) * 2
    assert rec.get("/recruiter/account").status_code == 200
