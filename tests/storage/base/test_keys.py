import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prescreen.config import Settings, SettingsError
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import ENCRYPTION_KEYS_FILE, SECRET_KEY_FILE, Keys, load_keys


def settings_in(folder: Path) -> Settings:
    return Settings.from_environment({"PRESCREEN_INSTANCE": str(folder)})


def test_keys_made_once_are_found_again(tmp_path: Path) -> None:
    first, second = load_keys(settings_in(tmp_path)), load_keys(settings_in(tmp_path))

    assert first.links == second.links
    assert second.ring.open(first.ring.seal(b"x", "lead", "1"), "lead", "1") == b"x"


def test_no_two_installations_have_a_key_in_common(tmp_path: Path) -> None:
    first, second = (load_keys(settings_in(tmp_path / name)) for name in "ab")
    sealed = first.ring.seal(b"x", "lead", "1")

    assert {first.links, first.cookies, first.flask}.isdisjoint({second.links, second.cookies, second.flask})
    with pytest.raises(SealBrokenError):
        second.ring.open(sealed, "lead", "1")


@pytest.mark.parametrize("name", [SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE])
def test_key_files_are_for_their_owner_alone(tmp_path: Path, name: str) -> None:
    load_keys(settings_in(tmp_path / "instance"))

    assert stat.S_IMODE((tmp_path / "instance" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


def test_workers_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as workers:
        loaded = list(workers.map(load_keys, [settings_in(tmp_path)] * 16))

    assert len({keys.links for keys in loaded}) == 1
    assert {path.name for path in tmp_path.iterdir()} == {SECRET_KEY_FILE, ENCRYPTION_KEYS_FILE}


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_keys(settings_in(tmp_path))
    (tmp_path / SECRET_KEY_FILE).chmod(mode)

    with pytest.raises(SettingsError, match="other users of this machine can read this key; chmod 600"):
        load_keys(settings_in(tmp_path))


def test_a_key_file_cut_short_is_refused(tmp_path: Path) -> None:
    load_keys(settings_in(tmp_path))
    (tmp_path / ENCRYPTION_KEYS_FILE).write_text("k1:AAAA")

    with pytest.raises(SettingsError, match=r"encryption\.keys: key 1 is not id:key"):
        load_keys(settings_in(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"secret\.key: cannot be kept here \(.*\); set PRESCREEN_INSTANCE"):
        load_keys(settings_in(tmp_path / "file"))


def test_each_purpose_has_a_key_of_its_own(keys: Keys) -> None:
    derived = {keys.email_index, keys.links, keys.cookies, keys.addresses, keys.flask}

    assert len(derived) == 5


@pytest.mark.parametrize("spelling", ["ann@example.org", " Ann@Example.ORG ", "\uff41nn@example.org"])
def test_one_address_has_one_index_however_it_is_typed(keys: Keys, spelling: str) -> None:
    assert keys.index_of_email(spelling) == keys.index_of_email("ann@example.org")


def test_keys_never_show_themselves(keys: Keys) -> None:
    assert keys.links.hex() not in repr(keys)
    assert repr(keys.links) not in repr(keys)
