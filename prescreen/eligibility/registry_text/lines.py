"""Lines of a text put together to blocks: an item of a list, a paragraph or a heading, with how deep it stands.

Lines that were wrapped are one block; what was glued into one line is several. Every word is in exactly one block.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from prescreen.eligibility.registry_text.headings import Heading, glued_headings, heading_of
from prescreen.eligibility.registry_text.markers import BULLETS, Marker, marker_at, next_sign

_PARAGRAPH = "paragraph"
_TAB, _WIDEST, _MOST_HEADINGS = 4, 110, 3
_LINE = re.compile(r"[^\n]+")
_GOES_ON = re.compile(r"(?:\b(?:and|or|of|with|the|to|by|in|for|may|an?|that|which|including|affect|than|from)|,|\()$")
_BULLET_INSIDE = re.compile(
    r"(?<=[^\s\d(])\s*[•●▪◦‣■►➢\uf0b7]\s*(?=\S)|(?<=\s)[•●▪◦‣■►➢]\s+(?=\S)|(?<=[.;:])\s+[*·-]\s+(?=[A-Z])"
    r"|(?<=\S)\s*[②-⑳]\s*(?=\S)"
)
_INSIDE = re.compile(r"[•●▪◦‣■►➢\uf0b7①-⑳]|[*·-]\s|clusion|CLUSION")
_CLOSED = (".", ":", ";", "!", "?")


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of the text, without its bullet, and how deep it stands in its list."""

    start: int
    end: int
    indent: int
    style: str = _PARAGRAPH
    sign: str = ""
    heading: Heading | None = None
    depth: int = 0

    @property
    def is_marked(self) -> bool:
        """Whether a bullet, number or letter begins it."""
        return self.style is not _PARAGRAPH


def blocks_in(text: str) -> list[Block]:
    """Return the blocks of a text in its order."""
    return _nested(text, [part for block in _joined(text) for part in _unglued(text, block)])


def _joined(text: str) -> Iterator[Block]:
    """Yield the blocks with the lines that only go on with them; headings stand alone."""
    width = max((found.end() - found.start() for found in _LINE.finditer(text)), default=0)
    last: Block | None = None
    last_line = last_end = 0
    for found in _LINE.finditer(text):
        block = _block(text, found)
        if block is None:
            continue
        near = text.count("\n", last_end, block.start) == 1
        if last and not block.is_marked and _continues(text, last, block, last_line if near else 0, width):
            last = replace(last, end=block.end)
        else:
            if last:
                yield last
            last = block
        last_line, last_end = found.start(), found.end()
    if last:
        yield last


def _block(text: str, line: re.Match[str]) -> Block | None:
    """Return the block that a line begins, None where it has no words."""
    whole = line[0]
    if not any(sign.isalnum() for sign in whole):
        return None
    margin = len(whole) - len(whole.lstrip())
    indent = len(whole[:margin].expandtabs(_TAB))
    marker = marker_at(text, line.start() + margin)
    if marker is None or marker.end >= line.end():
        marker = Marker(_PARAGRAPH, "", line.start() + margin)
    end = line.start() + len(whole.rstrip())
    heading = heading_of(text[marker.end : end], marked=bool(marker.sign))
    return Block(marker.end, end, indent, marker.style, marker.sign, heading)


def _continues(text: str, last: Block, block: Block, last_line: int, width: int) -> bool:
    """Whether a line without a bullet goes on with the block before; the line before begins at `last_line`, or 0."""
    if block.heading or (last.heading and last.heading.length >= last.end - last.start):
        return False
    begins_small = text[block.start].islower()
    if last_line and width <= _WIDEST:
        word = text.find(" ", block.start, block.end)
        needed = last.end - last_line + 1 + (word if word > 0 else block.end) - block.start
        return needed > width or (last.is_marked and block.indent > last.indent)
    if last_line and last.is_marked and block.indent > last.indent:
        return True
    closed = text[last.end - 1] in _CLOSED
    if not begins_small or (closed and text[last.end - 1] != ":"):
        return False
    return last.is_marked or bool(_GOES_ON.search(text, max(last.start, last.end - 20), last.end))


