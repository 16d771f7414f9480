"""The files that show an operator's look: a style sheet of the colors that differ from ours, and the icon.

A module of its own, beside the picture, which is drawn and not written.
"""

from prescreen.catalog.look.look import Look
from prescreen.catalog.look.tokens import SCHEMES, Scheme, shades

_ICON_BOX, _ICON_MARGIN = 24, 2
_ROUND = 5


def style_sheet(look: Look) -> str:
    """Return the rules that put an operator's colors in the place of ours; empty where none was set."""
    if not look.colors:
        return ""
    light, dark = (_rule(look, scheme) for scheme in SCHEMES)
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"


def _rule(look: Look, scheme: Scheme) -> str:
    values = "; ".join(f"--{name}: {getattr(one, scheme)}" for name, one in look.colors.items())
    return f":root {{ {values} }}"


def icon(look: Look) -> str:
    """Return the mark on its ground as SVG, to be read at 16 pixels on light and on dark."""
    pine, on_pine, sun = (shades(look, name).light for name in ("pine", "on-pine", "sun"))
    scale = (_ICON_BOX - 2 * _ICON_MARGIN) / look.mark.box
    lit = f'<path fill="{sun}" d="{look.mark.spark}"/>' if look.mark.spark else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_ICON_BOX} {_ICON_BOX}">'
        f'<rect width="{_ICON_BOX}" height="{_ICON_BOX}" rx="{_ROUND}" fill="{pine}"/>'
        f'<g transform="translate({_ICON_MARGIN} {_ICON_MARGIN}) scale({scale:.4g})">'
        f'<path fill="{on_pine}" d="{look.mark.path}"/>{lit}</g></svg>\n'
    )
