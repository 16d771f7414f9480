"""`prescreen registry status`, as a coordinator reads it and as a script does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from prescreen.database import Database
from prescreen.storage import registry
from prescreen.workflow.registry import client
from prescreen.workflow.registry.client import Patience, RegistryClient
from tests.catalog.folders import write
from tests.catalog.sources.records import CRITERIA
from tests.cli.conftest import Run
from tests.registered import FILE, TRIAL, files, trial_file
from tests.registry_server import FAILURES, RegistryServer, record, serving, written

OTHERS = ("NCT00000001", "NCT00000002", "NCT00000003", "NCT00000004")
QUICK = Patience(per_second=1000, tries=2, first_wait=0.01, longest_wait=0.1, read=1, whole=0.3)
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def criteria(instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a folder whose trial is made from the record; a registry is asked with little patience."""
    monkeypatch.setattr(client, "RegistryClient", partial(RegistryClient, patience=QUICK))
    folder = write(tmp_path / "criteria", files(trial_file()))
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(folder))
    return folder


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Make an empty folder of records."""
    folder = tmp_path / "records"
    folder.mkdir()
    return folder


@pytest.fixture
def server() -> Iterator[RegistryServer]:
    """Serve the trial's record."""
    with serving(record(TRIAL)) as opened:
        yield opened


def save(folder: Path, data: dict[str, Any], trial_id: str = TRIAL) -> None:
    (folder / f"{trial_id}.json").write_bytes(written(data))


def changed() -> dict[str, Any]:
    """Return the record with another status, another site, another sentence and a new one."""
    data = record(TRIAL, overallStatus="COMPLETED", lastUpdatePostDateStruct={"date": "2026-02-03"})
    section = data["protocolSection"]
    words = CRITERIA.replace("6 weeks", "12 weeks") + "\n* Allergy to lidocaine"
    section["eligibilityModule"]["eligibilityCriteria"] = words
    (leeds,) = section["contactsLocationsModule"]["locations"]
    york = {**leeds, "facility": "York Clinic", "city": "York", "zip": "YO1"}
    section["contactsLocationsModule"]["locations"] = [{**leeds, "status": "WITHDRAWN"}, york]
    return data


def test_a_record_that_stands_is_said_in_a_line(run: Run, records: Path) -> None:
    save(records, record(TRIAL))

    done = run("registry", "status", "--from", records, "--fail-on-change")

    assert (done.exit_code, done.stdout) == (0, f"{TRIAL}: as the registry says\n")
    assert "1 trial: 0 otherwise than the file, 0 stale, 0 that could not be asked for now" in done.stderr


CHANGES = f"""\
{TRIAL}: STALE: words changed that its criteria were made from
  the file is of 2024-04-18; its record last changed on 2026-02-03
  status: RECRUITING in the file, COMPLETED since 2026-02-03 in the registry
  site leeds: RECRUITING in the file, WITHDRAWN in the registry
  1 site that only the registry has: York Clinic, York
  inclusion leg-pain: {{leg_pain: true, pain_duration: {{min: 6 wk}}}}
    was: Leg pain for at least 6 weeks
    now: Leg pain for at least 12 weeks
  exclusion that no criterion of the file quotes: Allergy to lidocaine
  when the file says what the record says now: write its day into the file (source: {{version: 2026-02-03}})
"""


def test_what_changed_is_told_with_the_criteria_and_rules_that_it_touches(run: Run, records: Path) -> None:
    save(records, changed())

    done = run("registry", "status", "--from", records)

    assert (done.exit_code, done.stdout) == (0, CHANGES)
    assert "1 trial: 1 otherwise than the file, 1 stale, 0 that could not be asked for now" in done.stderr


def test_a_script_reads_the_same_as_json(run: Run, records: Path) -> None:
    save(records, changed())

    (told,) = json.loads(run("registry", "status", "--from", records, "--json").stdout)

    assert (told["trial"], told["stale"], told["known"], told["failure"]) == (TRIAL, True, True, None)
    assert told["status"] == {"file": "RECRUITING", "registry": "COMPLETED"}
    assert told["version"] == {"file": "2024-04-18", "registry": "2026-02-03"}
    assert told["sites"]["statuses"] == [{"what": "leeds", "file": "RECRUITING", "registry": "WITHDRAWN"}]
    assert [(one["criterion"], one["new"]) for one in told["criteria"]] == [
        ("leg-pain", "Leg pain for at least 12 weeks")
    ]
    assert told["new_criteria"] == [{"kind": "exclusion", "text": "Allergy to lidocaine"}]


@pytest.mark.parametrize(
    ("is_changed", "options", "code"),
    [
        (True, ["--fail-on-change"], 1),
        (True, ["--fail-on-change", "--json"], 1),
        (True, [], 0),
        (False, ["--fail-on-change"], 0),
        (False, ["--fail-on-change", "--json"], 0),
    ],
)
def test_automatic_checks_fail_on_a_change_where_they_ask_to(
    is_changed: bool, options: list[str], code: int, run: Run, records: Path
) -> None:
    save(records, changed() if is_changed else record(TRIAL))

    assert run("registry", "status", "--from", records, *options).exit_code == code


