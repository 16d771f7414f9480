import csv
import hashlib
import io
import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.cli import export as exporting
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.export.columns.table import HEADER, IDENTITY
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.workflow.participants import data_subject_rights
from tests.cli.conftest import Run
from tests.people import CONTACT, LATER, NOW, SHARE_A, TO_A, submitted

TRIAL = "NCT03386149"


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, NOW.date())


@pytest.fixture(autouse=True)
def quick_catalog(shipped: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "todays_catalog", lambda: shipped)


def several(database: Database, keys: Keys, count: int) -> None:
    for number in range(count):
        submitted(database, keys, id=str(number), consents=(SHARE_A,), referrals=(TO_A,))


def ended(database: Database) -> audit.Event:
    with database.reading() as session:
        return audit.about(session, audit.Subject("trial", TO_A.trial_id), audit.Action.EXPORT_ENDED)[-1]


def ids(text: str) -> list[str]:
    return [json.loads(line)["referral_id"] for line in text.splitlines()]


def test_an_export_holds_every_referral_with_the_contact_that_was_agreed_to(
    database: Database, keys: Keys, run: Run
) -> None:
    submitted(database, keys)

    exported = run("export", TO_A.trial_id, "--format", "ndjson")

    (line,) = exported.stdout.splitlines()
    assert (json.loads(line)["phone"], json.loads(line)["email"]) == (CONTACT.phone, None)
    assert json.loads(line)["state"] == "new"


def test_an_export_keeps_withdrawn_referrals_without_identity(database: Database, keys: Keys, run: Run) -> None:
    receipt = submitted(database, keys)
    with database.writing() as session:
        data_subject_rights.withdraw(session, receipt.lead_id, None, LATER)

    line = run("export", TO_A.trial_id, "--format", "ndjson").stdout

    assert json.loads(line)["state"] == "withdrawn"
    assert CONTACT.email not in line


def test_a_csv_export_has_crlf_and_every_letter(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys, contact=replace(CONTACT, name="Zoë Ωmega"))

    exported = run("export", TO_A.trial_id, "--format", "csv").stdout_bytes

    assert exported.count(b"\r\n") == exported.count(b"\n") == 2
    (line,) = csv.DictReader(io.StringIO(exported.decode(), newline=""))
    assert line["name"] == "Zoë Ωmega"


def test_a_csv_for_excel_begins_with_its_mark_and_its_rest_does_not(database: Database, keys: Keys, run: Run) -> None:
    several(database, keys, 2)
    first, _ = ids(run("export", TO_A.trial_id, "--format", "ndjson").stdout)

    whole = run("export", TO_A.trial_id, "--format", "csv-excel").stdout_bytes
    rest = run("export", TO_A.trial_id, "--format", "csv-excel", "--after", first).stdout_bytes

    assert whole.removeprefix(BOM_UTF8) == run("export", TO_A.trial_id, "--format", "csv").stdout_bytes
    assert (whole.startswith(BOM_UTF8), whole.endswith(rest)) == (True, True)


def test_an_operators_export_is_on_record(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys)

    run("export", TO_A.trial_id)

    with database.reading() as session:
        events = audit.about(session, audit.Subject("trial", TO_A.trial_id))
    assert [(event.actor.kind, event.action) for event in events] == [
        ("operator", "export_started"),
        ("operator", "export_ended"),
    ]


@pytest.mark.usefixtures("database")
def test_a_trial_of_the_catalog_without_referrals_is_an_empty_export(run: Run) -> None:
    exported = run("export", TRIAL, "--format", "ndjson")

    assert (exported.exit_code, exported.output) == (0, "")


@pytest.mark.usefixtures("database")
def test_a_trial_that_nobody_knows_is_refused(run: Run) -> None:
    refused = run("export", "NCT0338614")

    assert (refused.exit_code, refused.output) == (1, f"unknown trial 'NCT0338614'; did you mean '{TRIAL}'?\n")


def test_a_reader_who_has_enough_is_no_error(database: Database, keys: Keys, instance: Path) -> None:
    for number in range(200):
        submitted(database, keys, id=str(number), consents=(SHARE_A,), referrals=(TO_A,))
    command = [sys.executable, "-m", "prescreen.cli", "export", TO_A.trial_id]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as export:
        assert export.stdout is not None
        assert export.stderr is not None
        export.stdout.readline()
        export.stdout.close()
        complaint = export.stderr.read()

    assert complaint == b""
    with database.reading() as session:
        started, ended = audit.about(session, audit.Subject("trial", TO_A.trial_id))
    assert (started.action, ended.action) == ("export_started", "export_ended")
    assert ended.details["rows"] <= 200


def test_a_file_appears_whole_with_its_digest_beside_it(
    database: Database, keys: Keys, run: Run, tmp_path: Path
) -> None:
    several(database, keys, 3)
    file = tmp_path / "out.csv"

    done = run("export", TO_A.trial_id, "--output", str(file))

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / "out.csv.sha256").read_text() == f"{digest}  out.csv\n"
    assert not (tmp_path / "out.csv.part").exists()
    assert file.stat().st_mode & 0o077 == 0
    assert (ended(database).details["sha256"], ended(database).details["rows"]) == (digest, 3)


def test_the_reason_is_on_record(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys)

    run("export", TO_A.trial_id, "--reason", "monthly report to the sponsor")

    assert ended(database).details["reason"] == "monthly report to the sponsor"