def _unglued(text: str, block: Block, headings: int = _MOST_HEADINGS) -> Iterator[Block]:
    """Yield the items that stand in one block: after headings, bullets and numbers inside its line.

    `headings`: how many are looked for one behind the other, so that a line of thousands is not read thousands deep.
    """
    if not _may_be_glued(text, block):
        yield from _headed(text, block, headings) if block.heading else (block,)
        return
    headed = block.start + block.heading.length if block.heading else block.start
    cuts = [(place, place, _PARAGRAPH, "") for place in glued_headings(text, headed, block.end)]
    cuts += [
        (found.start(), found.end(), block.style if block.is_marked else BULLETS[0], "")
        for found in _BULLET_INSIDE.finditer(text, block.start, block.end)
        if found.start() > block.start
    ]
    cuts += _numbered(text, block)
    start, style, sign = block.start, block.style, block.sign
    for place, after, next_style, next_one in sorted(cuts):
        if place > start:
            yield from _headed(text, replace(block, start=start, end=place, style=style, sign=sign), headings)
        start, style, sign = max(start, after), next_style, next_one or sign
    if start < block.end:
        yield from _headed(text, replace(block, start=start, style=style, sign=sign), headings)


def _may_be_glued(text: str, block: Block) -> bool:
    """Whether a block has any sign of another inside; most have none, and are not looked through for each kind."""
    if _INSIDE.search(text, block.start, block.end):
        return True
    sign = next_sign(block.sign) if block.sign else None
    return bool(sign) and text.find(f" {sign} ", block.start, block.end) >= 0


def _numbered(text: str, block: Block) -> Iterator[tuple[int, int, str, str]]:
    """Yield where the next numbers of a list stand in the line of an item: "24. Tumor 25. Drugs"."""
    sign: str | None = next_sign(block.sign) if block.sign else None
    place = block.start
    while sign and (found := text.find(f" {sign} ", place, block.end)) >= 0:
        yield found, found + len(sign) + 2, block.style, sign
        place = found + len(sign) + 1
        sign = next_sign(sign)


def _headed(text: str, block: Block, headings: int) -> Iterator[Block]:
    """Yield a block, its heading apart from what follows in its line."""
    words = text[block.start : block.end]
    start, end = block.start + len(words) - len(words.lstrip()), block.start + len(words.rstrip())
    if start >= end:
        return
    heading = heading_of(text[start:end], marked=block.is_marked) if headings else None
    if heading is None or heading.length >= end - start:
        yield replace(block, start=start, end=end, heading=heading)
        return
    yield replace(block, start=start, end=start + heading.length, heading=heading)
    rest = text[start + heading.length : end]
    follows = start + heading.length + len(rest) - len(rest.lstrip())
    marker = marker_at(text, follows) or Marker(_PARAGRAPH, "", follows)
    if marker.end >= end:
        marker = Marker(_PARAGRAPH, "", follows)
    own = replace(block, start=marker.end, end=end, style=marker.style, sign=marker.sign, heading=None)
    yield from (own,) if not own.sign else _unglued(text, own, headings - 1)


def _nested(text: str, blocks: list[Block]) -> list[Block]:
    """Return the blocks with how deep they stand: by indentation, and by the style of their signs after a colon."""
    above, done = list[Block](), list[Block]()
    for block in blocks:
        if block.heading:
            above = []
        else:
            _leave(text, above, block, done[-1] if done else None)
        done.append(replace(block, depth=len(above)) if above else block)
        if not block.heading:
            above.append(block)
    return done


def _leave(text: str, above: list[Block], block: Block, last: Block | None) -> None:
    """Take from the items above a block those that it does not stand under."""
    leads = last is not None and not last.heading and text[last.end - 1] == ":"
    if leads and not block.is_marked:
        return
    while above and above[-1].indent > block.indent and not (leads and above[-1].style is _PARAGRAPH):
        above.pop()
    level = [place for place in range(max(0, len(above) - 6), len(above)) if above[place].indent >= block.indent]
    same = [place for place in level if above[place].style == block.style]
    if same:
        del above[same[-1] :]
    elif level and not leads:
        del above[level[0] :]
