"""The style sheet as text, and the colors that it names."""

from __future__ import annotations

import re
from pathlib import Path

from prescreen import web
from prescreen.catalog.look.look import Shades

SHEET = Path(web.__file__).parent / "static" / "prescreen.css"
DARK = "@media (prefers-color-scheme: dark)"
_ROOT = re.compile(r":root\s*{([^}]*)}")
_COLOR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


def colors_of(sheet: str) -> dict[str, Shades]:
    """Return the colors of a sheet by name; one that the dark does not change is the same in it."""
    light, dark = (dict(_COLOR.findall(f"{rules};")) for rules in _ROOT.findall(sheet)[:2])
    assert DARK in sheet.split(":root")[1]
    return {name: Shades(color, dark.get(name, color)) for name, color in light.items()}
