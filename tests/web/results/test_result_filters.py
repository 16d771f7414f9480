"""Many trials: results page by page, filtered and sorted from the address, and what does not fit folded by reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from prescreen.eligibility.criteria.trials import Treatment
from prescreen.web.base.trial_wording import TREATMENT_WORDS
from tests.catalog import folders
from tests.web.markup import Element, read
from tests.web.result_cards import FITS, NOT, OPEN, TODAY, everywhere, groups, section
from tests.web.visitor import Visitor

MANY = 45
RULES = {
    "F": ("{leg_pain: true}", "{leg_pain: true}", "{leg_pain: false}"),
    "U": ("{any: [{sex: female}, {age: {min: 60}}]}", "{sex: female}", "{sex: male, age: 44}"),
    "N": ("{leg_pain: false}", "{leg_pain: false}", "{leg_pain: true}"),
}
"""The rule of each trial by the first letter of its id, with answers that fit and that do not.

To someone with leg pain who has told neither sex nor age they are trials that fit, are unknown, and do not fit.
"""
PRACTICAL = {
    0: "{treatments: [exercise, talking], placebo: false, remote: true}",
    1: "{treatments: [medicine], placebo: true, remote: false}",
    2: "{visits: 3}",
}


QUESTIONS = """\
- {id: age, type: number, ask: How old are you?, unit: a, range: {min: 0, max: 120}, grows: yearly}
- id: sex
  type: choice
  ask: What is your sex?
  options: [{id: female, label: Female}, {id: male, label: Male}]
