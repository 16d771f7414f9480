"""`prescreen draft`: records in, files out, what became of them on standard error, and nothing of an author's lost."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest
from click.testing import Result

from tests.catalog.folders import CONDITION, QUESTIONS, altered, write
from tests.catalog.sources.records import CRITERIA, criterion, item, registry, usdm, written
from tests.cli.conftest import Run
from tests.sources import BACK, OTHERS, PROTOCOLS, sources, with_sources

ROOT = Path(__file__).parents[3]
ID = "NCT01234567"
COUNTS = ("found", "exact", "parts", "suggested", "left")
Draft = Callable[..., Result]


def protocol(id_: str = ID, **design: Any) -> dict[str, Any]:
    data = usdm(**design)
    data["study"]["versions"][0]["studyIdentifiers"] = [{"text": id_, "scopeId": "O1"}]
    return data


@pytest.fixture
def record(tmp_path: Path) -> Path:
    file = tmp_path / "study.json"
    file.write_bytes(written(protocol()))
    return file


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Return a folder of two records that can be drafted, and what belongs to neither."""
    folder = tmp_path / "records"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.json").write_bytes(written(protocol(f"NCT0000000{number}")))
    (folder / "notes.md").write_text("no record")
    (folder / ".hidden.json").write_text("{")
    return folder


@pytest.fixture
def draft(run: Run, folder: Path) -> Draft:
    def draft(*arguments: object, **options: Any) -> Result:
        return run("draft", *arguments, "--criteria", folder, **options)

    return draft


def test_a_draft_goes_to_standard_output_and_its_summary_to_standard_error(draft: Draft, record: Path) -> None:
    result = draft(record)

    assert result.exit_code == 0
    assert f"\nid: {ID}\ndraft: true\n" in result.stdout
    assert result.stderr.startswith(f"{ID}: 2 criteria found, ")
    assert " left to the team\n" in result.stderr


