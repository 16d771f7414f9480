"""The colors of the style sheet can be read, in light and in dark, wherever the look uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from prescreen.catalog.look.contrast import contrast
from prescreen.catalog.look.look import Shades
from prescreen.catalog.look.tokens import PAIRS, SCHEMES, TOKENS, WHITE, Pair, Scheme, unreadable
from tests.web.look.style_sheet import SHEET, colors_of

COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def found(colors: Mapping[str, Shades]) -> set[tuple[str, str, str]]:
    return {(one.pair.color, one.pair.ground, one.scheme) for one in unreadable(colors)}


def test_the_style_sheet_has_the_colors_that_are_checked() -> None:
    assert colors_of(SHEET.read_text()) == TOKENS


def test_the_style_sheet_has_no_other_color_beside_white_on_the_alarm() -> None:
    rest = re.sub(r"--[a-z-]+: #[0-9a-f]{6}", "", SHEET.read_text())

    assert set(COLOR.findall(rest)) <= {"#fff"}


def test_every_pair_of_the_look_can_be_read_in_light_and_in_dark() -> None:
    assert found(colors_of(SHEET.read_text())) == set()


def test_every_color_but_the_line_is_held_to_something() -> None:
    held = {name for pair in PAIRS for name in (pair.color, pair.ground)}

    # A rule between lines of text tells nothing that their distance does not.
    assert TOKENS.keys() - held == {"line"}
    assert held - TOKENS.keys() == {WHITE}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.color} on {pair.ground}")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_color_like_its_ground_is_convicted(pair: Pair, scheme: Scheme) -> None:
    name, like = (pair.ground, pair.color) if pair.color == WHITE else (pair.color, pair.ground)
    twin = replace(TOKENS[name], **{scheme: getattr({**TOKENS, WHITE: Shades("#ffffff", "#ffffff")}[like], scheme)})

    assert (pair.color, pair.ground, scheme) in found({name: twin})


def test_a_sheet_whose_links_are_too_pale_in_the_dark_is_convicted() -> None:
    dark = SHEET.read_text().replace("--act: #7fd4c5", "--act: #2f6f66")
    told = {(color, scheme) for color, _ground, scheme in found(colors_of(dark))}

    assert colors_of(dark)["act"] == Shades("#0a5c55", "#2f6f66")
    assert told == {("act", "dark"), ("card", "dark")}


def test_the_least_is_exact() -> None:
    # 4.47 and 4.54 on white, as known.
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")
    assert ("on-pine", "pine", "light") in found({**on_white("#777777")})
    assert ("on-pine", "pine", "light") not in found({**on_white("#767676")})


def on_white(color: str) -> dict[str, Shades]:
    return {"pine": Shades("#ffffff", "#ffffff"), "on-pine": Shades(color, color)}
