"""What an author hides is on no page: neither a limit, nor a day that would reveal it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.criteria import cohort_criterion
from prescreen.eligibility.criteria.trials import Show
from prescreen.web.base.formatting import day
from tests.catalog import folders
from tests.databases import sqlite_copy
from tests.web.markup import Element, read
from tests.web.untold_criteria import LIMIT, OTHER_LIMIT, QUESTIONS, SECOND, SLUG, TODAY, Open, opened
from tests.web.visitor import DO_NOT_KNOW, RATHER_NOT_SAY, Visitor

__all__ = ["opened"]


SECRETS = (r"1234", r"1299", r"37\.25", r"176\.2", r"Untold wording", r"LP-untold", r"untold-id")
PAGES = (
    "",
    *(f"/screener/{name}" for name in QUESTIONS),
    "/screener/review",
    "/results",
    "/results?near=94612&sort=distance",
    "/results?not=1",
    "/results?why=pain_duration",
    "/results?why=leg_pain",
    "/trials/T1",
    "/interest",
    "/urgent",
    "/sheet",
    "/answers.json",
    "/trials/T1/notes",
    *(f"/trials/T1/notes/{place}" for place in range(5)),
)
declined = st.sampled_from([DO_NOT_KNOW, RATHER_NOT_SAY])
some_answers = st.fixed_dictionaries(
    {"leg_pain": st.sampled_from(["yes", "no"]) | declined, "numb": st.just("no")},
    optional={
        "age": st.sampled_from(["12", "36", "38", "90"]) | declined,
        "sex": st.sampled_from(["female", "male"]) | declined,
        "pregnancy": st.sampled_from(["pregnant", "none"]) | declined,
        "pain_duration": st.sampled_from(["6", "100", "175", "186", "400"]) | declined,
    },
)
walks = settings(max_examples=30, deadline=None, suppress_health_check=[*HealthCheck])


def visited(app: Flask, answers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Answer, and give every page that can be read then, as it is sent."""
    visitor = Visitor(app.test_client(), SLUG)
    for name, answer in answers.items():
        response = visitor.answer(name, answer, **({"unit": "wk"} if name == "pain_duration" else {}))
        yield f"answer to {name}", f"{response.headers.get('Location')} {response.text}"
    for path in PAGES:
        response = visitor.get(path)
        # An error page shows the number of its request.
        text = response.text.replace(response.headers["X-Request-ID"], "")
        yield path, f"{response.status_code} {response.headers.get('Location')} {text}"


def days_that_tell(weeks: int) -> tuple[str, ...]:
    """Return the days on which the untold limits are reached, as a page or a program would write them."""
    found = [TODAY + timedelta(days=limit - weeks * 7) for limit in (LIMIT, OTHER_LIMIT)]
    ahead = [one for one in found if one > TODAY]
    # The month alone, too, unless pages name it for another reason.
    months = {f"{one:%B %Y}" for one in ahead} - {f"{TODAY:%B %Y}", "November 2026"}
    return tuple(form for one in ahead for form in (day(one), one.isoformat())) + tuple(months)


def test_a_catalog_that_shows_everything_tells_limit_and_day(opened: Open):
    app = opened(age="full", pain="full", mri="full")
    answers = {"leg_pain": "yes", "numb": "no", "age": "44", "sex": "male", "pain_duration": "100"}

    with app.test_request_context():
        [told, *_] = days_that_tell(100)
    pages = "".join(text for _, text in visited(app, answers))

    assert told in pages
    assert re.search("Untold wording, leg pain for 1234 days", pages)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("show", ["direction", "end"])
def test_no_page_tells_a_limit_a_wording_or_a_day(opened: Open, show: str, grouped: bool):
    app = opened(age=show, pain=show, mri=show, grouped=grouped)

    @walks
    @given(some_answers)
    def walk(answers: dict[str, str]) -> None:
        weeks = answers.get("pain_duration", "?")
        with app.test_request_context():
            telling = days_that_tell(int(weeks)) if weeks.isdigit() else ()
        for path, text in visited(app, answers):
            plain = html.unescape(re.sub(r'value="[\w-]{24,}"', "", text))
            assert [one for one in SECRETS if re.search(one, plain)] == [], path
            assert [one for one in telling if one in plain] == [], path
            assert "no longer stands in the way" not in plain

    walk()


def test_groups_whose_criterion_told_all_would_be_found_out(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cohort_criterion, "_LEAST_SHOWN", (Show.FULL, Show.DIRECTION, Show.END))
    app = opened(age="direction", pain="direction", mri="direction", grouped=True)
    answers = {"leg_pain": "yes", "numb": "no", "age": "44", "sex": "male", "pain_duration": "100"}

    with app.test_request_context():
        [told, *_] = days_that_tell(100)
    assert told in "".join(text for _, text in visited(app, answers))


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("show", ["direction", "end"])
def test_two_catalogs_that_differ_in_an_untold_limit_alone_look_alike(opened: Open, show: str, grouped: bool):
    one, other = (opened(limit=limit, age=show, pain=show, mri=show, grouped=grouped) for limit in (LIMIT, OTHER_LIMIT))

    @walks
    @given(some_answers)
    def walk(answers: dict[str, str]) -> None:
        assert dict(map(without_marks, visited(one, answers))) == dict(map(without_marks, visited(other, answers)))

    walk()


