"""The picture that other sites show beside a link to this service: the mark on its ground, as PNG, without words.

Services that show links read no SVG. The name stands beside the picture, from the page's own tags.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from prescreen.catalog.look.look import Look
from prescreen.catalog.look.path_outlines import Outline, outlines
from prescreen.catalog.look.tokens import shades

WIDTH, HEIGHT = 1200, 630
_MARK = 400
_LINES = 4
"""Lines looked at within each row of pixels; along a line edges are exact."""

Pixels = NDArray[np.float64]
_Span = tuple[float, float]


def picture(look: Look) -> bytes:
    """Return the picture of a look as PNG."""
    ground, drawn, lit = (_channels(shades(look, name).light) for name in ("pine", "on-pine", "sun"))
    image = np.broadcast_to(ground, (HEIGHT, WIDTH, 3)).copy()
    top, left = (HEIGHT - _MARK) // 2, (WIDTH - _MARK) // 2
    square = image[top : top + _MARK, left : left + _MARK]
    for path, color in ((look.mark.path, drawn), (look.mark.spark, lit)):
        share = covered(outlines(path), look.mark.box, _MARK)[:, :, None] if path else 0.0
        square += (color - square) * share
    return png(np.rint(image).astype(np.uint8))


def _channels(color: str) -> Pixels:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)


def covered(shapes: Sequence[Outline], box: int, size: int) -> Pixels:
    """Return how much of each pixel the shapes in a square of `box` cover where it is drawn `size` pixels wide."""
    edges = np.concatenate([_edges(np.array(one) * size / box) for one in shapes])
    share, columns = np.zeros((size, size)), np.arange(size)
    for line in range(size * _LINES):
        for begin, end in _spans(edges, (line + 0.5) / _LINES):
            share[line // _LINES] += np.clip(end - columns, 0, 1) - np.clip(begin - columns, 0, 1)
    return np.clip(share / _LINES, 0, 1)


def _edges(corners: Pixels) -> Pixels:
    """Return each edge of a closed shape as its two ends."""
    return np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)


def _spans(edges: Pixels, height: float) -> Iterator[_Span]:
    """Yield where a horizontal line is inside; shapes that overlap in one direction are one (`nonzero` of SVG)."""
    (x1, y1), (x2, y2) = edges[:, 0].T, edges[:, 1].T
    met = (y1 <= height) != (y2 <= height)
    x1, y1, x2, y2 = x1[met], y1[met], x2[met], y2[met]
    crossings = x1 + (height - y1) / (y2 - y1) * (x2 - x1)
    order = np.argsort(crossings)
    winding = np.cumsum(np.where(y2 > y1, 1, -1)[order])
    for place in range(len(order) - 1):
        if winding[place]:
            yield float(crossings[order[place]]), float(crossings[order[place + 1]])


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return rows of pixels in red, green and blue as a PNG file: https://www.w3.org/TR/png-3/."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + width * 3), dtype=np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
