"""A red flag and its articles say the same: one sentence, in the section of its level, in each language."""

from pathlib import Path

import pytest

from tests.catalog.folders import ARTICLE, CONDITION, FILES, altered, report, reports

SIGNS = """\

## When to see a doctor {#when-to-see-a-doctor}

See a doctor today if one of these is true:

- You have a fever. [2]
- You hurt at night.

## Emergency {#emergency}

Call now if one of these is true:

- You are numb between the legs. [1] [2]
"""
SPANISH = ARTICLE.replace(".en.", ".es.")
ADVICE = "    advice: Call now.\n"
NUMB = "You are numb between the legs."
ENGLISH = {ARTICLE: FILES[ARTICLE] + SIGNS}
BOTH = {**ENGLISH, SPANISH: FILES[ARTICLE] + SIGNS.replace(NUMB, "No siente nada entre las piernas.")}


def signed(sign: str, level: str = "emergency") -> dict[str, str]:
    """Return the condition whose one red flag has this sign and level."""
    told = altered(CONDITION, ADVICE, f"{ADVICE}    sign: {sign}\n")[CONDITION]
    return {CONDITION: told.replace("level: emergency", f"level: {level}")}


def test_a_sign_that_its_article_lists_under_its_level_is_right(tmp_path: Path) -> None:
    assert reports(tmp_path, {**ENGLISH, **signed(NUMB)}) == []


def test_a_flag_may_have_no_sign(tmp_path: Path) -> None:
    assert reports(tmp_path, ENGLISH) == []


@pytest.mark.parametrize(
    ("sign", "level", "message"),
    [
        ("You are cold.", "emergency", "no section '#emergency' of its articles (en) has the item '- You are cold.'"),
        ("You are numb", "emergency", "no section '#emergency' of its articles (en) has the item '- You are numb'"),
        (NUMB, "see_doctor", f"'{NUMB}' stands in a section '#emergency' (en), but its level is see_doctor; move it"),
        (NUMB, "see_doctor", f"no section '#when-to-see-a-doctor' of its articles (en) has the item '- {NUMB}'"),
        ("You have a fever.", "emergency", "in a section '#when-to-see-a-doctor' (en), but its level is emergency"),
    ],
)
def test_a_sign_that_stands_nowhere_or_under_another_level_is_named(
    tmp_path: Path, sign: str, level: str, message: str
) -> None:
    told = reports(tmp_path, {**ENGLISH, **signed(sign, level)})

    assert [line for line in told if line.startswith(f"{CONDITION}:7:11: ") and message in line], told


def test_an_item_that_was_removed_from_the_article_is_named(tmp_path: Path) -> None:
    shorter = {ARTICLE: ENGLISH[ARTICLE].replace(f"- {NUMB} [1] [2]\n", "")}

    assert "add it" in report(tmp_path, {**shorter, **signed(NUMB)})


def test_a_sign_stands_in_the_article_of_each_language_in_that_language(tmp_path: Path) -> None:
    spoken = f'{{en: {NUMB}, es: "No siente nada entre las piernas."}}'

    assert reports(tmp_path / "right", {**BOTH, **signed(spoken)}) == []
    assert "(es) has the item" in report(tmp_path / "wrong", {**BOTH, **signed(NUMB)})
    assert "(es) has the item" in report(tmp_path / "lost", {**BOTH, SPANISH: FILES[ARTICLE], **signed(spoken)})
