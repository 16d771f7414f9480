"""Pictures in articles: drawings of the folder or dots for a share, each with what it shows in words."""

from pathlib import Path

import pytest

from tests.catalog.folders import ARTICLE, CONSENT, FILES, report, reports

LEG = {"figures/leg.svg": '<svg viewBox="0 0 9 9"><path class="ln" d="M0 0h9"/></svg>'}
LINE = FILES[ARTICLE].count("\n") + 2


def shown(line: str, around: str = "\n") -> dict[str, str]:
    """Return a folder whose article ends with a line after an empty one, and with a drawing."""
    return {**LEG, ARTICLE: f"{FILES[ARTICLE]}{around}{line}\n"}


@pytest.mark.parametrize("line", ["![A leg.](figure:leg)", "![60 of 100.](dots:60)", "![None.](dots:0)", "Stop![1]"])
def test_a_picture_with_words_is_right(tmp_path: Path, line: str) -> None:
    assert reports(tmp_path, shown(line)) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("![A leg.](figure:legs)", "unknown drawing 'legs'; did you mean 'leg'?"),
        ("![](figure:leg)", "say in words what the picture shows, for people who cannot see it: '![...](figure:leg)'"),
        ("![ ](dots:60)", "say in words what the picture shows"),
        ("![Too many.](dots:101)", "'101' is no number of dots from 0 to 100"),
        ("![Some.](dots:-1)", "'-1' is no number of dots from 0 to 100"),
        ("![Half.](dots:50.5)", "'50.5' is no number of dots from 0 to 100"),
        ("![A leg.](https://example.org/leg.png)", "cannot be shown: pages load nothing from elsewhere"),
        ("![A leg.](leg.png)", "cannot be shown: pages load nothing from elsewhere"),
        ("See ![A leg.](figure:leg)", "a picture is a line of its own between empty ones"),
        ("- ![A leg.](figure:leg)", "a picture is a line of its own between empty ones"),
        ("![A leg [1]](figure:leg)", "without other brackets"),
        ("![A leg.][leg]", "a picture is a line of its own between empty ones"),
    ],
)
def test_another_picture_is_a_fault_of_its_line(tmp_path: Path, line: str, told: str) -> None:
    [fault] = [one for one in reports(tmp_path, shown(line)) if told in one]

    assert fault.startswith(f"{ARTICLE}:{LINE}:1: ")


def test_a_picture_within_a_paragraph_is_a_fault(tmp_path: Path) -> None:
    assert "between empty ones" in report(tmp_path, shown("![A leg.](figure:leg)\nIt hurts."))
    assert "between empty ones" in report(tmp_path / "after", shown("![A leg.](figure:leg)", around=""))


def test_a_drawing_at_fault_is_no_unknown_one(tmp_path: Path) -> None:
    told = reports(tmp_path, {**shown("![A leg.](figure:leg)"), "figures/leg.svg": "<svg>"})

    assert [one for one in told if one.startswith("articles")] == []
    assert [one for one in told if one.startswith("figures")] != []


def test_a_consent_has_no_pictures(tmp_path: Path) -> None:
    agreed = FILES[CONSENT].replace("By mail.", "By mail.\n\n![A leg.](figure:leg)")

    assert "unknown drawing 'leg'" in report(tmp_path, {**LEG, CONSENT: agreed})
