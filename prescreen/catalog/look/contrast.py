"""How well one color can be told from another, as the accessibility guidelines measure it.

A module of its own, since both our colors and an operator's are held by it.
"""

_DARK_PART = 0.04045
"""Up to here a channel of sRGB is linear."""
_GLARE = 0.05


def luminance(color: str) -> float:
    """Return the relative luminance of a color `#rrggbb`, from 0 for black to 1 for white.

    As defined by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance

    >>> luminance("#000000"), luminance("#ffffff"), round(luminance("#808080"), 4)
    (0.0, 1.0, 0.2159)
    """
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= _DARK_PART else ((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, from 1 for the same to 21 for black and white, in either order.

    As defined by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    >>> contrast("#ffffff", "#000000"), round(contrast("#767676", "#ffffff"), 2)
    (21.0, 4.54)
    """
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + _GLARE) / (dark + _GLARE)
