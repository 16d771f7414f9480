"""The list of deletions names everybody who was deleted, whatever crashed, and never somebody else's list unnoticed."""

from __future__ import annotations

import os
import stat
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from prescreen.storage.base import deletion_list
from prescreen.storage.base.deletion_list import DeletionList, DeletionListError

KEY, OLD = bytes(range(32)), bytes(32)
ONE, OTHER = uuid4(), uuid4()


@pytest.fixture
def deletions(tmp_path: Path) -> DeletionList:
    return DeletionList(tmp_path / "deletions.list", (KEY,))


def test_a_list_names_whom_it_was_given(deletions: DeletionList) -> None:
    deletions.add(ONE)

    named = deletions.names(())

    assert (ONE in named, OTHER in named, len(named)) == (True, False, 1)


def test_a_list_holds_no_id_and_is_closed_to_others(deletions: DeletionList) -> None:
    deletions.add(ONE)

    written = deletions.file.read_text()

    assert ONE.hex not in written
    assert str(ONE) not in written
    assert stat.S_IMODE(deletions.file.stat().st_mode) == 0o600


def test_a_list_makes_its_folder(tmp_path: Path) -> None:
    deletions = DeletionList(tmp_path / "not" / "there" / "deletions.list", (KEY,))

    deletions.add(ONE)

    assert ONE in deletions.names(())


def test_with_another_key_the_same_person_has_another_entry(deletions: DeletionList, tmp_path: Path) -> None:
    other = DeletionList(tmp_path / "other", (OLD,))
    deletions.add(ONE)
    other.add(ONE)

    assert set(deletions.file.read_text().split()).isdisjoint(other.file.read_text().split())


def test_a_list_of_another_key_is_refused_since_it_would_name_nobody(deletions: DeletionList) -> None:
    DeletionList(deletions.file, (OLD,)).add(ONE)

    with pytest.raises(DeletionListError, match=r"deletions\.list:2: it was written with another secret key"):
        deletions.names(())


def test_who_was_deleted_under_the_key_before_stays_on_the_list(deletions: DeletionList) -> None:
    DeletionList(deletions.file, (OLD,)).add(ONE)
    DeletionList(deletions.file, (KEY, OLD)).add(OTHER)

    deleted = DeletionList(deletions.file, (KEY, OLD)).names(())

    assert ONE in deleted
    assert OTHER in deleted


def test_the_key_before_is_not_needed_once_everybody_is_written_again(deletions: DeletionList) -> None:
    DeletionList(deletions.file, (OLD,)).add(ONE)
    DeletionList(deletions.file, (KEY, OLD)).add_again([ONE])

    assert ONE in deletions.names(())


def test_an_entry_of_the_key_before_behind_the_mark_is_refused(deletions: DeletionList) -> None:
    DeletionList(deletions.file, (KEY, OLD)).add_again([ONE])
    DeletionList(deletions.file, (OLD,)).add(OTHER)

    with pytest.raises(DeletionListError, match="PRESCREEN_SECRET_KEY_BEFORE"):
        deletions.names(())


def test_a_missing_list_is_refused_since_it_was_there(deletions: DeletionList) -> None:
    with pytest.raises(DeletionListError, match="would come back"):
        deletions.names(())


def test_an_empty_list_that_was_begun_names_nobody(deletions: DeletionList) -> None:
    deletions.begin()
    deletions.begin()

    assert len(deletions.names(())) == 0


def test_beginning_a_list_leaves_what_is_there(deletions: DeletionList) -> None:
    deletions.add(ONE)
    deletions.begin()

    assert ONE in deletions.names(())


@pytest.mark.parametrize("left", range(1, 82))
def test_an_entry_that_a_crash_cut_short_hides_no_other(deletions: DeletionList, left: int) -> None:
    deletions.add(ONE)
    whole = deletions.file.stat().st_size
    deletions.add(OTHER)
    os.truncate(deletions.file, whole + left)
    third = uuid4()

    deletions.add(third)

    named = deletions.names(())
    assert (ONE in named, OTHER in named, third in named) == (True, False, True)


@pytest.mark.parametrize("line", [b"\nsomething else", b"\n" + b"0" * 200, b"\0" * 82])
def test_what_is_no_entry_is_refused_with_its_line(deletions: DeletionList, line: bytes) -> None:
    deletions.add(ONE)
    deletions.file.write_bytes(deletions.file.read_bytes() + line)

    with pytest.raises(DeletionListError, match=r"deletions\.list:\d: it is no entry"):
        deletions.names(())


def test_lists_of_several_machines_are_one(deletions: DeletionList, tmp_path: Path) -> None:
    second = DeletionList(tmp_path / "second", (KEY,))
    deletions.add(ONE)
    second.add(OTHER)

    named = deletions.names((second.file,))

    assert ONE in named
    assert OTHER in named


def test_a_beginning_is_known_again_after_the_list_grew(deletions: DeletionList) -> None:
    deletions.add(ONE)
    size, digest = deletions.state()
    deletions.add(OTHER)

    assert deletion_list.begins_with(deletions.file, size, digest)


def test_a_list_that_was_cut_or_begun_anew_does_not_begin_so(deletions: DeletionList) -> None:
    deletions.add(ONE)
    size, digest = deletions.state()

    os.truncate(deletions.file, size - 1)
    assert not deletion_list.begins_with(deletions.file, size, digest)
    deletions.file.unlink()
    assert not deletion_list.begins_with(deletions.file, size, digest)
    deletions.add(OTHER)
    assert not deletion_list.begins_with(deletions.file, size, digest)


def add_all(file: Path, ids: list[UUID]) -> None:
    for one in ids:
        DeletionList(file, (KEY,)).add(one)


def test_two_processes_write_to_one_list(deletions: DeletionList) -> None:
    ids = [[uuid4() for _ in range(50)] for _ in range(2)]
    spawning = get_context("fork")
    workers = [spawning.Process(target=add_all, args=(deletions.file, some)) for some in ids]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    named = deletions.names(())
    assert all(one in named for some in ids for one in some)
