"""`prescreen people`: made-up people are printed, and kept as cases of a file whose layout stays."""

import json
import shutil
from pathlib import Path

import pytest

from prescreen.catalog.base.faults import Check, Fault
from prescreen.catalog.criteria.loading import check_folder
from prescreen.config import SHIPPED_CRITERIA
from tests.catalog.cohort_folder import GROUPED
from tests.catalog.folders import FILES, ON, TRIAL, write
from tests.cli.conftest import Run

UNTRIED, _ = FILES[TRIAL].split("cases:\n")


@pytest.fixture
def untried(tmp_path: Path) -> Path:
    """Return a folder whose trial has no cases, with comments and an odd layout."""
    return write(tmp_path / "untried", {TRIAL: f"# Mine\n{UNTRIED}".replace("sites: [{", "sites:   [{  ")})


def test_each_person_is_told_with_what_they_come_to(folder: Path, run: Run) -> None:
    result = run("people", "T1", "--criteria", folder)

    assert result.exit_code == 0
    assert "p1: fits" in result.stdout
    assert "aged 17" in result.stdout
    assert "ineligible because of adult" in result.stdout


def test_a_person_is_told_in_the_words_of_visitors_with_the_reason(folder: Path, run: Run) -> None:
    told = run("people", "T1", "--criteria", folder).stdout

    assert (
        "answers: Do you have leg pain? - yes; How long have you had this pain? - 6 weeks; What is your sex? - Fe"
        in told
    )
    assert "Does any of these fit? - Pregnant\n    ineligible because of pregnant: You are pregnant.\n" in told
    assert "leg_pain" not in told


def test_all_else_of_a_person_is_as_of_the_first_but_what_is_told(folder: Path, run: Run) -> None:
    made = json.loads(run("people", "T1", "--criteria", folder, "--json").stdout)
    told = run("people", "T1", "--criteria", folder).stdout

    first = made[0]["answers"]
    old = next(one for one in made if one["name"] == "aged 71")
    assert old["answers"] == {**first, "age": 71}
    assert "aged 71\n    ineligible because of adult: You are 18 to 70 years old.\np" in told


def test_shipped_trials_get_few_people_who_exercise_every_rule_both_ways(tmp_path: Path, run: Run) -> None:
    shipped = Path(shutil.copytree(SHIPPED_CRITERIA, tmp_path / "shipped"))
    for place, file in enumerate(sorted((shipped / "trials").glob("*.yaml"))):
        if place % 6:
            file.unlink()
            continue
        file.write_text(file.read_text(encoding="utf-8").partition("\ncases:")[0] + "\n", encoding="utf-8")
        kept = run("people", file.stem, "--criteria", shipped, "--keep-all").stderr
        assert int(kept.split()[0]) <= 2 * file.read_text(encoding="utf-8").count("rule:") + 12, file.stem

    assert [fault for fault in check_folder(shipped, ON) if fault.check in {Check.UNTRIED, Check.CASE}] == []


def test_all_who_are_kept_pass_the_check_and_exercise_every_rule_both_ways(untried: Path, run: Run) -> None:
    before = check_folder(untried, ON)

    result = run("people", "T1", "--criteria", untried, "--keep-all")

    assert {fault.check for fault in before} == {Check.UNTRIED}
    assert result.exit_code == 0
    assert check_folder(untried, ON) == ()


def test_the_file_keeps_its_comments_and_layout(untried: Path, run: Run) -> None:
    before = (untried / TRIAL).read_text()

    run("people", "T1", "--criteria", untried, "--keep-all")

    assert (untried / TRIAL).read_text().startswith(before.rstrip() + "\ncases:\n  - name: fits")


def test_cases_are_added_at_the_end_of_their_list_though_other_keys_follow(tmp_path: Path, run: Run) -> None:
    cases = FILES[TRIAL][FILES[TRIAL].index("cases:") :]
    folder = write(tmp_path / "mixed", {TRIAL: f"{cases}\n# Whose it is\n{UNTRIED}"})

    run("people", "T1", "--criteria", folder, "--keep", "p2")

    text = (folder / TRIAL).read_text()
    assert text.startswith(cases.rstrip())
    assert text.endswith(f"\n# Whose it is\n{UNTRIED}")
    assert check_folder(folder, ON) == ()


def test_who_is_kept_is_not_made_up_again(untried: Path, run: Run) -> None:
    run("people", "T1", "--criteria", untried, "--keep-all")

    assert json.loads(run("people", "T1", "--criteria", untried, "--json").stdout) == []


def test_people_are_the_same_each_time(folder: Path, run: Run) -> None:
    first, second = (run("people", folder / TRIAL, "--criteria", folder, "--json").stdout for _ in range(2))

    assert first == second
    assert {"id", "name", "answers", "determination", "because"} == set(json.loads(first)[0])


@pytest.mark.parametrize("arguments", [("T2",), ("T1", "--keep", "p999")])
def test_an_unknown_trial_or_person_is_one_line(folder: Path, run: Run, arguments: tuple[str, ...]) -> None:
    result = run("people", *arguments, "--criteria", folder)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) <= 2


def test_cases_in_one_line_are_refused_and_the_file_stays(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "flow", {TRIAL: f"{UNTRIED}cases: []\n"})

    result = run("people", "T1", "--criteria", folder, "--keep-all")

    assert result.exit_code == 1
    assert "stands in one line" in result.stderr
    assert (folder / TRIAL).read_text() == f"{UNTRIED}cases: []\n"


@pytest.fixture
def grouped(tmp_path: Path) -> Path:
    """Return a folder whose trial has two groups and no cases."""
    return write(tmp_path / "grouped", {TRIAL: GROUPED.split("cases:\n")[0]})


def errors(folder: Path) -> list[Fault]:
    return [fault for fault in check_folder(folder, ON) if not fault.warning]


def test_a_person_for_a_trial_with_groups_names_criteria_inside_them(grouped: Path, run: Run) -> None:
    found = json.loads(run("people", "T1", "--criteria", grouped, "--json").stdout)

    named = {one for person in found for one in person["because"]}
    # Without leg pain the other group fits, so nothing stands in the way.
    assert named == {"adult", "short", "pregnant", "no-leg-pain"}
    assert {tuple(one["cohorts"]) for one in found} == {(), ("leg",), ("back",)}
    assert {"fits leg", "fits back"} <= {" ".join(one["name"].split(",")[0].split()[:2]) for one in found}


def test_all_who_are_kept_exercise_every_rule_of_every_group_both_ways(grouped: Path, run: Run) -> None:
    before = errors(grouped)

    run("people", "T1", "--criteria", grouped, "--keep-all")

    assert {fault.check for fault in before} == {Check.UNTRIED}
    assert errors(grouped) == []


def test_people_meet_the_rules_of_a_group_beside_one_that_has_none(tmp_path: Path, run: Run) -> None:
    trial = GROUPED.split("cases:\n")[0].replace("rule: {leg_pain: false}", "checked: phone")
    folder = write(tmp_path / "open", {TRIAL: trial})

    run("people", "T1", "--criteria", folder, "--keep-all")

    assert errors(folder) == []


def test_a_person_of_a_group_misses_what_is_asked_of_that_group(grouped: Path, run: Run) -> None:
    told = run("people", "T1", "--criteria", grouped).stdout

    assert "ineligible because of pregnant, no-leg-pain: You are pregnant. You have no leg pain.\n" in told
