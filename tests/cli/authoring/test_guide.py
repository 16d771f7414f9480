"""The steps of docs/drafting.md, run as they stand there, on the record that it names."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from prescreen.cli.commands import main
from prescreen.config import SHIPPED_CRITERIA

DOCS = Path(__file__).parents[3] / "docs"
GUIDE, EXAMPLES = (DOCS / "drafting.md").read_text(encoding="utf-8"), DOCS / "examples"
TRIAL = "NCT05659342"
OLD, NEW = "Qauda equina syndrome", "Cauda equina syndrome, or weakness of a leg that gets worse"
STEP = re.compile(
    r"^```(?P<kind>console|yaml)\n(?P<text>.*?)^```$|^<!-- (?P<mark>finished) -->$", re.MULTILINE | re.DOTALL
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder as the guide supposes it: the criteria, and the record."""
    shutil.copytree(SHIPPED_CRITERIA, tmp_path / "criteria")
    (tmp_path / "records").mkdir()
    for file in ("record.json", f"records/{TRIAL}.json"):
        shutil.copy(EXAMPLES / f"{TRIAL}.json", tmp_path / file)
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / f"{TRIAL}.json").write_text(json.dumps(later_record()), encoding="utf-8")
    (tmp_path / "answers.json").write_text('{"answers": {"age": 70, "leg_reach": "calf"}}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(tmp_path / "criteria"))
    return tmp_path


def later_record() -> dict[str, Any]:
    """Return the record as the guide supposes it to be later: one exclusion was written anew."""
    record: dict[str, Any] = json.loads((EXAMPLES / f"{TRIAL}.json").read_text(encoding="utf-8"))
    section = record["protocolSection"]
    words = section["eligibilityModule"]["eligibilityCriteria"]
    assert words.count(OLD) == 1
    section["eligibilityModule"]["eligibilityCriteria"] = words.replace(OLD, NEW)
    section["statusModule"]["lastUpdatePostDateStruct"]["date"] = "2026-11-20"
    return record


def assert_shown(shown: str, printed: str) -> None:
    """Hold what the guide shows against what was printed; `...` stands for anything."""
    pattern = ".*?".join(map(re.escape, shown.strip().split("...")))
    assert re.search(pattern, printed, re.DOTALL), f"the guide shows\n{shown}\nbut this was printed:\n{printed}"


def run(block: str) -> None:
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ prescreen "))
    result = CliRunner().invoke(main, words)

    assert result.exit_code == 0, result.output
    assert_shown(shown, result.output)


def test_every_step_of_the_guide_does_what_it_shows(folder: Path) -> None:
    file = folder / "criteria" / "trials" / f"{TRIAL}.yaml"
    steps = list(STEP.finditer(GUIDE))
    assert len(steps) == 12

    for step in steps:
        if step["mark"]:
            shutil.copy(EXAMPLES / f"{TRIAL}.yaml", file)
        elif step["kind"] == "console":
            run(step["text"])
        else:
            drafted = file.read_text(encoding="utf-8")
            first, *rest = step["text"].strip().splitlines()
            place = drafted.index(first.strip())
            for line in rest:
                place = drafted.index(line.strip(), place)


def test_an_unread_draft_cannot_be_published(folder: Path) -> None:
    run("$ prescreen draft record.json -o criteria/trials/\n...")
    file = folder / "criteria" / "trials" / f"{TRIAL}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")

    result = CliRunner().invoke(main, ["check", "criteria"])

    assert result.exit_code == 1
    assert "is still as drafted" in result.output


def test_the_first_trial_of_an_hour_is_right_and_is_published_with_the_people_who_are_made_up(folder: Path) -> None:
    text = (SHIPPED_CRITERIA / "README.md").read_text(encoding="utf-8")
    example = text.partition("## Your first trial in an hour")[2].partition("```yaml\n")[2].partition("```")[0]
    file = folder / "criteria" / "trials" / "NCT09999999.yaml"
    file.write_text(example, encoding="utf-8")

    lacking = "...'long-pain' does not permit; add one...'cancer' does not permit; add one..."
    run(f"$ prescreen check criteria\n{lacking}0 faults, 2")
    run("$ prescreen people NCT09999999 --keep-all\n...cases added")
    file.write_text(file.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    run("$ prescreen check criteria\n0 faults, 0 warnings")


def test_every_section_of_the_format_stands_in_its_table_of_contents() -> None:
    text = (SHIPPED_CRITERIA / "README.md").read_text(encoding="utf-8")
    contents = text.partition("## Your first trial")[0]

    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for name in re.findall(r"^##+ (.+)$", prose, re.MULTILINE):
        assert f"](#{re.sub(r'[^a-z0-9 -]', '', name.lower()).replace(' ', '-')})" in contents, name
