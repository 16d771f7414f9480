"""Exports made by a recruiter in a browser: each format opened by its real reader, and one that fails."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page, expect
from sqlalchemy import update

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.storage.base.keys import load_keys
from prescreen.storage.tables import Lead
from tests.browser import person
from tests.browser.person import TRIAL
from tests.browser.service import Service
from tests.people import CONTACT
from tests.services.libreoffice import converted
from tests.web.referred import refer

REASON = "for the weekly meeting"


@pytest.fixture
def page(open_page: Callable[..., Page], service: Service) -> Page:
    """Return the page of exports, where one person more was referred."""
    settings = Settings.from_environment({"PRESCREEN_INSTANCE": str(service.instance)})
    database, catalog = Database(settings.database_url), load_to_judge(SHIPPED_CRITERIA, datetime.now(UTC).date())
    refer(database, load_keys(settings), catalog, trial_id=TRIAL)
    database.close()
    opened = open_page()
    person.sign_in(opened, service.address)
    opened.get_by_role("link", name="Exports").click()
    return opened


def download(page: Page, form: str) -> Download:
    with page.expect_download() as started:
        person.ask_for_export(page, form, REASON)
    return started.value


def saved(page: Page, form: str, folder: Path) -> Path:
    given = download(page, form)
    path = folder / given.suggested_filename
    given.save_as(path)
    return path


def test_a_csv_opens_in_the_csv_module_and_its_digest_agrees(page: Page, tmp_path: Path) -> None:
    file = saved(page, "CSV", tmp_path)

    with file.open(newline="", encoding="utf-8") as lines:
        assert CONTACT.name in {row["name"] for row in csv.DictReader(lines, strict=True)}
    page.reload()
    with page.expect_download() as beside:
        page.locator("a[href$='.sha256']").first.click()
    assert beside.value.suggested_filename == f"{file.name}.sha256"
    assert beside.value.path().read_text() == f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"


def test_a_workbook_opens_in_openpyxl_and_libreoffice(page: Page, tmp_path: Path) -> None:
    file = saved(page, "Excel (XLSX)", tmp_path)

    sheet = openpyxl.load_workbook(file)["Referrals"]
    assert CONTACT.name in {row[9].value for row in sheet.iter_rows(min_row=2)}
    with converted(file, "csv", tmp_path).open(newline="", encoding="utf-8") as lines:
        assert CONTACT.phone in {row["phone"] for row in csv.DictReader(lines)}


def test_ndjson_and_redcap_open(page: Page, tmp_path: Path) -> None:
    lines = saved(page, "NDJSON", tmp_path).read_text().splitlines()
    with zipfile.ZipFile(saved(page, "REDCap import", tmp_path)) as archive:
        names = archive.namelist()

    assert CONTACT.phone in {json.loads(line)["phone"] for line in lines}
    assert names == ["redcap_data_dictionary.csv", "redcap_data.csv"]


def test_an_export_that_fails_before_its_first_bytes_are_sent_is_no_file(page: Page, service: Service) -> None:
    settings = Settings.from_environment({"PRESCREEN_INSTANCE": str(service.instance)})
    database = Database(settings.database_url)
    with database.writing() as session:
        kept = dict(session.execute(Lead.__table__.select().with_only_columns(Lead.id, Lead.contact)).all())
        session.execute(update(Lead).where(Lead.contact.is_not(None)).values(contact=b"broken"))

    person.ask_for_export(page, "CSV", REASON)
    expect(page.get_by_text("Something went wrong on our side.")).to_be_visible()

    with database.writing() as session:
        for lead_id, contact in kept.items():
            session.execute(update(Lead).where(Lead.id == lead_id).values(contact=contact))
    database.close()
    page.goto(f"{service.address}/recruiter/exports")
    expect(page.locator(".list .tag").first).to_have_text("stopped")
    expect(page.get_by_role("button", name="Get the rest").first).to_be_visible()
