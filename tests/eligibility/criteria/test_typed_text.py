"""Text as people type it: what is invisible goes, what makes a word stays, and no text takes long to normalise."""

import ast
import sys
from pathlib import Path
from unicodedata import category, combining, is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prescreen
from prescreen.eligibility.criteria import typed_text
from prescreen.eligibility.criteria.typed_text import (
    MOST_MARKS,
    folded_email,
    is_mark,
    letters_of,
    normalised,
    tidy_line,
    tidy_lines,
    without_joiners,
)

ZWNJ, ZWJ, ZWSP, BOM, SOFT_HYPHEN = "\u200c", "\u200d", "\u200b", "\ufeff", "\u00ad"
INVISIBLE = [
    ZWNJ,
    ZWJ,
    ZWSP,
    BOM,
    SOFT_HYPHEN,
    *"\u034f\u061c\u115f\u180e\u200e\u202a\u202e\u2060\u2066\u3164\ufe0f\uffa0",
]
SIGNS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
TEXTS = st.text(st.sampled_from([*INVISIBLE, *"aä\u0301\u0327 \n\t\u00a0\u2028名ن\u0dca\ud83d"[:-1], "\U000e0100"]))


@pytest.mark.parametrize(
    "name",
    ["گل\u200cنسترن", "ශ්\u200dරී", "র\u200d্য", "Ann-Marie O’Brien", "葛\U000e0100城", "Łucja", "王秀英", "Zoë"],
)
def test_a_name_that_is_written_right_stays_as_it_is(name: str) -> None:
    assert tidy_line(name) == tidy_lines(name) == name


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda one: f"{ord(one):04x}")
def test_an_invisible_sign_at_an_edge_goes_and_leaves_no_blank(sign: str) -> None:
    for tidy in (tidy_line, tidy_lines):
        assert tidy(f"{sign}Ann {sign}Lee") == "Ann Lee"
        assert tidy(sign * 3) == ""
        assert tidy(f"{sign} {sign}") == ""


@pytest.mark.parametrize("sign", [ZWNJ, ZWJ, ZWSP, BOM, SOFT_HYPHEN, "\u200e", "\u2060", "\u3164"])
def test_an_invisible_sign_within_a_word_does_not_split_it(sign: str) -> None:
    assert tidy_line(f"Ann{sign}e") == tidy_lines(f"Ann{sign}e") == "Anne"


def test_of_several_joiners_one_stays() -> None:
    assert tidy_line(f"می{ZWSP}{ZWNJ}{ZWNJ}خواهم") == f"می{ZWNJ}خواهم"


def test_every_sign_of_unicode_is_kept_dropped_or_a_blank() -> None:
    for sign in SIGNS:
        tidied = tidy_line(f"a{sign}b")
        if sign.isspace() or category(sign) in ("Cc", "Cn", "Co", "Zl", "Zp", "Zs") or sign == "\u2800":
            assert tidied in ("a b", "ab"), hex(ord(sign))
        elif category(sign) == "Cf":
            assert tidied in ("ab", f"a{sign}b"), hex(ord(sign))
            assert tidied == "ab", hex(ord(sign))
        elif without_joiners(sign):
            assert tidied == normalize("NFC", f"a{sign}b"), hex(ord(sign))


@given(TEXTS)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    for tidy in (tidy_line, tidy_lines):
        once = tidy(text)
        assert tidy(once) == once
        assert is_normalized("NFC", once)
    assert "\n" not in tidy_line(text)


@given(TEXTS)
def test_only_what_is_invisible_is_lost(text: str) -> None:
    assert _seen(tidy_line(text)) == _seen(text)


def _seen(text: str) -> str:
    return normalize("NFC", "".join(without_joiners(text).split()))


@given(st.text(max_size=40), st.sampled_from(["NFC", "NFKC", "NFKD"]))
def test_a_text_with_few_marks_is_normalised_as_unicode_does(text: str, form: str) -> None:
    assert normalised(text, form) == normalize(form, text)  # type: ignore[arg-type]


def test_no_sign_becomes_a_mark_without_being_counted_as_one() -> None:
    assert [hex(ord(one)) for one in SIGNS if combining(normalize("NFKD", one)[0]) and not is_mark(one)] == []


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\u0f73\u0327", "\uff9e\u0327", "\u0344\u0327"])
def test_a_run_of_marks_is_cut_so_that_normalising_stays_linear(marks: str) -> None:
    assert len(normalised("a" + marks * 1000, "NFKD")) <= 1 + 2 * MOST_MARKS


def test_no_other_module_normalises() -> None:
    root = Path(prescreen.__file__).parent
    normalising = [path for path in root.rglob("*.py") if _normalises(path.read_text())]

    assert normalising == [Path(typed_text.__file__)]


def _normalises(code: str) -> bool:
    return any(
        (isinstance(one, ast.alias) and one.name == "normalize")
        or (isinstance(one, ast.Attribute) and one.attr == "normalize" and isinstance(one.value, ast.Name))
        for one in ast.walk(ast.parse(code))
    )


def test_the_guard_finds_both_ways_to_normalise() -> None:
    assert _normalises("import unicodedata\nunicodedata.normalize('NFC', a)")
    assert _normalises("from unicodedata import normalize")
    assert not _normalises("normalised(text)")


def test_patterns_see_letters_without_marks_and_joiners() -> None:
    assert letters_of("گل\u200cنسترن") == "گلنسترن"
    assert letters_of("प्रिया").isalpha()


def test_an_address_is_looked_up_however_it_is_spelt() -> None:
    assert folded_email(" Ann@EXAMPLE.org ") == folded_email("\uff21nn@example.org") == "ann@example.org"
