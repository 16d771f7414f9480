"""`prescreen ask`: the interview in a terminal."""

from pathlib import Path

import pytest
from click.testing import Result

from tests.catalog.folders import CONDITION, FILES, ON, QUESTIONS, TRIAL, write
from tests.cli.conftest import Run


def held(run: Run, folder: Path, *replies: str) -> Result:
    return run(
        "ask", "back-pain", "--criteria", folder, "--on", str(ON), text="".join(f"{reply}\n" for reply in replies)
    )


FITS = {
    "Do you have leg pain?": "yes",
    "Are you numb between the legs?": "no",
    "How old are you?": "44",
    "How long have you had this pain?": "6 wk",
    "What is your sex?": "2",
    "Does any of these fit?": "3",
}


def answering(run: Run, folder: Path) -> Result:
    """Hold the dialogue, each question answered as it comes up."""
    replies: list[str] = []
    while True:
        result = held(run, folder, *replies)
        asked = [line for line in result.stdout.splitlines() if line in FITS]
        if len(asked) <= len(replies):
            return result
        replies.append(FITS[asked[-1]])


def test_a_played_dialogue_ends_in_groups_of_trials(run: Run, folder: Path) -> None:
    result = answering(run, folder)

    assert result.exit_code == 0
    assert "Answer ? if you don't know, - if you'd rather not say. Nothing is kept." in result.stdout
    shown = result.stdout.partition("\nMay fit\n")[2]
    assert shown.startswith("  T1  A pill for leg pain\n")
    assert "Only a trial's own team decides who can take part." in shown


def test_a_trial_that_does_not_fit_is_shown_with_its_reason(run: Run, folder: Path) -> None:
    result = held(run, folder, "no", "no")

    assert result.exit_code == 0
    assert "Doesn't fit now\n  T1  A pill for leg pain (You have had leg pain for 6 weeks or more.)" in result.stdout


@pytest.mark.parametrize("reply", ["?", "-"])
def test_every_question_can_be_declined(run: Run, folder: Path, reply: str) -> None:
    result = held(run, folder, *[reply] * 6)

    assert result.exit_code == 0
    assert "Can't tell yet\n  T1  A pill for leg pain\n" in result.stdout


def test_an_emergency_is_told_at_once_and_ends_the_dialogue(run: Run, folder: Path) -> None:
    result = held(run, folder, "yes", "yes")

    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith("Call now.")


def test_of_several_emergencies_each_is_told_and_nothing_lesser(run: Run, folder: Path) -> None:
    flags = """\
red_flags:
  - {when: {numb: true}, level: see_doctor, advice: See a doctor.}
  - {when: {numb: true}, level: emergency, advice: Call now.}
  - {when: {numb: true, leg_pain: true}, level: emergency, advice: Lie down.}
"""
    head, _, rest = FILES[CONDITION].partition("red_flags:")
    write(folder, {CONDITION: head + flags + rest[rest.index("articles:") :]})

    result = held(run, folder, "yes", "yes")

    assert result.stdout.rstrip().endswith("Call now.\n\n\nLie down.")
    assert "See a doctor." not in result.stdout


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        ("maybe", "expects yes or no"),
        ("1", "expects yes or no"),
        ("yes please", "expects yes or no"),
    ],
)
def test_a_reply_that_cannot_be_read_is_asked_for_again(run: Run, folder: Path, reply: str, problem: str) -> None:
    result = held(run, folder, reply, "no", "no")

    assert result.exit_code == 0
    assert f"That could not be read: it {problem}." in result.stdout


@pytest.mark.parametrize("reply", ["0", "3", "female", "1,2", "²", "9" * 5000, "-1", "1.0"])
def test_an_option_is_chosen_by_its_number_and_nothing_else(run: Run, folder: Path, reply: str) -> None:
    trial = FILES[TRIAL].partition("inclusion:")[0] + "inclusion:\n  - {id: a, text: A., rule: {sex: male}}\n"
    write(folder, {TRIAL: trial})

    result = held(run, folder, "no", "no", reply, "2")

    assert result.exit_code == 0
    assert "That could not be read: it expects a number from 1 to 2." in result.stdout


