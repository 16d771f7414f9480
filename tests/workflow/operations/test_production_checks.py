"""What `serve --check` refuses and what it advises: each check with the installation that it convicts."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.workflow.operations.production_checks import (
    CHECKS,
    Finding,
    Installation,
    Weight,
    findings,
    holds_real_people,
)
from prescreen.workflow.participants import data_subject_rights
from tests.people import NOW, submitted

KEY = base64.b64encode(bytes(n * 37 % 251 for n in range(32))).decode()
RUN = base64.b64encode(bytes(range(32))).decode()
FIT = {
    "SECRET_KEY": "k8Zq0uVfJ3n5xWc7Rt1yLb9Pd2Hs4Gm6Ea",
    "ENCRYPTION_KEYS": f"k1:{KEY}",
    "DATABASE_URL": "postgresql://prescreen@db.example.org/prescreen?sslmode=verify-full",
    "CRITERIA": "/srv/criteria",
    "HTTPS": "on",
    "TRUSTED_PROXIES": "1",
    "PUBLIC_URL": "https://trials.example.org",
    "MAIL_URL": "smtps://mail.example.org",
    "SECOND_FACTOR": "required",
}
PEOPLE = Installation(Settings.from_environment({}), is_debugging=False, is_sample=False, holds_real_people=True)


def installed(changed: dict[str, str], **more: bool) -> Installation:
    """Return an installation that is fit for people but for what is changed; an empty setting is left out."""
    given = {f"PRESCREEN_{name}": value for name, value in {**FIT, **changed}.items()}
    return replace(PEOPLE, settings=Settings.from_environment(given), **more)


def test_an_installation_with_everything_in_place_is_fit_for_people() -> None:
    assert findings(installed({})) == ()


ERRORS: dict[str, tuple[dict[str, str], dict[str, bool]]] = {
    "FLASK_DEBUG": ({}, {"is_debugging": True}),
    "PRESCREEN_SECRET_KEY": ({"SECRET_KEY": "Change-Me-0123456789-abcdefghijklmnop"}, {}),
    "PRESCREEN_ENCRYPTION_KEYS": ({"ENCRYPTION_KEYS": f"k1:{RUN}"}, {}),
    "PRESCREEN_HTTPS": ({"HTTPS": "off"}, {}),
    "PRESCREEN_PUBLIC_URL": ({"PUBLIC_URL": "http://trials.example.org"}, {}),
    "PRESCREEN_MAIL_URL": ({"MAIL_URL": "smtp://mail.example.org?tls=off"}, {}),
    "PRESCREEN_DATABASE_READ_URL": ({"DATABASE_READ_URL": "postgresql://prescreen@replica.example.org/x"}, {}),
    "PRESCREEN_DATABASE_URL": ({"DATABASE_URL": "postgresql://prescreen@db.example.org/x?sslmode=prefer"}, {}),
    "PRESCREEN_DELETIONS": ({"DELETIONS": "/dev/null/deletions.list"}, {}),
    "PRESCREEN_LEAKED_PASSWORDS": ({"LEAKED_PASSWORDS": "/srv/no such list"}, {}),
}
WARNINGS: dict[str, dict[str, str]] = {
    "PRESCREEN_CRITERIA": {"CRITERIA": ""},
    "PRESCREEN_PUBLIC_URL": {"PUBLIC_URL": ""},
    "PRESCREEN_MAIL_URL": {"MAIL_URL": ""},
    "PRESCREEN_SECOND_FACTOR": {"SECOND_FACTOR": "offered"},
    "PRESCREEN_TRUSTED_PROXIES": {"TRUSTED_PROXIES": "0"},
    "PRESCREEN_VISITOR_RATE_LIMIT": {"VISITOR_RATE_LIMIT": "off"},
}


def test_every_check_has_an_installation_that_it_convicts() -> None:
    convicted = [installed(changed, **more) for changed, more in ERRORS.values()]
    convicted += [installed(changed) for changed in WARNINGS.values()]
    convicted += [installed({}, is_sample=True, holds_real_people=held) for held in (True, False)]
    convicted += [replace(installed({}), untold=("controller",)), replace(installed({}), may_change_tables=True)]

    idle = [check for checks in CHECKS.values() for check in checks if not any(map(check, convicted))]

    assert idle == []


@pytest.mark.parametrize("where", ERRORS)
def test_what_must_not_be_is_an_error_that_names_its_setting(where: str) -> None:
    changed, more = ERRORS[where]

    (found,) = (one for one in findings(installed(changed, **more)) if one.weight is Weight.ERROR)

    assert found.where == where


@pytest.mark.parametrize("where", WARNINGS)
def test_what_had_better_not_be_is_a_warning(where: str) -> None:
    (found,) = findings(installed(WARNINGS[where]))

    assert (found.weight, found.where) == (Weight.WARNING, where)


def test_an_account_of_the_database_that_may_drop_tables_is_a_warning() -> None:
    (found,) = findings(replace(installed({}), may_change_tables=True))

    assert (found.weight, found.where) == (Weight.WARNING, "PRESCREEN_DATABASE_URL")
    assert "prescreen db grant" in found.why


def test_a_notice_without_what_only_the_operator_knows_is_a_warning_but_in_a_sample() -> None:
    (found,) = findings(replace(installed({}), untold=("controller", "authority")))

    assert found.weight is Weight.WARNING
    assert found.where == "/srv/criteria/notices/privacy.en.md"
    assert "controller, authority" in found.why
    sample = findings(replace(installed({}, is_sample=True), untold=("controller",)))
    assert not any("notice" in one.where for one in sample)


@pytest.mark.parametrize("holds_real_people", [True, False])
def test_a_sample_catalog_is_refused_all_the_more_beside_real_people(holds_real_people: bool) -> None:
    (found,) = findings(installed({}, is_sample=True, holds_real_people=holds_real_people))

    assert found.weight is Weight.ERROR
    assert ("real people" in found.why) is holds_real_people


@pytest.mark.parametrize(
    "url",
    ["postgresql://localhost/x", "postgresql:///x", "postgresql://127.0.0.1/x", "postgresql://db/x?sslmode=require"],
)
def test_a_database_on_this_machine_or_an_encrypted_one_is_fit(url: str) -> None:
    assert findings(installed({"DATABASE_URL": url})) == ()


def test_no_finding_shows_a_secret() -> None:
    bare = installed({name: value for changed, _ in ERRORS.values() for name, value in changed.items()})

    said = " ".join(str(one) for one in findings(bare))

    assert "Change-Me" not in said
    assert RUN not in said
    assert all(isinstance(one, Finding) for one in findings(bare))


def test_only_somebody_stored_who_is_no_test_is_a_real_person(database: Database, keys: Keys) -> None:
    submitted(database, keys, id="made up", is_test=True)
    assert not holds_real_people(database)
    real = submitted(database, keys, id="real", is_test=False)
    assert holds_real_people(database)

    with database.writing() as session:
        data_subject_rights.delete(session, real.lead_id, NOW, events.OPERATOR)

    assert not holds_real_people(database)
