"""`prescreen rematch` and `prescreen leads snapshot` on the command line."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.database import Database
from prescreen.eligibility.assessment.answer_encoding import from_json
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.storage import registry
from prescreen.storage.base.keys import Keys
from prescreen.storage.registry import StoredRecord
from tests.catalog.folders import CATALOG, QUESTIONS, TRIAL, altered, write
from tests.cli.conftest import Run
from tests.people import FUTURE, PHONE, submitted

TODAY = datetime.now(UTC).date()
SNAPSHOT = ("rematch", "T1", "--snapshot")


@pytest.fixture(autouse=True)
def criteria(instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a folder that is no sample, whose trial was confirmed today."""
    folder = write(tmp_path / "criteria", altered(TRIAL, "confirmed: 2026-11-01", f"confirmed: {TODAY}"))
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))
    return folder


@pytest.fixture
def crowd(database: Database, keys: Keys, criteria: Path) -> None:
    """Store somebody whom T1 may fit, somebody too young, and somebody of whom too little is known."""
    bank = load_to_judge(criteria, TODAY).bank
    fit = {"age": 44, "leg_pain": True, "pain_duration": 100, "sex": "male"}
    for number, given in enumerate((fit, {**fit, "age": 17}, {"age": 50})):
        answers = Answers({name: Answer(from_json(bank[name], value, TODAY), TODAY) for name, value in given.items()})
        submitted(database, keys, id=str(number), consents=(FUTURE, PHONE), referrals=(), bank=bank, answers=answers)


@pytest.mark.usefixtures("crowd")
def test_a_dry_run_prints_counts(run: Run) -> None:
    done = run("rematch", "T1", "--dry-run", "--json")

    printed = json.loads(done.stdout)
    assert (done.exit_code, printed["judged"], printed["invited"]) == (0, 3, None)
    assert printed["determinations"] == {"potentially_eligible": 1, "ineligible": 1, "undetermined": 1}
    assert printed["criteria"][0] == {
        "criterion": "adult",
        "kind": "inclusion",
        "permits": 2,
        "does_not_permit": 1,
        "unknown": 0,
        "sole_blocker": 1,
    }


@pytest.mark.usefixtures("crowd")
def test_a_rematch_invites_once(run: Run) -> None:
    first, second = run("rematch", "T1"), run("rematch", "T1", "--json")

    assert first.stdout.splitlines()[0] == f"T1 on {datetime.now(ZoneInfo('Europe/London')).date()}: 3 leads judged"
    assert first.stdout.splitlines()[-1] == "  1 newly invited"
    assert (first.exit_code, json.loads(second.stdout)["invited"]) == (0, 0)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("whole", [True, False], ids=["trial", "site"])
@pytest.mark.parametrize("closes", ["on", "off"])
def test_a_trial_that_the_registry_closed_invites_nobody_where_the_operator_lets_it(
    closes: str, whole: bool, run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_REGISTRY_CLOSES", closes)
    now = datetime.now(UTC)
    ended = {"closed_on": TODAY} if whole else {"closed_sites": ("leeds",)}
    with database.writing() as session:
        registry.keep(session, StoredRecord("T1", now, record={}, **ended))  # type: ignore[arg-type]  # either of two fields

    done = run("rematch", "T1")

    assert done.exit_code == (closes == "on")
    says_when = f"the registry says that it takes nobody since {TODAY}" in done.stderr
    assert says_when is (closes == "on" and whole)
    assert ("1 newly invited" in done.stdout) is (closes == "off")
    assert run("rematch", "T1", "--dry-run").exit_code == 0


@pytest.mark.usefixtures("crowd")
def test_a_trial_that_takes_nobody_invites_nobody(run: Run, criteria: Path) -> None:
    file = criteria / TRIAL
    file.write_text(file.read_text().replace("RECRUITING", "COMPLETED"))

    refused = run("rematch", "T1")

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith("T1 takes nobody today")
    assert run("rematch", "T1", "--dry-run").exit_code == 0


@pytest.mark.usefixtures("crowd")
def test_faulty_criteria_invite_nobody(run: Run, criteria: Path) -> None:
    file = criteria / TRIAL
    file.write_text(file.read_text().replace("because: [pregnant]", "because: [adult]"))

    refused = run("rematch", "T1")

    assert refused.exit_code == 1
    assert f"{TRIAL}:" in refused.stderr


@pytest.mark.usefixtures("crowd")
def test_a_sample_rematches_nobody_and_says_so(run: Run, criteria: Path) -> None:
    file = criteria / CATALOG
    file.write_text(file.read_text() + "sample: true\n")

    done = run("rematch", "T1")

    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert "sample" in done.stdout
    assert json.loads(run("rematch", "T1", "--json").stdout)["invited"] == 0


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("rematch", "T2"), 1, "unknown trial 'T2'"),
        ((*SNAPSHOT, "nowhere"), 1, "nowhere is not a whole snapshot: manifest.json: No such file or directory"),
        (("rematch", "T1", "--engine", "spark"), 2, "--engine is for a --snapshot"),
        (("leads", "snapshot", "/proc/1/snapshot"), 1, "/proc/1/snapshot cannot be written"),
    ],
)
@pytest.mark.usefixtures("database")
def test_what_will_not_do_is_refused_in_one_line(
    run: Run, arguments: tuple[str, ...], status: int, problem: str
) -> None:
    refused = run(*arguments)

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (status, "", 1)
    assert refused.stderr.startswith(problem)


