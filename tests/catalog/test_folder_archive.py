"""A criteria folder as an archive: the same files come out, and nothing is written outside the folder."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog import folder_archive
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.catalog.folder_archive import ArchiveError, archived, unfold
from prescreen.config import SHIPPED_CRITERIA
from tests.catalog import folders
from tests.catalog.folders import ON


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_the_shipped_folder_comes_out_as_it_went_in(tmp_path: Path) -> None:
    unfold(archived(SHIPPED_CRITERIA), tmp_path / "out")

    assert files(tmp_path / "out") == files(SHIPPED_CRITERIA)


def test_the_same_files_make_the_same_archive_wherever_and_whenever_they_were_written(tmp_path: Path) -> None:
    first, second = (folders.write(tmp_path / name) for name in ("one", "other"))

    assert archived(first) == archived(second)


def test_what_is_not_read_is_left_out(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "criteria", {"trials/T1.yaml~": "x", ".hidden": "x", "trials/.T1.yaml.swp": "x"})
    unfold(archived(folder), tmp_path / "out")

    assert set(files(tmp_path / "out")) == set(folders.FILES)
    assert load_to_serve(tmp_path / "out", ON).stamp == load_to_serve(folder, ON).stamp


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "a/b/c", "..", "a//b", ".hidden", "a\\b"])
def test_no_file_is_written_outside(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="no name of criteria"):
        unfold(of({name: b"x"}), tmp_path / "out")

    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_what_unfolds_to_too_much_is_refused_before_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_archive, "MOST_BYTES", 1000)

    with pytest.raises(ArchiveError, match="more than 1000 bytes"):
        unfold(of({"questions.yaml": b"x" * 1001}), tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", archived(SHIPPED_CRITERIA)[:5000]])
def test_a_damaged_archive_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ArchiveError, match="damaged"):
        unfold(content, tmp_path / "out")


def of(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


GOOD_FILES = {name: text.encode() for name, text in folders.FILES.items()}
EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 9), st.binary(max_size=6)), min_size=1, max_size=4)


@given(edits=EDITS, at_end=st.booleans())
def test_an_altered_archive_unfolds_or_is_refused_in_words(edits: list[tuple[int, int, bytes]], at_end: bool) -> None:
    content = bytearray(of(GOOD_FILES))
    for place, taken, put in edits:
        start = len(content) - place % min(900, len(content)) - 1 if at_end else place % len(content)
        content[start : start + taken] = put
    with TemporaryDirectory() as folder, suppress(ArchiveError):
        unfold(bytes(content), Path(folder) / "out")