def test_a_hyphen_is_standard_output_and_no_file(
    draft: Draft, record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = draft(record, "-o", "-")

    assert result.stdout == draft(record).stdout
    assert not (tmp_path / "-").exists()


def test_the_file_that_is_written_is_what_standard_output_shows_and_passes_check(
    draft: Draft, record: Path, folder: Path, run: Run
) -> None:
    shown = draft(record, "--condition", "back-pain").stdout
    file = folder / "trials" / f"{ID}.yaml"
    result = draft(record, "-o", file, "--condition", "back-pain")

    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text() == shown
    assert "conditions: [back-pain]" in shown
    assert run("check", folder).exit_code == 0


def test_a_record_may_come_from_standard_input(draft: Draft, record: Path) -> None:
    result = draft("-", text=written(protocol()))

    assert (result.exit_code, result.stdout) == (0, draft(record).stdout)
    assert draft("-", text=b"{").stderr.startswith("standard input: the file: the file is cut off here")


@pytest.mark.parametrize("slash", ["/", ""])
def test_a_folder_names_the_file_after_the_trial(draft: Draft, record: Path, tmp_path: Path, slash: str) -> None:
    out = tmp_path / "out"
    if not slash:
        out.mkdir()

    assert draft(record, "-o", f"{out}{slash}").exit_code == 0
    assert [file.name for file in out.iterdir()] == [f"{ID}.yaml"]


def test_a_file_that_is_there_is_left_as_it_is_but_with_force(draft: Draft, record: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("an author's work")

    refused = draft(record, "-o", file)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == f"{file} is there already, and may hold an author's work; --force overwrites it\n"
    assert file.read_text() == "an author's work"
    assert draft(record, "-o", file, "--force").exit_code == 0
    assert file.read_text().startswith("# Drafted from")


def test_a_link_stays_one_and_leads_to_the_new_draft(draft: Draft, record: Path, tmp_path: Path) -> None:
    file, link = tmp_path / "mine.yaml", tmp_path / "link.yaml"
    file.write_text("old")
    link.symlink_to(file)

    assert draft(record, "-o", link, "--force").exit_code == 0
    assert link.is_symlink()
    assert file.read_text().startswith("# Drafted from")


def test_the_record_itself_is_never_overwritten(draft: Draft, record: Path) -> None:
    before = record.read_bytes()

    assert draft(record, "-o", record, "--force").stderr == f"{record} is the record itself; name another file\n"
    assert record.read_bytes() == before


def test_a_file_that_cannot_be_written_leaves_nothing(draft: Draft, record: Path, tmp_path: Path) -> None:
    (tmp_path / ".a.yaml.part").mkdir()
    listed = sorted(tmp_path.rglob("*"))

    refused = draft(record, "-o", tmp_path / "a.yaml")

    assert (refused.exit_code, refused.stderr) == (1, f"{tmp_path}/a.yaml cannot be written: Is a directory\n")
    assert draft(record, "-o", tmp_path / "no/where/a.yaml").exit_code == 1
    assert sorted(tmp_path.rglob("*")) == listed


def test_all_records_of_a_folder_are_drafted_and_counted(draft: Draft, records: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = draft("--all", records, "-o", out)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1].startswith("2 records drafted: 4 criteria found, ")
    assert sorted(file.name for file in out.iterdir()) == ["NCT00000001.yaml", "NCT00000002.yaml"]


def test_without_a_folder_to_write_to_all_records_are_only_counted(draft: Draft, records: Path) -> None:
    listed = sorted(records.iterdir())

    assert draft("--all", records).stderr.splitlines()[-1].startswith("2 records drafted: 4 criteria found, ")
    assert sorted(records.iterdir()) == listed


def test_a_record_that_fails_is_named_and_the_others_go_on(draft: Draft, records: Path, tmp_path: Path) -> None:
    (records / "1.json").write_text("{")
    (records / "3.json").write_bytes((records / "2.json").read_bytes())
    out = tmp_path / "out"

    result = draft("--all", records, "-o", out)

    lines = result.stderr.splitlines()
    assert result.exit_code == 1
    assert (
        lines[0] == f"{records}/1.json: the file: the file is cut off here (line 1, column 2); fetch the record again"
    )
    assert lines[1] == f"{records}/3.json: NCT00000002: is also the trial of 2.json; keep one of them"
    assert lines[-1].startswith("1 record drafted, 2 failed: ")
    assert [file.name for file in out.iterdir()] == ["NCT00000002.yaml"]


def test_drafts_that_are_there_are_left_as_they_are_in_a_folder_too(
    draft: Draft, records: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "NCT00000001.yaml").write_text("mine")

    result = draft("--all", records, "-o", out)

    assert result.exit_code == 1
    assert (out / "NCT00000001.yaml").read_text() == "mine"
    assert (out / "NCT00000002.yaml").exists()


def test_the_summary_as_data_goes_where_the_draft_does_not(draft: Draft, record: Path, tmp_path: Path) -> None:
    beside = draft(record, "--json")
    alone = draft(record, "--json", "-o", tmp_path / "a.yaml")

    assert json.loads(beside.stderr) == json.loads(alone.stdout)
    assert (beside.stdout, alone.stderr) == ((tmp_path / "a.yaml").read_text(), "")
    data = json.loads(alone.stdout)
    assert (data["record"], data["id"], data["found"]) == (str(record), ID, 2)
    assert data["found"] == sum(data[name] for name in COUNTS[1:])


def test_the_summary_of_many_as_data_names_what_failed(draft: Draft, records: Path) -> None:
    (records / "1.json").write_text("{")
    result = draft("--all", records, "--json")

    data = json.loads(result.stdout)
    assert (result.exit_code, data["records"], list(data["failed"])) == (1, 1, ["1.json"])
    assert [one["id"] for one in data["drafts"]] == ["NCT00000002"]


def test_what_is_odd_about_a_record_is_told(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(written(protocol(items=[item(1, "Le\u200bg <usdm:tag name='a'/>"), item(2, "Gout")])))

    assert [line for line in draft(file).stderr.splitlines() if line.startswith(ID)][1:] == [
        f"{ID}: study.versions[0].eligibilityCriterionItems[0].text: 1 hidden character was removed (U+200B)",
        f"{ID}: the tag 'a' stands for nothing in the file",
    ]


def test_what_many_records_ask_and_the_bank_lacks_is_proposed_with_counts(draft: Draft, records: Path) -> None:
    for number in (1, 2):
        asks = [item(1, "History of lupus"), item(2, "Allergy to iodine")]
        (records / f"{number}.json").write_bytes(written(protocol(f"NCT0000000{number}", items=asks)))

    result = draft("--all", records, "--bank")

    assert result.exit_code == 0
    assert "# 2 records, such as NCT00000001, NCT00000002\n- id: " in result.stdout
    assert {one["count"] for one in json.loads(draft("--all", records, "--bank", "--json").stdout)} == {2}


def test_what_one_record_alone_asks_is_left_out_and_counted_unless_it_is_asked_for(draft: Draft, records: Path) -> None:
    for number, name in ((1, "hepatitis"), (2, "asthma"), (3, "asthma")):
        (records / f"{number}.json").write_bytes(
            written(protocol(f"NCT0000000{number}", items=[item(1, name), item(2, "Gout")]))
        )

    some, all_ = draft("--all", records, "--bank"), draft("--all", records, "--bank", "--least", "1")
    assert ("asthma" in some.stdout, "hepatitis" in some.stdout, "hepatitis" in all_.stdout) == (True, False, True)
    assert some.stderr.endswith("; 1 that fewer than 2 records ask are left out (--least 1 prints all)\n")
    assert "hepatitis" in draft(records / "1.json", "--bank").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("-", "--least", "2"),
        ("-", "--bank", "--least", "0"),
        ("-", "--all", "."),
        ("/nowhere.json",),
        (".",),
        ("--all", "/nowhere"),
        ("-", "--bank", "-o", "a.yaml"),
        ("-", "--condition", "back-pian"),
    ],
)
def test_a_call_at_fault_is_one_line_and_exit_two(draft: Draft, arguments: tuple[str, ...]) -> None:
    result = draft(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_a_condition_that_is_unknown_gets_the_nearest(draft: Draft) -> None:
    assert draft("-", "--condition", "back-pian").stderr == (
        "unknown condition 'back-pian'; did you mean 'back-pain'?\n"
    )


def test_a_folder_without_records_is_told(draft: Draft, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert draft("--all", tmp_path / "empty").stderr == (
        f"{tmp_path}/empty: holds no records; their names end in .json or .txt\n"
    )


@pytest.mark.parametrize(
    "files",
    [
        altered(QUESTIONS, "ask: What is your sex?", "aks: What?"),
        altered(CONDITION, "name:", "nam:"),
        {"vocabulary/a.yaml": "- ["},
    ],
    ids=["questions", "condition", "vocabulary"],
)
def test_nothing_is_drafted_with_a_faulty_bank(run: Run, record: Path, tmp_path: Path, files: dict[str, str]) -> None:
    faulty = write(tmp_path / "faulty", files)
    result = run("draft", record, "--criteria", faulty)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{faulty}/")


def test_a_trial_at_fault_keeps_nobody_from_drafting_another(run: Run, record: Path, tmp_path: Path) -> None:
    faulty = write(tmp_path / "faulty", {"trials/T1.yaml": "id: ["})

    assert run("draft", record, "--criteria", faulty).exit_code == 0


@pytest.mark.parametrize("name", ["record.json", "criteria.txt"])
def test_free_text_is_drafted_as_listed_criteria_are(draft: Draft, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(written(registry()) if name == "record.json" else CRITERIA.encode())

    result = draft(file)

    assert result.exit_code == 0
    assert ": 2 criteria found, " in result.stderr
    assert "# Record: Leg pain for at least 6 weeks\n" in result.stdout
    assert "# Record: Pregnant women\n" in result.stdout


@pytest.mark.parametrize("state", ["- x", "-", "- ", "+ x", "x: y", "[x", "# x", "null", "x, y"])
def test_a_place_of_any_spelling_is_written_so_that_it_is_read_back(
    draft: Draft, folder: Path, run: Run, state: str
) -> None:
    data = registry()
    data["protocolSection"]["contactsLocationsModule"]["locations"][0]["state"] = state
    made = draft("-", "-o", folder / "trials/", "--condition", "back-pain", text=written(data))

    assert made.exit_code == 0
    assert run("check", folder).exit_code == 0


def test_more_criteria_than_a_trial_has_are_refused_at_once(draft: Draft) -> None:
    refused = draft("-", text="".join(f"* a{number}\n" for number in range(5_000)))

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "standard input: eligibilityCriteria: holds 5,000 criteria, at most 1,000 can be drafted\n"
    )


@with_sources
@pytest.mark.parametrize(("part", "count"), [(BACK, 102), (OTHERS, 24)])
def test_real_records_are_drafted_and_pass_check_beside_the_shipped_trials(
    run: Run, tmp_path: Path, part: str, count: int
) -> None:
    shipped, out = Path(copytree(ROOT / "criteria", tmp_path / "shipped")), tmp_path / "out"
    result = run("draft", "--all", sources(part)[0].parent, "-o", out, "--criteria", shipped)

    assert (result.exit_code, len(list(out.iterdir()))) == (0, count)
    for file in out.iterdir():
        if not (shipped / "trials" / file.name).exists():
            copy(file, shipped / "trials")
    assert run("check", shipped).stderr.startswith("0 faults, ")


@with_sources
def test_real_protocols_are_drafted_and_pass_check(run: Run, tmp_path: Path) -> None:
    shipped = Path(copytree(ROOT / "criteria", tmp_path / "shipped"))
    for file in sources(PROTOCOLS):
        options = ("-o", f"{shipped}/trials/", "--force", "--criteria", shipped)
        assert run("draft", file, *options).exit_code == 0

    assert run("check", shipped).stderr.startswith("0 faults, ")


def test_criteria_of_both_kinds_stand_in_the_draft(draft: Draft, tmp_path: Path) -> None:
    listed = [criterion(1, excludes=True), criterion(2)]
    file = tmp_path / "a.json"
    file.write_bytes(written(protocol(eligibilityCriteria=listed, items=[item(1, "Lupus"), item(2, "Willing")])))

    text = draft(file).stdout
    assert text.index("\ninclusion:") < text.index("Willing") < text.index("\nexclusion:") < text.index("Lupus")
