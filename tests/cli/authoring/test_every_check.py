"""Every check finds a fault, alone, in the folder that was made for it, and says so as SARIF."""

import json
from pathlib import Path
from typing import Any

import pytest

from prescreen.catalog.base.faults import Check
from prescreen.cli.criteria import found_in
from prescreen.export.sarif import sarif_of
from tests.catalog.faulty_folders import FAULTY, RECORD, Faulty, quoting
from tests.catalog.folders import ON, write
from tests.export.sarif_schema import assert_sarif


def checked(root: Path, faulty: Faulty) -> set[Check]:
    """Return the checks that find something in a folder, as a log of SARIF names them."""
    folder, records = write(root / "criteria", faulty.files), [root / "record.json"] if faulty.record else []
    for file in records:
        file.write_text(json.dumps(faulty.record))
    faults, _ = found_in(folder, records, ON)
    log = json.loads(json.dumps(sarif_of(faults, folder, "1.2.3")))
    assert_sarif(log)
    return {Check(result["ruleId"]) for run in log["runs"] for result in run["results"]}


def test_every_check_has_a_faulty_folder() -> None:
    assert set(FAULTY) == set(Check)


@pytest.mark.parametrize("check", Check)
def test_a_faulty_folder_is_told_by_its_check_alone(tmp_path: Path, check: Check) -> None:
    assert checked(tmp_path, FAULTY[check]) == {check}


@pytest.mark.parametrize("record", [None, RECORD])
def test_a_folder_without_faults_is_told_by_none(tmp_path: Path, record: dict[str, Any] | None) -> None:
    assert checked(tmp_path, Faulty(quoting(), record)) == set()
