"""Whatever an editor does to a file, `check` returns faults or a catalog, and never fails otherwise."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.catalog.assessment.fingerprints import trial_evidence
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import assess
from tests.catalog.folders import FILES, ON, found, write

SCALARS = [
    *(
        "~",
        "null",
        "true",
        "no",
        "0",
        "-1",
        "9" * 20,
        "1e5",
        "6 wk",
        "6 kg",
        "[]",
        "{}",
        "[a]",
        "[~]",
        "{a: b}",
        "[[]]",
    ),
    *("all", "any", "not", "at_least", "{not: {}}", "{at_least: {count: 1, of: []}}", "{min: 5}", "{any_of: []}"),
    *("{any_of: [none, pregnant]}", "{sex: female}", "{leg_pain: true}", "{pregnancy: {any_of: [none]}}"),
    *("age", "sex", "bmi", "none", '"a\\nb"', '"\\ud800"', "é", "*a", "&a b", "!t x", "boolean", "number", "choice"),
    *("choices", "yearly", "d", "a", "2026-02-30", "../x", "2026-11", "emergency", "records", "end"),
]
PIECES = [
    *("a", "b", ": ", ":", "\n", "\n  ", "- ", "? ", "[", "]", "{", "}", ",", "#", "&a ", "*a", "!t ", "|", ">", "'"),
    *('"', "\\", "%", "---\n", "...\n", "\t", "\\x4", "\\U00110000", "\x00", "\u2028", "~", "é", "%YAML 1.2\n"),
]
FEWER = settings(max_examples=settings.default.max_examples // 3)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as root:
        yield write(Path(root))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a file of the valid folder with one to four of its lines changed."""
    path = draw(st.sampled_from(sorted(FILES)))
    lines = FILES[path].split("\n")
    for _ in range(draw(st.integers(1, 4))):
        change = draw(st.sampled_from([_delete, _duplicate, _swap, _cut, _indent, _revalue, _retype]))
        change(draw, lines, draw(st.integers(0, len(lines) - 1)))
    return path, "\n".join(lines)


def _delete(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at : at + draw(st.integers(1, 3))] = [] if len(lines) > 3 else ["x"]


def _duplicate(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines.insert(draw(st.integers(0, len(lines))), lines[at])


def _swap(draw: st.DrawFn, lines: list[str], at: int) -> None:
    other = draw(st.integers(0, len(lines) - 1))
    lines[at], lines[other] = lines[other], lines[at]


def _cut(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]


def _indent(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at] = " " * draw(st.integers(0, 6)) + lines[at].lstrip(" -" if draw(st.booleans()) else " ")


def _revalue(draw: st.DrawFn, lines: list[str], at: int) -> None:
    key, colon, _ = lines[at].partition(": ")
    lines[at] = f"{key}{colon}{draw(st.sampled_from(SCALARS))}"


def _retype(draw: st.DrawFn, lines: list[str], at: int) -> None:
    place = draw(st.integers(0, len(lines[at])))
    lines[at] = lines[at][:place] + draw(st.sampled_from(PIECES)) + lines[at][place + draw(st.integers(0, 2)) :]


@contextmanager
def changed(folder: Path, path: str, text: str) -> Iterator[None]:
    """Put a text in the place of a file of the folder, for a while."""
    (folder / path).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        yield
    finally:
        (folder / path).write_text(FILES[path])


@FEWER
@given(mutated())
def test_a_mutated_folder_gives_faults_of_one_line_in_files_that_are_there(
    folder: Path, mutation: tuple[str, str]
) -> None:
    path, text = mutation
    last = text.count("\n") + 1

    with changed(folder, path, text):
        for fault in found(folder):
            assert str(fault).isprintable()
            assert (folder / fault.path).exists()
            assert fault.column >= 1
            assert 1 <= fault.line <= (last if fault.path.endswith(path) else 100)


@FEWER
@given(mutated())
def test_a_mutated_folder_that_can_be_read_can_be_judged(folder: Path, mutation: tuple[str, str]) -> None:
    with changed(folder, *mutation), suppress(CatalogError):
        catalog = load_to_judge(folder, ON)
        planner, blank = catalog.planner(None), Facts(catalog.bank, Answers(), ON)
        assert planner.next_question(blank) is None or planner.interview.trials or planner.interview.red_flags
        for trial in planner.interview.trials:
            assess(trial, blank)
            trial_evidence(trial, catalog.bank)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    document = Document("x.yaml")

    parse(text, document)

    assert all(fault.line >= 1 and fault.column >= 1 for fault in document.faults)
    assert document.is_readable or document.faults
