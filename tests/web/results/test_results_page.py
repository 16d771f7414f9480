"""What a visitor is told about each trial: three groups, reasons in her own words, and what the team still checks."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.cli.interview.answer_files import read_person
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.matching.told_findings import ToldFinding
from prescreen.web.results import explanations
from prescreen.web.results.explanations import Reason, _reason
from tests.catalog import folders
from tests.web.result_cards import TODAY, card, everywhere, groups, recruiting
from tests.web.visitor import DO_NOT_KNOW, SETTLED, Visitor, where

LONG_AGO = TODAY - timedelta(days=181)
UNRULED = """\
id: T2
title: Walking for back pain
conditions: [back-pain]
status: RECRUITING
confirmed: {confirmed}
sites: [{{id: york, name: York Clinic}}]
inclusion:
  - {{id: able, text: Your doctor says that you can walk., checked: records}}
"""
HEADINGS = {
    "May fit you": Determination.POTENTIALLY_ELIGIBLE,
    "Can't tell yet": Determination.UNDETERMINED,
    "Doesn't fit now": Determination.INELIGIBLE,
}
FITS_T1 = {"numb": "no", "leg_pain": "yes", "age": "44", "sex": "male"}


def random_answers(questions: QuestionBank, chance: random.Random) -> dict[str, str | list[str]]:
    """Return replies to some of the questions; one that lacks its unit is refused and changes nothing."""
    asked = [one for one in questions if not one.computed and one.id not in SETTLED]
    return {one.id: _reply(one, chance) for one in chance.sample(asked, chance.randint(0, 12))}


def _reply(question: Question, chance: random.Random) -> str | list[str]:
    match question.type:
        case QuestionType.BOOLEAN:
            return chance.choice(["yes", "no", DO_NOT_KNOW])
        case QuestionType.CHOICE:
            return chance.choice([*question.option_ids, DO_NOT_KNOW])
        case QuestionType.CHOICES:
            return [chance.choice(question.option_ids)]
    return str(chance.randint(int(question.range.min or 0), int(question.range.max or 100)))


@pytest.fixture
def real(serve: Callable[..., Flask], tmp_path: Path) -> Callable[..., Visitor]:
    """Return a function that opens a catalog that is no sample, with one trial changed."""

    def open_catalog(trial: str = recruiting(), sample: bool = False) -> Visitor:
        catalog = folders.FILES[folders.CATALOG] + f"sample: {str(sample).lower()}\n"
        files = {folders.TRIAL: trial, folders.CATALOG: catalog, "trials/T2.yaml": UNRULED.format(confirmed=TODAY)}
        folder = folders.write(tmp_path / "criteria", files)
        visitor = Visitor(serve(criteria=folder).test_client(), "back-pain")
        visitor.answers(FITS_T1)
        visitor.answer("pain_duration", "10", unit="wk")
        return visitor

    return open_catalog


def test_there_are_three_groups_and_every_trial_stands_in_one(visitor: Visitor, shipped_criteria: LiveCatalog):
    visitor.has_answered(SETTLED | {"age": "12"})

    found = everywhere(visitor)

    shown = [href for hrefs in found.values() for href in hrefs]
    trials = shipped_criteria.current(TODAY).trials_for("low-back-pain")
    assert list(found) == ["May fit you", "Can't tell yet", "Doesn't fit now"]
    assert sorted(shown) == sorted(f"/low-back-pain/trials/{trial.id}" for trial in trials)


@pytest.mark.parametrize("seed", range(8))
def test_the_groups_are_those_of_the_plain_evaluator_whatever_was_answered(
    visitor: Visitor, shipped_criteria: LiveCatalog, tmp_path: Path, seed: int
):
    catalog = shipped_criteria.current(TODAY)
    visitor.has_answered(SETTLED)
    for question_id, reply in random_answers(catalog.bank, random.Random(seed)).items():  # noqa: S311 - no secret
        visitor.answer(question_id, reply)
    kept = tmp_path / "answers.json"
    kept.write_text(visitor.get("/answers.json").text)

    shown = everywhere(visitor)

    facts = read_person(kept, catalog.bank, TODAY).facts
    judged = {trial.id: assess(trial, facts).determination for trial in catalog.trials_for("low-back-pain")}
    assert {href.rsplit("/")[-1]: HEADINGS[heading] for heading, hrefs in shown.items() for href in hrefs} == judged


def test_only_the_trials_that_are_shown_are_explained(visitor: Visitor, monkeypatch: pytest.MonkeyPatch):
    visitor.has_answered(SETTLED | {"age": "44"})
    explained: list[str] = []

    def noting(finding: ToldFinding, facts: Facts) -> Reason:
        explained.append(finding.criterion.id)
        return _reason(finding, facts)

    monkeypatch.setattr(explanations, "_reason", noting)
    page = visitor.page("/results?near=94612&within=25")

    assert 0 < len(explained) == sum(len(one.all("li")) for one in page.all("ul", class_="unknown"))


def test_a_trial_says_what_taking_part_means_and_who_approved_it(real: Callable[..., Visitor]):
    practical = "practical: {visits: 5, duration: 12 months, placebo: true, pays_travel: true, notes: Two are long.}\n"
    ethics = "ethics: {board: Leeds West Board, approval: 26/YH/0042, approved_on: 2026-05-04}\n"
    visitor = real(recruiting().replace("inclusion:", f"{practical}{ethics}inclusion:"))

    told = card(visitor.page("/results"), "T1").text
    for words in ("5 visits", "12 months", "placebo", "Travel paid", "Two are long.", "Leeds West Board, 4 May 2026"):
        assert words in told
    assert "Two are long." in visitor.page("/trials/T1").text


def test_a_reason_quotes_what_was_said(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "12"})

    reasons = card(visitor.page("/results?not=1"), "NCT00415220").all("ul", class_="why")[0]

    assert "You are 18 years old or older." in reasons.text
    assert "This does not fit. You said: 12 years" in reasons.text


def test_a_length_of_time_is_quoted_as_it_was_typed(real: Callable[..., Visitor]):
    reason = real().page("/trials/T1").one("div", class_="card").all("li")[1].text

    assert "How long have you had this pain? You said: 10 weeks" in reason


def test_declined_answers_are_quoted_as_declined_and_never_as_no(visitor: Visitor):
    visitor.has_answered(SETTLED)
    visitor.post("/screener/age", {"declined": "?rather_not_say"})

    page = visitor.page("/trials/NCT00415220")

    assert "Your answers do not tell yet. You said: I'd rather not say" in page.text


def test_what_only_the_team_can_check_is_listed_with_how(real: Callable[..., Visitor]):
    visitor = real()

    assert "The team would still check 1 more." in card(visitor.page("/results"), "T1").text
    told = visitor.page("/trials/T1").text
    assert "A scan shows a slipped disc. The team will check this in your records" in told


def test_a_trial_without_any_rule_cannot_be_told_yet(real: Callable[..., Visitor]):
    page = real().page("/results")

    assert groups(page)["Can't tell yet"] == ["/back-pain/trials/T2"]
    assert "Only the team can check whether this trial fits you." in card(page, "T2").text


def test_a_trial_without_any_rule_can_be_chosen_on_the_form(real: Callable[..., Visitor]):
    values = [one["value"] for one in real().page("/interest").all("input", name="trial")]

    assert values == ["T1", "T2"]


def test_a_real_catalog_does_not_call_itself_a_sample(real: Callable[..., Visitor]):
    assert "sample." not in real().page("/results").text
    assert "This is a sample." in real(sample=True).page("/results").text


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        (recruiting(status="COMPLETED"), "not open now"),
        (recruiting(status="NOT_YET_RECRUITING"), "not open now"),
        (recruiting(confirmed=LONG_AGO), "Ask the team"),
    ],
)
def test_a_real_trial_that_is_closed_or_not_confirmed_lately_takes_nobody(
    real: Callable[..., Visitor], trial: str, words: str
):
    visitor = real(trial)

    page = card(visitor.page("/results"), "T1")

    assert words in page.text
    assert not any("interest" in one["href"] for one in page.all("a"))
    assert words in visitor.page("/trials/T1").text
    assert [one["value"] for one in visitor.page("/interest").all("input", name="trial")] == ["T2"]


def test_a_real_trial_that_is_closed_cannot_be_sent_by_hand(real: Callable[..., Visitor]):
    response = real(recruiting(status="COMPLETED")).send(trial="T1")

    assert response.status_code == 422
    assert "is not open to new people now" in response.text


def test_only_the_sites_that_recruit_can_be_chosen(real: Callable[..., Visitor]):
    sites = "{id: a, name: Open}, {id: b, name: Shut, status: COMPLETED}, {id: c, name: Also open, status: RECRUITING}"
    visitor = real(recruiting(sites=sites))

    offered = [one["value"] for one in visitor.page("/interest").one("select", id="site-T1").all("option")]

    assert offered == ["", "a", "c"]
    assert visitor.send(**{"site-T1": "b"}).status_code == 422


def test_a_trial_whose_sites_are_all_closed_takes_nobody(real: Callable[..., Visitor]):
    visitor = real(recruiting(sites="{id: a, name: Shut, status: COMPLETED}"))

    assert [one["value"] for one in visitor.page("/interest").all("input", name="trial")] == ["T2"]
    assert "not open now" in card(visitor.page("/results"), "T1").text


def test_in_a_sample_neither_status_nor_age_of_the_record_matters(real: Callable[..., Visitor]):
    visitor = real(recruiting("COMPLETED", LONG_AGO), sample=True)

    assert [one["value"] for one in visitor.page("/interest").all("input", name="trial")] == ["T1", "T2"]


def test_a_trial_that_does_not_fit_is_not_offered(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "95"})

    offered = {one["value"] for one in visitor.page("/interest").all("input", name="trial")}

    ruled_out = {href.rsplit("/")[-1] for href in everywhere(visitor)["Doesn't fit now"]}
    assert ruled_out
    assert not offered & ruled_out


def test_more_questions_are_offered_while_they_can_change_something(visitor: Visitor):
    visitor.has_answered(SETTLED)

    assert "Go on with the questions" in visitor.page("/results").text


def test_a_trial_page_before_any_answer_leads_to_the_questions(visitor: Visitor):
    page = visitor.page("/trials/NCT03386149")

    assert "You have not answered any questions yet." in page.text
    assert "/low-back-pain#screener" in [one["href"] for one in page.all("a")]


def test_a_trial_page_shows_every_criterion(visitor: Visitor, shipped_criteria: LiveCatalog):
    trial = shipped_criteria.current(TODAY).trials["NCT03386149"]
    visitor.has_answered(SETTLED)

    text = visitor.page("/trials/NCT03386149").text

    assert [
        criterion.id for criterion in trial.criteria if " ".join(str(criterion.shown_text).split()) not in text
    ] == []


def test_home_leads_to_the_only_condition(visitor: Visitor):
    assert where(visitor.client.get("/")) == "/low-back-pain"


def test_a_no_says_when_it_ends(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "17"})

    shown = card(visitor.page("/results?not=1"), "NCT00415220").text

    assert re.search(r"From about \d+ \w+ 2027 this no longer stands in the way ?, if your other answers", shown)
