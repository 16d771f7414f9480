"""What `check` of a whole criteria folder takes, against a parser that only reads the same files."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks.base.report import Section, Table, Target, timed
from benchmarks.base.timing import mean_time, times_faster, turns
from benchmarks.catalog.large_folder import write_folder
from benchmarks.sections import Sizes
from prescreen.catalog.criteria.loading import check_folder

PARSER, CHECK = "PyYAML's C parser alone, one process", "prescreen check, nothing read before"


def parsed(folder: Path) -> int:
    """Return the number of events in the YAML files of a folder."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.yaml")))
    return sum(1 for text in texts for _ in yaml.parse(text, Loader=yaml.CSafeLoader))


def _checked(folder: Path) -> None:
    faults = [fault for fault in check_folder(folder, datetime.now(UTC).date()) if not fault.warning]
    if faults:
        raise AssertionError(f"the generated folder is at fault: {faults[0]}")


def checking(sizes: Sizes) -> Section:
    """Check a folder of files as large as the shipped ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "criteria"
        write_folder(folder, sizes.files)
        works: Mapping[str, Callable[[Path], object]] = {PARSER: parsed, CHECK: _checked}
        times = turns(works, [folder], rounds=3, budget=60)
        megabytes = sum(file.stat().st_size for file in folder.rglob("*.yaml")) / 1e6
    rows = [[one, timed(mean_time(times, one))] for one in works]
    slower = times_faster(times, PARSER, CHECK)
    return Section(
        "Checking a criteria folder",
        f"Everything that `prescreen check` looks at, in {sizes.files:,} trial files shaped and sized as the shipped "
        f"ones ({megabytes:.1f} MB of YAML), from the first byte: by the clock, with as many processes as it takes. "
        "The parser makes its events of the same files and drops them.",
        [Table(["", "time"], rows)],
        targets=[
            Target(
                f"check of {sizes.files:,} files, against a parser that only parses", 4, 2, slower, less_is_better=True
            )
        ],
    )
