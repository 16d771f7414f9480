"""What lies in `deploy/`, read: units, scripts, the compose file and the steps of the image."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from prescreen.cli.commands import main
from prescreen.config import VARIABLES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROGRAM = "/opt/prescreen/.venv/bin/prescreen"
_SETTING = re.compile(r"PRESCREEN_[A-Z_]*[A-Z]")
_CONTINUED = re.compile(r"\\\n\s*")


def texts() -> dict[str, str]:
    """Return every file of `deploy/` by its path within."""
    return {str(one.relative_to(DEPLOY)): one.read_text() for one in sorted(DEPLOY.rglob("*")) if one.is_file()}


def unknown_settings(text: str) -> list[str]:
    """Return the settings that a text names and that the service does not read.

    >>> unknown_settings("PRESCREEN_PORT=1 PRESCREEN_DOOR=1")
    ['PRESCREEN_DOOR']
    """
    return sorted(set(_SETTING.findall(text)) - set(VARIABLES))


def is_command(words: list[str]) -> bool:
    """Whether words begin with a command of `prescreen`, and every option of theirs is one of it.

    >>> [is_command(one.split()) for one in ("db backup x --verify", "db burn", "serve --fast", "")]
    [True, False, False, False]
    """
    found: click.Command | None = main
    for place, word in enumerate(words):
        if not isinstance(found, click.Group):
            break
        found, words = found.commands.get(word), words[place + 1 :] if place == 0 else words[1:]
    if found is None or isinstance(found, click.Group):
        return False
    known = {option for one in found.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    return all(word.split("=")[0] in known for word in words if word.startswith("--"))


def unit(name: str) -> dict[str, list[str]]:
    """Return the settings of a unit of systemd, each with its values in order; those of all sections together."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / name).read_text().splitlines():
        key, is_setting, value = line.partition("=")
        if is_setting and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def script_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command of `prescreen` that a script runs."""
    for line in text.splitlines():
        if line.strip().startswith("prescreen "):
            yield shlex.split(line)[1:]


def compose() -> dict[str, Any]:
    """Return the compose file, with what its services share merged into each."""
    return dict(yaml.safe_load((DEPLOY / "container/compose.yaml").read_text()))  # type: ignore[no-untyped-call]  # it has no types


@dataclass(frozen=True)
class Step:
    """A step of the image: its instruction and the rest of its line."""

    instruction: str
    rest: str


def image_stages(text: str) -> list[list[Step]]:
    """Return the steps of each stage of a Containerfile."""
    lines = [one for one in _CONTINUED.sub(" ", text).splitlines() if one.strip() and not one.startswith("#")]
    stages: list[list[Step]] = []
    for instruction, _, rest in (line.strip().partition(" ") for line in lines):
        if instruction == "FROM":
            stages.append([])
        stages[-1].append(Step(instruction, rest.strip()))
    return stages
