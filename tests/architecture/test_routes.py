"""Every URL belongs to a page module, changes nothing on GET, and states who may open it."""

import re
from collections.abc import Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from prescreen import app as application
from prescreen.catalog.criteria.checks import TAKEN_NAMES
from prescreen.config import Settings
from prescreen.web.base.cookies import COOKIES, CookieKind
from tests.databases import sqlite_copy

OPEN_TO_ALL = {"recruiter.sign_in", "recruiter.try_sign_in", "recruiter.join", "recruiter.make_account"}
FILLED = {"uuid": str(UUID(int=7)), "int": "1"}
READING = {"GET", "HEAD", "OPTIONS"}


class NoCatalog:
    """Stands where the routes need no catalog."""

    def __init__(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    instance = tmp_path_factory.mktemp("routes")
    sqlite_copy(sqlite_template, instance / "prescreen.sqlite3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application, "LiveCatalog", NoCatalog)
        yield application.create_app(Settings.from_environment({"PRESCREEN_INSTANCE": str(instance)}))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def of_recruiters(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/recruiter")]


def address(rule: Rule) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: FILLED.get(found[1], "NCT00000000"), rule.rule)


def test_every_route_belongs_to_a_blueprint(app: Flask):
    rules = list(app.url_map.iter_rules())

    assert rules
    assert [rule.rule for rule in rules if "." not in rule.endpoint] == []


def test_no_view_and_no_hook_is_a_coroutine(app: Flask):
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    called = [*app.view_functions.values(), *(one for found in hooks for some in found.values() for one in some)]

    assert len(called) > 100
    assert [one for one in called if iscoroutinefunction(one)] == []


def test_every_route_either_reads_or_is_a_post(app: Flask):
    methods = {rule.rule: rule.methods for rule in app.url_map.iter_rules()}

    assert methods
    assert {
        rule: found for rule, found in methods.items() if not (found <= READING or found <= {"POST", "OPTIONS"})
    } == {}


@pytest.mark.parametrize(
    "endpoint",
    [
        "screener.answer",
        "screener.clear",
        "leaving.leave",
        "noting.leave",
        "caregiving.choose",
        "caregiving.choose_sender",
        "interest.send",
        "my_data.take_back",
        "my_data.erase",
        "my_details.correct",
        "my_details.allow",
        "my_invitations.accept",
        "my_invitations.decline",
        "addresses.confirm",
        "addresses.disown",
        "addresses.send_again",
        "recruiter.try_sign_in",
        "recruiter.sign_out",
        "recruiter.tick",
        "recruiter.save_what_came_of_it",
        "recruiter.undo",
        "recruiter.label",
        "recruiter.reword_note",
        "recruiter.add_reminder",
        "recruiter.finish_reminder",
        "recruiter.bulk",
        "recruiter.give_code",
        "recruiter.set_up",
        "recruiter.make_account",
        "recruiter.change_password",
        "recruiter.choose_news",
        "recruiter.end_session",
        "recruiter.end_other_sessions",
        "recruiter.set_up_own_factor",
        "recruiter.make_recovery_codes",
        "recruiter.invite",
        "recruiter.cancel_invitation",
        "recruiter.change_account",
        "recruiter.disable_account",
        "recruiter.enable_account",
        "recruiter.end_sessions_of",
        "recruiter.reset_second_factor",
        "recruiter.store_entry",
        "recruiter.take_offer",
        "recruiter.search",
        "recruiter.make_export",
        "recruiter.rest_of_export",
    ],
)
def test_what_changes_or_hands_out_something_is_a_post_only(app: Flask, endpoint: str):
    methods = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}

    assert methods == {"POST", "OPTIONS"}


def test_recruiters_routes_live_in_one_blueprint(app: Flask):
    assert {rule.endpoint.split(".")[0] for rule in of_recruiters(app)} == {"recruiter"}


def test_every_recruiter_route_but_the_sign_in_demands_a_sign_in(app: Flask, client: FlaskClient):
    closed = [rule for rule in of_recruiters(app) if rule.endpoint not in OPEN_TO_ALL]

    asked = {
        rule.rule: client.open(address(rule), method="POST" if "POST" in rule.methods else "GET") for rule in closed
    }

    assert len(closed) >= 4
    assert {rule: answer.headers.get("Location") for rule, answer in asked.items()} == dict.fromkeys(
        asked, "/recruiter/login"
    )


def names_of_pages(app: Flask) -> set[str]:
    """Return what addresses of pages and files begin with; what begins with a dot can be no file of a condition."""
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    return {name for name in first if name and not name.startswith(("<", "."))} | {application.STATIC_FOLDER}


def test_no_condition_can_have_the_name_of_a_page_or_of_another_cookie(app: Flask):
    whole = {kind.removeprefix(CookieKind.ANSWERS) for kind in CookieKind if not COOKIES[kind].has_ending}

    assert names_of_pages(app) > {"my", "privacy", "look.css"}
    assert names_of_pages(app) | whole == TAKEN_NAMES


def test_a_page_whose_name_a_condition_may_have_is_convicted():
    app = Flask("new", static_folder=None)
    app.url_map.add(Rule("/neck-pain/<slug>", endpoint="new.page"))

    assert names_of_pages(app) - TAKEN_NAMES == {"neck-pain"}
