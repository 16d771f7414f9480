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
from prescreen.web.results.reasons import Reason, reason_of
from tests.catalog import folders
from tests.web.result_cards import TODAY, card, everywhere, groups, recruiting, sections
from tests.web.seven_fit import SEVEN_FIT
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
    "May fit": Determination.POTENTIALLY_ELIGIBLE,
    "Not clear yet": Determination.UNDETERMINED,
    "Don't fit now": Determination.INELIGIBLE,
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
    assert list(found) == ["May fit", "Not clear yet", "Don't fit now"]
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
    visitor.has_answered(SETTLED | {"age": "12"})
    explained: list[str] = []

    def noting(finding: ToldFinding, facts: Facts) -> Reason:
        explained.append(finding.criterion.id)
        return reason_of(finding, facts)

    monkeypatch.setattr(explanations, "reason_of", noting)
    visitor.page("/results?near=94612&within=25")
    assert explained == []

    page = visitor.page("/results?not=1")
    assert 0 < len(explained) == sum(len(one.all("li")) for one in page.all("ul", class_="check"))


def test_a_trial_says_what_taking_part_means_and_who_approved_it(real: Callable[..., Visitor]):
    practical = "practical: {visits: 5, duration: 12 months, placebo: true, pays_travel: true, notes: Two are long.}\n"
    ethics = "ethics: {board: Leeds West Board, approval: 26/YH/0042, approved_on: 2026-05-04}\n"
    visitor = real(recruiting().replace("inclusion:", f"{practical}{ethics}inclusion:"))

    facts = card(visitor.page("/results"), "T1").one("ul", class_="facts")
    assert [one.text for one in facts.all("li")] == ["12 months", "5 visits", "some get a placebo"]
    page = visitor.page("/trials/T1")
    tiles = {one.one("dt").text: one.one("dd").text for one in page.one("dl", class_="tiles").all("div")}
    assert tiles == {
        "How long": "12 months",
        "Visits": "5",
        "Placebo (no active treatment)": "some get one",
        "Travel": "paid",
    }
    assert "Two are long." in page.text
    assert "Leeds West Board, 26/YH/0042, 4 May 2026" in page.text


def test_a_reason_quotes_what_was_said(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "12"})

    reasons = card(visitor.page("/results?not=1"), "NCT00415220").one("ul", class_="check")

    assert "You are 18 years old or older. Does not fit: 12 years" in reasons.text


def test_a_length_of_time_is_quoted_as_it_was_typed(real: Callable[..., Visitor]):
    reason = real().page("/trials/T1").all("ul", class_="check")[0].all("li")[1].text

    assert "How long have you had this pain? 10 weeks" in reason


def test_declined_answers_are_quoted_as_declined_and_never_as_no(visitor: Visitor):
    visitor.has_answered(SETTLED)
    visitor.post("/screener/age", {"declined": "?rather_not_say"})

    page = visitor.page("/trials/NCT00415220")

    assert "Not known yet: I'd rather not say" in page.text


def test_what_only_the_team_can_check_is_listed_with_how(real: Callable[..., Visitor]):
    visitor = real()

    assert "The team checks 1 more." in card(visitor.page("/results"), "T1").text
    assert "The team will check In your records A scan shows a slipped disc." in visitor.page("/trials/T1").text


def test_a_trial_without_any_rule_cannot_be_told_yet(real: Callable[..., Visitor]):
    page = real().page("/results")

    assert groups(page)["Not clear yet"] == ["/back-pain/trials/T2"]
    assert "Only the team can check whether it fits." in card(page, "T2").text


def test_a_trial_without_any_rule_can_be_chosen_on_the_form(real: Callable[..., Visitor]):
    values = [one["value"] for one in real().page("/interest").all("input", name="trial")]

    assert values == ["T1", "T2"]


def test_a_real_catalog_does_not_call_itself_a_sample(real: Callable[..., Visitor]):
    assert "sample." not in real().page("/results").text
    assert "Sample. Old trial records." in real(sample=True).page("/results").text