def without_marks(page: tuple[str, str]) -> tuple[str, str]:
    """Leave out what is random, or keyed and so tells nothing: the marks of the form for contact details."""
    path, text = page
    hidden = re.compile(r'(<input type="hidden" name="(?:submission|signature|browser|shown|shown-T1)") value="[\w-]+"')
    return path, hidden.sub(r"\1", text) if path == "/interest" or "/notes/" in path else text


def test_the_limit_decides_though_nobody_is_told(opened: Open):
    between = {"leg_pain": "yes", "numb": "no", "age": "44", "sex": "male", "pain_duration": "180"}

    fits, fits_not = (dict(visited(opened(limit=limit), between))["/results"] for limit in (LIMIT, OTHER_LIMIT))

    assert "1 trial may fit you" in " ".join(fits.split())
    assert "None of these trials fits you now" in fits_not


def test_the_mark_of_a_trial_cannot_be_tried_out_without_the_key(
    opened: Open, serve: Callable[..., Flask], sqlite_template: Path, tmp_path: Path
):
    answers = {"leg_pain": "yes", "numb": "no", "age": "44", "sex": "male", "pain_duration": "200"}
    app = opened()
    here = dict(visited(app, answers))["/interest"]
    settings_here = app.extensions["prescreen"].settings
    other = {"secret_key": "another secret, for another service", "criteria": settings_here.criteria}
    elsewhere = serve(database_url=sqlite_copy(sqlite_template, tmp_path / "elsewhere.sqlite3"), **other)

    there = dict(visited(elsewhere, answers))["/interest"]

    mark = re.compile(r'name="shown-T1" value="(\w+)"')
    assert mark.search(here)[1] != mark.search(there)[1]  # type: ignore[index]


def page(sent: str) -> Element:
    """Read a page of those that were visited, past its status."""
    return read(sent[sent.index("<") :])


def reasons(sent: str) -> str:
    return page(sent).one("main").text


UNFINISHED = {"leg_pain": "yes", "numb": "no", "pain_duration": "400"}
FINISHED = {**UNFINISHED, "age": "44", "sex": "male"}


def test_what_is_kept_until_the_end_is_not_named_before(opened: Open):
    pages = dict(visited(opened(pain="end", mri="end"), UNFINISHED))

    for path in ("/results", "/trials/T1"):
        told = reasons(pages[path])
        assert "How long it hurts" not in told
        assert "What a scan shows" not in told
        assert "400 weeks" not in told
    told = reasons(pages["/trials/T1"])
    assert "A point that we show when the questions are over" in told
    assert "How old you are" in told
    assert "Not known yet." in reasons(pages["/results"])


def test_it_is_named_without_its_limit_once_the_questions_are_over(opened: Open):
    pages = dict(visited(opened(pain="end", mri="end"), FINISHED))

    told = reasons(pages["/trials/T1"])
    assert "How long it hurts" in told
    assert "What a scan shows" in told
    assert not any("when the questions are over" in pages[path] for path in ("/results", "/trials/T1"))


def test_a_no_that_rests_on_it_alone_says_that_the_reason_comes_later(opened: Open):
    app = opened({"trials/T2.yaml": SECOND.format(today=TODAY)}, pain="end")

    pages = dict(visited(app, {**UNFINISHED, "pain_duration": "6"}))

    [against] = page(pages["/results?not=1"]).one("article", id="T1").all("ul", class_="check")
    assert against.text.startswith("– A point that we show when the questions are over")
    assert "6 weeks" not in against.text


def test_a_no_that_has_another_reason_tells_nothing_of_it(opened: Open):
    app = opened({"trials/T2.yaml": SECOND.format(today=TODAY)}, pain="end", age="full")

    pages = dict(visited(app, {"leg_pain": "yes", "numb": "no", "pain_duration": "6", "age": "20"}))

    told = page(pages["/results?not=1"]).one("article", id="T1").text
    assert "37.25 years old" in told
    assert "when the questions are over" not in told


def ruled_out_by_age(trial_id: str, kept_back: str) -> str:
    """Return a trial that only waits for someone of 36 to be older, but for a limit of pain that is kept back."""
    return f"""\
id: {trial_id}
title: Trial {trial_id}
conditions: [back-pain]
status: RECRUITING
confirmed: {TODAY}
sites: [{{id: leeds, name: Leeds Hospital}}]
inclusion:
  - {{id: old, text: You are 37 or older., rule: {{age: {{min: 37}}}}}}
  - {{id: pain, text: Hidden., rule: {{pain_duration: {kept_back}}}, show: end, public_text: Something.}}
cases:
  - {{name: fits, answers: {{age: 44, pain_duration: 6 wk}}, determination: potentially_eligible}}
  - {{name: young, answers: {{age: 20, pain_duration: 6 wk}}, determination: ineligible, because: [old]}}
  - {{name: kept, answers: {{age: 44, pain_duration: 90 wk}}, determination: ineligible, because: [pain]}}
"""


