"""A cache of criteria is believed only as a whole, signed with this installation's key, by this version."""

from __future__ import annotations

import errno
import fcntl
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from prescreen.catalog.base import signed_cache
from prescreen.catalog.base.signed_cache import SignedCache

KEY = bytes(range(32))
ENTRIES = {b"one": b"first", b"two": b"second"}


@pytest.fixture
def cache(tmp_path: Path) -> SignedCache:
    return SignedCache(tmp_path / "cache", KEY)


@pytest.fixture
def stored(cache: SignedCache) -> Path:
    cache.store(ENTRIES)
    [file] = cache.folder.iterdir()
    return file


def test_what_was_stored_is_loaded(cache: SignedCache, stored: Path) -> None:
    assert cache.load() == ENTRIES
    assert stored.stat().st_mode & 0o777 == 0o600
    assert cache.folder.stat().st_mode & 0o777 == 0o700


def test_without_a_file_nothing_is_known_and_nothing_is_told(
    cache: SignedCache, caplog: pytest.LogCaptureFixture
) -> None:
    assert cache.load() == {}
    assert caplog.messages == []


def test_what_is_no_longer_stored_is_gone(cache: SignedCache, stored: Path) -> None:
    cache.store({b"one": b"first"})

    assert cache.load() == {b"one": b"first"}
    assert list(cache.folder.iterdir()) == [stored]


class Trap:
    """Something that runs code when it is unpickled."""

    def __init__(self, sprung: Path) -> None:
        self.sprung = sprung

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.sprung,)


def forged(stored: Path, sprung: Path) -> bytes:
    """Return the content with a trap in place of what was signed, under the signature that was there."""
    trap = pickle.dumps(Trap(sprung))
    return stored.read_bytes()[: signed_cache._HEAD] + len(trap).to_bytes(8) + trap


def test_what_someone_else_wrote_is_not_unpickled(cache: SignedCache, stored: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    stored.write_bytes(forged(stored, sprung))

    assert cache.load() == {}
    assert not sprung.exists()


def test_the_trap_springs_where_nothing_guards_it(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = tmp_path / "sprung"
    stored.write_bytes(forged(stored, sprung))
    monkeypatch.setattr(signed_cache.hmac, "compare_digest", lambda *_: True)

    with pytest.raises(TypeError):
        SignedCache(stored.parent, KEY).load()

    assert sprung.exists()


@pytest.mark.parametrize("kept", [0, 1, 18, 19, 40, 51, 60])
def test_a_file_that_ends_early_counts_as_empty(cache: SignedCache, stored: Path, kept: int) -> None:
    stored.write_bytes(stored.read_bytes()[:kept])

    assert cache.load() == {}


def test_a_file_in_which_any_byte_is_altered_counts_as_empty(cache: SignedCache, stored: Path) -> None:
    content = stored.read_bytes()

    for place in range(len(content)):
        stored.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert cache.load() == {}


def test_a_file_of_another_installation_counts_as_empty(cache: SignedCache, stored: Path) -> None:
    assert SignedCache(cache.folder, KEY[::-1]).load() == {}


def test_a_file_of_another_version_counts_as_empty(
    cache: SignedCache, stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_cache, "engine_version", lambda: b"another version")

    assert cache.load() == {}


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_counts_as_empty(
    cache: SignedCache, stored: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    stored.chmod(mode)

    assert cache.load() == {}
    assert caplog.messages == ["the cache of the criteria cannot be read: others own it, or can write it"]


def test_a_folder_that_others_can_write_counts_as_empty(cache: SignedCache, stored: Path) -> None:
    cache.folder.chmod(0o777)

    assert cache.load() == {}


def test_a_link_to_a_file_elsewhere_is_not_followed(cache: SignedCache, stored: Path, tmp_path: Path) -> None:
    stored.replace(tmp_path / "elsewhere")
    stored.symlink_to(tmp_path / "elsewhere")

    assert cache.load() == {}


def test_a_folder_that_cannot_be_made_is_told_in_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    cache = SignedCache(tmp_path / "file" / "cache", KEY)

    cache.store(ENTRIES)

    assert cache.load() == {}
    assert caplog.messages[0].startswith("the cache of the criteria cannot be written: ")


def test_a_full_disk_leaves_what_was_stored_and_no_part_of_the_rest(
    cache: SignedCache, stored: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fill(file: Path, content: bytes) -> None:
        file.write_bytes(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(signed_cache, "_write_ours", fill)

    cache.store({b"three": b"third"})

    assert caplog.messages == ["the cache of the criteria cannot be written: No space left on device"]
    assert cache.load() == ENTRIES
    assert list(cache.folder.iterdir()) == [stored]


def test_many_that_store_at_once_leave_a_whole_file(cache: SignedCache) -> None:
    processes = []
    for number in range(4):
        if (process := os.fork()) == 0:
            for turn in range(50):
                cache.store({b"who": bytes([number, turn]), b"bulk": bytes(20_000)})
            os._exit(0)
        processes.append(process)
    waiting = threading.Thread(target=lambda: [os.waitpid(one, 0) for one in processes])
    waiting.start()

    seen = []
    while waiting.is_alive():
        seen.append(cache.load())
    waiting.join()

    assert all(set(one) in ({b"who", b"bulk"}, set()) for one in seen)
    assert set(cache.load()) == {b"who", b"bulk"}
    assert len(list(cache.folder.iterdir())) == 1


def test_where_the_file_system_knows_no_locks_nothing_waits(
    cache: SignedCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)

    with cache.locked():
        cache.store(ENTRIES)

    assert cache.load() == ENTRIES


def test_what_was_left_by_a_process_that_ended_is_removed_after_an_hour(cache: SignedCache, stored: Path) -> None:
    old, new = (stored.with_name(f"{stored.name}.{number}") for number in (1, 2))
    for one in (old, new):
        one.touch()
    os.utime(old, (0, 0))

    cache.store(ENTRIES)

    assert not old.exists()
    assert new.exists()


def test_the_version_depends_on_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = signed_cache.engine_version.__wrapped__()
    (tmp_path / "__init__.py").write_text("# another version\n")
    monkeypatch.setattr(signed_cache.prescreen.catalog, "__file__", str(tmp_path / "__init__.py"))

    assert signed_cache.engine_version.__wrapped__() != before