def test_an_empty_folder_knows_nothing_and_fails(run: Run, records: Path) -> None:
    done = run("registry", "status", "--from", records)

    assert done.exit_code == 1
    assert done.stdout == f"{TRIAL}: nothing is known of its record: {records / f'{TRIAL}.json'} does not exist\n"


def test_one_record_that_is_missing_hides_no_other(run: Run, records: Path, criteria: Path) -> None:
    shutil.copy(criteria / FILE, criteria / f"trials/{OTHERS[0]}.yaml")
    other = criteria / f"trials/{OTHERS[0]}.yaml"
    other.write_text(other.read_text().replace(TRIAL, OTHERS[0]))
    save(records, record(TRIAL))

    done, strict = (run("registry", "status", "--from", records, *more) for more in ([], ["--fail-on-change"]))

    assert (done.exit_code, strict.exit_code) == (0, 1)
    assert f"{TRIAL}: as the registry says" in done.stdout
    assert f"{OTHERS[0]}: nothing is known" in done.stdout


@pytest.mark.parametrize("mode", FAILURES)
def test_a_registry_that_fails_or_lies_leaves_the_last_known_state_and_it_is_called_old(
    mode: str, run: Run, server: RegistryServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESCREEN_REGISTRY", server.base)
    server.records[TRIAL] = changed()
    before = run("registry", "status")
    assert before.exit_code == 0, before.output
    server.mode, server.etag = mode, '"second"'

    done, told = run("registry", "status"), json.loads(run("registry", "status", "--json").stdout)

    head, *rest = done.stdout.splitlines(keepends=True)
    assert done.exit_code == 1
    assert head.startswith(f"{TRIAL}: STALE: words changed that its criteria were made from; the registry could not be")
    assert head.endswith(f"so this is old, as of {TODAY}\n")
    assert "".join(rest) == "".join(before.stdout.splitlines(keepends=True)[1:])
    assert told[0]["failure"]["why"]
    assert told[0]["old_since"]
    with database.reading() as session:
        stored = registry.find(session, TRIAL)
    assert stored is not None
    assert (stored.status, stored.closed_on) == ("COMPLETED", datetime(2026, 2, 3).date())


def test_a_trial_that_the_registry_does_not_know_is_told(run: Run, server: RegistryServer) -> None:
    server.records.clear()

    done = run("registry", "status", "--from", server.base)

    assert (done.exit_code, done.stdout) == (
        1,
        f"{TRIAL}: nothing is known of its record: it has no such record (404)\n",
    )


def test_a_registry_that_is_down_is_not_asked_for_ever(run: Run, server: RegistryServer, criteria: Path) -> None:
    for name in OTHERS:
        (criteria / f"trials/{name}.yaml").write_text(trial_file().replace(TRIAL, name))
    server.mode = "busy"

    done = run("registry", "status", "--from", server.base)

    assert done.exit_code == 1
    assert "the registry is down: it was not asked for the other 2 of 5" in done.stderr
    assert len({trial_id for trial_id, _, _ in server.asked}) == 3


def test_nothing_listens_there(run: Run) -> None:
    done = run("registry", "status", "--from", "http://127.0.0.1:1")

    assert done.exit_code == 1
    assert "it cannot be reached" in done.stdout


def test_nothing_is_kept_of_records_that_the_service_does_not_trust(
    run: Run, records: Path, database: Database
) -> None:
    save(records, changed())

    run("registry", "status", "--from", records)

    with database.reading() as session:
        assert registry.states(session) == {}


def test_trials_that_no_registry_knows_are_passed_over_and_told(run: Run, records: Path, criteria: Path) -> None:
    (criteria / "trials/T9.yaml").write_text(trial_file().replace(TRIAL, "T9"))
    save(records, record(TRIAL))

    done = run("registry", "status", "--from", records)

    assert (done.exit_code, done.stdout) == (0, f"{TRIAL}: as the registry says\n")
    assert "not compared, since ClinicalTrials.gov has no such ids: T9" in done.stderr


@pytest.mark.parametrize(
    ("call", "code", "says"),
    [
        ((), 2, "set PRESCREEN_REGISTRY"),
        (("--from", "http://example.org"), 2, "--from: "),
        (("--from", "nowhere"), 1, "is no folder of records"),
        (("--from", ".", "NCT01234568"), 1, f"did you mean '{TRIAL}'"),
        (("--from", ".", "T9"), 1, "T9 is no id of ClinicalTrials.gov"),
        (("--from", ".", "NCT00000009"), 1, "NCT00000009 is a draft"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why_in_a_line(
    call: tuple[str, ...], code: int, says: str, run: Run, criteria: Path
) -> None:
    (criteria / "trials/T9.yaml").write_text(trial_file().replace(TRIAL, "T9"))
    draft = trial_file().replace(TRIAL, "NCT00000009").replace("title:", "draft: true\ntitle:", 1)
    (criteria / "trials/NCT00000009.yaml").write_text(draft)

    done = run("registry", "status", *call)

    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
