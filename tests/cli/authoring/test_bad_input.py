"""What is no record, on every door that takes one: one line that names file and field, exit 1, nothing half-written."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.catalog.folders import FILES, TRIAL
from tests.catalog.sources.records import registry, usdm, written
from tests.cli.conftest import Run

RECORD = written(registry())
CRITERIA_FIELD = "protocolSection.eligibilityModule.eligibilityCriteria: "
BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the file: is empty"),
    "blanks": (b" \n\t\n", "the file: is empty"),
    "two records": (b"[{}, {}]", "studies: holds 2 records; give each a file of its own"),
    "a number": (b"12", "criteria text: holds no words"),
    "other JSON": (b'{"a": 1}', "protocolSection: is missing, and so is study of USDM"),
    "null": (b'{"protocolSection": null}', "protocolSection: is null"),
    "cut": (RECORD[:-400], "the file is cut off here"),
    "cut in a character": (b'{"a": "\xc3', "byte 7: this is not UTF-8"),
    "deep": (b"[" * 100_000, "the file: is nested too deep to be a record"),
    "twice": (b'{"protocolSection": 1, "protocolSection": 2}', "protocolSection: is given twice"),
    "no criteria": (written(registry(eligibilityCriteria=...)), f"{CRITERIA_FIELD}is missing"),
    "hidden criteria": (written(registry(eligibilityCriteria="\u202e\u200b")), f"{CRITERIA_FIELD}is empty"),
    "criteria of a wrong kind": (written(registry(eligibilityCriteria=["a"])), f"{CRITERIA_FIELD}expects a text"),
    "USDM without criteria": (
        written(usdm(eligibilityCriteria=[])),
        "study.versions[0].studyDesigns[0].eligibilityCriteria: holds no criterion",
    ),
    "CTIS": (b'{"ctNumber": "2023-500000-10-00", "authorizedApplication": {}}', "a record of CTIS"),
    "ISRCTN XML": (b'<?xml version="1.0"?><allTrials xmlns="http://www.67bricks.com/isrctn"/>', "XML of ISRCTN"),
    "ICTRP XML": (b"<Trials_downloaded_from_ICTRP><Trial/></Trials_downloaded_from_ICTRP>", "(ICTRP)"),
    "ICTRP table": (b'"TrialID","Last Refreshed on"\n"NCT1","x"\n', "a table of the WHO's search portal (ICTRP)"),
    "EudraCT": (b"EudraCT Number: 2004-000001-10\n", "a download of the EU Clinical Trials Register"),
    "old API, full studies": (b'{"FullStudiesResponse": {"FullStudies": []}}', "the classic ClinicalTrials.gov API"),
    "old API, fields": (b'{"StudyFieldsResponse": {"StudyFields": []}}', "the classic ClinicalTrials.gov API"),
    "old API, one study": (b'{"Study": {"ProtocolSection": {}}}', "the classic ClinicalTrials.gov API"),
    "old XML": (b"<clinical_study><id_info/></clinical_study>", "classic ClinicalTrials.gov XML"),
    "FHIR": (b'{"resourceType": "ResearchStudy"}', "a FHIR resource"),
    "a web page": (b"<!doctype html><html></html>", "a web page"),
    "a trial's file": (FILES[TRIAL].encode(), "a criteria file of this service"),
    "PDF": (b"%PDF-1.7\n", "the file: is a PDF"),
    "too large": (b"* Gout\n" * 750_000, "the file: holds 5."),
    "large text": (b"* Gout\n" * 700_000, "criteria text: holds 4,900,000 characters"),
    "signs that do not show": ("\u202e\u200f\u200b\u2066\n".encode(), "criteria text: holds no words"),
    "NUL bytes": (b"\0" * 9, "byte 0: this is UTF-16 or UTF-32, not UTF-8"),
    "UTF-16": (RECORD.decode().encode("utf-16"), "byte 0: this is UTF-16 or UTF-32, not UTF-8"),
    "UTF-16 without a mark": ("Age over 18".encode("utf-16-le"), "byte 0: this is UTF-16 or UTF-32, not UTF-8"),
    "UTF-32": (RECORD.decode().encode("utf-32"), "byte 0: this is UTF-16 or UTF-32, not UTF-8"),
    "Latin-1": ("Größe".encode("latin-1"), "byte 2: this is not UTF-8"),
}
Door = Callable[[Run, Path, Path], Result]


def _draft(run: Run, file: Path, folder: Path) -> Result:
    return run("draft", file, "-o", folder / "out.yaml", "--criteria", folder)


def _draft_from_standard_input(run: Run, file: Path, folder: Path) -> Result:
    return run("draft", "-", "-o", folder / "out.yaml", "--criteria", folder, text=file.read_bytes())


def _check(run: Run, file: Path, folder: Path) -> Result:
    return run("check", folder, "--record", file)


def _check_folder(run: Run, file: Path, folder: Path) -> Result:
    return run("check", folder, "--record", file.parent)


DOORS: dict[str, Door] = {
    "draft": _draft,
    "draft -": _draft_from_standard_input,
    "check --record": _check,
    "check --record DIR": _check_folder,
}


def listed(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_record_is_one_line_and_leaves_no_file(
    run: Run, folder: Path, tmp_path: Path, bad: str, door: str
) -> None:
    (content, told), file = BAD[bad], tmp_path / "records/bad.txt"
    file.parent.mkdir()
    file.write_bytes(content)
    before = listed(folder)

    refused = DOORS[door](run, file, folder)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("standard input: " if door == "draft -" else f"{file}: ")
    assert told in refused.stderr
    assert listed(folder) == before


@pytest.mark.parametrize("options", [(), ("--bank",), ("-o", "out/")])
def test_of_a_folder_all_that_is_no_record_is_a_line_each(run: Run, folder: Path, options: tuple[str, ...]) -> None:
    records = folder.parent / "records"
    records.mkdir()
    for number, (content, _) in enumerate(BAD.values()):
        (records / f"{number}.txt").write_bytes(content)

    refused = run("draft", "--all", records, "--criteria", folder, *options)

    lines = refused.stderr.splitlines()
    assert refused.exit_code == 1
    assert all(line.startswith(f"{records}/") for line in lines[: len(BAD)])
    assert len(lines) == len(BAD) + 1


@pytest.mark.parametrize("command", [("draft", "--all"), ("check", "--record")])
def test_a_folder_that_holds_no_record_is_told(run: Run, folder: Path, command: tuple[str, str]) -> None:
    empty = folder.parent / "empty"
    (empty / "inner.json").mkdir(parents=True)

    refused = run(*command, empty) if command[0] == "draft" else run("check", folder, "--record", empty)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == f"{empty}: holds no records; their names end in .json or .txt\n"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("draft",), "nowhere.json"),
        (("draft",), "criteria"),
        (("draft", "--all"), "nowhere"),
        (("check", "--record"), "nowhere.json"),
        (("people",), "nowhere.yaml"),
        (("people",), "criteria"),
    ],
)
def test_a_name_of_no_file_is_a_call_at_fault(run: Run, folder: Path, command: tuple[str, ...], name: str) -> None:
    refused = run(*command, folder.parent / name)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert len(refused.stderr.splitlines()) == 1
    assert name in refused.stderr


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no file that never ends")
@pytest.mark.parametrize("command", [("draft",), ("check", "--record")])
def test_a_file_that_never_ends_is_refused(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    refused = run(*command, "/dev/zero")

    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "/dev/zero: the file: holds 5.000001 MB, at most 5 MB can be read" in refused.stderr


FILES_OF_NO_TRIAL: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", ":1:1: expects the keys of a trial"),
    "a record": (RECORD, ":1:1: 'id' is missing"),
    "cut": (b"id: [T1", ":1:8: this is not valid YAML"),
    "NUL bytes": (b"id: T\x001\n", ":1:1: the file holds a character that YAML does not allow"),
    "UTF-16": (FILES[TRIAL].encode("utf-16"), ":1:1: this is not UTF-8 text"),
    "too large": (b"a: b\n" * 1_000_000, ":1:1: the file has 5000000 bytes; at most 262144 are read"),
    "an unknown question": (FILES[TRIAL].replace("{age: {min", "{aeg: {min").encode(), "unknown question 'aeg'"),
}


@pytest.mark.parametrize("bad", FILES_OF_NO_TRIAL)
def test_nobody_is_made_up_for_what_is_no_trial(run: Run, folder: Path, tmp_path: Path, bad: str) -> None:
    content, told = FILES_OF_NO_TRIAL[bad]
    file = tmp_path / "T1.yaml"
    file.write_bytes(content)

    refused = run("people", file, "--criteria", folder, "--keep-all")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr.splitlines()[0]
    assert all(line.startswith(f"{file}:") for line in refused.stderr.splitlines())
    assert file.read_bytes() == content


@pytest.mark.parametrize("out", ["/proc/none/a.yaml", "/dev/null", "record.json/a.yaml", "x" * 300])
def test_a_place_that_cannot_be_written_is_one_line(run: Run, folder: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "record.json").write_bytes(RECORD)
    before = listed(tmp_path)
    place = Path(tmp_path / out)

    refused = run("draft", tmp_path / "record.json", "-o", place, "--criteria", folder, "--force")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1
    assert str(place) in refused.stderr
    assert listed(tmp_path) == before
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("out", ["/proc/none", "T1.json/schemas"])
def test_a_folder_that_cannot_be_made_for_schemas_is_one_line(run: Run, folder: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "T1.json").write_text("mine")

    refused = run("schema", "-o", tmp_path / out, "--criteria", folder)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert len(refused.stderr.splitlines()) == 1
    assert str(tmp_path / out) in refused.stderr


def process(
    *arguments: object, cwd: Path, stdout: int, most_bytes: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command; with `most_bytes` every file that it writes is full after so many."""

    def limited() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "prescreen.cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=cwd, env=environment, stdout=stdout, stderr=subprocess.PIPE, check=False, preexec_fn=limited
    )


