"""The privacy notice says what the code does: a table, field, role or period without words is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest
from flask import Flask

from prescreen.config import SHIPPED_CRITERIA
from prescreen.export.columns.table import COLUMNS
from prescreen.retention_periods import PERIODS
from prescreen.retention_periods import Kept as Over
from prescreen.service_addresses import mail_server
from prescreen.storage.accounts.recruiters import Role
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.tables import Base
from prescreen.web.base.request_context import EXTENSION
from prescreen.web.notices.kept_wording import CONTACT_FIELDS, KEPT, NOTHING_OF_VISITORS
from prescreen.web.notices.reader_wording import IN_LISTS, seen_by
from tests.web.markup import Element, read

OWN = "---\nreviewed: 2026-11-01\n---\n\n## C {#controller}\n\nFoo Trials Ltd answers for this.\n"


def notice(app: Flask, language: str = "en") -> Element:
    return read(app.test_client().get(f"/privacy?lang={language}").text).one("main")


def own_criteria(folder: Path, **files: str) -> Path:
    """Return a copy of the shipped criteria with other notices, and lines added to catalog.yaml."""
    shutil.copytree(SHIPPED_CRITERIA, folder)
    shutil.rmtree(folder / "notices")
    (folder / "notices").mkdir()
    catalog = folder / "catalog.yaml"
    catalog.write_text(catalog.read_text() + files.pop("catalog", ""))
    for name, text in files.items():
        (folder / "notices" / f"{name.replace('_', '.')}.md").write_text(text)
    return folder


def untold_tables(tables: Iterable[str]) -> set[str]:
    told = {name for words in KEPT.values() for name in words.tables}
    return set(tables) - told - NOTHING_OF_VISITORS


def test_every_table_is_told_of_or_holds_nothing_of_visitors() -> None:
    told = [name for words in KEPT.values() for name in words.tables]

    assert untold_tables(Base.metadata.tables) == set()
    assert len(told) == len(set(told))
    assert set(told) | NOTHING_OF_VISITORS == set(Base.metadata.tables)
    assert set(told) & NOTHING_OF_VISITORS == set()


def test_a_table_without_words_is_found() -> None:
    assert untold_tables([*Base.metadata.tables, "heart_rate"]) == {"heart_rate"}


def test_every_contact_field_is_told_of() -> None:
    assert list(CONTACT_FIELDS) == [one.name for one in fields(Contact)]


def test_every_group_of_exported_columns_is_told_of() -> None:
    assert {one.group for one in COLUMNS} == set(IN_LISTS)


OF_PEOPLE = (Over.WITHDRAWN, Over.ENDED, Over.UNCONFIRMED, Over.LETTERS)


def retaining(app: Flask, days: Mapping[Over, int | None]) -> str:
    """Return the notice of an operator who keeps things for so many days."""
    resources = app.extensions[EXTENSION]
    kept = replace(resources.settings, retention={**PERIODS, **days})
    app.extensions[EXTENSION] = replace(resources, settings=kept)
    return notice(app).text


def test_every_period_of_retention_stands_in_the_notice(app: Flask) -> None:
    said = retaining(app, {over: 4711 + place for place, over in enumerate(OF_PEOPLE)})

    assert [over for place, over in enumerate(OF_PEOPLE) if f"{4711 + place} days" not in said] == []


def test_a_period_that_never_ends_is_not_told(app: Flask) -> None:
    said = retaining(app, dict.fromkeys(OF_PEOPLE))

    assert "We erase all of it by ourselves" not in said
    assert "They stay until you delete." in said


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_notice_says_what_each_role_sees(app: Flask, role: Role, language: str) -> None:
    with app.test_request_context(f"/privacy?lang={language}"):
        seen = seen_by(role)

    assert seen
    assert f"{'; '.join(seen)}." in notice(app, language).text


def test_only_roles_that_may_see_identities_are_said_to_see_names(app: Flask) -> None:
    with app.test_request_context("/privacy"):
        named = {role for role in Role if "your name and contact details" in seen_by(role)}

    assert named == {Role.ADMINISTRATOR, Role.RECRUITER}


def test_settings_decide_what_is_said_of_mail_and_registry(serve: Callable[..., Flask]) -> None:
    without = notice(serve()).text
    with_both = notice(
        serve(mail_url=mail_server("smtp://127.0.0.1:2525"), registry="https://registry.example.org")
    ).text

    assert "sends no emails" in without
    assert "public list of trials" not in without
    assert "A mail service delivers our emails" in with_both
    assert "public list of trials" in with_both


def test_counting_is_told_only_where_it_is_done(serve: Callable[..., Flask]) -> None:
    assert "We count by month" in notice(serve(counters=True)).text
    assert "We count by month" not in notice(serve(counters=False)).text


def test_the_operators_parts_stand_in_the_notice_in_english_where_they_have_no_translation(
    serve: Callable[..., Flask], tmp_path: Path
) -> None:
    app = serve(criteria=own_criteria(tmp_path / "criteria", privacy_en=OWN))

    assert "Foo Trials Ltd answers for this." in notice(app).text
    assert "Foo Trials Ltd answers for this." in notice(app, "es").text


def test_a_covered_entity_asks_for_an_authorization_with_every_element(
    serve: Callable[..., Flask], tmp_path: Path
) -> None:
    covered = serve(criteria=own_criteria(tmp_path / "criteria", catalog="covered_entity: true\n"))
    elements = ("What is shared", "Who shares it", "Who gets it", "What for", "How long", "How to take it back")
    statements = ("Your care does not depend on it", "may share it further", "keep a copy")

    said = notice(covered).one("section", id="authorization").text

    assert [one for one in (*elements, *statements) if one not in said] == []
    assert notice(serve()).all("section", id="authorization") == []


def test_trials_and_their_sites_are_named_beside_the_notice_and_drafts_are_not(app: Flask) -> None:
    page = notice(app)
    listed = page.one("aside").text

    assert "NIAMS" in listed or "National" in listed
    assert page.all("section", id="recipients")
    assert "National" not in page.one("section", id="recipients").text
