"""`prescreen counters` on the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.interview.priors import Observed
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import CounterKind, Key, month_of
from prescreen.workflow.interview.usage_counters import observed
from tests.catalog import folders
from tests.cli.conftest import Run

COUNTS = {
    Key(CounterKind.PERMITS, "T1", "adult"): 1_234,
    Key(CounterKind.DOES_NOT_PERMIT, "T1", "adult"): 10,
    Key(CounterKind.SOLE_BLOCKER, "T1", "adult"): 9,
    Key(CounterKind.UNKNOWN, "T2", "pain"): 1,
    Key(CounterKind.SHOWN, "age"): 40,
    Key(CounterKind.ANSWERED, "age"): 25,
}


@pytest.fixture
def counted(database: Database) -> None:
    with database.writing() as session:
        usage_counters.add(session, {(date(2026, 11, 1), key): count for key, count in COUNTS.items()})


@pytest.mark.usefixtures("counted")
def test_counters_are_printed_by_trial_and_criterion(run: Run) -> None:
    done = run("counters")

    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["counted", "since", "2026-11-01"],
        ["T1"],
        ["criterion", "permits", "does", "not", "unknown", "sole", "blocker"],
        ["adult", "1,234", "10", "<10", "<10"],
        ["T2"],
        ["criterion", "permits", "does", "not", "unknown", "sole", "blocker"],
        ["pain", "<10", "<10", "<10", "<10"],
        ["questions"],
        ["question", "shown", "answered", "declined"],
        ["age", "40", "25", "<10"],
    ]


@pytest.mark.usefixtures("counted")
def test_counters_as_json_show_no_small_numbers_either(run: Run) -> None:
    printed = json.loads(run("counters", "--json").stdout)

    adult = {"criterion": "adult", "permits": 1234, "does_not_permit": 10, "unknown": "<10", "sole_blocker": "<10"}
    pain = dict.fromkeys(adult, "<10") | {"criterion": "pain"}
    assert printed == {
        "since": "2026-11-01",
        "trials": [{"trial": "T1", "criteria": [adult]}, {"trial": "T2", "criteria": [pain]}],
        "questions": [{"question": "age", "shown": 40, "answered": 25, "declined": "<10"}],
        "sources": [],
    }


def test_sources_are_printed_by_condition_and_by_trial(run: Run, database: Database) -> None:
    with database.writing() as session:
        counts = {Key(CounterKind.ARRIVED, "back-pain", "google"): 1_200, Key(CounterKind.SENT, "T1", "google"): 12}
        usage_counters.add(session, {(date(2026, 11, 1), key): count for key, count in counts.items()})

    assert [line.split() for line in run("counters").stdout.splitlines()] == [
        ["counted", "since", "2026-11-01"],
        ["sources", "of", "T1"],
        ["source", "opened", "trial", "sent"],
        ["google", "<10", "12"],
        ["sources", "of", "back-pain"],
        ["source", "arrived", "began", "saw", "results", "opened", "form"],
        ["google", "1,200", "<10", "<10", "<10"],
    ]


@pytest.mark.usefixtures("database")
def test_where_nothing_was_counted_the_command_says_so(run: Run) -> None:
    assert run("counters").stdout == "nothing was counted yet\n"
    assert json.loads(run("counters", "--json").stdout) == {
        "since": None,
        "trials": [],
        "questions": [],
        "sources": [],
    }


def test_an_interview_in_the_terminal_does_not_rest_on_what_was_counted(
    run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders.write(tmp_path / "criteria")
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))
    (tmp_path / "person.json").write_text('{"answers": {"leg_pain": true, "numb": false, "sex": "female"}}')
    before = run("interview", str(tmp_path / "person.json")).stdout
    today = date.today()
    with database.writing() as session:
        usage_counters.add(session, {(month_of(today), Key(CounterKind.DOES_NOT_PERMIT, "T1", "pregnant")): 1_000})
        seen = observed(session, today)

    assert run("interview", str(tmp_path / "person.json")).stdout == before
    assert asked_with(load_to_judge(folder, today), seen)[2] != json.loads(before)["asked"][2]


def asked_with(catalog: Catalog, seen: Observed) -> list[str]:
    """Return what the pages would ask somebody of whom nothing else is known."""
    planner, asked = catalog.observing(seen).planner("back-pain"), dict[str, Answer]()
    given = {"leg_pain": True, "numb": False}
    while question := planner.next_question(Facts(catalog.bank, Answers(asked), folders.ON)):
        asked[question] = Answer(given.get(question, Declined.DO_NOT_KNOW), folders.ON)
    return list(asked)
