"""Dates on the command line: judged from JSON, asked in the terminal, with the first day on which a trial fits."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.dated_folder import DATED
from tests.catalog.folders import ON, write
from tests.cli.conftest import Judge, Run

FITS = {
    "birthday": "1982-11-23",
    "last_dose": "2026-10-12",
    "onset": "2026-03",
    "leg_pain": True,
    "pain_duration": "6 wk",
    "sex": "male",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder with questions about dates."""
    return write(tmp_path / "criteria", DATED)


def judged(judge: Judge, answers: dict[str, Any], *options: str) -> dict[str, Any]:
    result = judge("assess", {"answers": answers}, *options)
    assert (result.exit_code, result.stderr) == (0, "")
    [trial] = json.loads(result.stdout)["trials"]
    return trial


def finding(trial: dict[str, Any], criterion: str) -> str:
    return next(one["permits"] for one in trial["findings"] if one["criterion"] == criterion)


def test_dates_are_judged_as_of_the_day(judge: Judge) -> None:
    assert judged(judge, FITS)["determination"] == "potentially_eligible"
    assert finding(judged(judge, FITS | {"last_dose": "2026-10-13"}), "washout") == "false"
    assert finding(judged(judge, FITS | {"birthday": "2008-11-23"}), "adult") == "true"
    assert finding(judged(judge, FITS | {"birthday": "2008-11-24"}), "adult") == "false"


def test_a_month_in_which_a_limit_lies_leaves_it_unknown(judge: Judge) -> None:
    permits = {
        month: finding(judged(judge, FITS | {"onset": month}), "long") for month in ("2025-10", "2025-11", "2025-12")
    }

    assert permits == {"2025-10": "false", "2025-11": "unknown", "2025-12": "true"}


def test_a_washout_ends_on_the_day_that_the_outlook_names(judge: Judge, folder: Path, tmp_path: Path, run: Run) -> None:
    said = FITS | {"last_dose": "2026-11-01"}
    outlook = judged(judge, said, "--outlook")["outlook"]

    assert outlook == {"fits_from": "2026-12-13", "fits_until": "2027-03-31", "changes": []}
    (tmp_path / "said.json").write_text(json.dumps({"answers": said, "answered_on": str(ON)}))
    told = {
        day: json.loads(run("assess", tmp_path / "said.json", "--criteria", folder, "--on", day).stdout)["trials"][0]
        for day in ("2026-12-12", "2026-12-13", "2027-03-31", "2027-04-01")
    }
    assert {day: one["determination"] == "ineligible" for day, one in told.items()} == {
        "2026-12-12": True,
        "2026-12-13": False,
        "2027-03-31": False,
        "2027-04-01": True,
    }


def test_a_change_is_told_as_it_is_read(judge: Judge) -> None:
    said = FITS | {"birthday": "1950-01-01"}
    [change] = judged(judge, said, "--outlook")["outlook"]["changes"]

    assert change == {"question": "birthday", "to": "1955-11-24"}
    assert judged(judge, said | {change["question"]: change["to"]})["determination"] == "potentially_eligible"


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"last_dose": "2026-11"}, 'expects a day such as 2026-03-27, not "2026-11"'),
        ({"last_dose": "2026-02-30"}, "expects a day such as 2026-03-27"),
        ({"last_dose": "today"}, "expects a day such as 2026-03-27"),
        ({"last_dose": 20261001}, "expects a day such as 2026-03-27, not 20261001"),
        ({"last_dose": "2026-11-24"}, "2026-11-24 lies outside 1950-01-01 to 2026-11-23"),
        ({"onset": "2026-10-01"}, "expects a month such as 2026-03"),
        ({"onset": "2024-10"}, "2024-10 lies outside 2024-11-23 to 2026-11-23"),
    ],
)
def test_any_other_answer_is_refused(judge: Judge, answers: dict[str, Any], problem: str) -> None:
    result = judge("assess", {"answers": answers})

    assert result.exit_code == 1
    assert problem in result.stderr


def test_an_interview_asks_for_dates(judge: Judge) -> None:
    played = json.loads(judge("interview", {"answers": FITS}).stdout)

    assert {"birthday", "last_dose", "onset"} <= set(played["asked"])
    assert played["determinations"] == {"T1": "potentially_eligible"}


REPLIES = {
    "Do you have leg pain?": "yes",
    "Are you numb between the legs?": "no",
    "How old are you?": "44",
    "How long have you had this pain?": "6 wk",
    "What is your sex?": "2",
    "Does any of these fit?": "3",
    "When did you last take a steroid?": "12 10 2026",
    "When did this pain start?": "3 2026",
    "When were you born?": "23 11 1982",
}


def test_dates_are_asked_for_in_the_terminal(run: Run, folder: Path) -> None:
    def held(replies: list[str]) -> str:
        typed = "".join(f"{reply}\n" for reply in replies)
        return run("ask", "back-pain", "--criteria", folder, "--on", str(ON), text=typed).stdout

    replies: list[str] = []
    while len(asked := [line for line in held(replies).splitlines() if line in REPLIES]) > len(replies):
        replies.append(REPLIES[asked[-1]])

    assert "May fit\n  T1" in held(replies)
    assert "a day, a month and a year, such as 27 3 2026> " in held(replies)
    assert "a month and a year, such as 3 2026> " in held(replies)


@pytest.mark.parametrize("reply", ["12.10.2026", "31 2 2026", "12 2026", "24 11 2026", "1 1 1949"])
def test_what_is_no_date_is_asked_again(run: Run, folder: Path, reply: str) -> None:
    trial = DATED["trials/T1.yaml"]
    alone = (
        trial[: trial.index("inclusion:")]
        + "inclusion:\n  - {id: washout, text: No steroid., rule: {last_dose: {ago: {min: 6 wk}}}}\n"
    )
    (folder / "trials/T1.yaml").write_text(alone)

    shown = run(
        "ask", "back-pain", "--criteria", folder, "--on", str(ON), text=f"yes\nno\n{reply}\n12 10 2026\n"
    ).stdout

    assert "That could not be read: it " in shown
