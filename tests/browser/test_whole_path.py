"""The whole path: a visitor reads, answers, sees results and sends details; a recruiter sees and exports them."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.service import Service

WAYS = [
    pytest.param({"width": 1280}, person.ANSWERS, id="wide, with scripts"),
    pytest.param({"width": 320, "java_script_enabled": False}, person.FREE_OF_PAIN, id="narrow, without scripts"),
]


@pytest.mark.parametrize(("way", "answers"), WAYS)
def test_from_the_article_to_the_recruiters_file(
    open_page: Callable[..., Page], service: Service, way: dict[str, int], answers: person.Replies, tmp_path: Path
):
    name = f"Wilhelmina Quackenbush {way['width']}"

    learn_which_trials_fit(open_page(**way), service, name, answers)
    rows = work_the_referral(open_page(**way), service, name, f"{answers['age']} years", tmp_path)

    assert [(row["trial_id"], row["determination"]) for row in rows] == [(person.TRIAL, "potentially_eligible")]


def learn_which_trials_fit(page: Page, service: Service, name: str, answers: person.Replies) -> None:
    """Read, answer, look at the results and a trial, leave details, open the private page."""
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Low back pain and sciatica")
    assert person.answer_everything(page, answers) > 10
    page.get_by_role("link", name="Show my results").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d+ trials? may fit you"))
    person.card_of(page, person.TRIAL).get_by_role("link").first.click()
    expect(page.get_by_text(f"Fits: {answers['age']} years").first).to_be_visible()
    page.get_by_role("link", name="I'm interested").first.click()
    person.fill_interest_form(page, name)
    page.get_by_role("button", name="Send my details").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your details are saved")
    page.locator("a.go[href^='/my/']").click()
    expect(page.get_by_text(name)).to_be_visible()
    assert page.url == f"{service.address}/my/"


def work_the_referral(page: Page, service: Service, name: str, age: str, folder: Path) -> list[dict[str, str]]:
    """Sign in, read the referral, export it; return the person's rows of the file."""
    person.sign_in(page, service.address)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".tag.fits")).to_have_text("may fit")
    expect(page.get_by_role("row", name="You are over 18 years old")).to_contain_text(age)
    page.get_by_role("link", name="Call next").click()
    page.get_by_role("link", name="Export people").click()
    with page.expect_download() as download:
        person.ask_for_export(page, "CSV", "for the monthly report")
    download.value.save_as(folder / "export.csv")
    with (folder / "export.csv").open(newline="", encoding="utf-8-sig") as file:
        return [row for row in csv.DictReader(file) if name in row.values()]
