"""The picture for other sites: a PNG of the mark, as small as a page's text."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from prescreen.catalog.look.look import OUR_LOOK, Look, Mark, Shades
from prescreen.catalog.look.path_outlines import outlines
from prescreen.catalog.look.tokens import TOKENS
from prescreen.web.look.picture import covered, picture, png


def pixels_of(file: bytes) -> np.ndarray:
    """Return the pixels of a PNG whose rows are unfiltered, after checking each part's sum."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    parts, at = {}, 8
    while at < len(file):
        length, kind = struct.unpack(">I4s", file[at : at + 8])
        data = file[at + 8 : at + 8 + length]
        assert struct.unpack(">I", file[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        parts[kind], at = data, at + 12 + length
    assert list(parts) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, form = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (depth, form) == (8, 2)
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, 1 + width * 3)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def hexed(pixel: np.ndarray) -> str:
    return "#" + bytes(pixel).hex()


def test_the_picture_has_the_size_that_sites_ask_for_and_is_small() -> None:
    file = picture(OUR_LOOK)

    assert pixels_of(file).shape == (630, 1200, 3)
    assert len(file) < 40_000


def test_it_shows_the_mark_in_its_colors() -> None:
    pixels = pixels_of(picture(OUR_LOOK))
    pine, drawn, lit = (many(pixels, TOKENS[name].light) for name in ("pine", "on-pine", "sun"))

    assert hexed(pixels[0, 0]) == TOKENS["pine"].light
    # The middle of the mark is the lit tooth.
    assert hexed(pixels[315, 600]) == TOKENS["sun"].light
    assert pine > drawn > 3 * lit > 10_000


def many(pixels: np.ndarray, color: str) -> int:
    return int((pixels == np.array(list(bytes.fromhex(color[1:])))).all(axis=2).sum())


def test_an_operators_mark_and_colors_stand_in_the_place_of_ours() -> None:
    look = Look(mark=Mark(4, "M0 0H4V4H0z"), colors={"on-pine": Shades("#ffeedd", "#000000")})
    pixels = pixels_of(picture(look))

    assert hexed(pixels[315, 600]) == hexed(pixels[120, 405]) == "#ffeedd"
    assert hexed(pixels[100, 380]) == TOKENS["pine"].light


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("M0 0H4V4H0z", 16),
        ("M0 0H4L0 4z", 8),
        ("M.5.5h1v1h-1z", 1),
        # Two squares that overlap are one shape; one drawn the other way round is a hole.
        ("M0 0h2v2h-2zM1 1h2v2h-2z", 7),
        ("M0 0h4v4h-4zM1 1v2h2v-2z", 12),
    ],
)
def test_as_much_is_covered_as_the_shape_is_large(path: str, area: float) -> None:
    share = covered(outlines(path), 4, 64)

    assert share.sum() / 256 == pytest.approx(area, rel=0.02)
    assert 0 <= share.min() <= share.max() == 1


def test_edges_are_smooth() -> None:
    share = covered(outlines("M0 0H4L0 4z"), 4, 8)

    assert share.diagonal()[:3].tolist() == [1, 1, 1]
    assert np.fliplr(share).diagonal() == pytest.approx([0.5] * 8)


def test_any_pixels_come_back_as_they_were() -> None:
    drawn = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)

    assert (pixels_of(png(drawn)) == drawn).all()
