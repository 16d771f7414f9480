"""Every check has an id that stays, words of its own, and is made somewhere."""

import re
from pathlib import Path

import pytest

import prescreen.catalog
from prescreen.catalog.base.faults import Check

CODE = "\n".join(
    file.read_text(encoding="utf-8")
    for file in Path(prescreen.catalog.__file__).parent.rglob("*.py")
    if file.name != "faults.py" or file.parent.name != "base"
)


@pytest.mark.parametrize("check", Check)
def test_a_check_has_an_id_of_small_words_and_one_sentence_of_help(check: Check) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.value)
    assert re.fullmatch(r"[A-Z][^.]*(\.[^. ][^.]*)*\.", check.help)


@pytest.mark.parametrize("check", Check)
def test_a_check_is_reported_somewhere(check: Check) -> None:
    assert check is Check.FORMAT or f"Check.{check.name}" in CODE


def test_no_two_checks_share_their_help() -> None:
    assert len({check.help for check in Check}) == len(Check)