def test_people_are_indexed_anew_as_often_as_one_likes(run: Run, database: Database, keys: Keys) -> None:
    submitted(database, keys)

    told = [run("leads", "reindex").stdout for _ in range(2)]

    assert told == ["indexed 1 person anew\n"] * 2


@pytest.mark.usefixtures("crowd")
def test_a_snapshot_is_written_and_judged(run: Run, tmp_path: Path) -> None:
    written = run("leads", "snapshot", str(tmp_path / "s"))

    judged = json.loads(run(*SNAPSHOT, str(tmp_path / "s"), "--json").stdout)
    assert written.stdout == f"wrote 3 leads without identity to {tmp_path / 's'}\n"
    assert (judged["engine"], judged["judged"], len(judged["may_fit"]), judged["left_out"]) == ("polars", 3, 1, 0)


@pytest.mark.usefixtures("crowd")
def test_the_files_of_a_snapshot_are_for_their_owner_alone(run: Run, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        run("leads", "snapshot", str(tmp_path / "s"))
    finally:
        os.umask(before)

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "s").iterdir()}
    assert set(modes) == {"manifest.json", "part-00000.parquet"}
    assert set(modes.values()) == {0o600}


@pytest.mark.usefixtures("crowd")
def test_a_snapshot_of_another_bank_is_refused_in_one_line(run: Run, tmp_path: Path, criteria: Path) -> None:
    run("leads", "snapshot", str(tmp_path / "s"))
    questions = criteria / QUESTIONS
    questions.write_text(questions.read_text().replace("grows: daily", "grows: monthly"))

    refused = run(*SNAPSHOT, str(tmp_path / "s"))

    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "another question bank: question 'pain_duration' of T1" in refused.stderr


WITHOUT_PYSPARK = "import sys; sys.modules['pyspark'] = None; from prescreen.cli.commands import main; main()"


def test_the_service_loads_neither_polars_nor_what_sends_traces() -> None:
    left_out = "{'polars', 'opentelemetry'} & {one.partition('.')[0] for one in sys.modules}"
    loaded = f"import sys, prescreen.app, prescreen.cli.commands; sys.exit(bool({left_out}))"

    done = subprocess.run([sys.executable, "-c", loaded], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("program", "missing", "problem"),
    [
        (("-c", WITHOUT_PYSPARK), {}, "Spark is not installed here"),
        (("-m", "prescreen.cli"), {"JAVA_HOME": "/nowhere"}, "Spark needs Java 17 or newer"),
    ],
    ids=["pyspark", "Java"],
)
@pytest.mark.usefixtures("crowd")
def test_what_spark_misses_is_named_in_one_line(
    run: Run, tmp_path: Path, program: tuple[str, ...], missing: dict[str, str], problem: str
) -> None:
    run("leads", "snapshot", str(tmp_path / "s"))
    command = [sys.executable, *program, *SNAPSHOT, str(tmp_path / "s"), "--engine", "spark"]

    refused = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **missing})

    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert refused.stderr.startswith(problem)
