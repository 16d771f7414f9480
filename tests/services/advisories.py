"""Hold the locked libraries against a copy of an advisory database: `python -m tests.services.advisories COPY LOCK...`

The copy is a ZIP or a folder of advisories in the format of OSV 1.x, as JSON or YAML: that of OSV for PyPI (`all.zip`),
or a checkout of the Python Packaging Authority's database. Nothing is asked over the network.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from prescreen.catalog.folder_archive import DAMAGED

MOST_BYTES = 5_000_000
"""The largest advisory that is read."""
ECOSYSTEM = "PyPI"
FOUND, UNREADABLE = 1, 2
_PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
_ENDINGS = frozenset({".json", ".yaml", ".yml"})


class CopyError(ValueError):
    """Raised for a copy that cannot be read, or holds no advisory on libraries of Python. The message is one line."""


@dataclass(frozen=True, order=True)
class Flaw:
    """A pin that an advisory is about: the lock, library, version, the advisory's id, and the versions without it."""

    lock: str
    library: str
    version: str
    advisory: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        """Return one line that says what to do.

        >>> str(Flaw("requirements.txt", "flask", "3.0.0", "GHSA-x", ("3.0.1",)))
        'requirements.txt: flask 3.0.0 has the flaw GHSA-x; fixed in 3.0.1'
        """
        remedy = f"fixed in {', '.join(self.fixed)}" if self.fixed else "no version without it is known"
        return f"{self.lock}: {self.library} {self.version} has the flaw {self.advisory}; {remedy}"


Pins = frozenset[tuple[str, str]]


def pins(lock: str) -> Pins:
    """Return what a lock pins: normalised names with versions, of which one library has several for several systems."""
    return frozenset((canonicalize_name(found["name"]), found["version"]) for found in _PIN.finditer(lock))


def advisories(copy: Path) -> Iterator[Mapping[str, Any]]:
    """Yield every advisory of a copy that was not withdrawn. Raise CopyError where one cannot be read."""
    for name, content in _files(copy):
        try:
            # Every JSON of an advisory is YAML too, but JSON is read a hundred times faster.
            data = json.loads(content) if name.endswith(".json") else yaml.load(content, yaml.CSafeLoader)
        except (ValueError, yaml.YAMLError, RecursionError) as error:
            raise CopyError(f"{copy}: {name} cannot be read: {type(error).__name__}") from error
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            raise CopyError(f"{copy}: {name} is no advisory, it has no 'id'")
        if not data.get("withdrawn"):
            yield data


def _files(copy: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if copy.is_dir():
            for path in sorted(one for one in copy.rglob("*") if one.suffix in _ENDINGS and ".git" not in one.parts):
                yield str(path.relative_to(copy)), path.read_bytes()
            return
        with zipfile.ZipFile(copy) as packed:
            for member in packed.infolist():
                if member.file_size > MOST_BYTES:
                    raise CopyError(f"{copy}: {member.filename} is larger than {MOST_BYTES:,} bytes")
                if Path(member.filename).suffix in _ENDINGS:
                    yield member.filename, packed.read(member)
    except CopyError:
        raise
    except (OSError, *DAMAGED) as error:
        raise CopyError(f"{copy} is neither a folder nor a ZIP that can be read: {error}") from error


def flaws(lock: str, pinned: Pins, known: Iterable[Mapping[str, Any]]) -> list[Flaw]:
    """Return each pin that an advisory is about, in order. Raise CopyError where none is about Python at all."""
    found, on_python = set(), 0
    for advisory in known:
        for affected in advisory.get("affected") or ():
            package = affected.get("package") or {}
            if package.get("ecosystem") != ECOSYSTEM:
                continue
            on_python += 1
            name = canonicalize_name(str(package.get("name", "")))
            for version in (pin for library, pin in pinned if library == name and is_affected(pin, affected)):
                found.add(Flaw(lock, name, version, advisory["id"], fixed_after(version, affected)))
    if not on_python:
        raise CopyError(f"the copy holds no advisory on {ECOSYSTEM}; give that of OSV for {ECOSYSTEM}")
    return sorted(found)


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Return whether a version is listed, or lies in a range. Source: OSV schema 1.7, "Evaluation"."""
    return version in (affected.get("versions") or ()) or any(
        _is_within(Version(version), events) for events in _ranges(affected)
    )


def _ranges(affected: Mapping[str, Any]) -> Iterator[list[tuple[Version, str]]]:
    """Yield the events of each range, by version; what ranges over commits says nothing of versions."""
    for one in affected.get("ranges") or ():
        if one.get("type") != "GIT":
            yield sorted((_version(at), kind) for event in one.get("events") or () for kind, at in event.items())


def _version(text: str) -> Version:
    try:
        return Version(str(text))
    except InvalidVersion as error:
        raise CopyError(f"an advisory names '{text}', which is no version") from error


def _is_within(version: Version, events: list[tuple[Version, str]]) -> bool:
    within = False
    for at, kind in events:
        if kind == "introduced" and at <= version:
            within = True
        if (kind in ("fixed", "limit") and at <= version) or (kind == "last_affected" and at < version):
            within = False
    return within


def fixed_after(version: str, affected: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the versions later than this one in which the flaw is gone."""
    later = {at for events in _ranges(affected) for at, kind in events if kind == "fixed" and at > Version(version)}
    return tuple(map(str, sorted(later)))


def main(arguments: list[str]) -> int:
    """Print each flaw; return 0 where there is none, 1 where there is one, 2 where the copy cannot be read."""
    if len(arguments) < 2:
        print("usage: python -m tests.services.advisories COPY LOCK...", file=sys.stderr)
        return UNREADABLE
    copy, *locks = map(Path, arguments)
    try:
        known = list(advisories(copy))
        found = [flaw for lock in locks for flaw in flaws(lock.name, pins(lock.read_text()), known)]
    except (CopyError, OSError) as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    for flaw in found:
        print(flaw)
    newest = max((str(one.get("modified", "")) for one in known), default="")[:10]
    print(f"{len(known):,} advisories, the newest of {newest}: {len(found)} about what is locked", file=sys.stderr)
    return FOUND if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
