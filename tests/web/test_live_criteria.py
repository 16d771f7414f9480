"""The criteria folder changes while visitors are there: the catalog is replaced whole, or the last valid one stays."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask

from tests.catalog import folders
from tests.web.visitor import Visitor, where

MOST_SECONDS = 10
SAMPLE = {folders.CATALOG: folders.FILES[folders.CATALOG] + "sample: true\n"}


class Author:
    """Somebody who edits the folder beside the running service."""

    def __init__(self, visitor: Visitor, folder: Path) -> None:
        self.visitor, self.folder = visitor, folder

    def publish(self, files: Mapping[str, str], sign: str, path: str = "/trials/T1") -> None:
        """Change files, and wait until a page shows a sign of it."""
        folders.write(self.folder, {**SAMPLE, **files})
        end = time.monotonic() + MOST_SECONDS
        while sign not in self.visitor.get(path).text:
            assert time.monotonic() < end, f"'{sign}' never came"
            time.sleep(0.02)


@pytest.fixture
def author(serve: Callable[..., Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.setattr("prescreen.catalog.criteria.live_catalog.LOOK_EVERY_SECONDS", 0.0)
    folder = folders.write(tmp_path / "criteria", SAMPLE)
    return Author(Visitor(serve(criteria=folder).test_client(), "back-pain"), folder)


def altered(path: str, old: str, new: str) -> dict[str, str]:
    return folders.altered(path, old, new)


def test_a_new_wording_is_served_without_a_restart(author: Author):
    author.publish(altered(folders.TRIAL, "A pill for leg pain", "Another pill"), "Another pill")

    assert "A pill for leg pain" not in author.visitor.get("/trials/T1").text


def test_a_broken_folder_leaves_the_last_good_one_and_is_told_of_once(
    author: Author, capsys: pytest.CaptureFixture[str]
):
    folders.write(author.folder, altered(folders.TRIAL, "title: A pill", "titel: A pill"))
    told = ""
    end = time.monotonic() + MOST_SECONDS
    while "criteria_refused" not in told and time.monotonic() < end:
        assert "A pill for leg pain" in author.visitor.get("/trials/T1").text
        told += capsys.readouterr().out

    assert "titel" in told
    author.visitor.get("/trials/T1")
    assert "criteria_refused" not in capsys.readouterr().out


def test_an_answer_to_a_question_that_changed_is_asked_again(author: Author):
    author.visitor.answers({"leg_pain": "yes", "numb": "no"})

    author.publish(
        altered(folders.QUESTIONS, "Do you have leg pain?", "Does a leg hurt?"),
        "Does a leg hurt?",
        "/screener/leg_pain",
    )

    assert where(author.visitor.get("/screener/pregnancy")) == "/back-pain/screener/leg_pain"
    assert "numb" in author.visitor.get("/screener/review").text


def test_an_answer_that_has_become_a_sign_of_danger_leads_to_urgent_advice(author: Author):
    calm = altered(folders.CONDITION, "when: {numb: true}", "when: {numb: true, leg_pain: false}")
    author.publish({**calm, **altered(folders.TRIAL, "A pill for", "First pill for")}, "First pill for")
    author.visitor.answers({"leg_pain": "yes", "numb": "yes"})

    author.publish(altered(folders.TRIAL, "A pill for", "Second pill for"), "Second pill for")

    assert where(author.visitor.get("/interest")) == "/back-pain/urgent"
    assert where(author.visitor.get("/results")) == "/back-pain/urgent"


def test_a_trial_that_is_gone_answers_404(author: Author):
    author.publish(
        {"trials/T2.yaml": folders.FILES[folders.TRIAL].replace("id: T1", "id: T2")}, "leg pain", "/trials/T2"
    )

    (author.folder / folders.TRIAL).unlink()

    end = time.monotonic() + MOST_SECONDS
    while author.visitor.get("/trials/T1").status_code == 200:
        assert time.monotonic() < end
    assert author.visitor.get("/trials/T1").status_code == 404
