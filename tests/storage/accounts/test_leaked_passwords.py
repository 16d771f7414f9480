"""A list of leaked passwords gives the answers that a set would, whatever its length and however its lines end."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.storage.accounts import leaked_passwords
from prescreen.storage.accounts.leaked_passwords import fault_of_list, is_leaked
from tests.people import write_leaked

A_FEW = st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=40)


@given(listed=A_FEW, others=A_FEW, counts=st.booleans(), ending=st.sampled_from(["\n", "\r\n"]))
def test_it_finds_what_stands_there_and_nothing_else(
    listed: set[str], others: set[str], counts: bool, ending: str
) -> None:
    with TemporaryDirectory() as folder:
        path = write_leaked(Path(folder) / "list", listed, counts=counts, ending=ending)

        assert {one for one in listed | others if is_leaked(one, path)} == listed


def test_a_million_lines_take_some_thirty_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = range(100_000)
    path = write_leaked(tmp_path / "list", {str(number) for number in numbers})
    looks: list[int] = []
    look = leaked_passwords._digest_from
    monkeypatch.setattr(leaked_passwords, "_digest_from", lambda file, at: (looks.append(at), look(file, at))[1])

    assert is_leaked("77777", path)
    assert len(looks) < 30


def test_a_list_in_small_letters_without_a_last_line_end_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "list"
    digests = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest() for one in ("a", "b"))
    path.write_text("\n".join(digests))

    assert (is_leaked("a", path), is_leaked("b", path), is_leaked("c", path)) == (True, True, False)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"password\n", "does not begin with a line such as"),
        (b"", "does not begin with"),
        (b"\x00" * 9, "does not begin with"),
        (b"0" * 40 + b":1\n", ""),
        (b"0" * 40, ""),
    ],
)
def test_what_is_no_list_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)

    assert told in fault_of_list(path)
    assert bool(fault_of_list(path)) is bool(told)


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read (No such file or directory)" in fault_of_list(tmp_path / "none")
    assert "cannot be read (Is a directory)" in fault_of_list(tmp_path)