NOT_PREGNANT = f"""\
id: Z
title: Trial Z
conditions: [back-pain]
status: RECRUITING
confirmed: {TODAY}
sites: [{{id: leeds, name: Leeds Hospital}}]
inclusion:
  - {{id: only, text: You are not pregnant., rule: {{pregnancy: {{any_of: [none]}}}}}}
cases:
  - {{name: fits, answers: {{sex: female, pregnancy: [none]}}, determination: potentially_eligible}}
  - {{name: fits not, answers: {{sex: female, pregnancy: [pregnant]}}, determination: ineligible, because: [only]}}
"""


def in_a_group(trial: str) -> str:
    """Return the trial with what it keeps back in one of two groups, of which the other needs no leg pain."""
    kept_back = next(line for line in trial.splitlines() if "show: end" in line)
    own = f"  - {{id: p, name: Some with pain, inclusion: [{kept_back.removeprefix('  - ')}]}}"
    other = "{id: q, name: Some without, inclusion: [{id: none, text: No leg pain., rule: {leg_pain: false}}]}"
    grouped = trial.replace(f"{kept_back}\ncases:", f"cohorts:\n{own}\n  - {other}\ncases:")
    for case in re.findall(r"answers: {(.*?)}", trial):
        grouped = grouped.replace(case, f"leg_pain: true, {case}")
    case = "{name: other, answers: {age: 44, leg_pain: false}, determination: potentially_eligible}"
    return f"{grouped.replace('because: [pain]', 'because: [pain, none]')}  - {case}\n"


@pytest.fixture(params=[False, True], ids=["for all", "in a group"])
def holding_back(serve: Callable[..., Flask], tmp_path: Path, request: pytest.FixtureRequest) -> Flask:
    """Serve two trials that keep a limit of pain back, for all or in a group, and one that has a question waiting."""
    limits = {"A": "{min: 2 wk, max: 80 wk}", "B": "{min: 30 d, max: 560 d}"}
    written = in_a_group if request.param else str
    trials = {f"trials/{name}.yaml": written(ruled_out_by_age(name, limit)) for name, limit in limits.items()}
    files = {**trials, "trials/Z.yaml": NOT_PREGNANT, folders.TRIAL: None}
    return serve(criteria=folders.write(tmp_path / "held", files))


BESIDE = {"leg_pain": "yes", "numb": "no", "age": "36", "sex": "female"}
WITHHOLDING = (
    *("/results", "/results?not=1", "/results?why=age", "/results?why=pain_duration"),
    *("/trials/A", "/trials/B", "/answers.json?trial=A", "/answers.json?trial=B&trial=Z"),
)


def test_until_the_questions_are_over_no_page_differs_by_what_is_kept_back(holding_back: Flask):
    pages = []
    for weeks in ("1", "3", "40", "90"):
        visitor = Visitor(holding_back.test_client(), SLUG)
        visitor.answers(BESIDE)
        visitor.answer("pain_duration", weeks, unit="wk")
        pages.append({path: visitor.get(path).text for path in WITHHOLDING})
    finished = Visitor(holding_back.test_client(), SLUG)
    finished.answers({**BESIDE, "pregnancy": "none"})
    finished.answer("pain_duration", "3", unit="wk")

    assert {path for other in pages[1:] for path in WITHHOLDING if other[path] != pages[0][path]} == set()
    assert "Doesn't fit now" in page(pages[0]["/trials/A"]).text
    assert "pain_duration" not in pages[0]["/answers.json?trial=A"]
    assert "pain_duration" in finished.get("/answers.json?trial=A").text


def test_of_two_that_are_kept_back_a_no_tells_neither_which_nor_how_many(serve: Callable[..., Flask], tmp_path: Path):
    both = ruled_out_by_age("A", "{min: 2 wk, max: 80 wk}").replace(
        "{age: {min: 37}}}", "{age: {min: 37}}, show: end, public_text: Something.}"
    )
    files = {"trials/A.yaml": both, "trials/Z.yaml": NOT_PREGNANT, folders.TRIAL: None}
    app = serve(criteria=folders.write(tmp_path / "both", files))
    pages = []
    for age, weeks in (("36", "3"), ("44", "90"), ("36", "90")):
        visitor = Visitor(app.test_client(), SLUG)
        visitor.answers({**BESIDE, "age": age})
        visitor.answer("pain_duration", weeks, unit="wk")
        pages.append({path: visitor.get(path).text for path in WITHHOLDING if "/B" not in path})

    assert pages[0] == pages[1] == pages[2]
    card = page(pages[0]["/results?not=1"]).one("article", id="A").text
    assert "A point that we show when the questions are over." in card
