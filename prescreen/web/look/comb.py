"""The comb: one tooth a trial, or a point of a record. A module of its own, since pages and the desk both draw it."""

from functools import lru_cache

from markupsafe import Markup

MOST_TEETH = 40
"""More than this many are drawn in proportion: on a phone of 320 pixels a tooth is then five pixels wide."""

Tooth = tuple[str, int]
"""A class of the style sheet ("f" fits, "o" open, "n" not now, "" counted), and how many."""


@lru_cache(maxsize=4_096)
def comb(teeth: tuple[Tooth, ...], size: str = "") -> Markup:
    """Return a comb for templates; the words beside it are its content, so a screen reader passes over it.

    `size` is "" (a line of text), "mini" or "l".

    >>> comb((("f", 2), ("n", 1)), "l")
    Markup('<span class="comb l" aria-hidden="true"><i class=f></i><i class=f></i><i class=n></i></span>')
    """
    drawn = zip((style for style, _count in teeth), scaled([count for _style, count in teeth]), strict=True)
    inside = "".join([_tooth(style) * count for style, count in drawn])
    return Markup(f'<span class="{f"comb {size}".rstrip()}" aria-hidden="true">{inside}</span>')  # noqa: S704  # ours


def _tooth(style: str) -> str:
    return f"<i class={style}></i>" if style else "<i></i>"


def scaled(counts: list[int], most: int = MOST_TEETH) -> list[int]:
    """Return counts as they are drawn: at most `most` together, in proportion, and at least one of what is there.

    Shares are rounded by largest remainder.

    >>> scaled([7, 3, 13]), scaled([900, 99, 1])
    ([7, 3, 13], [36, 3, 1])
    """
    total = sum(counts)
    if total <= most:
        return counts
    shares = [count * most / total for count in counts]
    drawn = [max(int(share), 1) if count else 0 for share, count in zip(shares, counts, strict=True)]
    for _ in range(abs(most - sum(drawn))):
        step = 1 if sum(drawn) < most else -1
        place = max(range(len(drawn)), key=lambda one: step * (shares[one] - drawn[one]) if drawn[one] > 1 else -most)
        drawn[place] += step
    return drawn