- {id: leg_pain, type: boolean, short: leg pain, ask: Do you have leg pain?, read: sciatica#signs}
- {id: numb, type: boolean, ask: Are you numb between the legs?}
"""


def trial(trial_id: str, practical: str = "{visits: 3}", more: str = "") -> str:
    rule, fits, fits_not = RULES[trial_id[0]]
    return f"""\
id: {trial_id}
title: Trial {trial_id}
summary: It tests one thing. It takes a while.
conditions: [back-pain]
status: RECRUITING
confirmed: {TODAY}
practical: {practical}
sites: [{{id: leeds, name: Leeds Hospital}}]
inclusion:
  - {{id: only, text: Point {trial_id}., rule: {rule}{more}}}
cases:
  - {{name: fits, answers: {fits}, determination: potentially_eligible}}
  - {{name: does not fit, answers: {fits_not}, determination: ineligible, because: [only]}}
"""


def many_trials() -> dict[str, str]:
    names = ((f"{letter}{number:02}", PRACTICAL[number % 3]) for letter in RULES for number in range(MANY))
    return {f"trials/{name}.yaml": trial(name, practical) for name, practical in names}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 45 trials of each group, of which a third do not say what kind of treatment they test."""
    files = {**many_trials(), folders.TRIAL: None, folders.QUESTIONS: QUESTIONS}
    return folders.write(tmp_path_factory.mktemp("criteria"), files)


@pytest.fixture
def reader(serve: Callable[..., Flask], many: Path) -> Visitor:
    """Return someone with leg pain, of whom nothing else is known."""
    visitor = Visitor(serve(criteria=many).test_client(), "back-pain")
    visitor.answers({"leg_pain": "yes", "numb": "no"})
    return visitor


def ids(page: Element) -> dict[str, list[str]]:
    return {heading: [href.rsplit("/", 1)[-1] for href in hrefs] for heading, hrefs in groups(page).items()}


def way_back(page: Element) -> str:
    """Return where the first link of a page's own part leads."""
    return page.one("main").all("a")[0]["href"]


def test_a_page_has_twenty_trials_of_each_group_and_little_weight(reader: Visitor):
    response = reader.get("/results")

    found = ids(read(response.text))
    assert [len(found[one]) for one in (FITS, OPEN, NOT)] == [20, 20, 0]
    assert len(response.data) < 60_000
    assert "45 trials may fit you" in response.text


def test_page_by_page_every_trial_is_listed_once(reader: Visitor):
    found = {heading: [href.rsplit("/", 1)[-1] for href in hrefs] for heading, hrefs in everywhere(reader).items()}

    for heading, letter in ((FITS, "F"), (OPEN, "U"), (NOT, "N")):
        assert sorted(found[heading]) == [f"{letter}{number:02}" for number in range(MANY)]


def test_the_groups_are_paged_independently_and_keep_the_filters(reader: Visitor):
    nav = section(reader.page("/results?fits=2&open=3"), "fits").one("nav")
    back, forth = nav.one("a", rel="prev"), nav.one("a", rel="next")
    assert (back["href"], forth["href"]) == (
        "/back-pain/results?fits=1&open=3#group-fits",
        "/back-pain/results?fits=3&open=3#group-fits",
    )
    assert "Page 2 of 3, trials 21 to 40" in nav.text
    assert nav["aria-label"] == "Pages: May fit"


@pytest.mark.parametrize(
    "asked", ["fits=4", "open=4", "not=4", "fits=0", "fits=-1", "fits=x", "open=1.0", "not=%D9%A2", "fits=9999999999"]
)
def test_a_page_that_does_not_exist_is_not_found(reader: Visitor, asked: str):
    assert reader.get(f"/results?{asked}").status_code == 404


@pytest.mark.parametrize("asked", ["fits=1", "fits=3", "open=01", "fits=", "page=9", "not=3&fits=3"])
def test_a_page_that_exists_is_shown(reader: Visitor, asked: str):
    assert reader.get(f"/results?{asked}").status_code == 200


@pytest.mark.parametrize(
    ("asked", "kept", "words"),
    [
        ("treatment=exercise", 0, "30 are left out by what you chose. Of 15 of them we do not know"),
        ("treatment=medicine", 1, "30 are left out by what you chose. Of 15 of them we do not know"),
        ("placebo=none", 0, "30 are left out by what you chose. Of 15 of them we do not know"),
        ("remote=yes", 0, "30 are left out by what you chose. Of 15 of them we do not know"),
        ("treatment=talking&placebo=none&remote=yes", 0, "30 are left out by what you chose. Of 15"),
        ("treatment=medicine&placebo=none", None, "45 are left out by what you chose. Of 15"),
    ],
)
def test_a_filter_lists_what_says_so_and_counts_the_rest(reader: Visitor, asked: str, kept: int | None, words: str):
    page = reader.page(f"/results?{asked}")

    expected = [f"F{number:02}" for number in range(MANY) if number % 3 == kept]
    assert ids(page)[FITS] == expected
    fits = section(page, "fits")
    assert fits.one("h2").text == f"May fit {len(expected)} of 45"
    assert words in fits.text
    [link] = [one for one in fits.all("a") if one.text.startswith("Show them")]
    assert link["href"] == "/back-pain/results#group-fits"


def test_the_form_and_the_links_keep_what_was_chosen(reader: Visitor):
    page = reader.page("/results?treatment=exercise&placebo=none&remote=yes&open=1&utm_source=x")

    form = page.one("details", id="filters")
    assert [one["value"] for one in form.all("option") if "selected" in one] == ["exercise"]
    assert [one["name"] for one in form.all("input", type="checkbox") if "checked" in one] == ["placebo", "remote"]
    title = page.one("article", id="F00").one("h3").one("a")["href"]
    assert title == "/back-pain/trials/F00?treatment=exercise&placebo=none&remote=yes&open=1"
    back = way_back(read(reader.client.get(title).text))
    assert back == "/back-pain/results?treatment=exercise&placebo=none&remote=yes&open=1#F00"


def test_a_way_back_holds_nothing_that_is_not_ours(reader: Visitor):
    page = reader.page("/trials/F00?next=//evil.example&why=%3Cscript%3E&fits=x&treatment=magic&near=a@b&sort=distance")

    assert way_back(page) == "/back-pain/results#F00"


@pytest.mark.parametrize(
    "asked", ["treatment=magic", "placebo=maybe", "remote=no", "why=nothing", "treatment=&remote="]
)
def test_a_filter_that_is_unknown_is_passed_over(reader: Visitor, asked: str):
    assert ids(reader.page(f"/results?{asked}")) == ids(reader.page("/results"))


def test_every_kind_of_treatment_can_be_chosen(reader: Visitor):
    form = reader.page("/results").one("select", id="treatment")

    assert [one["value"] for one in form.all("option")] == ["", *Treatment]
    assert [one.text for one in form.all("option")][1:] == [str(TREATMENT_WORDS[one]) for one in Treatment]


def test_what_does_not_fit_is_folded_with_its_reasons_counted(reader: Visitor):
    folded = section(reader.page("/results"), "not")

    details = folded.one("details")
    assert "open" not in details
    assert details.one("summary").text == "45 because of leg pain. You said: Yes ."
    assert len(details.one("ul").all("li")) == 6
    assert [one["href"] for one in details.all("a")][-1] == "/back-pain/screener/leg_pain?from=review"
    [every] = [one for one in folded.all("a") if one.text == "All 45 with all their reasons"]
    assert every["href"] == "/back-pain/results?not=1#group-not"


def test_a_trial_is_folded_once_and_a_reason_that_passes_with_time_comes_last(reader: Visitor):
    reader.answers({"sex": "male", "age": "44"})

    folds = section(reader.page("/results"), "not").all("details")

    # Those of letter U wait for another sex or another age, so time alone can end what stands in their way.
    assert [one.one("summary").text for one in folds] == [
        "45 because of leg pain. You said: Yes .",
        "45 for this answer: How old are you? You said: 44 years .",
    ]


def test_a_reason_lists_the_trials_that_it_stands_in_the_way_of(reader: Visitor):
    reader.answers({"sex": "male", "age": "44"})
    reasons = section(reader.page("/results?not=1"), "not").one("ul", class_="chips").all("a")
    assert [one.text for one in reasons] == ["45: How old are you?", "45: What is your sex?", "45: leg pain"]
    assert reasons[2]["href"] == "/back-pain/results?why=leg_pain#group-not"

    page = reader.page("/results?why=sex&not=2")

    assert {one[0] for one in ids(page)[NOT]} == {"U"}
    assert len(ids(page)[NOT]) == 20
    assert section(page, "not").one("a", aria_current="true").text == "45: What is your sex?"
    assert "Only those about: What is your sex?" in page.text
    assert [one["href"] for one in page.all("a") if one.text == "Show all 90 that do not fit"] == [
        "/back-pain/results?not=1#group-not"
    ]
    # The two other groups are folded, so that the page stays short.
    assert ids(page)[FITS] == []
    assert section(page, "fits").one("a")["href"] == "/back-pain/results#group-fits"


def test_an_answer_that_is_not_given_stands_in_no_way(reader: Visitor):
    assert ids(reader.page("/results?why=age"))[NOT] == []


def test_ticked_trials_go_to_the_contact_form_and_to_the_sheet(reader: Visitor):
    form = reader.page("/results").one("form", id="choose")

    assert (form["method"], form["action"]) == ("get", "/back-pain/interest")
    boxes = form.all("input", type="checkbox")
    assert {one["name"] for one in boxes} == {"trial"}
    assert len(boxes) == 40
    page = reader.page("/results")
    buttons = form.all("button") + page.all("button", form="choose")
    assert [one.attributes.get("formaction") for one in buttons] == [None, None, "/back-pain/sheet"]
    assert form.one("article", id="F03").all("a", class_="go mini")[0]["href"] == "/back-pain/interest?trial=F03"


def test_the_sheet_keeps_to_the_trials_that_were_ticked(reader: Visitor):
    page = reader.page("/sheet?trial=F40&trial=U03&trial=N01&trial=nothing&trial=F40")

    assert [one.text for one in page.all("h3")] == ["Trial F40", "Trial U03"]
    assert "1 of them does not fit now and is left out." in page.text
    [file] = [one["href"] for one in page.all("a") if "answers.json" in one["href"]]
    assert file == "/back-pain/answers.json?trial=F40&trial=U03&trial=N01"


def test_without_ticks_the_sheet_has_the_first_of_each_group_and_says_how_many_more(reader: Visitor):
    page = reader.page("/sheet")

    trials = page.one("main").text
    assert len(page.all("h3")) == 3
    assert len(set(re.findall(r"Trial ([FU]\d\d)", trials))) == 25
    assert "25 more stand in the results." in page.text
    assert "40 more stand in the results." in page.text
    filtered = reader.page("/sheet?treatment=exercise")
    assert len(set(re.findall(r"Trial ([FU]\d\d)", filtered.one("main").text))) == 20
    assert way_back(filtered) == "/back-pain/results?treatment=exercise"


def test_the_answers_file_keeps_to_what_the_chosen_trials_ask(reader: Visitor):
    reader.answers({"sex": "male", "age": "44"})

    def kept(query: str) -> set[str]:
        return set(json.loads(reader.get(f"/answers.json{query}").text)["answers"])

    assert kept("") == {"leg_pain", "numb", "sex", "age"}
    assert kept("?trial=nothing") == kept("")
    assert kept("?trial=F01") == {"leg_pain"}
    assert kept("?trial=U01&trial=F01") == {"leg_pain", "sex", "age"}


def test_what_is_told_later_is_counted_without_its_subject(serve: Callable[..., Flask], tmp_path: Path):
    later = ", show: end, public_text: Something."
    files = {"trials/N1.yaml": trial("N1", more=later), "trials/U1.yaml": trial("U1")}
    files |= {folders.TRIAL: None, folders.QUESTIONS: QUESTIONS}
    folder = folders.write(tmp_path / "criteria", files)
    visitor = Visitor(serve(criteria=folder).test_client(), "back-pain")
    visitor.answers({"leg_pain": "yes", "numb": "no"})

    fold = section(visitor.page("/results"), "not").one("details")
    assert fold.one("summary").text == "1 for a point that we show when the questions are over."
    assert [one["href"] for one in fold.all("a")] == ["/back-pain/trials/N1"]
    assert ids(visitor.page("/results?why=leg_pain"))[NOT] == []

    visitor.answers({"sex": "male", "age": "44"})
    assert "1 because of leg pain" in section(visitor.page("/results"), "not").text


def test_without_a_zip_code_what_is_left_out_is_shown_without_an_error(reader: Visitor):
    response = reader.get("/results?within=50&treatment=exercise")

    [link] = [one for one in section(read(response.text), "fits").all("a") if one.text.startswith("Show them")]
    assert response.status_code == 422
    assert reader.client.get(link["href"].partition("#")[0]).status_code == 200
