"""What drafting left for its author's eye does not reach visitors."""

from pathlib import Path

import pytest

from tests.catalog.folders import FILES, TRIAL, reports

DRAFTED = FILES[TRIAL].replace("  - id: leg-pain\n", "  # Record: Leg pain\n  # Draft: wording\n  - id: leg-pain\n")
HEADED = f"# Draft: title: put it into plain words\n{FILES[TRIAL]}"


def told(tmp_path: Path, text: str) -> list[str]:
    tmp_path.mkdir()
    return [line for line in reports(tmp_path, {TRIAL: text}) if "warning" not in line]


def as_draft(text: str) -> str:
    return text.replace("status: RECRUITING\n", "status: RECRUITING\ndraft: true\n", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DRAFTED, "'leg-pain' is still as drafted: wording; read it, then delete the line"),
        (HEADED, "this is still as drafted: title: put it into plain words; read it, then delete the line"),
    ],
)
def test_a_published_trial_with_remarks_of_drafting_is_refused_and_a_draft_is_not(
    tmp_path: Path, text: str, message: str
) -> None:
    [line] = told(tmp_path / "published", text)

    assert message in line
    assert told(tmp_path / "draft", as_draft(text)) == []


def test_a_trial_without_a_condition_is_refused_unless_it_is_a_draft(tmp_path: Path) -> None:
    text = FILES[TRIAL].replace("conditions: [back-pain]", "conditions: []")

    assert any("belongs to a condition" in line for line in told(tmp_path / "published", text))
    assert not any("belongs to a condition" in line for line in told(tmp_path / "draft", as_draft(text)))
