"""Whatever is done to a file of sealed frames is told, and none of what was changed is taken for the content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.config import EncryptionKey
from prescreen.storage.backup.sealed_frames import BackupError, Frame, opened, sealed
from prescreen.storage.base.encryption import KeyRing

RING = KeyRing([EncryptionKey("k1", bytes(range(32)))])
FRAMES = [Frame(b"A", b"first"), Frame(b"B", b""), Frame(b"B", b"x" * 1000), Frame(b"C", b"last")]


def content(frames: list[Frame]) -> bytes:
    return b"".join(sealed(RING, frames))


def read(path: Path, made: bytes, ring: KeyRing = RING) -> list[Frame]:
    path.write_bytes(made)
    return list(opened(ring, path))


@given(st.lists(st.builds(Frame, st.binary(min_size=1, max_size=1), st.binary(max_size=200)), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_was_sealed_is_read_again(tmp_path: Path, frames: list[Frame]) -> None:
    assert read(tmp_path / "f", content(frames)) == frames


def test_nothing_of_the_content_can_be_read_in_the_file() -> None:
    made = content([Frame(b"A", b"Wilhelmina Quackenbush")])

    assert b"Quackenbush" not in made


def test_two_files_of_the_same_content_have_nothing_in_common() -> None:
    one, other = content(FRAMES), content(FRAMES)

    assert one[-40:] != other[-40:]


def test_a_file_that_was_cut_anywhere_is_refused(tmp_path: Path) -> None:
    made = content(FRAMES)

    for size in range(len(made)):
        with pytest.raises(BackupError) as told:
            read(tmp_path / "f", made[:size])
        assert "\n" not in str(told.value)


def test_a_file_of_which_any_byte_was_altered_is_refused(tmp_path: Path) -> None:
    made = content(FRAMES)

    for at in range(len(made)):
        with pytest.raises(BackupError):
            read(tmp_path / "f", made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :])


def frames_in(made: bytes) -> list[bytes]:
    head = made.index(b"\n") + 1
    head += 4 + int.from_bytes(made[head : head + 4])
    parts, at = [made[:head]], head
    while at < len(made):
        end = at + 4 + int.from_bytes(made[at : at + 4])
        parts.append(made[at:end])
        at = end
    return parts


CHANGED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "frames in another order": lambda parts: [parts[0], parts[2], parts[1], *parts[3:]],
    "a frame twice": lambda parts: [*parts[:2], *parts[1:]],
    "a frame left out": lambda parts: [parts[0], *parts[2:]],
    "the last frame left out": lambda parts: parts[:-1],
    "something behind the end": lambda parts: [*parts, b"\0"],
    "the frames of another file": lambda parts: [frames_in(content(FRAMES))[0], *parts[1:]],
}


@pytest.mark.parametrize("how", CHANGED)
def test_frames_can_be_neither_moved_repeated_nor_left_out(tmp_path: Path, how: str) -> None:
    with pytest.raises(BackupError):
        read(tmp_path / "f", b"".join(CHANGED[how](frames_in(content(FRAMES)))))


def test_without_its_key_a_file_says_which_key_is_missing(tmp_path: Path) -> None:
    other = KeyRing([EncryptionKey("k2", bytes(range(1, 33)))])

    with pytest.raises(BackupError, match="PRESCREEN_ENCRYPTION_KEYS has no key 'k1'; put it back"):
        read(tmp_path / "f", content(FRAMES), other)


def test_another_key_of_the_same_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="the keys are not those"):
        read(tmp_path / "f", content(FRAMES), KeyRing([EncryptionKey("k1", bytes(range(1, 33)))]))


def test_a_key_that_was_added_meanwhile_does_not_matter(tmp_path: Path) -> None:
    ring = KeyRing([EncryptionKey("k2", bytes(range(1, 33))), EncryptionKey("k1", bytes(range(32)))])

    assert read(tmp_path / "f", content(FRAMES), ring) == FRAMES


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    for other in (b"", b"\n", b"SQLite format 3\0" + bytes(100), b"prescreen backup 2\n" + bytes(100)):
        with pytest.raises(BackupError, match="no backup that this version reads"):
            read(tmp_path / "f", other)