@pytest.mark.parametrize(
    ("reply", "fits"),
    [
        *(("6", True), ("6 wk", True), ("42 d", True), ("1.5 mo", True), ("1,5 mo", True), ("\u200b6\u00a0wk", True)),
        *(("5", False), ("1 mo", False)),
    ],
)
def test_a_number_may_carry_one_of_the_units_offered(run: Run, folder: Path, reply: str, fits: bool) -> None:
    write(
        folder,
        {TRIAL: FILES[TRIAL].partition("exclusion:")[0].replace("{age: {min: 18, max: 70}}", "{leg_pain: true}")},
    )

    result = held(run, folder, "yes", "no", reply)

    assert result.exit_code == 0
    assert ("May fit\n  T1" in result.stdout) is fits


HEIGHT = "- {id: height, type: number, ask: How tall?, unit: cm, units: [cm, '[in_i]'], range: {min: 100, max: 250}}\n"
TALL = "inclusion:\n  - {id: a, text: A., rule: {height: {min: 170}}}\n"


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("5'13\"", "it has more inches than a foot; type fewer than 12 beside the feet, or inches alone."),
        ("172,500", "it could be 172500 or 172.500; type it without the comma."),
        ("17", "type a number at least 100 and at most 250 (cm), such as 158."),
        ("tall", "type a number at least 100 and at most 250 (cm), such as 158."),
        ("6 weeks", "type a number at least 100 and at most 250 (cm), such as 158."),
    ],
)
def test_a_number_that_is_refused_is_asked_for_with_what_fits(run: Run, folder: Path, reply: str, told: str) -> None:
    trial = FILES[TRIAL].partition("inclusion:")[0] + TALL
    write(folder, {QUESTIONS: FILES[QUESTIONS] + HEIGHT, TRIAL: trial})

    result = held(run, folder, "no", "no", reply, "5 ft 7")

    assert f"That could not be read: {told}" in result.stdout
    assert "May fit\n  T1" in result.stdout


def test_a_unit_is_read_as_it_is_written(run: Run, folder: Path) -> None:
    pressure = "- {id: pressure, type: number, ask: How high?, unit: 'mm[Hg]'}\n"
    trial = (
        FILES[TRIAL].partition("inclusion:")[0] + "inclusion:\n  - {id: a, text: A., rule: {pressure: {max: 140}}}\n"
    )
    write(folder, {QUESTIONS: FILES[QUESTIONS] + pressure, TRIAL: trial})

    result = held(run, folder, "no", "no", "120 mm[Hg]")

    assert "May fit\n  T1" in result.stdout


def test_a_dialogue_that_breaks_off_says_so_and_exits_one(run: Run, folder: Path) -> None:
    result = held(run, folder, "yes")

    assert result.exit_code == 1
    assert result.stderr == "stopped\n"


def test_an_unknown_condition_is_answered_with_the_nearest(run: Run, folder: Path) -> None:
    result = run("ask", "back-pan", "--criteria", folder)

    assert result.exit_code == 2
    assert result.stderr == "unknown condition 'back-pan'; did you mean 'back-pain'?\n"


@pytest.mark.parametrize(
    ("age", "heading"), [("70.5", "May fit"), ("71", "Doesn't fit now"), ("17.9", "Doesn't fit now")]
)
def test_an_age_counts_completed_years(run: Run, folder: Path, age: str, heading: str) -> None:
    told = {**FITS, "How old are you?": age}
    replies: list[str] = []
    while True:
        result = held(run, folder, *replies)
        asked = [line for line in result.stdout.splitlines() if line in told]
        if len(asked) <= len(replies):
            break
        replies.append(told[asked[-1]])

    assert f"{heading}\n  T1" in result.stdout
