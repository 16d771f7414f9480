"""What a visitor can take along: a page for the doctor, and the answers as a file that can be assessed again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.cli.commands import main
from prescreen.storage.tables import Base, KeyCheck
from prescreen.web.base.request_context import EXTENSION
from tests.web.kept import count
from tests.web.markup import Element, read
from tests.web.result_cards import everywhere
from tests.web.tour import FITTING
from tests.web.visitor import DETAILS, DO_NOT_KNOW, RATHER_NOT_SAY, SETTLED, Visitor, is_gone, where

DETERMINATIONS = {
    "May fit": "potentially_eligible",
    "Not clear yet": "undetermined",
    "Don't fit now": "ineligible",
}
MIXED = {
    **FITTING,
    "sex_at_birth": RATHER_NOT_SAY,
    "findings": ["herniation", "nerve_root"],
    "back_pain_score": "6.5",
    "scan": "none",
    "leg_side": DO_NOT_KNOW,
}


def section(page: Element, heading: str) -> str:
    """Return what stands between a heading of the sheet and the next one."""
    text, headings = page.one("main").text, [one.text for one in page.all("h2")]
    start = text.index(heading)
    end = min((text.index(one) for one in headings if text.index(one) > start), default=len(text))
    return text[start:end]


def assessed(file: Path, *options: str) -> dict[str, object]:
    """Judge a file of answers on the command line."""
    run = CliRunner().invoke(main, ["assess", str(file), "--condition", "low-back-pain", *options])
    assert run.exit_code == 0, run.output
    return {one["id"]: one["determination"] for one in json.loads(run.output)["trials"]}


def saved(visitor: Visitor, folder: Path) -> Path:
    file = folder / "answers.json"
    file.write_bytes(visitor.get("/answers.json").data)
    return file


def test_the_results_lead_to_both(visitor: Visitor):
    visitor.has_answered(SETTLED)

    links = [one["href"] for one in visitor.page("/results").one("main").all("a")]

    assert {"/low-back-pain/sheet", "/low-back-pain/answers.json"} <= set(links)


def test_the_sheet_tells_symptoms_scores_and_warning_signs_in_words(visitor: Visitor):
    visitor.has_answered({**FITTING, "back_pain_score": "6.5", "leg_pain_score": DO_NOT_KNOW})

    page = visitor.page("/sheet")

    signs, said = section(page, "Warning signs"), section(page, "Symptoms and other answers")
    assert "Signs that need care at once: None of these" in signs
    assert "About you. Age: 44 years" in said
    assert "6.5 out of 10" in said
    assert "I don't know" in said
    assert "igns that need" not in said


def test_a_sign_that_needs_a_doctor_stands_on_the_sheet_with_its_advice(visitor: Visitor):
    visitor.has_answered({**SETTLED, "warning_signs": "fever"})

    signs = visitor.page("/sheet")

    assert signs.all("p", class_="say")[1].text in section(signs, "Warning signs")
    assert re.search("[Ff]ever", section(signs, "Warning signs"))


def test_the_sheet_names_the_trials_that_may_fit_with_what_remains_to_be_checked(visitor: Visitor):
    visitor.has_answered({**SETTLED, "age": "44", "planned_treatment": "disc_removal"})

    unsure = section(visitor.page("/sheet"), "Trials for which we can't tell yet")

    assert "NCT" in unsure
    assert "What remains to be checked" in unsure
    assert "In your records." in unsure


def test_the_sheet_bears_a_date_and_questions_but_no_name(ready: Visitor):
    ready.send()
    with ready.client.application.test_request_context():
        today = f"{datetime.now(UTC):%B %Y}"

    page = ready.page("/sheet")

    assert today in page.one("main").text
    assert len(section(page, "Questions to ask").split("?")) > 5
    assert not any(value in page.text for value in DETAILS.values() if len(value) > 3)


def test_the_sheet_of_a_helper_says_so(visitor: Visitor):
    visitor.has_answered(SETTLED)
    visitor.post("/answering-for", {"who": "another"})

    page = visitor.page("/sheet")

    assert "Somebody else gave the answers for this person." in page.text
    assert "A diagnosis of back pain or sciatica: Yes" in page.text


def test_nothing_is_stored_for_either(visitor: Visitor, app: Flask):
    visitor.has_answered(SETTLED)
    visitor.get("/sheet")
    visitor.get("/answers.json")

    # The keys are recorded when the service starts.
    tables = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_ is not KeyCheck]
    assert sum(count(app.extensions[EXTENSION].database, table) for table in tables) == 0


@pytest.mark.parametrize(
    ("answers", "leads_to"),
    [
        ({"diagnosed": "yes"}, "/low-back-pain/screener/cauda_equina_signs"),
        ({"cauda_equina_signs": "bladder"}, "/low-back-pain/urgent"),
    ],
)
def test_there_is_no_sheet_before_the_warning_signs_are_settled(
    visitor: Visitor, answers: dict[str, str], leads_to: str
):
    visitor.answers(answers)

    assert where(visitor.get("/sheet")) == leads_to


@pytest.mark.parametrize("path", ["/sheet", "/answers.json"])
def test_without_answers_there_is_neither_sheet_nor_file(visitor: Visitor, path: str):
    assert is_gone(visitor.get(path))


def test_after_an_emergency_there_is_no_file(visitor: Visitor):
    visitor.answers({"cauda_equina_signs": "bladder"})

    assert where(visitor.get("/answers.json")) == "/low-back-pain/urgent"


def test_the_file_is_downloaded_and_left_in_no_store(visitor: Visitor):
    visitor.has_answered(MIXED)

    response = visitor.get("/answers.json")

    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"] == 'attachment; filename="answers.json"'
    assert response.headers["Cache-Control"] == "no-store"
    assert set(json.loads(response.text)) == {"answers", "answered_on"}
    assert json.loads(response.text)["answers"]["findings"] == ["herniation", "nerve_root"]
    assert json.loads(response.text)["answers"]["leg_side"] is None


def test_the_file_judged_again_gives_what_the_results_say(visitor: Visitor, tmp_path: Path):
    visitor.has_answered(MIXED)
    visitor.answer("pain_duration", "10", unit="wk")
    visitor.answer("height_cm", "5.5", unit="[ft_i]")
    visitor.answer("weight_kg", "161.123457", unit="[lb_av]")

    told = {
        href.rsplit("/", 1)[-1]: DETERMINATIONS[group] for group, hrefs in everywhere(visitor).items() for href in hrefs
    }

    judged = assessed(saved(visitor, tmp_path))
    assert {trial: judged[trial] for trial in told} == told
    assert len(set(told.values())) > 1


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[*HealthCheck])
@given(
    number=st.decimals(40, 300, places=6),
    unit=st.sampled_from(["kg", "[lb_av]"]),
    days=st.integers(1, 40),
    months=st.decimals(0, 400, places=3),
)
def test_every_number_reads_back_exactly(  # noqa: PLR0917
    visitor: Visitor, tmp_path: Path, number: object, unit: str, days: int, months: object
):
    visitor.answers(SETTLED)
    visitor.answer("weight_kg", str(number), unit=unit)
    visitor.answer("pain_duration", str(months), unit="mo")

    file = saved(visitor, tmp_path)

    later = (datetime.now(UTC) + timedelta(days=days)).date()
    assert assessed(file, "--on", later.isoformat())


def test_an_answer_given_before_midnight_has_grown_in_the_file(visitor: Visitor):
    with time_machine.travel(datetime(2026, 11, 24, 4, 50, tzinfo=UTC), tick=False) as clock:
        visitor.answers(SETTLED | {"pain_site": "equal"})
        visitor.answer("pain_duration", "10", unit="wk")
        clock.shift(timedelta(minutes=20))
        data = json.loads(visitor.get("/answers.json").text)

    assert data["answered_on"] == "2026-11-24"
    assert data["answers"]["pain_duration"] == 71


def test_the_sheet_reads_well_in_spanish(visitor: Visitor):
    visitor.has_answered(SETTLED)
    visitor.get("?lang=es")

    page = read(visitor.get("/sheet").text)

    assert page.one("h1").text == "Una hoja para su médico"
    assert page.one("html")["lang"] == "es"
