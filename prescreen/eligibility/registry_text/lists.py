"""Lists of blocks: how deep each block stands, where the members of a list do not all say so themselves."""

from prescreen.eligibility.registry_text.lines import Block


def depths_of(text: str, blocks: list[Block]) -> list[int]:
    """Return how deep the blocks stand, where members of a list that are not indented count as deeper than its lead."""
    depths, place = [block.depth for block in blocks], 0
    while place < len(blocks):
        last = _end_of_flat_list(text, blocks, place)
        for member in range(place + 1, last):
            depths[member] += 1
        place = max(last, place + 1)
    return depths


def _end_of_flat_list(text: str, blocks: list[Block], place: int) -> int:
    lead = blocks[place]
    if not lead.is_marked or lead.heading or text[lead.end - 1] != ":":
        return place
    if place + 1 < len(blocks) and blocks[place + 1].depth > lead.depth:
        return place
    opening = text[lead.start : lead.end].split(None, 1)[0].lower()
    last = place + 1
    while last < len(blocks) and not blocks[last].heading and blocks[last].depth >= lead.depth:
        if blocks[last].style != lead.style and blocks[last].depth == lead.depth:
            break
        if text[blocks[last].start : blocks[last].end].split(None, 1)[0].lower() == opening:
            break
        last += 1
    return last


def ends_of(blocks: list[Block], depths: list[int]) -> list[int]:
    """Return for each block the place after the last one that stands under it."""
    ends, above = [len(blocks)] * len(blocks), list[int]()
    for place, block in enumerate(blocks):
        while above and (block.heading or depths[above[-1]] >= depths[place]):
            ends[above.pop()] = place
        if block.heading:
            ends[place] = place + 1
        else:
            above.append(place)
    return ends