@pytest.mark.parametrize(
    ("trial", "tag", "words"),
    [
        (recruiting(status="COMPLETED"), "Not open now", "This trial is not open now."),
        (recruiting(status="NOT_YET_RECRUITING"), "Not open now", "This trial is not open now."),
        (recruiting(confirmed=LONG_AGO), "Not confirmed lately", "Ask the team"),
    ],
)
def test_a_real_trial_that_is_closed_or_not_confirmed_lately_takes_nobody(
    real: Callable[..., Visitor], trial: str, tag: str, words: str
):
    visitor = real(trial)

    page = card(visitor.page("/results"), "T1")

    assert page.one("h3").one("span").text == tag
    assert not any("interest" in one["href"] for one in page.all("a"))
    told = visitor.page("/trials/T1")
    assert words in told.text
    assert not any("interest" in one["href"] for one in told.one("main").all("a"))
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
    assert "Not open now" in card(visitor.page("/results"), "T1").text


def test_in_a_sample_neither_status_nor_age_of_the_record_matters(real: Callable[..., Visitor]):
    visitor = real(recruiting("COMPLETED", LONG_AGO), sample=True)

    assert [one["value"] for one in visitor.page("/interest").all("input", name="trial")] == ["T1", "T2"]


def test_a_sample_says_beside_what_it_offers_that_a_record_is_closed(real: Callable[..., Visitor]):
    visitor = real(recruiting("COMPLETED", LONG_AGO), sample=True)
    closed, page = card(visitor.page("/results"), "T1"), visitor.page("/trials/T1")

    assert closed.one("h3").one("span").text == "Not open now"
    assert [one["href"] for one in closed.all("a", class_="go mini")] == ["/back-pain/interest?trial=T1"]
    assert "This is an old record, and its team looks for nobody now." in page.one("p", class_="say").text
    assert card(visitor.page("/results"), "T2").one("h3").all("span") == []
    assert visitor.page("/trials/T2").all("p", class_="say") == []


def test_a_closed_record_that_does_not_fit_promises_no_next_step(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "12"})

    page = visitor.page("/trials/NCT00415220")

    assert page.one("p", class_="say").text == "This trial is not open now."
    assert "I'm interested" not in page.one("main").text


def test_what_keeps_nobody_out_is_said_as_not_you(visitor: Visitor):
    visitor.has_answered(SETTLED | {"sex_at_birth": "female", "health_areas": "none"})
    visitor.answers({"circumstances": "none"})

    page = visitor.page("/trials/NCT05233254")

    told = [one.text for one in page.all("q")]
    assert "Not you: None of these." in told
    assert not [one for one in told if one.startswith("Fits: None")]


def test_a_group_without_trials_is_not_shown(real: Callable[..., Visitor]):
    page = real().page("/results")

    assert [one["aria-labelledby"] for one in sections(page)] == ["group-fits", "group-open"]


def test_the_answers_that_most_criteria_ask_for_stand_beside_in_a_few_words(visitor: Visitor):
    for name, sent in SEVEN_FIT.items():
        visitor.answer(name, **sent)

    page = visitor.page("/results")

    assert page.one("h1").text == "7 trials may fit you"
    assert [len(trials) for trials in everywhere(visitor).values()] == [7, 3, 13]
    rows = page.one("aside", class_="stack stick").one("dl").all("div")
    beside = {one.one("dt").text: one.one("dd").text for one in rows}
    assert 0 < len(beside) <= 6
    assert beside["age"] == "46 years"
    assert "Check or change all 23" in page.text
    folded = page.all("summary")
    assert sum(int(one.text.split()[0]) for one in folded if one.text[0].isdigit() and " more" not in one.text) == 13


def test_a_trial_that_does_not_fit_is_not_offered(visitor: Visitor):
    visitor.has_answered(SETTLED | {"age": "95"})

    offered = {one["value"] for one in visitor.page("/interest").all("input", name="trial")}

    ruled_out = {href.rsplit("/")[-1] for href in everywhere(visitor)["Don't fit now"]}
    assert ruled_out
    assert not offered & ruled_out


def test_more_questions_are_offered_while_they_can_change_something(visitor: Visitor):
    visitor.has_answered(SETTLED)

    assert "Go on with the questions" in visitor.page("/results").text


def test_a_trial_page_before_any_answer_leads_to_the_questions(visitor: Visitor):
    page = visitor.page("/trials/NCT03386149")

    assert "Nothing answered yet" in page.text
    assert page.all("q") == []
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