PRINTING = (
    ("draft", "record.json"),
    ("draft", "record.json", "--bank", "--json"),
    ("people", "T1"),
    ("schema", "trials"),
)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is full")
@pytest.mark.parametrize("arguments", PRINTING)
def test_an_output_that_is_full_is_one_line(folder: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "record.json").write_bytes(RECORD)
    full = os.open("/dev/full", os.O_WRONLY)

    ended = process(*arguments, "--criteria", folder, cwd=tmp_path, stdout=full)

    os.close(full)
    assert ended.returncode == 1
    assert ended.stderr == b"the output cannot be written: No space left on device\n"


def test_a_disk_that_is_full_leaves_what_was_there(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "record.json").write_bytes(RECORD)
    (tmp_path / "out.yaml").write_text("mine")
    trial = folder / "trials/new.yaml"
    trial.write_text(FILES[TRIAL].partition("cases:")[0])
    before = listed(tmp_path)
    commands = (
        ("draft", "record.json", "-o", "out.yaml", "--force"),
        ("people", trial, "--keep-all"),
        ("schema", "trials", "-o", "schemas"),
    )

    for arguments in commands:
        ended = process(*arguments, "--criteria", folder, cwd=tmp_path, stdout=subprocess.DEVNULL, most_bytes=100)
        assert ended.returncode == 1
        assert b"Traceback" not in ended.stderr
        assert ended.stderr.endswith(b" cannot be written: File too large\n")
    assert listed(tmp_path) == before


@pytest.mark.parametrize("bad", BAD)
def test_every_refusal_as_data_is_one_line_too(run: Run, folder: Path, tmp_path: Path, bad: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(BAD[bad][0])

    told = json.loads(run("draft", "--all", tmp_path, "--criteria", folder, "--json").stdout)

    assert BAD[bad][1] in told["failed"]["bad.txt"]
