"""The steps of docs/drafting.md, run as they stand there, on the record that it names."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from prescreen.cli.commands import main
from prescreen.config import SHIPPED_CRITERIA

DOCS = Path(__file__).parents[3] / "docs"
GUIDE, EXAMPLES = (DOCS / "drafting.md").read_text(encoding="utf-8"), DOCS / "examples"
TRIAL = "NCT05659342"
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
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PRESCREEN_CRITERIA", str(tmp_path / "criteria"))
    return tmp_path


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
    assert len(steps) == 7

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