def test_without_identity_nobody_is_named(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys)

    exported = run("export", TO_A.trial_id, "--without-identity").stdout

    (row,) = csv.DictReader(io.StringIO(exported, newline=""))
    assert tuple(row) == tuple(name for name in HEADER if name not in IDENTITY)
    assert CONTACT.name not in exported
    assert ended(database).details["with_identity"] is False


def test_columns_and_states_are_chosen(database: Database, keys: Keys, run: Run) -> None:
    submitted(database, keys)

    chosen = run("export", TO_A.trial_id, "--columns", "state,reference", "--state", "new")
    none = run("export", TO_A.trial_id, "--columns", "state,reference", "--state", "enrolled")

    assert chosen.stdout.splitlines()[0] == "reference,referral_id,state"
    assert (len(chosen.stdout.splitlines()), len(none.stdout.splitlines())) == (2, 1)


@pytest.mark.usefixtures("database")
def test_an_unknown_column_is_refused_with_the_likely_one(run: Run) -> None:
    refused = run("export", TRIAL, "--columns", "refrence")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "unknown column 'refrence'; did you mean 'reference'?" in refused.stderr


def test_the_rest_after_a_referral_is_exactly_the_rest(database: Database, keys: Keys, run: Run) -> None:
    several(database, keys, 5)
    whole = run("export", TO_A.trial_id).stdout_bytes
    second = ids(run("export", TO_A.trial_id, "--format", "ndjson").stdout)[1]
    first_lines = b"".join(whole.splitlines(keepends=True)[:3])

    rest = run("export", TO_A.trial_id, "--after", second).stdout_bytes

    assert first_lines + rest == whole


def test_a_stopped_file_goes_on_where_it_stopped(
    database: Database, keys: Keys, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(database, keys, 5)
    file = tmp_path / "out.csv"
    whole = run("export", TO_A.trial_id).stdout_bytes
    with monkeypatch.context() as failing:
        failing.setattr(exporting, "chunks", stops_after(3))
        stopped = run("export", TO_A.trial_id, "--output", str(file))
    (cursor,) = re.findall(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", stopped.stderr)

    assert not file.exists()
    assert ended(database).details["state"] == "aborted"
    assert ended(database).details["sha256"] is None

    run("export", TO_A.trial_id, "--output", str(file), "--after", cursor)

    assert file.read_bytes() == whole
    assert ended(database).details["sha256"] == hashlib.sha256(whole).hexdigest()
    assert not (tmp_path / "out.csv.part").exists()


def stops_after(rows: int):  # type: ignore[no-untyped-def]
    """Give what makes a file, but fails after so many rows."""
    from prescreen.export.formats import Source
    from prescreen.workflow.export.export_runs import Chunk
    from prescreen.workflow.export.referral_rows import row_pages

    def failing(source: Source, wanted, *, with_header: bool):  # type: ignore[no-untyped-def]
        from prescreen.export.csv import csv_chunks

        pages = ([row] for page in row_pages(source.database, source.keys, wanted) for row in page)
        for place, chunk in enumerate(csv_chunks(pages, wanted.columns, with_header=with_header)):
            if place > rows:
                raise KeyboardInterrupt
            yield Chunk(chunk.data, chunk.rows, chunk.cursor)

    return failing


@pytest.mark.parametrize(("form", "ending"), [("xlsx", "xlsx"), ("redcap", "zip")])
def test_workbook_and_archive_open(  # noqa: PLR0917 - fixtures
    database: Database, keys: Keys, run: Run, tmp_path: Path, form: str, ending: str
) -> None:
    several(database, keys, 2)
    file = tmp_path / f"out.{ending}"

    done = run("export", TO_A.trial_id, "--format", form, "--output", str(file))

    assert done.exit_code == 0, done.output
    if form == "xlsx":
        assert openpyxl.load_workbook(file)["Referrals"].max_row == 3
    else:
        assert zipfile.ZipFile(file).testzip() is None


@pytest.mark.parametrize("form", ["xlsx", "redcap"])
@pytest.mark.usefixtures("database")
def test_half_a_workbook_cannot_be_added_to(run: Run, form: str) -> None:
    refused = run("export", TRIAL, "--format", form, "--after", "00000000-0000-0000-0000-000000000001")

    assert refused.exit_code == 2
    assert "leave --after out" in refused.stderr


@pytest.mark.usefixtures("database")
def test_a_file_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    refused = run("export", TRIAL, "--output", str(tmp_path / "no" / "out.csv"))

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "cannot be written: No such file" in refused.stderr


def test_an_export_that_is_told_to_stop_leaves_no_file_and_says_so(
    database: Database, keys: Keys, instance: Path, tmp_path: Path
) -> None:
    several(database, keys, 1)
    slow = (
        "import sys, time\nfrom prescreen.cli import export\n"
        "from prescreen.cli.commands import main\nmade = export.chunks\n"
        "def slowly(*a, **k):\n    yield from made(*a, **k)\n    print('made', flush=True)\n    time.sleep(60)\n"
        "export.chunks = slowly\nsys.argv = ['prescreen', *sys.argv[1:]]\nmain()"
    )
    command = [sys.executable, "-c", slow, "export", TO_A.trial_id, "--output", str(tmp_path / "out.csv")]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as export:
        assert export.stdout is not None
        assert export.stdout.readline() == "made\n"
        time.sleep(0.1)
        export.send_signal(signal.SIGTERM)
        _, said = export.communicate(timeout=20)

    assert export.returncode == 1
    assert "stopped" in said
    assert not (tmp_path / "out.csv").exists()
    assert ended(database).details["state"] == "aborted"
