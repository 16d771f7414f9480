"""Every staff page, requested as every role through the whole service, against a table of permissions.

Only the guard is tested: where it admits a role, the page itself is not called. What a page then refuses, because the
data is of another trial or site, is tested with the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from prescreen import app as application
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.config import Settings
from prescreen.storage.accounts import recruiters, second_factor
from prescreen.storage.accounts.recruiters import EVERY_RIGHT, Assignment, Role
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.web.accounts.staff_pages import open_to_all
from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.web.base.security import signed
from prescreen.workflow.accounts import sessions
from tests.web.conftest import shipped_criteria
from tests.web.referred import TRIAL
from tests.web.toured import SECRET, close

__all__ = ["shipped_criteria"]

ADMINISTRATOR, RECRUITER, ANALYST, AUTHOR = "administrator", "recruiter", "analyst", "author"
NOBODY, DISABLED = "nobody", "disabled"
OWES_CODE, OWES_SET_UP = "owes the code", "owes the set-up"
ACTORS = (ADMINISTRATOR, RECRUITER, ANALYST, AUTHOR, NOBODY, DISABLED, OWES_CODE, OWES_SET_UP)
WORKING = {ADMINISTRATOR, RECRUITER}
STAFF = {ADMINISTRATOR, RECRUITER, ANALYST, AUTHOR}

# Who may come to which page. A new page needs a row here.
TABLE: dict[str, set[str]] = {
    # signing in
    "recruiter.sign_in": {*ACTORS},
    "recruiter.try_sign_in": {*ACTORS},
    "recruiter.join": {*ACTORS},
    "recruiter.make_account": {*ACTORS},
    "recruiter.ask_code": {OWES_CODE},
    "recruiter.give_code": {OWES_CODE},
    "recruiter.ask_set_up": {OWES_SET_UP},
    "recruiter.set_up": {OWES_SET_UP},
    "recruiter.sign_out": {*STAFF, OWES_CODE, OWES_SET_UP},
    # one's own account
    "recruiter.account": STAFF,
    "recruiter.change_password": STAFF,
    "recruiter.choose_news": STAFF,
    "recruiter.end_session": STAFF,
    "recruiter.end_other_sessions": STAFF,
    "recruiter.own_factor": STAFF,
    "recruiter.set_up_own_factor": STAFF,
    "recruiter.make_recovery_codes": STAFF,
    # other people's accounts
    "recruiter.accounts": {ADMINISTRATOR},
    "recruiter.ask_whom_to_invite": {ADMINISTRATOR},
    "recruiter.invite": {ADMINISTRATOR},
    "recruiter.cancel_invitation": {ADMINISTRATOR},
    "recruiter.one_account": {ADMINISTRATOR},
    "recruiter.change_account": {ADMINISTRATOR},
    "recruiter.disable_account": {ADMINISTRATOR},
    "recruiter.enable_account": {ADMINISTRATOR},
    "recruiter.end_sessions_of": {ADMINISTRATOR},
    "recruiter.reset_second_factor": {ADMINISTRATOR},
    # referrals
    "recruiter.work_list": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.search": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.save_view": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.remove_view": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.referral": WORKING,
    "recruiter.tick": WORKING,
    "recruiter.save_what_came_of_it": WORKING,
    "recruiter.undo": WORKING,
    "recruiter.label": WORKING,
    "recruiter.reword_note": WORKING,
    "recruiter.add_reminder": WORKING,
    "recruiter.finish_reminder": WORKING,
    "recruiter.reminders": WORKING,
    "recruiter.bulk": WORKING,
    # entering by phone, and taking over
    "recruiter.choose_entry": WORKING,
    "recruiter.entry": WORKING,
    "recruiter.store_entry": WORKING,
    "recruiter.entry_stored": WORKING,
    "recruiter.offers": WORKING,
    "recruiter.take_offer": WORKING,
    "recruiter.trial_numbers": STAFF,
    "recruiter.show_trail": {ADMINISTRATOR},
    "recruiter.exports": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.make_export": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.rest_of_export": {ADMINISTRATOR, RECRUITER, ANALYST},
    "recruiter.digest_of_export": {ADMINISTRATOR, RECRUITER, ANALYST},
}
FILLED: dict[str, object] = {"UUIDConverter": UUID(int=7), "IntegerConverter": 1}
FIRST_PAGES = ("/recruiter/", "/recruiter/numbers")
WAYS_OUT = {NOBODY: "/recruiter/login", DISABLED: "/recruiter/login"} | {
    OWES_CODE: "/recruiter/login/code",
    OWES_SET_UP: "/recruiter/login/second-factor",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("policy")
    url = f"sqlite:///{folder / 'policy.sqlite3'}"
    database = application.Database(url)
    application.databases.upgrade(database.engine)
    database.close()
    plain = Settings.from_environment({"PRESCREEN_INSTANCE": str(folder)})
    return replace(plain, database_url=url, secret_key=SECRET, visitor_rate_limit=None)


@pytest.fixture(scope="module")
def assemble(settings: Settings, shipped_criteria: LiveCatalog) -> Iterator[Callable[[], Flask]]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        patch.setattr(application, "LiveCatalog", lambda *_: shipped_criteria)

        def made() -> Flask:
            app = application.create_app(settings)
            opened.callback(close, app)
            return app

        yield made


@pytest.fixture(scope="module")
def tokens(assemble: Callable[[], Flask], settings: Settings) -> dict[str, str]:
    """Sign everybody in, and give the tokens of their sessions; nobody has none."""
    resources = assemble().extensions[EXTENSION]
    made = {actor: _signed_in(resources, load_keys(settings), actor) for actor in ACTORS if actor != NOBODY}
    return {NOBODY: "", **made}


def _signed_in(resources: Resources, keys: Keys, actor: str) -> str:
    now = datetime.now(UTC)
    role = Role(actor) if actor in STAFF else Role.ADMINISTRATOR
    email = f"{actor.replace(' ', '-')}@example.org"
    with resources.database.writing() as session:
        who = recruiters.add(session, email, actor, password_hash="", at=now)
        recruiters.set_role(session, who, role)
        recruiters.assign(session, who, [Assignment(TRIAL)])
        recruiters.give_rights(session, who, EVERY_RIGHT)
        if actor == OWES_CODE:
            second_factor.keep_secret(session, keys.ring, who, "JBSWY3DPEHPK3PXP", now)
        elif actor == OWES_SET_UP:
            second_factor.demand(session, who, now)
        elif actor == DISABLED:
            recruiters.disable(session, who, now)
        return sessions.begin(session, who, "", now, complete=actor != OWES_CODE)


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/recruiter")]


def opened(app: Flask, rule: Rule, token: str, form_token: str) -> TestResponse:
    values = {name: FILLED.get(type(converter).__name__, "x") for name, converter in rule._converters.items()}
    address = app.url_map.bind("localhost").build(rule.endpoint, values)
    client = app.test_client()
    if token:
        client.set_cookie("prescreen-recruiter", token)
    if "POST" in (rule.methods or ()):
        return client.post(address, data={"form_token": form_token})
    return client.get(address)


def form_token(app: Flask, token: str) -> str:
    return signed(app.extensions[EXTENSION].keys.flask, "recruiter's form", token)


@contextmanager
def pages_not_called(app: Flask) -> Iterator[list[str]]:
    """Let no page be called; give a list that is not empty once the guard let somebody past."""
    reached: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "dispatch_request", lambda *_: (reached.append("past the guard"), "")[1])
        yield reached


def faults(app: Flask, tokens: dict[str, str], table: dict[str, set[str]]) -> list[str]:
    """Open every page as everybody, and give what differs from the table."""
    names = {rule.endpoint for rule in routes(app)}
    found = [f"{name}: no such page" for name in table.keys() - names]
    found += [f"{name}: not in the table" for name in names - table.keys()]
    with pages_not_called(app) as reached:
        for rule in routes(app):
            for actor, token in tokens.items():
                reached.clear()
                answer = opened(app, rule, token, form_token(app, token))
                if bool(reached) != (actor in table.get(rule.endpoint, ())):
                    found.append(f"{rule.endpoint}: {actor} is {'let in' if reached else 'refused'}")
                elif not reached and not _is_refusal(actor, answer):
                    found.append(f"{rule.endpoint}: {actor} gets {answer.status} {answer.location}")
    return found


def _is_refusal(actor: str, answer: TestResponse) -> bool:
    if actor in WAYS_OUT:
        return (answer.status_code, answer.location) == (303, WAYS_OUT[actor])
    return answer.status_code == 404 or (answer.location or "") in FIRST_PAGES


@pytest.fixture(scope="module")
def app(assemble: Callable[[], Flask]) -> Flask:
    return assemble()


def test_every_page_is_open_to_those_in_the_table_and_to_nobody_else(app: Flask, tokens: dict[str, str]) -> None:
    assert faults(app, tokens, TABLE) == []


def test_a_page_that_is_not_in_the_table_is_convicted(app: Flask, tokens: dict[str, str]) -> None:
    table = {name: who for name, who in TABLE.items() if name != "recruiter.referral"}

    assert "recruiter.referral: not in the table" in faults(app, tokens, table)


def test_a_row_for_a_page_that_is_gone_is_convicted(app: Flask, tokens: dict[str, str]) -> None:
    assert faults(app, tokens, {**TABLE, "recruiter.gone": STAFF}) == ["recruiter.gone: no such page"]


def twin(assemble: Callable[[], Flask], endpoint: str, view: Callable[[], str]) -> Flask:
    app = assemble()
    app.add_url_rule("/recruiter/twin", endpoint, view)
    return app


def test_a_page_without_a_decorator_is_closed_to_everybody_and_convicted(
    assemble: Callable[[], Flask], tokens: dict[str, str]
) -> None:
    app = twin(assemble, "recruiter.twin", lambda: "everything")

    assert faults(app, tokens, {**TABLE, "recruiter.twin": {ADMINISTRATOR}}) == [
        "recruiter.twin: administrator is refused"
    ]


def test_a_page_that_is_open_by_mistake_is_convicted(assemble: Callable[[], Flask], tokens: dict[str, str]) -> None:
    app = twin(assemble, "recruiter.twin", open_to_all(lambda: "everything"))

    found = faults(app, tokens, {**TABLE, "recruiter.twin": {ADMINISTRATOR}})

    assert set(found) == {f"recruiter.twin: {actor} is let in" for actor in ACTORS if actor != ADMINISTRATOR}


def test_a_page_beside_the_guard_is_convicted(assemble: Callable[[], Flask], tokens: dict[str, str]) -> None:
    app = twin(assemble, "content.twin", lambda: "everything")

    assert "content.twin: nobody is let in" in faults(app, tokens, {**TABLE, "content.twin": STAFF})


def test_no_form_that_was_not_made_for_the_session_gets_past_the_guard(app: Flask, tokens: dict[str, str]) -> None:
    posts = [rule for rule in routes(app) if "POST" in (rule.methods or ())]
    open_to_all_comers = {name for name, who in TABLE.items() if NOBODY in who}

    with pages_not_called(app) as reached:
        for rule in posts:
            if rule.endpoint not in open_to_all_comers:
                actor = next(one for one in ACTORS if one in TABLE[rule.endpoint])
                assert opened(app, rule, tokens[actor], form_token(app, "another")).status_code == 403
    assert reached == []
